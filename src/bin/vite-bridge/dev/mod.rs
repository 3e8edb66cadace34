//! `vite-bridge dev`: Vite and the application together, the application built again when its sources change.

mod application;
mod cargo;
mod diagnostics;
mod output;
mod overlay;
mod session;
mod sockets;
mod sources;
mod waiting;

use std::path::PathBuf;
use std::process::ExitStatus;

use anstream::eprintln;
use vite_bridge::Error;

use crate::Outcome;
use crate::args::{fail, fail_with};
use session::{End, Session};

/// Run Vite and the application together; build and restart the application when its sources change
///
/// Starts the script `dev` of package.json with the package manager whose lock file is there, and COMMAND. When Rust sources,
/// Cargo.toml, templates or askama.toml change, `cargo run` is built first: the running application serves until the new one is there, and
/// goes on if it does not compile; the page shows the compiler's errors. Another COMMAND than `cargo run` is just started again. On
/// Ctrl-C, or when Vite ends, both are ended, with all that they started.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end; package.json is there or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Open this socket and hand it to the application, which takes it by `LISTEN_FDS` (the crate listenfd): no request is
    /// refused while one application follows another; several allowed
    #[arg(long, value_name = "HOST:PORT")]
    listen: Vec<String>,
    /// Never start the application again: when it ends, so does this
    #[arg(long)]
    no_watch: bool,
    /// The application; flags such as `--package` and `--example` are cargo's
    #[arg(last = true, value_name = "COMMAND", default_values = ["cargo", "run"])]
    command: Vec<String>,
}

/// The status of a program that Ctrl-C ended (128 and SIGINT's number).
const INTERRUPTED: u8 = 130;

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

/// Why it does not start, or does not go on.
#[derive(Debug)]
enum Failure {
    Own(Error),
    /// A code, and the text.
    Other(&'static str, String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

/// The program's own status; 1 for one that a signal ended.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
