//! `ProcessGroup`: a program and its child processes, which stop when the application ends.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;

use super::output::{Output, OutputStream, Sink, prefixed};
use crate::error::{Error, ErrorKind};

/// A handle to a program and its child processes, which stops them when it is dropped.
///
/// # Unix
///
/// The program and its child processes form a new process group. The group is stopped when the
/// handle is dropped, and also when the application ends in another way: by a return, a panic,
/// SIGINT, SIGTERM or SIGKILL. A small shell (`/bin/sh`) watches the application. Its standard
/// input is a pipe that the operating system closes when the application ends. The shell then sends
/// SIGTERM to the group, and after 5 seconds SIGKILL.
///
/// Dropping the handle waits until the group has ended. Processes that leave the group, such as
/// daemons, are not stopped.
///
/// # Other systems
///
/// Only the program itself is killed, and only when the handle is dropped or [stopped](Self::stop).
/// Its child processes keep running. If the application is killed, the program keeps running, too.
///
/// # Input and output
///
/// The standard input is empty. The output is passed on line by line: with a prefix to the
/// application's own standard output and standard error ([`spawn`](Self::spawn)), or to a function
/// ([`spawn_with`](Self::spawn_with)).
///
/// # Examples
///
/// ```
/// # #[cfg(unix)] {
/// use std::process::Command;
/// use vite_bridge::spawn::ProcessGroup;
///
/// let mut tailwind = ProcessGroup::spawn(Command::new("echo").arg("hello"), "css | ")?;
/// assert!(tailwind.wait()?.success());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ProcessGroup {
    child: Child,
    output: Output,
    #[cfg(unix)]
    guard: unix::Guard,
}

impl ProcessGroup {
    /// Starts a program and prints each line of its output with `prefix` before it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::DevServerNotStarted`] if the program cannot be started, or on Unix if
    /// `/bin/sh` cannot be started.
    pub fn spawn(command: &mut Command, prefix: &str) -> Result<Self, Error> {
        Self::spawn_to(command, prefixed(prefix))
    }

    /// Starts a program and calls `line` for each line of its output.
    ///
    /// Each line ends with `\n`. The function is called from two threads, one for each output
    /// stream.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`spawn`](Self::spawn).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(unix)] {
    /// use std::process::Command;
    /// use std::sync::mpsc::channel;
    /// use vite_bridge::spawn::ProcessGroup;
    ///
    /// let (sender, lines) = channel();
    /// let send = move |_, line: &[u8]| sender.send(line.to_vec()).unwrap_or_default();
    /// let group = ProcessGroup::spawn_with(Command::new("echo").arg("hello"), send)?;
    /// assert_eq!(lines.recv()?, b"hello\n");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn spawn_with(
        command: &mut Command,
        line: impl Fn(OutputStream, &[u8]) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Self::spawn_to(command, Arc::new(line))
    }

    fn spawn_to(command: &mut Command, sink: Sink) -> Result<Self, Error> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.spawn().map_err(|error| not_started(&name, error))?;
        #[cfg(unix)]
        let guard = match unix::Guard::new(child.id()) {
            Ok(guard) => guard,
            Err(error) => {
                // Without its guard, the program could outlive the application.
                let _ = child.kill().and_then(|()| child.wait());
                return Err(not_started("sh", error));
            }
        };
        let output = Output::new(sink);
        output.read(child.stdout.take(), OutputStream::Stdout);
        output.read(child.stderr.take(), OutputStream::Stderr);
        Ok(Self {
            child,
            output,
            #[cfg(unix)]
            guard,
        })
    }

    /// Returns the process id of the program. On Unix, it is also the id of the process group.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the exit status of the program, or `None` while it is running.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if the operating system cannot report the status.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(wait_error)
    }

    /// Waits until the program exits, and returns its exit status.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if the operating system cannot report the status.
    pub fn wait(&mut self) -> Result<ExitStatus, Error> {
        self.child.wait().map_err(wait_error)
    }

    /// Stops the program without waiting for it. Dropping the handle waits.
    ///
    /// On Unix, all processes of the group get SIGTERM, and after 5 seconds SIGKILL. On other
    /// systems, the program is killed at once and its child processes keep running.
    pub fn stop(&mut self) {
        #[cfg(unix)]
        self.guard.release();
        #[cfg(not(unix))]
        if let Err(error) = self.child.kill() {
            tracing::debug!(%error, "the process has ended already");
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.stop();
        #[cfg(unix)]
        self.guard.wait(&mut self.child);
        // This fails if the program has exited already, which is the usual case on Unix.
        let _ = self.child.kill();
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, "cannot wait for the process");
        }
        self.output.finish();
    }
}

fn wait_error(error: io::Error) -> Error {
    Error::io("wait for", "a process", error)
}

fn not_started(name: &str, error: io::Error) -> Error {
    let is_missing = error.kind() == io::ErrorKind::NotFound;
    let started =
        Error::new(ErrorKind::DevServerNotStarted, format!("cannot start `{name}`")).with_source(error);
    if is_missing { started.with_help(format!("install `{name}`, or add it to the PATH")) } else { started }
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    /// Waits until its standard input is closed, then stops the process group `$1`. The shell runs
    /// in a process group apart from the application's, so that it does not receive Ctrl-C.
    const SCRIPT: &str = r#"trap '' HUP INT TERM
read -r _
kill -s TERM -- "-$1" || exit 0
n=0
while [ $n -lt 500 ] && kill -s 0 -- "-$1"; do n=$((n + 1)); sleep 0.01; done
kill -s KILL -- "-$1"
"#;

    /// The interval at which `wait` checks whether the group has ended.
    const POLL: Duration = Duration::from_millis(2);

    /// The shell that stops a process group when its standard input is closed.
    #[derive(Debug)]
    pub(super) struct Guard(Child);

    impl Guard {
        pub(super) fn new(group: u32) -> io::Result<Self> {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", SCRIPT, "vite-bridge", &group.to_string()]).process_group(0);
            shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(Self)
        }

        /// Closes the shell's standard input, so that it stops the group.
        pub(super) fn release(&mut self) {
            self.0.stdin = None;
        }

        /// Waits until the shell exits, which it does when the group has ended.
        ///
        /// It also reaps the leader of the group. An exited leader that is not reaped stays in the
        /// group as a zombie, and the shell would not see the group end.
        pub(super) fn wait(&mut self, leader: &mut Child) {
            while matches!(self.0.try_wait(), Ok(None)) {
                // An error does not matter here, because the loop ends with the shell.
                let _ = leader.try_wait();
                sleep(POLL);
            }
        }
    }
}
