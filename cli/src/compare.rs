//! Compares templates with a build.

use std::collections::{BTreeMap, BTreeSet};

use vite_bridge::build::{Build, Severity};
use vite_bridge::manifest::BuildInfo;
use vite_bridge::scan::{Place, Scanned};
use vite_bridge::{Error, Vite};

use crate::code;
use crate::problem::Problem;

/// Finds missing names, entries that no template uses, and URLs of built files.
pub(crate) fn problems(scanned: &Scanned, vite: &Vite, build: &Build, allowed: &[String]) -> Vec<Problem> {
    let missing = scanned.missing(vite).into_iter();
    let mut problems: Vec<Problem> = missing.map(|(place, error)| missing_name(&error, &place)).collect();
    problems.extend(raw_urls(scanned, build, allowed));
    if !scanned.calls().is_empty() {
        problems.extend(unused_entries(scanned, build));
    }
    problems
}

fn missing_name(error: &Error, place: &Place) -> Problem {
    let label = match error.suggestions() {
        [] => String::new(),
        [one] => format!("did you mean {one:?}?"),
        several => format!("did you mean one of {several:?}?"),
    };
    Problem::from_error(Severity::Error, String::new(), error).in_template(place, label)
}

/// Warns of entries that no template uses. Rust code or a template in another language may use
/// them.
fn unused_entries(scanned: &Scanned, build: &Build) -> Vec<Problem> {
    let graph = build.graph();
    let key = |name: &str| graph.find(name).ok().map(|(key, _)| key.to_owned());
    let mut used: BTreeSet<String> = scanned.entries().into_keys().filter_map(key).collect();
    used.extend(scanned.groups().keys().filter_map(|parts| build.group_key(parts)));
    let unused = build.entries().filter(|key| !used.contains(*key));
    unused
        .map(|key| {
            let message = "no template uses this entry";
            Problem::new(Severity::Warning, code::ENTRY_NOT_NAMED, key, message)
                .with_help("use the entry in a template, or remove it from the inputs of the build")
        })
        .collect()
}

/// Finds URLs of built files. They break when the base or the hash of the file changes.
fn raw_urls(scanned: &Scanned, build: &Build, allowed: &[String]) -> Vec<Problem> {
    let prefixes = prefixes(build);
    let is_raw = |url: &str| {
        prefixes.iter().any(|prefix| url.starts_with(prefix.as_str()))
            && !allowed.iter().any(|allowed| url.starts_with(allowed.as_str()))
    };
    let by_url = sources(build);
    let raw = scanned.urls().iter().filter(|(url, _)| is_raw(url)).map(|(url, place)| {
        let bare = url.split(['?', '#']).next().unwrap_or(url);
        let source = by_url.get(bare);
        let label = source.map_or_else(
            || "write `{{ vite.asset(\"...\")? }}` with the source of the file".to_owned(),
            |source| format!("write `{{{{ vite.asset({source:?})? }}}}`"),
        );
        let message = format!("hard-coded URL {url:?} breaks when the base or the file changes");
        let problem = Problem::error(code::RAW_URL, String::new(), message).in_template(place, label);
        Problem { suggestions: source.cloned().into_iter().collect(), ..problem }
    });
    raw.collect()
}

/// Returns the URL prefixes of built files: the base, unless it is `/`, and the folders of the
/// build.
fn prefixes(build: &Build) -> BTreeSet<String> {
    let files = build.graph().manifest().files();
    let folders: BTreeSet<&str> = files.filter_map(|(_, file)| Some(file.split_once('/')?.0)).collect();
    let mut prefixes: BTreeSet<String> = folders.iter().map(|folder| format!("/{folder}/")).collect();
    let base = build.base();
    prefixes.extend(folders.iter().map(|folder| base.href(&format!("{folder}/"))));
    if base.as_str() != "/" && !base.is_relative() {
        prefixes.insert(base.href(""));
    }
    prefixes
}

/// Returns the source, or the public file, of each URL.
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
