//! `vite-bridge scan`: what templates name.

use std::path::Path;

use anstream::println;
use serde::Serialize;
use vite_bridge::Error;
use vite_bridge::build::Severity;
use vite_bridge::scan::{Names, Place, Scanned, Scanner};

use crate::args::{count, fail, print_json};
use crate::code;
use crate::outcome::Outcome;
use crate::report::{Fault, print, sum};

/// Where templates are, for the commands that read them.
#[derive(Debug, clap::Args)]
pub(crate) struct TemplateArgs {
    /// A folder of templates; several allowed [default: those of askama.toml, else templates]
    #[arg(long, value_name = "DIR")]
    templates: Vec<String>,
    /// A folder of Rust files with templates in `#[template(source = "...")]`; several allowed [default: src]
    #[arg(long, value_name = "DIR")]
    rust: Vec<String>,
    /// A name that a page has in templates, beside vite and page
    #[arg(long, value_name = "NAME")]
    receiver: Vec<String>,
    /// Fail for an argument that is no literal
    #[arg(long)]
    deny_dynamic: bool,
}

impl TemplateArgs {
    pub(crate) fn scan(&self, allow_empty: bool) -> Result<Scanned, Error> {
        let scanner = Scanner::new(".").allow_empty(allow_empty);
        let scanner = if self.templates.is_empty() { scanner } else { scanner.templates(&self.templates) };
        let scanner = if self.rust.is_empty() { scanner } else { scanner.sources(&self.rust) };
        self.receiver.iter().fold(scanner, Scanner::receiver).scan()
    }

    /// What does not parse, and what is no literal.
    pub(crate) fn faults(&self, scanned: &Scanned) -> Vec<Fault> {
        let unread = scanned.faults().iter().map(|(place, message)| {
            Fault::in_template(Severity::Error, code::TEMPLATE_INVALID, place, message.clone(), "here")
        });
        let severity = if self.deny_dynamic { Severity::Error } else { Severity::Warning };
        let dynamic = scanned.calls().iter().filter(|call| call.is_dynamic()).map(|call| {
            let message = format!(
                "`{}` has an argument that is no literal, so that nobody knows what it names",
                call.call().as_str()
            );
            let advice = "name it in the template, or list what it may be among the inputs of vite.config.js";
            Fault::in_template(severity, code::DYNAMIC_NAME, call.place(), message, advice)
        });
        unread.chain(dynamic).collect()
    }
}

/// List the entries and assets that templates name, with the places that name them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    templates: TemplateArgs,
    /// Do not fail where there are no templates
    #[arg(long)]
    allow_empty: bool,
    /// Print JSON: {templates, entries: [{name, places: [{file, line, column}]}], assets, groups: [{parts, places}], faults}
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'s> {
    templates: usize,
    entries: Vec<Named<'s>>,
    assets: Vec<Named<'s>>,
    groups: Vec<Group<'s>>,
    faults: &'s [Fault],
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
        Err(error) => return fail(&error, args.json),
    };
    let faults = args.templates.faults(&scanned);
    let groups = scanned.groups().into_iter().map(|(parts, places)| Group { parts, places });
    let report = Report {
        templates: scanned.templates(),
        entries: named(scanned.entries()),
        assets: named(scanned.assets()),
        groups: groups.collect(),
        faults: &faults,
    };
    if args.json {
        print_json(&report);
    } else {
        show(&report);
        faults.iter().for_each(|fault| print(fault, Path::new("")));
    }
    sum(&faults, "")
}

fn named(names: Names<'_>) -> Vec<Named<'_>> {
    names.into_iter().map(|(name, places)| Named { name, places }).collect()
}

const BOLD: anstyle::Style = anstyle::Style::new().bold();
const DIM: anstyle::Style = anstyle::Style::new().dimmed();

fn show(report: &Report<'_>) {
    for (what, list) in [("entry", &report.entries), ("asset", &report.assets)] {
        list.iter().for_each(|named| line(what, named.name, &named.places));
    }
    report.groups.iter().for_each(|group| line("group", &group.parts.join(" + "), &group.places));
    println!("{} read", count(report.templates, "template"));
}

fn line(what: &str, name: &str, places: &[&Place]) {
    let places: Vec<_> = places.iter().map(ToString::to_string).collect();
    println!("{what} {BOLD}{name}{BOLD:#} {DIM}{}{DIM:#}", places.join(" "));
}
