//! The application, whose process is replaced after each build.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::SystemTime;

use vite_bridge::Error;
use vite_bridge::spawn::ProcessGroup;

use super::output::{Writer, keep_colors};
use super::sockets::Sockets;
use super::waiting::Waiting;
use crate::cli_error::CliError;
use crate::code;

/// The application: its sockets, and its process while one runs.
///
/// The process is a [`ProcessGroup`]. Systems other than Unix end only the program, not the
/// processes it started.
#[derive(Debug)]
pub(super) struct Application {
    sockets: Sockets,
    running: Option<ProcessGroup>,
    /// The path and the modification time of the executable that was started last.
    stamp: Option<(PathBuf, SystemTime)>,
    /// The server that answers while no application runs.
    waiting: Option<Waiting>,
}

impl Application {
    pub(super) fn new(sockets: Sockets) -> Self {
        Self { sockets, running: None, stamp: None, waiting: None }
    }

    /// Whether the running process was started from this executable, unchanged since then.
    pub(super) fn runs(&self, executable: &PathBuf) -> bool {
        self.running.is_some() && self.stamp.is_some() && self.stamp == stamp(executable)
    }

    /// Answers requests at the sockets with a text. Does nothing while the application runs, or
    /// without sockets.
    pub(super) fn wait(&mut self, text: &str) {
        if self.running.is_some() || self.sockets.is_empty() {
            return;
        }
        match &self.waiting {
            Some(waiting) => waiting.say(text),
            None => self.waiting = Waiting::start(self.sockets.all(), text).ok(),
        }
    }

    /// Replaces the application. With sockets of `--listen`, the new process starts at once, since
    /// both can use them. Without them, the new process starts after the old one has released its
    /// port.
    pub(super) fn swap(
        &mut self,
        mut command: Command,
        executable: Option<&PathBuf>,
    ) -> Result<(), CliError> {
        keep_colors(&mut command);
        self.waiting = None;
        let mut old = self.running.take();
        if let Some(old) = &mut old {
            old.stop();
        }
        if self.sockets.is_empty() {
            drop(old.take());
        }
        self.stamp = executable.and_then(stamp);
        let passed = self.sockets.pass_to(&mut command);
        passed.map_err(|error| {
            CliError::unavailable(code::CANNOT_LISTEN, "cannot pass the sockets to the application")
                .with_source(&error)
        })?;
        self.running = Some(ProcessGroup::spawn(&mut command, &Writer::Application.prefix())?);
        if let Some(old) = old {
            // The old process answers its open requests first. Dropping it waits for that.
            std::thread::spawn(move || drop(old));
        }
        Ok(())
    }

    /// Returns the exit status once after the application has ended.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        let Some(running) = &mut self.running else { return Ok(None) };
        let status = running.try_wait()?;
        if status.is_some() {
            self.running = None;
        }
        Ok(status)
    }

    /// Tells the application to end without waiting for it. Dropping the value waits.
    pub(super) fn stop(&mut self) {
        if let Some(running) = &mut self.running {
            running.stop();
        }
    }
}

fn stamp(executable: &PathBuf) -> Option<(PathBuf, SystemTime)> {
    let modified = fs::metadata(executable).and_then(|metadata| metadata.modified()).ok()?;
    Some((executable.clone(), modified))
}
