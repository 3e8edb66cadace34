//! A program with all that it starts, as one group of processes that ends with us.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;

use super::output::{Output, OutputStream, Sink, prefixed};
use crate::error::{Error, ErrorKind};

/// A program and all that it starts, ended when this value is dropped, and when our process ends in any other way.
///
/// On Unix the program leads a process group of its own, and a small shell waits beside it for the end of its input: the
/// system closes that when we end, be it by a return, a panic, SIGINT, SIGTERM or even SIGKILL. Then the whole group gets
/// SIGTERM, and after five seconds SIGKILL. What leaves the group, as a daemon does, is not found. On Windows the program
/// itself is killed when the value is dropped; what it started is not.
///
/// Its input is empty; its output goes to ours, a line at a time behind a prefix, or to a function.
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
    /// Starts a program; each line that it prints comes behind `prefix`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DevServerNotStarted`] where the system does not start it.
    pub fn spawn(command: &mut Command, prefix: &str) -> Result<Self, Error> {
        Self::spawn_to(command, prefixed(prefix))
    }

    /// Starts a program; each line that it prints, its end included, is handed to `line`, which is called from two threads.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
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
                // Without its guard it might outlive us.
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

    /// The program's process id; on Unix its group's as well.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the program has ended, if it has.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with what the system says.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, Error> {
        self.child.try_wait().map_err(not_waited_for)
    }

    /// Waits for the program's end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with what the system says.
    pub fn wait(&mut self) -> Result<ExitStatus, Error> {
        self.child.wait().map_err(not_waited_for)
    }

    /// Tells the whole group to end, and does not wait for it; dropping does.
    pub fn stop(&mut self) {
        #[cfg(unix)]
        self.guard.let_go();
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
        // Most often it has ended by now.
        let _ = self.child.kill();
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, "cannot wait for the process");
        }
        self.output.finish();
    }
}

fn not_waited_for(error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot wait for a process").with_source(error)
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

    /// Waits for the end of its input, then ends the group `$1`. In a group of its own, so that no Ctrl-C reaches it.
    const SCRIPT: &str = r#"trap '' HUP INT TERM
read -r _
kill -s TERM -- "-$1" || exit 0
n=0
while [ $n -lt 50 ] && kill -s 0 -- "-$1"; do n=$((n + 1)); sleep 0.1; done
kill -s KILL -- "-$1"
"#;

    /// How often it is looked whether the group has ended.
    const LOOK: Duration = Duration::from_millis(10);

    /// The shell beside a group.
    #[derive(Debug)]
    pub(super) struct Guard(Child);

    impl Guard {
        pub(super) fn new(group: u32) -> io::Result<Self> {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", SCRIPT, "vite-bridge", &group.to_string()]).process_group(0);
            shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(Self)
        }

        pub(super) fn let_go(&mut self) {
            self.0.stdin = None;
        }

        /// Until the group has ended. Its leader is looked for too: one that is not waited for stays in the group.
        pub(super) fn wait(&mut self, leader: &mut Child) {
            while matches!(self.0.try_wait(), Ok(None)) {
                // What cannot be waited for is not waited for.
                let _ = leader.try_wait();
                sleep(LOOK);
            }
        }
    }
}
