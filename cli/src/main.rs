//! The command line `vite-bridge`: tags, checks, inspection, and a development command. It uses the
//! public API of the library only.

mod args;
mod check;
mod cli_error;
mod code;
mod compare;
mod compress;
mod css;
mod dev;
mod doctor;
mod explain;
mod init;
mod inspect;
mod library_version;
mod outcome;
mod print;
mod problem;
mod report;
mod scan;
mod serve;
mod tags;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The Vite integration for Rust web servers
#[derive(Debug, Parser)]
#[command(name = "vite-bridge", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Tags(tags::Args),
    Check(check::Args),
    Compress(compress::Args),
    Dev(dev::Args),
    Doctor(doctor::Args),
    Explain(explain::Args),
    Init(init::Args),
    Serve(serve::Args),
    Inspect(inspect::Args),
    Scan(scan::Args),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if !matches!(command, Command::Explain(_)) {
        library_version::warn_if_incompatible();
    }
    match command {
        Command::Tags(args) => tags::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Compress(args) => compress::run(&args),
        Command::Dev(args) => dev::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Scan(args) => scan::run(&args),
    }
    .into()
}
