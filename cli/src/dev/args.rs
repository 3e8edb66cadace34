//! The arguments of `vite-bridge dev`.

use std::path::PathBuf;

/// Run Vite and the application, and restart the application when its sources change
///
/// Starts the script `dev` of package.json and COMMAND. The lock file selects the package manager.
/// When Rust sources, Cargo.toml, templates or askama.toml change, `cargo run` builds first. The
/// running application serves until the build succeeds. If the build fails, the page shows the
/// errors of the compiler. Any COMMAND other than `cargo run` is restarted without a build. Ctrl-C
/// or the end of Vite ends both programs and all processes that they started. On Windows, only the
/// two programs end; processes that they started continue.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end. package.json is in this folder or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// Open this socket and pass it to the application in `LISTEN_FDS`, which the crate listenfd
    /// reads (can be repeated). No request is refused while the application restarts. Unix only
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) listen: Vec<String>,
    /// Do not watch the sources, and end when the application ends
    #[arg(long)]
    pub(super) no_watch: bool,
    /// The command that runs the application. Options such as `--package` and `--example` belong to
    /// cargo
    #[arg(last = true, value_name = "COMMAND", default_values = ["cargo", "run"])]
    pub(super) command: Vec<String>,
}
