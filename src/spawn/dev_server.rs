//! `DevServer`: Vite, started by the application itself.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use super::group::ProcessGroup;
use super::package::PackageJson;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// The script of package.json that starts Vite, in every template of `npm create vite`.
const SCRIPT: &str = "dev";

/// Vite's dev server, started by the application and ended with it, node and all; see [`ProcessGroup`].
///
/// It starts the script `dev` of package.json with the package manager whose lock file is there (npm, pnpm, yarn, bun).
/// [`Vite`](crate::Vite) finds it by itself as soon as it answers, so that there is nothing to wait for. It belongs into
/// debug builds, where nobody runs `npm run dev` in another terminal.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::Vite;
/// use vite_bridge::spawn::DevServer;
///
/// let _server = if cfg!(debug_assertions) { Some(DevServer::spawn(".")?) } else { None };
/// let vite = Vite::open("dist")?;
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug)]
pub struct DevServer {
    group: ProcessGroup,
    package: PackageJson,
}

impl DevServer {
    /// Starts Vite for the project of a folder: the first at or above it that has a package.json.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DevServerNotStarted`] without a package.json, a script `dev` in it, or the package manager.
    pub fn spawn(project: impl AsRef<Path>) -> Result<Self, Error> {
        Self::spawn_with_prefix(project, "vite | ")
    }

    /// As [`spawn`](Self::spawn), with another text before each line that Vite prints.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    pub fn spawn_with_prefix(project: impl AsRef<Path>, prefix: &str) -> Result<Self, Error> {
        let package = PackageJson::find(project)?;
        package.require_script(SCRIPT)?;
        if let [first, others @ ..] = package.locks()
            && !others.is_empty()
        {
            tracing::warn!(folder = %package.folder().display(), "found lock files of {first} and {}: using {first}", others.join(", "));
        }
        let mut command = Command::new(package.program());
        command.args(["run", SCRIPT]).current_dir(package.folder());
        if std::io::stdout().is_terminal() {
            // Its output is a pipe, and would lose its colours.
            command.env("FORCE_COLOR", "1");
        }
        tracing::info!(folder = %package.folder().display(), "starting Vite: {} run {SCRIPT}", package.manager());
        ProcessGroup::spawn(&mut command, prefix).map(|group| Self { group, package })
    }

    /// The package whose script it is.
    #[must_use]
    pub fn package(&self) -> &PackageJson {
        &self.package
    }

    /// How Vite has ended, if it has.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with what the system says.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.group.try_wait()
    }

    /// Tells Vite to end, and does not wait for it; dropping does.
    pub fn stop(&mut self) {
        self.group.stop();
    }
}
