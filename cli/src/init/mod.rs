//! `vite-bridge init`: creates a project, or adds Vite to an existing one.

mod cargo;
mod error;
mod main_rs;
mod package;
mod plan;
mod project;

use std::path::PathBuf;

use anstream::eprintln;

use crate::outcome::Outcome;
use plan::{Plan, Written};
use project::Project;

/// Create a project, or add Vite to an existing one
///
/// In a folder without a Cargo.toml, writes a small application with TypeScript, CSS, templates,
/// tests and a README. In a cargo project, writes package.json, vite.config.js, tsconfig.json, an
/// entry and a template. Existing files are not changed: the necessary changes are printed on
/// standard output as a diff for `git apply`. Read the diff first: it replaces an existing
/// vite.config.js or web/main.ts completely.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the project
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The web framework of the application
    #[arg(long, value_name = "NAME", default_value = "axum")]
    framework: Framework,
    /// Change and replace existing files
    #[arg(long)]
    force: bool,
    /// Use the crate and the plugin from a checkout of vite-bridge instead of the published ones
    #[arg(long, value_name = "CHECKOUT")]
    from: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Framework {
    Axum,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Framework::Axum = args.framework;
    let done = Project::open(&args.dir, args.from.as_deref())
        .and_then(|project| project.plan().map(|plan| (project, plan)))
        .and_then(|(project, plan)| plan.perform(args.force).map(|written| (project, plan, written)));
    match done {
        Ok((project, plan, written)) => {
            report(&plan, &written);
            project.print_next_steps(&args.dir);
            Outcome::Done
        }
        Err(error) => error.report(false),
    }
}

/// Lists the files on standard error, and prints the diffs on standard output.
fn report(plan: &Plan, written: &Written) {
    let green = anstyle::AnsiColor::Green.on_default();
    for (verb, files) in
        [("created", &written.new), ("changed", &written.changed), ("unchanged", &written.same)]
    {
        files.iter().for_each(|file| eprintln!("{green}{verb:10}{green:#}{}", file.display()));
    }
    if !written.shown.is_empty() {
        eprintln!(
            "\nThese files exist and were not changed. Apply the diff below with `git apply`, or run again with `--force`:\n"
        );
        written.shown.iter().for_each(|diff| std::print!("{diff}"));
        eprintln!();
    }
    plan.advice().iter().for_each(|advice| eprintln!("{advice}\n"));
}
