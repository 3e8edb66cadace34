//! Templates held against a build.

use std::collections::{BTreeMap, BTreeSet};

use vite_bridge::build::{Build, Severity};
use vite_bridge::manifest::BuildInfo;
use vite_bridge::scan::{Place, Scanned};
use vite_bridge::{Error, Vite};

use crate::code;
use crate::report::Fault;

/// Names that the build lacks, entries that no template names, URLs that are written out.
pub(crate) fn faults(scanned: &Scanned, vite: &Vite, build: &Build, allowed: &[String]) -> Vec<Fault> {
    let missing = scanned.missing(vite).into_iter();
    let mut faults: Vec<Fault> = missing.map(|(place, error)| of_name(&error, &place)).collect();
    faults.extend(raw_urls(scanned, build, allowed));
    if !scanned.calls().is_empty() {
        faults.extend(unnamed(scanned, build));
    }
    faults
}

fn of_name(error: &Error, place: &Place) -> Fault {
    let label = match error.suggestions() {
        [] => String::new(),
        [one] => format!("did you mean {one:?}?"),
        several => format!("did you mean one of {several:?}?"),
    };
    let fault = Fault::in_template(Severity::Error, error.kind().as_str(), place, error.to_string(), label);
    Fault { suggestions: error.suggestions().to_vec(), ..fault }
}

/// What is built and never shown; a warning, since a template in another language, or Rust, may name it.
fn unnamed(scanned: &Scanned, build: &Build) -> Vec<Fault> {
    let graph = build.graph();
    let keys = |name: &str| graph.find(name).ok().map(|(key, _)| key.to_owned());
    let mut named: BTreeSet<String> = scanned.entries().into_keys().filter_map(keys).collect();
    named.extend(scanned.groups().keys().filter_map(|parts| build.group_key(parts)));
    let message = "no template names this entry; drop it from the inputs, or name it where it belongs";
    let unnamed = build.entries().filter(|key| !named.contains(*key));
    unnamed
        .map(|key| Fault::of(Severity::Warning, code::ENTRY_NOT_NAMED, key.to_owned(), message.to_owned()))
        .collect()
}

/// URLs of built files that are written out: right until the base changes or the file gets another hash.
fn raw_urls(scanned: &Scanned, build: &Build, allowed: &[String]) -> Vec<Fault> {
    let places = places(build);
    let is_raw = |url: &str| {
        places.iter().any(|place| url.starts_with(place.as_str()))
            && !allowed.iter().any(|allowed| url.starts_with(allowed.as_str()))
    };
    let by_url = sources(build);
    let raw = scanned.urls().iter().filter(|(url, _)| is_raw(url)).map(|(url, place)| {
        let bare = url.split(['?', '#']).next().unwrap_or(url);
        let source = by_url.get(bare);
        let label = source.map_or_else(
            || "write `{{ vite.asset(\"...\")? }}` with its source".to_owned(),
            |source| format!("write `{{{{ vite.asset({source:?})? }}}}`"),
        );
        let message =
            format!("{url:?} is written out; it is wrong as soon as the base changes or the file does");
        let fault = Fault::in_template(Severity::Error, code::RAW_URL, place, message, label);
        Fault { suggestions: source.cloned().into_iter().collect(), ..fault }
    });
    raw.collect()
}

/// Where built files are: below the base, if it is no root, and in the folders of the build.
fn places(build: &Build) -> BTreeSet<String> {
    let files = build.graph().manifest().files();
    let folders: BTreeSet<&str> = files.filter_map(|(_, file)| Some(file.split_once('/')?.0)).collect();
    let mut places: BTreeSet<String> = folders.iter().map(|folder| format!("/{folder}/")).collect();
    let base = build.base();
    places.extend(folders.iter().map(|folder| base.href(&format!("{folder}/"))));
    if base.as_str() != "/" && !base.is_relative() {
        places.insert(base.href(""));
    }
    places
}

/// The source, or the public file, behind a URL.
fn sources(build: &Build) -> BTreeMap<String, String> {
    let base = build.base();
    let built = build
        .graph()
        .manifest()
        .iter()
        .map(|(key, chunk)| (base.href(chunk.file()), chunk.src().unwrap_or(key)));
    let public = build.info().map(BuildInfo::public).into_iter().flatten();
    let public = public.map(|file| (base.href(file), file.as_str()));
    built.chain(public).map(|(url, source)| (url, source.to_owned())).collect()
}
