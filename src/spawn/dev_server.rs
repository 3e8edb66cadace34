//! `DevServer`: starts Vite from the application.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use super::group::ProcessGroup;
use super::package::PackageJson;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// The package.json script that starts Vite in all templates of `npm create vite`.
const SCRIPT: &str = "dev";

/// A handle to Vite's dev server, which starts and stops with the application.
///
/// It runs the script `dev` of package.json with the package manager of the project's lock file
/// (npm, pnpm, yarn or bun). You do not have to wait for Vite, because [`Vite`](crate::Vite) uses
/// the dev server as soon as it answers. Use `DevServer` only in debug builds. It replaces
/// `npm run dev` in another terminal.
///
/// Dropping the handle stops Vite. On systems other than Unix, this stops only the package manager,
/// so the Node process of Vite may keep running; see [`ProcessGroup`].
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
    /// Starts Vite in `project`, or in the nearest folder above it that contains a package.json.
    ///
    /// Each line of Vite's output is printed with the prefix `vite | `. If the standard output is a
    /// terminal, Vite gets `FORCE_COLOR=1`, so that its output keeps its colors.
    ///
    /// # Errors
    ///
    /// - Returns [`ErrorKind::DevServerNotStarted`] if package.json is missing, invalid, or without
    ///   a script `dev`, and if the package manager cannot be started.
    /// - Returns [`ErrorKind::Io`] if package.json cannot be read.
    pub fn spawn(project: impl AsRef<Path>) -> Result<Self, Error> {
        Self::spawn_with_prefix(project, "vite | ")
    }

    /// Starts Vite like [`spawn`](Self::spawn), with another prefix for each line that Vite prints.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`spawn`](Self::spawn).
    pub fn spawn_with_prefix(project: impl AsRef<Path>, prefix: &str) -> Result<Self, Error> {
        Self::spawn_for(project, prefix, None)
    }

    /// Starts Vite like [`spawn_with_prefix`](Self::spawn_with_prefix). The plugin shows the URL of
    /// the application below Vite's own URLs.
    #[doc(hidden)]
    pub fn spawn_for(project: impl AsRef<Path>, prefix: &str, app: Option<&str>) -> Result<Self, Error> {
        let package = PackageJson::find(project)?;
        package.require_script(SCRIPT)?;
        if let [first, others @ ..] = package.locks()
            && !others.is_empty()
        {
            tracing::warn!(folder = %package.folder().display(), "found lock files of {first} and {}: using {first}", others.join(", "));
        }
        let mut command = Command::new(package.program());
        command.args(["run", SCRIPT]).current_dir(package.folder());
        // Compile errors are beside this package.json, wherever Vite writes its dev file.
        command.env("VITE_BRIDGE_PACKAGE", package.folder());
        if let Some(url) = app {
            command.env("VITE_BRIDGE_APP", url);
        }
        if std::io::stdout().is_terminal() {
            // Vite writes to a pipe, and would print no colors.
            command.env("FORCE_COLOR", "1");
        }
        tracing::info!(folder = %package.folder().display(), "starting Vite: {} run {SCRIPT}", package.manager());
        ProcessGroup::spawn(&mut command, prefix).map(|group| Self { group, package })
    }

    /// Returns the package.json whose script was started.
    #[must_use]
    pub fn package(&self) -> &PackageJson {
        &self.package
    }

    /// Returns the exit status of the package manager, or `None` while it is running.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if the operating system cannot report the status.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.group.try_wait()
    }

    /// Stops Vite without waiting for it. Dropping the handle waits.
    pub fn stop(&mut self) {
        self.group.stop();
    }
}
