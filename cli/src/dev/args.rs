//! Args: the arguments of `vite-bridge dev`.

use std::path::PathBuf;

/// Run Vite and the application together; build and restart the application when its sources change
///
/// Starts the script `dev` of package.json with the package manager whose lock file is there, and COMMAND. When Rust sources,
/// Cargo.toml, templates or askama.toml change, `cargo run` is built first: the running application serves until the new one is there, and
/// goes on if it does not compile; the page shows the compiler's errors. Another COMMAND than `cargo run` is just started again. On
/// Ctrl-C, or when Vite ends, both are ended, with all that they started.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end; package.json is there or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) project: PathBuf,
    /// Open this socket and hand it to the application, which takes it by `LISTEN_FDS` (the crate listenfd): no request is
    /// refused while one application follows another; several allowed
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) listen: Vec<String>,
    /// Never start the application again: when it ends, so does this
    #[arg(long)]
    pub(super) no_watch: bool,
    /// The application; flags such as `--package` and `--example` are cargo's
    #[arg(last = true, value_name = "COMMAND", default_values = ["cargo", "run"])]
    pub(super) command: Vec<String>,
}
