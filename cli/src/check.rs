//! `vite-bridge check`: checks a build, and compares the templates with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

use anstream::println;
use vite_bridge::ErrorKind;
use vite_bridge::build::{Build, Severity};
use vite_bridge::manifest::{FileKind, Manifest};
use vite_bridge::url::Base;

use crate::args::BuildArgs;
use crate::cli_error::CliError;
use crate::outcome::Outcome;
use crate::print::{count, print_json};
use crate::problem::Problem;
use crate::report::{counts, print, summarize};
use crate::scan::TemplateArgs;
use crate::{code, compare, css};

/// Check that a build is complete and has every name that the templates use
///
/// Checks the build for missing imports and files, for references without a hash in CSS, for a
/// mismatched base and for outdated sources. Checks the templates for unknown names, entries that
/// no template uses, and hard-coded URLs of built files.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    build: BuildArgs,
    #[command(flatten)]
    templates: TemplateArgs,
    /// Allow hard-coded URLs that begin with this text (can be repeated)
    #[arg(long, value_name = "URL")]
    allow_url: Vec<String>,
    /// Print the problems as a JSON array of {severity, kind, place, message, help}, in templates
    /// also {file, line, column, suggestions}
    #[arg(long)]
    json: bool,
}

/// The problems, and the number of templates that were read.
#[derive(Default)]
struct Checked {
    problems: Vec<Problem>,
    templates: usize,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let manifest = match args.build.builder().read_manifest() {
        Ok(manifest) => manifest,
        Err(error) => return CliError::from(error).report(args.json),
    };
    match check(args, &manifest) {
        Ok(checked) => report(&checked, &manifest, &args.build.dist(), args.json),
        Err(error) => error.report(args.json),
    }
}

const BUILD_AGAIN: &str = "run `npm run build` again, or copy the complete output directory";

fn check(args: &Args, manifest: &Manifest) -> Result<Checked, CliError> {
    let dist = args.build.dist();
    let mut problems = missing_imports(manifest);
    problems.extend(missing_files(manifest, &dist));
    if !problems.is_empty() {
        return Ok(Checked { problems, templates: 0 });
    }
    let build = match args.build.builder().load_build() {
        Ok(build) => build,
        Err(error) => {
            let problem = Problem::from_error(Severity::Error, dist.display().to_string(), &error);
            return Ok(Checked { problems: vec![problem], templates: 0 });
        }
    };
    problems.extend(references(&build, &dist));
    let diagnostics = build.check();
    problems.extend(diagnostics.iter().map(|diagnostic| {
        Problem::from_error(diagnostic.severity(), diagnostic.place(), diagnostic.error())
    }));
    let scanned = args.templates.scan(true)?;
    let vite = args.build.builder().open()?;
    problems.extend(args.templates.problems(&scanned));
    problems.extend(compare::problems(&scanned, &vite, &build, &args.allow_url));
    Ok(Checked { problems, templates: scanned.templates() })
}

fn report(checked: &Checked, manifest: &Manifest, dist: &Path, json: bool) -> Outcome {
    let problems = &checked.problems;
    if json {
        print_json(problems);
    } else {
        print(problems, Path::new(""));
    }
    let mut subject = format!("{} of {}", count(manifest.len(), "chunk"), dist.display());
    if checked.templates > 0 {
        subject.push_str(&format!(" and {}", count(checked.templates, "template")));
    }
    let outcome = summarize(problems, &subject);
    if outcome == Outcome::Done && !json {
        println!("{} in {subject}", counts(problems));
    }
    outcome
}

fn missing_imports(manifest: &Manifest) -> Vec<Problem> {
    let lists = manifest.iter().flat_map(|(importer, chunk)| {
        let now = chunk.imports().iter().map(move |key| (importer, "imports", key));
        now.chain(chunk.dynamic_imports().iter().map(move |key| (importer, "dynamically imports", key)))
    });
    let dangling = lists.filter(|(_, _, key)| manifest.get(key).is_none());
    let problem = |(importer, verb, key): (&str, &str, &String)| {
        let message = format!("{verb} {key:?}, which is missing from the manifest");
        Problem::error(ErrorKind::MissingImport.as_str(), importer, message).with_help(BUILD_AGAIN)
    };
    dangling.map(problem).collect()
}

fn missing_files(manifest: &Manifest, dist: &Path) -> Vec<Problem> {
    let by_file: BTreeMap<&str, &str> = manifest.files().map(|(key, file)| (file, key)).collect();
    let problem = |(file, key): (&str, &str)| {
        let is_below = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        let message = if !is_below {
            format!("the file {file:?} is outside the output directory")
        } else if !dist.join(file).is_file() {
            format!("the file {file:?} is missing")
        } else {
            return None;
        };
        Some(Problem::error(ErrorKind::AssetFileMissing.as_str(), key, message).with_help(BUILD_AGAIN))
    };
    by_file.into_iter().filter_map(problem).collect()
}

/// Finds files without a hash that built CSS references. Vite leaves `url(/static/x.png)`
/// unchanged, so a browser may keep an old version of the file.
fn references(build: &Build, dist: &Path) -> Vec<Problem> {
    let sheets: BTreeSet<&str> = build
        .graph()
        .manifest()
        .files()
        .map(|(_, file)| file)
        .filter(|file| FileKind::from_file(file) == FileKind::Style)
        .collect();
    sheets.into_iter().flat_map(|sheet| references_in(sheet, build, dist)).collect()
}

fn references_in(sheet: &str, build: &Build, dist: &Path) -> Vec<Problem> {
    let path = dist.join(sheet);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read the stylesheet: {error}");
            return vec![Problem::error(ErrorKind::Io.as_str(), path.display().to_string(), message)];
        }
    };
    let unversioned = |reference: css::Reference| {
        let file = file_below(&reference.url, sheet, build.base())?;
        if build.is_hashed(&file) || build.has_hashed_shape(&file) {
            return None;
        }
        let place = format!("{}:{}:{}", path.display(), reference.line, reference.column);
        let message = format!("{:?} is a file of the build without a hash in its name", reference.url);
        let help = "import the file by a relative path, so that Vite adds a hash to its name";
        Some(Problem::error(code::UNVERSIONED_REFERENCE, place, message).with_help(help))
    };
    css::references(&text).into_iter().filter_map(unversioned).collect()
}

/// Returns the file of the build that a URL in a stylesheet leads to, or `None` for other URLs.
fn file_below(url: &str, sheet: &str, base: &Base) -> Option<String> {
    let page = url::Url::parse("http://vite.dev/").ok()?;
    let root = page.join(base.as_str()).ok()?;
    let target = root.join(&base_relative(sheet)).ok()?.join(url).ok()?;
    if url.starts_with('#') || target.origin() != root.origin() || target.scheme() == "data" {
        return None;
    }
    let path = target.path().strip_prefix(root.path())?;
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    (!path.is_empty()).then_some(path)
}

/// Returns the URL of a file, relative to the base.
fn base_relative(file: &str) -> String {
    let empty: Base = Base::default();
    empty.href(file).trim_start_matches('/').to_owned()
}
