//! Which file names carry a content hash, so that a browser may keep the file for good.

use std::collections::BTreeSet;

use super::build_info::BuildInfo;
use super::manifest::Manifest;

/// The fewest characters of Vite's default hash.
const FEWEST: usize = 8;

/// The hashed files of a build: those that the plugin recorded; without it those that the manifest lists, whose stem
/// is not the chunk's name, and that end as a hashed name does. In doubt a file is not hashed.
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

/// Whether a file's stem ends in `-` or `.` and eight or more of `[A-Za-z0-9_-]`, among them a digit or both cases.
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
