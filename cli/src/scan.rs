//! `vite-bridge scan`: lists the names in templates.

use std::path::Path;

use anstream::println;
use serde::Serialize;
use vite_bridge::ErrorKind;
use vite_bridge::build::Severity;
use vite_bridge::scan::{Names, Place, Scanned, Scanner};

use crate::cli_error::CliError;
use crate::code;
use crate::outcome::Outcome;
use crate::print::{count, print_json};
use crate::problem::Problem;
use crate::report::{print, summarize};

/// The arguments that select templates.
#[derive(Debug, clap::Args)]
pub(crate) struct TemplateArgs {
    /// A folder of templates (can be repeated) [default: the folders in askama.toml, otherwise
    /// templates]
    #[arg(long, value_name = "DIR")]
    templates: Vec<String>,
    /// A folder of Rust files, searched for `#[template(source = "...")]` (can be repeated)
    /// [default: src]
    #[arg(long, value_name = "DIR")]
    rust: Vec<String>,
    /// Another variable name of the page in templates, in addition to `vite` and `page` (can be
    /// repeated)
    #[arg(long, value_name = "NAME")]
    receiver: Vec<String>,
    /// Report an error, not a warning, for an argument that is not a string literal
    #[arg(long)]
    deny_dynamic: bool,
}

const EMPTY_HELP: &str =
    "name the folder with `--templates DIR`, or allow a project without templates with `--allow-empty`";

impl TemplateArgs {
    pub(crate) fn scan(&self, allow_empty: bool) -> Result<Scanned, CliError> {
        let scanner = Scanner::new(".").allow_empty(allow_empty);
        let scanner = if self.templates.is_empty() { scanner } else { scanner.templates(&self.templates) };
        let scanner = if self.rust.is_empty() { scanner } else { scanner.sources(&self.rust) };
        self.receiver.iter().fold(scanner, Scanner::receiver).scan().map_err(|error| {
            let is_empty = error.kind() == ErrorKind::NoTemplates;
            let error = CliError::from(error);
            if is_empty { error.with_help(EMPTY_HELP) } else { error }
        })
    }

    /// Returns the templates that cannot be parsed, and the arguments that are not string literals.
    pub(crate) fn problems(&self, scanned: &Scanned) -> Vec<Problem> {
        let invalid = scanned.syntax_errors().iter().map(|(place, message)| {
            Problem::error(code::TEMPLATE_INVALID, String::new(), message).in_template(place, "here")
        });
        let severity = if self.deny_dynamic { Severity::Error } else { Severity::Warning };
        let dynamic = scanned.calls().iter().filter(|call| call.is_dynamic()).map(|call| {
            let message = format!(
                "the argument of `{}` is not a string literal, so it cannot be checked",
                call.method().as_str()
            );
            Problem::new(severity, code::DYNAMIC_NAME, String::new(), message)
                .in_template(call.place(), "unknown name")
                .with_help(
                    "write a string literal, or add all possible names to the inputs of vite.config.js",
                )
        });
        invalid.chain(dynamic).collect()
    }
}

/// List the entries, assets and groups that the templates use, with their places
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    templates: TemplateArgs,
    /// Succeed if there are no templates
    #[arg(long)]
    allow_empty: bool,
    /// Print JSON: {templates, entries: [{name, places: [{file, line, column}]}], assets, groups:
    /// [{parts, places}], problems}
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'s> {
    templates: usize,
    entries: Vec<Named<'s>>,
    assets: Vec<Named<'s>>,
    groups: Vec<Group<'s>>,
    problems: &'s [Problem],
}

#[derive(Debug, Serialize)]
struct Named<'s> {
    name: &'s str,
    places: Vec<&'s Place>,
}

#[derive(Debug, Serialize)]
struct Group<'s> {
    parts: Vec<&'s str>,
    places: Vec<&'s Place>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let scanned = match args.templates.scan(args.allow_empty) {
        Ok(scanned) => scanned,
        Err(error) => return error.report(args.json),
    };
    let problems = args.templates.problems(&scanned);
    let groups = scanned.groups().into_iter().map(|(parts, places)| Group { parts, places });
    let report = Report {
        templates: scanned.templates(),
        entries: named(scanned.entries()),
        assets: named(scanned.assets()),
        groups: groups.collect(),
        problems: &problems,
    };
    if args.json {
        print_json(&report);
    } else {
        show(&report);
        print(&problems, Path::new(""));
    }
    summarize(&problems, &count(report.templates, "template"))
}

fn named(names: Names<'_>) -> Vec<Named<'_>> {
    names.into_iter().map(|(name, places)| Named { name, places }).collect()
}

const BOLD: anstyle::Style = anstyle::Style::new().bold();
const DIM: anstyle::Style = anstyle::Style::new().dimmed();

fn show(report: &Report<'_>) {
    for (kind, list) in [("entry", &report.entries), ("asset", &report.assets)] {
        list.iter().for_each(|named| line(kind, named.name, &named.places));
    }
    report.groups.iter().for_each(|group| line("group", &group.parts.join(" + "), &group.places));
    println!("read {}", count(report.templates, "template"));
}

fn line(kind: &str, name: &str, places: &[&Place]) {
    let places: Vec<_> = places.iter().map(ToString::to_string).collect();
    println!("{kind} {BOLD}{name}{BOLD:#} {DIM}{}{DIM:#}", places.join(" "));
}
