//! `vite-bridge dev`: runs Vite and the application, and rebuilds the application when its sources
//! change.

mod application;
mod args;
mod cargo;
mod diagnostics;
mod output;
mod overlay;
mod session;
mod sockets;
mod sources;
mod waiting;

use std::process::ExitStatus;

use anstream::eprintln;

use crate::outcome::Outcome;
use session::{End, INTERRUPTED, Session};

pub(crate) use self::args::Args;

pub(crate) fn run(args: &Args) -> Outcome {
    match Session::start(args).and_then(Session::run) {
        Ok(End::Interrupted) => Outcome::Status(INTERRUPTED),
        Ok(End::Application(status)) => {
            eprintln!("`{}` ended: {status}", args.command.join(" "));
            Outcome::Status(code(status))
        }
        Ok(End::Vite { status, manager }) => {
            eprintln!("Vite ended: {status}");
            eprintln!("  = help: run `{manager} install` if the packages are not installed");
            Outcome::Unavailable
        }
        Err(error) => error.report(false),
    }
}

/// Returns the exit status of the application, or 1 if a signal ended it.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
