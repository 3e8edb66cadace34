//! Detects names with a content hash, so that browsers can keep these files without asking again.

use std::collections::BTreeSet;

use super::build_info::BuildInfo;
use super::manifest::Manifest;

/// The length of Vite's default hash, the minimum for a detected hash.
const FEWEST: usize = 8;

/// Returns the hashed files of a build.
///
/// These are the files that the plugin recorded. Without the plugin, they are the files of the
/// manifest whose names end like a hash, except a chunk's file whose stem equals the name of the
/// chunk. In doubt a file does not count as hashed.
pub(crate) fn hashed_files(manifest: &Manifest, info: Option<&BuildInfo>) -> BTreeSet<String> {
    if let Some(hashed) = info.and_then(BuildInfo::hashed) {
        return hashed.clone();
    }
    let own = manifest
        .iter()
        .filter(|(_, chunk)| chunk.name() != Some(stem(chunk.file())))
        .map(|(_, chunk)| chunk.file());
    let listed =
        manifest.iter().flat_map(|(_, chunk)| chunk.css().iter().chain(chunk.assets()).map(String::as_str));
    own.chain(listed).filter(|file| has_hash(file)).map(str::to_owned).collect()
}

/// Returns whether the stem of a file ends with a separator and a hash.
///
/// The separator is `-` or `.`. The hash has at least eight characters of `[A-Za-z0-9_-]`, with a
/// digit or with both lower-case and upper-case letters.
pub(crate) fn has_hash(file: &str) -> bool {
    let stem = stem(file);
    let ends = stem.match_indices(['-', '.']).filter_map(|(at, _)| stem.get(at + 1..));
    ends.filter(|end| end.len() >= FEWEST).any(|end| {
        let is_word = end.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        let has = |class: fn(&u8) -> bool| end.as_bytes().iter().any(class);
        is_word && (has(u8::is_ascii_digit) || (has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)))
    })
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
