//! `vite-bridge dev`: Vite and the application together, until either ends.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anstream::eprintln;
use vite_bridge::{DevServer, Error, ProcessGroup};

use crate::Outcome;
use crate::args::fail;

/// Run Vite and the application together; both end with this command
///
/// Starts the script `dev` of package.json with the package manager whose lock file is there, and COMMAND. When one of them
/// ends, or on Ctrl-C, both are ended, with all that they started.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end; package.json is there or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The application
    #[arg(last = true, value_name = "COMMAND", default_values = ["cargo", "run"])]
    command: Vec<String>,
}

/// How often it is looked whether one of them has ended.
const LOOK: Duration = Duration::from_millis(50);

/// The status of a program that Ctrl-C ended (128 and SIGINT's number).
const INTERRUPTED: u8 = 130;

/// What ended.
enum End {
    Interrupted,
    Vite(ExitStatus),
    Command(ExitStatus),
}

pub(crate) fn run(args: &Args) -> Outcome {
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
    match start(args) {
        Ok((vite, command)) => run_both(vite, command, interrupts, &args.command.join(" ")),
        Err(error) => fail(&error, false),
    }
}

fn start(args: &Args) -> Result<(DevServer, ProcessGroup), Error> {
    let (vite, app) = prefixes();
    let vite = DevServer::spawn_with_prefix(&args.project, &vite)?;
    let (program, rest) =
        args.command.split_first().map_or(("cargo", &[][..]), |(first, rest)| (first, rest));
    let mut command = Command::new(program);
    command.args(rest);
    if std::io::stdout().is_terminal() {
        // Their output is a pipe, and would lose its colours.
        command.env("CARGO_TERM_COLOR", "always").env("CLICOLOR_FORCE", "1");
    }
    Ok((vite, ProcessGroup::spawn(&mut command, &app)?))
}

fn prefixes() -> (String, String) {
    if !std::io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    {
        return ("vite | ".to_owned(), " app | ".to_owned());
    }
    let [vite, app] =
        [anstyle::AnsiColor::Magenta, anstyle::AnsiColor::Cyan].map(anstyle::AnsiColor::on_default);
    (format!("{vite}vite |{vite:#} "), format!("{app} app |{app:#} "))
}

fn run_both(mut vite: DevServer, mut command: ProcessGroup, interrupts: Receiver<()>, name: &str) -> Outcome {
    let end = wait(&mut vite, &mut command, &interrupts);
    drop(interrupts);
    // Both at once; then each is waited for.
    command.stop();
    vite.stop();
    drop((command, vite));
    match end {
        Ok(End::Interrupted) => Outcome::Status(INTERRUPTED),
        Ok(End::Command(status)) => {
            eprintln!("`{name}` ended: {status}");
            Outcome::Status(code(status))
        }
        Ok(End::Vite(status)) => {
            eprintln!("Vite ended: {status}; if its packages are not installed, run `npm ci`");
            Outcome::Faults
        }
        Err(error) => fail(&error, false),
    }
}

fn wait(vite: &mut DevServer, command: &mut ProcessGroup, interrupts: &Receiver<()>) -> Result<End, Error> {
    loop {
        if interrupts.recv_timeout(LOOK).is_ok() {
            return Ok(End::Interrupted);
        }
        if let Some(status) = command.try_wait()? {
            return Ok(End::Command(status));
        }
        if let Some(status) = vite.try_wait()? {
            return Ok(End::Vite(status));
        }
    }
}

/// The program's own status; 1 for one that a signal ended.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
