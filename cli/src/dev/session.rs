//! One run of `vite-bridge dev`: what happens when something changes or ends.

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
use super::failure::Failure;
use super::output::Writer;
use super::overlay::Overlay;
use super::sockets::Sockets;
use super::sources::Sources;

/// How often it is looked whether something has ended.
const LOOK: Duration = Duration::from_millis(10);

/// Saving is a burst of events: it is over when nothing came for so long, and no burst is waited for longer than the second.
const QUIET: Duration = Duration::from_millis(30);
const BURST: Duration = Duration::from_millis(300);

/// The status of a program that Ctrl-C ended (128 and SIGINT's number).
pub(super) const INTERRUPTED: u8 = 130;

/// What ended.
pub(super) enum End {
    Interrupted,
    Vite(ExitStatus),
    Application(ExitStatus),
}

/// How the application comes to run.
#[allow(clippy::large_enum_variant, reason = "there is one")]
enum Runner {
    Cargo {
        run: CargoRun,
        metadata: Option<Metadata>,
    },
    /// Started again as it is.
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
    pub(super) fn start(args: &Args) -> Result<Self, Failure> {
        let interrupts = hear_interrupts();
        let sockets = Sockets::open(&args.listen)?;
        let vite = DevServer::spawn_with_prefix(&args.project, &Writer::Vite.prefix())?;
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

    /// Until something ends; then all of it.
    pub(super) fn run(mut self) -> Result<End, Failure> {
        let end = self.follow();
        let Self { mut vite, mut application, build, overlay, interrupts, .. } = self;
        // Whoever asks for the end again does not want to wait.
        drop(interrupts);
        // All at once; then each is waited for.
        application.stop();
        vite.stop();
        drop((build, application, vite, overlay));
        end
    }

    fn follow(&mut self) -> Result<End, Failure> {
        loop {
            if self.interrupts.try_recv().is_ok() {
                return Ok(End::Interrupted);
            }
            if let Some(status) = self.vite.try_wait()? {
                return Ok(End::Vite(status));
            }
            if let Some(status) = self.application.ended()? {
                if self.watched.is_none() {
                    return Ok(End::Application(status));
                }
                let ended = format!("ended: {status}; it starts again after a change");
                eprintln!("{}{ended}", Writer::Application.prefix());
                self.application.wait(&format!("The application {ended}.\n"));
            }
            self.look_at_build()?;
            if self.has_changed() {
                self.rebuild()?;
            }
        }
    }

    /// Waits a moment for a change, and to its end.
    fn has_changed(&mut self) -> bool {
        let Some((sources, events)) = &mut self.watched else {
            std::thread::sleep(LOOK);
            return false;
        };
        match events.recv_timeout(LOOK) {
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

    /// Builds what there is now; a build of what there was is given up.
    fn rebuild(&mut self) -> Result<(), Failure> {
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
                    // Of a Cargo.toml that is broken cargo says what is wrong.
                    *metadata = run.metadata().ok().or(metadata.take());
                    sources.follow(metadata.as_ref());
                }
                self.build = Some(run.build(metadata.as_ref())?);
                self.application.wait("The application is being built.\n");
                Ok(())
            }
        }
    }

    fn look_at_build(&mut self) -> Result<(), Failure> {
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
                self.overlay.show(&error);
                self.application.wait(&format!("The application does not compile.\n\n{error}\n"));
                Ok(())
            }
            Built::Program(program) => {
                if self.application.runs(&program.executable) {
                    self.overlay.take_back();
                    return Ok(());
                }
                self.overlay.hide();
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

fn hear_interrupts() -> Receiver<()> {
    let (sender, interrupts) = channel();
    let heard = ctrlc::set_handler(move || {
        if sender.send(()).is_err() {
            // The second time nothing is waited for; the groups end by themselves.
            std::process::exit(INTERRUPTED.into());
        }
    });
    if let Err(error) = heard {
        eprintln!(
            "warning: Ctrl-C cannot be heard ({error}); the groups end by themselves after this command"
        );
    }
    interrupts
}
