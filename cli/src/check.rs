//! `vite-bridge check`: is the build whole?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

use anstream::println;
use vite_bridge::build::Build;
use vite_bridge::manifest::{FileKind, Manifest};
use vite_bridge::url::Base;
use vite_bridge::{Error, ErrorKind};

use crate::args::{BuildArgs, count, fail, print_json};
use crate::outcome::Outcome;
use crate::report::{Fault, print, sum};
use crate::scan::TemplateArgs;
use crate::{code, css, held};

/// Check that a build is whole, and that it has what templates name
///
/// Imports, files, references in CSS, base, age; each name in a template, entries that no template names, URLs that are written out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    build: BuildArgs,
    #[command(flatten)]
    templates: TemplateArgs,
    /// The beginning of URLs that templates may write out; several allowed
    #[arg(long, value_name = "URL")]
    allow_url: Vec<String>,
    /// Print faults as a JSON array of {severity, kind, place, message}; in templates also file, line, column and suggestions
    #[arg(long)]
    json: bool,
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
            Ok(build) => {
                faults.extend(references(&build, dist));
                faults.extend(build.check().iter().map(of_build));
                match in_templates(args, &build) {
                    Ok(found) => faults.extend(found),
                    Err(error) => return fail(&error, args.json),
                }
            }
            Err(error) => faults.push(of_error(&error, dist)),
        }
    }
    report(&faults, &manifest, dist, args.json)
}

fn in_templates(args: &Args, build: &Build) -> Result<Vec<Fault>, Error> {
    let scanned = args.templates.scan(true)?;
    let vite = args.build.builder().open()?;
    let held = held::faults(&scanned, &vite, build, &args.allow_url);
    Ok(args.templates.faults(&scanned).into_iter().chain(held).collect())
}

fn report(faults: &[Fault], manifest: &Manifest, dist: &Path, json: bool) -> Outcome {
    if json {
        print_json(&faults);
    } else {
        faults.iter().for_each(|fault| print(fault, Path::new("")));
    }
    let (of, dist) = (count(manifest.len(), "chunk"), dist.display());
    let outcome = sum(faults, &format!(" of {of} in {dist}"));
    if matches!(outcome, Outcome::Done) && !json {
        println!("{dist} is whole: {of} checked");
    }
    outcome
}

fn of_error(fault: &Error, dist: &Path) -> Fault {
    Fault::error(fault.kind().as_str(), dist.display().to_string(), fault.to_string())
}

fn of_build(fault: &vite_bridge::build::Diagnostic) -> Fault {
    let (kind, place) = (fault.error().kind().as_str(), fault.place().to_owned());
    Fault::of(fault.severity(), kind, place, fault.error().to_string())
}

fn imports(manifest: &Manifest) -> Vec<Fault> {
    let lists = manifest.iter().flat_map(|(importer, chunk)| {
        let now = chunk.imports().iter().map(move |key| (importer, "imports", key));
        now.chain(chunk.dynamic_imports().iter().map(move |key| (importer, "imports dynamically", key)))
    });
    let dangling = lists.filter(|(_, _, key)| manifest.get(key).is_none());
    let fault = |(importer, verb, key): (&str, &str, &String)| {
        Fault::error(
            ErrorKind::MissingImport.as_str(),
            importer,
            format!("{verb} {key:?}, which the manifest does not have"),
        )
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
        Some(Fault::error(ErrorKind::AssetFileMissing.as_str(), key, message))
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
        .filter(|file| FileKind::from_file(file) == FileKind::Style)
        .collect();
    sheets.into_iter().flat_map(|sheet| references_in(sheet, build, dist)).collect()
}

fn references_in(sheet: &str, build: &Build, dist: &Path) -> Vec<Fault> {
    let path = dist.join(sheet);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(fault) => {
            return vec![Fault::error(
                ErrorKind::Io.as_str(),
                path.display().to_string(),
                format!("cannot be read: {fault}"),
            )];
        }
    };
    let unversioned = |reference: css::Reference| {
        let file = file_below(&reference.url, sheet, build.base())?;
        if build.is_hashed(&file) || build.has_hashed_shape(&file) {
            return None;
        }
        let advice = "import the file from the source by a relative path, so that its name carries a hash";
        let place = format!("{}:{}:{}", path.display(), reference.line, reference.column);
        let message = format!("names {:?}, a file below the base without a hash; {advice}", reference.url);
        Some(Fault::error(code::UNVERSIONED_REFERENCE, place, message))
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
