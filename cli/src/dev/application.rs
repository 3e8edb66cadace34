//! The application: one process follows another.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::SystemTime;

use vite_bridge::Error;
use vite_bridge::spawn::ProcessGroup;

use super::failure::Failure;
use super::output::{Writer, keep_colors};
use super::sockets::Sockets;
use super::waiting::Waiting;
use crate::code;

/// What runs, if anything does.
#[derive(Debug)]
pub(super) struct Application {
    sockets: Sockets,
    running: Option<ProcessGroup>,
    /// Of the executable that was started last.
    stamp: Option<(PathBuf, SystemTime)>,
    /// In its place.
    waiting: Option<Waiting>,
}

impl Application {
    pub(super) fn new(sockets: Sockets) -> Self {
        Self { sockets, running: None, stamp: None, waiting: None }
    }

    /// Whether that very executable is running.
    pub(super) fn runs(&self, executable: &PathBuf) -> bool {
        self.running.is_some() && self.stamp.is_some() && self.stamp == stamp(executable)
    }

    /// Says at the sockets why there is none; nothing where there is one.
    pub(super) fn wait(&mut self, why: &str) {
        if self.running.is_some() || self.sockets.is_empty() {
            return;
        }
        match &self.waiting {
            Some(waiting) => waiting.say(why),
            None => self.waiting = Waiting::at(self.sockets.all(), why).ok(),
        }
    }

    /// Starts another in its place. A socket of ours serves both, so the new one starts at once; without, the old one has to let go of
    /// its port first.
    pub(super) fn swap(&mut self, mut command: Command, executable: Option<&PathBuf>) -> Result<(), Failure> {
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
        let handed = self.sockets.hand_to(&mut command);
        handed.map_err(|fault| {
            Failure::Other(code::CANNOT_LISTEN, format!("the socket cannot be handed on: {fault}"))
        })?;
        self.running = Some(ProcessGroup::spawn(&mut command, &Writer::Application.prefix())?);
        if let Some(old) = old {
            // It may take its time to answer what it has begun.
            std::thread::spawn(move || drop(old));
        }
        Ok(())
    }

    /// How it ended, once.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        let Some(running) = &mut self.running else { return Ok(None) };
        let status = running.try_wait()?;
        if status.is_some() {
            self.running = None;
        }
        Ok(status)
    }

    /// Tells it to end, and does not wait for it; dropping does.
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
