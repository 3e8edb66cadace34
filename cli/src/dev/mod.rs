//! `vite-bridge dev`: Vite and the application together, the application built again when its sources change.

mod application;
mod args;
mod cargo;
mod diagnostics;
mod failure;
mod output;
mod overlay;
mod session;
mod sockets;
mod sources;
mod waiting;

use std::process::ExitStatus;

use anstream::eprintln;

use crate::args::{fail, fail_with};
use crate::outcome::Outcome;
use failure::Failure;
use session::{End, INTERRUPTED, Session};

pub(crate) use self::args::Args;

pub(crate) fn run(args: &Args) -> Outcome {
    let end = Session::start(args).and_then(Session::run);
    match end {
        Ok(End::Interrupted) => Outcome::Status(INTERRUPTED),
        Ok(End::Application(status)) => {
            eprintln!("`{}` ended: {status}", args.command.join(" "));
            Outcome::Status(code(status))
        }
        Ok(End::Vite(status)) => {
            eprintln!("Vite ended: {status}; if its packages are not installed, run `npm ci`");
            Outcome::Elsewhere
        }
        Err(error) => failed(&error),
    }
}

fn failed(failure: &Failure) -> Outcome {
    match failure {
        Failure::Own(error) => fail(error, false),
        Failure::Other(code, text) => {
            fail_with(Some(code), text);
            Outcome::Elsewhere
        }
    }
}

/// The program's own status; 1 for one that a signal ended.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
