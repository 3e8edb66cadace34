//! A run of `vite-bridge dev`: reacts when a source changes or a process ends.

use std::path::absolute;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anstream::eprintln;
use cargo_metadata::Metadata;
use notify::Event;
use vite_bridge::spawn::DevServer;

use super::application::Application;
use super::args::Args;
use super::cargo::{Build, Built, CargoRun};
use super::output::Writer;
use super::overlay::Overlay;
use super::sockets::Sockets;
use super::sources::Sources;
use crate::cli_error::CliError;

/// The interval of the checks for ended processes.
const POLL: Duration = Duration::from_millis(10);

/// The end of a burst of events: an editor causes several events for each save.
const QUIET: Duration = Duration::from_millis(10);
/// The longest wait for the end of a burst.
const BURST: Duration = Duration::from_millis(300);

/// The exit status after Ctrl-C: 128 plus the number of SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// The reason for the end of a session.
pub(super) enum End {
    Interrupted,
    Vite {
        status: ExitStatus,
        /// The package manager that started Vite.
        manager: String,
    },
    Application(ExitStatus),
}

/// The way to start the application.
#[allow(clippy::large_enum_variant, reason = "a session has one value")]
enum Runner {
    Cargo {
        run: CargoRun,
        metadata: Option<Metadata>,
    },
    /// A command that is restarted without a build.
    Other(Vec<String>),
}

pub(super) struct Session {
    vite: DevServer,
    application: Application,
    runner: Runner,
    build: Option<Build>,
    overlay: Overlay,
    watched: Option<(Sources, Receiver<notify::Result<Event>>)>,
    interrupts: Receiver<()>,
}

impl Session {
    pub(super) fn start(args: &Args) -> Result<Self, CliError> {
        let interrupts = interrupts();
        let sockets = Sockets::open(&args.listen)?;
        let vite = DevServer::spawn_for(&args.project, &Writer::Vite.prefix(), sockets.url().as_deref())?;
        let runner = match CargoRun::parse(&args.command).filter(|_| !args.no_watch) {
            Some(run) => Runner::Cargo { metadata: run.metadata().ok(), run },
            None => Runner::Other(args.command.clone()),
        };
        let (send, events) = channel();
        let watched =
            if args.no_watch { None } else { Some((Sources::watch(runner.metadata(), send)?, events)) };
        let root = runner.metadata().map(|metadata| metadata.workspace_root.clone().into());
        let root = root.unwrap_or_else(|| absolute(".").unwrap_or_default());
        let overlay = Overlay::new(vite.package().folder(), root);
        let application = Application::new(sockets);
        let mut session = Self { vite, application, runner, build: None, overlay, watched, interrupts };
        session.rebuild()?;
        Ok(session)
    }

    /// Runs until a process ends or Ctrl-C is pressed, then ends all processes.
    pub(super) fn run(mut self) -> Result<End, CliError> {
        let end = self.follow();
        let Self { mut vite, mut application, build, overlay, interrupts, .. } = self;
        // Without a receiver, a second Ctrl-C ends this program at once.
        drop(interrupts);
        // Both end at the same time. Dropping them waits for each.
        application.stop();
        vite.stop();
        drop((build, application, vite, overlay));
        end
    }

    fn follow(&mut self) -> Result<End, CliError> {
        loop {
            if self.interrupts.try_recv().is_ok() {
                return Ok(End::Interrupted);
            }
            if let Some(status) = self.vite.try_wait()? {
                let manager = self.vite.package().manager().to_owned();
                return Ok(End::Vite { status, manager });
            }
            if let Some(status) = self.application.ended()? {
                if self.watched.is_none() {
                    return Ok(End::Application(status));
                }
                let ended = format!("ended: {status}; it restarts after a change");
                eprintln!("{}{ended}", Writer::Application.prefix());
                self.application.wait(&format!("The application {ended}.\n"));
            }
            self.finish_build()?;
            if self.has_changed() {
                self.rebuild()?;
            }
        }
    }

    /// Waits a short time for a change, then for the end of its burst of events.
    fn has_changed(&mut self) -> bool {
        let Some((sources, events)) = &mut self.watched else {
            std::thread::sleep(POLL);
            return false;
        };
        match events.recv_timeout(POLL) {
            Ok(event) if sources.concerns(&event) => {}
            Ok(_) | Err(_) => return false,
        }
        let end = Instant::now() + BURST;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match events.recv_timeout(left.min(QUIET)) {
                Ok(event) => drop(sources.concerns(&event)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        true
    }

    /// Starts a build, or restarts another command. Cancels a running build.
    fn rebuild(&mut self) -> Result<(), CliError> {
        match &mut self.runner {
            Runner::Other(command) => {
                let (program, arguments) =
                    command.split_first().map_or(("cargo", &[][..]), |(first, rest)| (first, rest));
                let mut command = Command::new(program);
                command.args(arguments);
                self.application.swap(command, None)
            }
            Runner::Cargo { run, metadata } => {
                self.build = None;
                if let Some((sources, _)) = &mut self.watched
                    && sources.take_moved()
                {
                    // If a Cargo.toml is invalid, keep the old metadata. The build reports the
                    // error.
                    *metadata = run.metadata().ok().or(metadata.take());
                    sources.follow(metadata.as_ref());
                }
                self.build = Some(run.build(metadata.as_ref())?);
                self.application.wait("The application is being built.\n");
                Ok(())
            }
        }
    }

    /// Starts the application if a build has succeeded, and shows the errors if it has failed.
    fn finish_build(&mut self) -> Result<(), CliError> {
        let Some(is_success) = self.build.as_mut().map(Build::poll).transpose()?.flatten() else {
            return Ok(());
        };
        let (Some(build), Runner::Cargo { run, metadata }) = (self.build.take(), &self.runner) else {
            return Ok(());
        };
        match build.finish(is_success) {
            Built::Failed(error) => {
                if error.place.is_none() {
                    eprintln!("{}{}", Writer::Cargo.prefix(), error.message);
                }
                if let Some(help) = error.help {
                    eprintln!("{}  = help: {help}", Writer::Cargo.prefix());
                }
                self.overlay.show(&error);
                self.application.wait(&format!("The application does not compile.\n\n{error}\n"));
                Ok(())
            }
            Built::Program(program) => {
                if self.application.runs(&program.executable) {
                    self.overlay.clear();
                    return Ok(());
                }
                self.overlay.remove();
                self.application.swap(program.command(run, metadata.as_ref()), Some(&program.executable))
            }
        }
    }
}

impl Runner {
    fn metadata(&self) -> Option<&Metadata> {
        match self {
            Self::Cargo { metadata, .. } => metadata.as_ref(),
            Self::Other(_) => None,
        }
    }
}

/// Receives a message for each Ctrl-C, SIGTERM and SIGHUP. On Windows: for Ctrl-C, Ctrl-Break and
/// the end of the console.
fn interrupts() -> Receiver<()> {
    let (sender, interrupts) = channel();
    let installed = ctrlc::set_handler(move || {
        if sender.send(()).is_err() {
            // The session is ending already. On Unix, guards end the process groups after this
            // program.
            std::process::exit(INTERRUPTED.into());
        }
    });
    if let Err(error) = installed {
        eprintln!("warning: cannot install a handler for Ctrl-C, so it ends this program at once: {error}");
    }
    interrupts
}
