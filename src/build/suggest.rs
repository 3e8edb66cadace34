//! Suggestions for unknown names, and the errors that contain them.

use std::collections::BTreeSet;

use strsim::damerau_levenshtein;

use crate::error::{Error, ErrorKind};
use crate::manifest::{FileKind, Manifest};

const MAX_SUGGESTIONS: usize = 3;

/// Returns up to three candidates that are close to `name`, nearest first.
///
/// A candidate is close in these cases:
///
/// - It has the same file name without extension.
/// - One of the two names contains the other.
/// - At most a third of the letters differ (Damerau-Levenshtein distance).
pub(crate) fn close_to<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut close: Vec<(usize, &str)> = candidates
        .filter_map(|candidate| {
            let distance = damerau_levenshtein(name, candidate);
            let is_close = distance * 3 <= name.len()
                || stem(name) == stem(candidate)
                || (name.len() > 2 && (candidate.contains(name) || name.contains(candidate)));
            is_close.then_some((distance, candidate))
        })
        .collect();
    close.sort_unstable();
    close.dedup();
    close.truncate(MAX_SUGGESTIONS);
    close.into_iter().map(|(_, candidate)| candidate.to_owned()).collect()
}

/// Formats suggestions as `; did you mean "a" or "b"?`. The text is empty without suggestions.
pub(crate) fn did_you_mean(close: &[String]) -> String {
    match close {
        [] => String::new(),
        close => format!("; did you mean {}?", quoted(close, " or ")),
    }
}

pub(crate) fn unknown_entry(name: &str, manifest: &Manifest) -> Error {
    let entries: Vec<&str> = entries(manifest).collect();
    let names = manifest.iter().filter(|(_, chunk)| chunk.is_entry()).filter_map(|(_, chunk)| chunk.name());
    let close = close_to(name, entries.iter().copied().chain(names));
    let known = match entries.len() {
        0 => "the build has no entries".to_owned(),
        n @ 1..=8 => format!("the build's {n} entries are {}", quoted(&entries, ", ")),
        n => format!("the build has {n} entries"),
    };
    let has_styles = manifest.iter().any(|(_, chunk)| chunk.kind() == FileKind::Style);
    let hint = if FileKind::from_source(name) == FileKind::Style && !has_styles {
        " (Vite 2 writes no record for CSS entries: import the CSS from a script there)"
    } else {
        ""
    };
    let what = format!(
        "no entry {name:?} in {}{}; {known}{hint}; list it in `build.rollupOptions.input` of vite.config.js and run `npm run build`",
        manifest.place(),
        did_you_mean(&close),
    );
    Error::new(ErrorKind::UnknownEntry, what).with_suggestions(close)
}

/// The error for an entry that the dev server does not know.
pub(crate) fn unknown_source(name: &str, inputs: &[String], root: &str) -> Error {
    let close = close_to(name, inputs.iter().map(String::as_str));
    let known = if inputs.is_empty() { "there are none".to_owned() } else { quoted(inputs, ", ") };
    let what = format!(
        "no entry {name:?}: it is neither a file below Vite's root, {root}, nor one of its inputs{}; the inputs are: {known}",
        did_you_mean(&close)
    );
    Error::new(ErrorKind::UnknownEntry, what).with_suggestions(close)
}

/// Returns the keys that a page can load: the entries, or every source if no chunk is marked as an
/// entry.
fn entries(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let has_entries = manifest.iter().any(|(_, chunk)| chunk.is_entry());
    manifest
        .iter()
        .filter(move |(_, chunk)| if has_entries { chunk.is_entry() } else { chunk.src().is_some() })
        .filter(|(_, chunk)| chunk.kind() != FileKind::Asset)
        .map(|(key, _)| key)
}

pub(crate) fn unknown_asset(
    name: &str,
    manifest: &Manifest,
    public: &BTreeSet<String>,
    inlined: Option<u64>,
) -> Error {
    let sources = manifest.iter().filter(|(_, chunk)| chunk.src().is_some()).map(|(key, _)| key);
    let candidates = sources.chain(public.iter().map(String::as_str));
    let close = close_to(name, candidates);
    let why = match inlined {
        Some(bytes) => format!(
            "; the source is there, but with {bytes} bytes it is below `build.assetsInlineLimit`, so Vite wrote it into its importers and it has no URL: set `assetsInlineLimit: 0`, or name it in the plugin's `assets`"
        ),
        None => "; an asset has a URL when a script or stylesheet of the build imports it and it is not below `build.assetsInlineLimit` (4 KiB by default; then it is inlined), when the plugin's `assets` names it, or when it lies in `public/`".to_owned(),
    };
    let what = format!("no asset {name:?} in {}{}{why}", manifest.place(), did_you_mean(&close));
    Error::new(ErrorKind::UnknownAsset, what).with_suggestions(close)
}

fn quoted<T: AsRef<str>>(names: &[T], separator: &str) -> String {
    names.iter().map(|name| format!("{:?}", name.as_ref())).collect::<Vec<_>>().join(separator)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}
