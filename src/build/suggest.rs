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
        1 => format!("the only entry is {}", quoted(&entries, ", ")),
        n @ 2..=8 => format!("the {n} entries are {}", quoted(&entries, ", ")),
        n => format!("the build has {n} entries"),
    };
    let has_styles = manifest.iter().any(|(_, chunk)| chunk.kind() == FileKind::Style);
    let hint = if FileKind::from_source(name) == FileKind::Style && !has_styles {
        " (Vite 2 does not record CSS entries: import the stylesheet in a script)"
    } else {
        ""
    };
    let message =
        format!("unknown entry {name:?} in {}{}; {known}{hint}", manifest.place(), did_you_mean(&close));
    let help = "write the name of an entry, or run `npm run build` if the file is new; \
                without the plugin, also add the file to `build.rollupOptions.input` in vite.config.js";
    Error::new(ErrorKind::UnknownEntry, message).with_help(help).with_suggestions(close)
}

/// The error for an entry that the dev server does not know.
pub(crate) fn unknown_source(name: &str, inputs: &[String], files: &[String], root: &str) -> Error {
    let close = close_to(name, inputs.iter().chain(files).map(String::as_str));
    let known = if inputs.is_empty() {
        "Vite has no inputs".to_owned()
    } else {
        format!("the inputs are {}", quoted(inputs, ", "))
    };
    let message = format!(
        "unknown entry {name:?}: it is neither an input of Vite nor a file below {root}{}; {known}",
        did_you_mean(&close)
    );
    Error::new(ErrorKind::UnknownEntry, message)
        .with_help("write the path of a file, relative to Vite's root")
        .with_suggestions(close)
}

/// Returns the keys that a page can load: the entries, or every source if no chunk is marked as an
/// entry.
fn entries(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let has_entries = manifest.iter().any(|(_, chunk)| chunk.is_entry());
    manifest
        .iter()
        .filter(move |(_, chunk)| if has_entries { chunk.is_entry() } else { chunk.src().is_some() })
        // The key of a group is not a name that a template can use.
        .filter(|(key, chunk)| chunk.kind() != FileKind::Asset && !key.starts_with(".vite-bridge/"))
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
    let (why, help) = match inlined {
        Some(bytes) => (
            format!("; Vite has inlined it, since its {bytes} bytes are below `build.assetsInlineLimit`"),
            "set `build.assetsInlineLimit: 0`, or add the file to the plugin's option `assets`",
        ),
        None => (
            String::new(),
            "import it in a script or stylesheet, write its name as a literal in a template, add it to the plugin's \
             option `assets`, or put it into `public/`; then run `npm run build`",
        ),
    };
    let message = format!("unknown asset {name:?} in {}{}{why}", manifest.place(), did_you_mean(&close));
    Error::new(ErrorKind::UnknownAsset, message).with_help(help).with_suggestions(close)
}

fn quoted<T: AsRef<str>>(names: &[T], separator: &str) -> String {
    names.iter().map(|name| format!("{:?}", name.as_ref())).collect::<Vec<_>>().join(separator)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}
