//! `vite-bridge check`: is the build whole?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

use anstream::{eprintln, println};
use serde::Serialize;
use vite_bridge::{Base, Build, Error, FileKind, Manifest};

use crate::args::{BuildArgs, count, fail, print_json};
use crate::{Outcome, css};

/// Check that a build is whole: imports, files, references in CSS
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    build: BuildArgs,
    /// Print faults as a JSON array of {kind, place, message}
    #[arg(long)]
    json: bool,
}

/// One fault, for one line.
#[derive(Debug, Serialize)]
struct Fault {
    kind: &'static str,
    place: String,
    message: String,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let manifest = match args.build.builder().read_manifest() {
        Ok(manifest) => manifest,
        Err(error) => return fail(&error, args.json),
    };
    let dist = args.build.dist();
    let mut faults = imports(&manifest);
    faults.extend(files(&manifest, dist));
    if faults.is_empty() {
        match args.build.builder().load_build() {
            Ok(build) => faults.extend(references(&build, dist)),
            Err(error) => faults.push(of_error(&error, dist)),
        }
    }
    report(&faults, &manifest, dist, args.json)
}

fn report(faults: &[Fault], manifest: &Manifest, dist: &Path, json: bool) -> Outcome {
    if json {
        print_json(&faults);
    } else {
        let style = anstyle::AnsiColor::Red.on_default().bold();
        for Fault { kind, place, message } in faults {
            println!("{place}: {style}{kind}{style:#}: {message}");
        }
    }
    if !faults.is_empty() {
        eprintln!(
            "{} of {} in {}",
            count(faults.len(), "fault"),
            count(manifest.len(), "chunk"),
            dist.display()
        );
        return Outcome::Faults;
    }
    if !json {
        println!("{} is whole: {} checked", dist.display(), count(manifest.len(), "chunk"));
    }
    Outcome::Done
}

fn of_error(error: &Error, dist: &Path) -> Fault {
    Fault { kind: error.kind().as_str(), place: dist.display().to_string(), message: error.to_string() }
}

fn imports(manifest: &Manifest) -> Vec<Fault> {
    let lists = manifest.iter().flat_map(|(importer, chunk)| {
        let now = chunk.imports().iter().map(move |key| (importer, "imports", key));
        now.chain(chunk.dynamic_imports().iter().map(move |key| (importer, "imports dynamically", key)))
    });
    let dangling = lists.filter(|(_, _, key)| manifest.get(key).is_none());
    let fault = |(importer, verb, key): (&str, &str, &String)| Fault {
        kind: "missing_import",
        place: importer.to_owned(),
        message: format!("{verb} {key:?}, which the manifest does not have"),
    };
    dangling.map(fault).collect()
}

fn files(manifest: &Manifest, dist: &Path) -> Vec<Fault> {
    let by_file: BTreeMap<&str, &str> = manifest.files().map(|(key, file)| (file, key)).collect();
    let fault = |(file, key): (&str, &str)| {
        let is_below = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        let message = if !is_below {
            format!("names {file:?}, which leads out of the output directory")
        } else if !dist.join(file).is_file() {
            format!("names {file:?}, which is not there")
        } else {
            return None;
        };
        Some(Fault { kind: "asset_file_missing", place: key.to_owned(), message })
    };
    by_file.into_iter().filter_map(fault).collect()
}

/// Files that built CSS names without a hash: `url(/static/x.png)` stays in Vite as it is written, so a browser may
/// keep an old one.
fn references(build: &Build, dist: &Path) -> Vec<Fault> {
    let sheets: BTreeSet<&str> = build
        .graph()
        .manifest()
        .files()
        .map(|(_, file)| file)
        .filter(|file| FileKind::of(file) == FileKind::Style)
        .collect();
    sheets.into_iter().flat_map(|sheet| references_in(sheet, build, dist)).collect()
}

fn references_in(sheet: &str, build: &Build, dist: &Path) -> Vec<Fault> {
    let path = dist.join(sheet);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(fault) => {
            let message = format!("cannot be read: {fault}");
            return vec![Fault { kind: "io", place: path.display().to_string(), message }];
        }
    };
    let unversioned = |reference: css::Reference| {
        let file = file_below(&reference.url, sheet, build.base())?;
        if build.is_hashed(&file) || build.has_hashed_shape(&file) {
            return None;
        }
        let advice = "import the file from the source by a relative path, so that its name carries a hash";
        Some(Fault {
            kind: "unversioned_reference",
            place: format!("{}:{}:{}", path.display(), reference.line, reference.column),
            message: format!("names {:?}, a file below the base without a hash; {advice}", reference.url),
        })
    };
    css::references(&text).into_iter().filter_map(unversioned).collect()
}

/// The file of the build that a URL in a stylesheet means; `None` where it lies elsewhere.
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

/// A file as a URL relative to the base.
fn base_relative(file: &str) -> String {
    let empty: Base = Base::default();
    empty.href(file).trim_start_matches('/').to_owned()
}
