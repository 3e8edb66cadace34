//! `vite-bridge init`: a first project, or Vite in one that is there.

mod cargo;
mod main_rs;
mod package;
mod plan;
mod project;

use std::path::PathBuf;

use anstream::eprintln;

use crate::args::fail_with;
use crate::code;
use crate::outcome::Outcome;
use plan::{Plan, Written};
use project::Project;

/// Begin a project, or bring Vite into one
///
/// In a folder without a Cargo.toml: a small application with TypeScript, CSS, templates, tests and a README. In a cargo project:
/// package.json, vite.config.js, a first entry and a template; what has to change in files that are there is shown as a diff, on standard
/// output, which `git apply` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// What the application is written in
    #[arg(long, value_name = "NAME", default_value = "axum")]
    framework: Framework,
    /// Change and overwrite files that are there
    #[arg(long)]
    force: bool,
    /// Take the crate and the plugin from a checkout of vite-bridge, in place of the published ones
    #[arg(long, value_name = "CHECKOUT")]
    from: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Framework {
    Axum,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Framework::Axum = args.framework;
    let done = Project::of(&args.dir, args.from.as_deref())
        .and_then(|project| project.plan().map(|plan| (project, plan)))
        .and_then(|(project, plan)| plan.carry_out(args.force).map(|written| (project, plan, written)));
    match done {
        Ok((project, plan, written)) => {
            report(&plan, &written);
            project.say_how_to_go_on(&args.dir);
            Outcome::Done
        }
        Err(text) => fail_with(Some(code::INIT_IMPOSSIBLE), &text),
    }
}

/// What was done goes to standard error, the diffs to standard output.
fn report(plan: &Plan, written: &Written) {
    let green = anstyle::AnsiColor::Green.on_default();
    for (verb, files) in [("wrote", &written.new), ("changed", &written.changed), ("has", &written.same)] {
        files.iter().for_each(|file| eprintln!("{green}{verb:8}{green:#}{}", file.display()));
    }
    if !written.shown.is_empty() {
        eprintln!(
            "\nThese are there already and were left alone; `git apply` takes the lines below, `--force` writes them:\n"
        );
        written.shown.iter().for_each(|diff| std::print!("{diff}"));
        eprintln!();
    }
    plan.advice().iter().for_each(|advice| eprintln!("{advice}\n"));
}
