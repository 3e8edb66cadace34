//! The walls of the house: nouns do no input or output, folders do not import folders, every test file has a test.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code of a file: no comment lines.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a file");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// The files that lie directly in `src/`.
fn nouns() -> Vec<PathBuf> {
    let src = root().join("src");
    rust_files(&src).into_iter().filter(|path| path.parent() == Some(&src)).collect()
}

const VERBS: [&str; 9] =
    ["load", "serve", "proxy", "spawn", "scan", "collect", "publish", "mount", "generate"];

/// What puts the others together: for a framework, for a build script.
const COMPOSERS: [&str; 2] = ["mount", "generate"];

#[test]
fn a_noun_touches_no_file_socket_clock_environment_or_task() {
    let forbidden = [
        "std::fs",
        "std::io",
        "std::net::Tcp",
        "std::net::Udp",
        "std::env",
        "std::process",
        // A time is a value, as of a file or an option; reading the clock is not for a noun.
        "::now(",
        "Instant",
        "std::thread",
        "tokio",
        "async fn",
        ".await",
    ];
    let mut seen = 0;
    for path in nouns() {
        for line in code(&path) {
            for word in forbidden {
                assert!(!line.contains(word), "{}: {line}", path.display());
            }
        }
        seen += 1;
    }
    assert!(seen > 15, "{seen} nouns");
}

#[test]
fn a_noun_imports_no_folder() {
    for path in nouns().into_iter().filter(|path| !path.ends_with("lib.rs")) {
        for line in code(&path) {
            for verb in VERBS {
                assert!(!line.contains(&format!("crate::{verb}::")), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn a_folder_imports_no_other_folder_but_for_those_that_put_them_together() {
    for verb in VERBS.iter().filter(|verb| !COMPOSERS.contains(verb)) {
        let folder = root().join("src").join(verb);
        for path in folder.is_dir().then(|| rust_files(&folder)).into_iter().flatten() {
            for line in code(&path) {
                for other in VERBS.iter().filter(|other| *other != verb) {
                    let is_other = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
                    let imports = line.split(&format!("crate::{other}")).skip(1).any(is_other);
                    assert!(!imports, "{}: {line}", path.display());
                }
            }
        }
    }
}

#[test]
fn the_program_uses_the_public_api_only() {
    for path in rust_files(&root().join("src/bin")) {
        for line in code(&path) {
            assert!(!line.contains("#[path") && !line.contains("include!"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn only_html_rs_writes_markup() {
    for path in rust_files(&root().join("src")).into_iter().filter(|path| !path.ends_with("html.rs")) {
        for line in code(&path) {
            let markup = ["\"<script", "\"<link", "\"<meta", "\"<!--", "push('<')"];
            assert!(markup.iter().all(|text| !line.contains(text)), "{}: {line}", path.display());
        }
    }
}

#[test]
fn one_place_asks_for_the_profile() {
    let asks = |path: &PathBuf| code(path).iter().filter(|line| line.contains("debug_assertions")).count();
    assert!(rust_files(&root().join("src")).iter().map(asks).sum::<usize>() <= 1);
}

#[test]
fn every_test_file_has_a_test() {
    let tests = root().join("tests");
    let files = rust_files(&tests).into_iter().filter(|path| path.parent() == Some(&tests));
    for path in files {
        let count = code(&path)
            .iter()
            .filter(|line| line.trim() == "#[test]" || line.trim() == "#[tokio::test]")
            .count();
        assert!(count > 0, "{}", path.display());
    }
}

#[test]
fn files_and_functions_stay_small() {
    for path in rust_files(&root().join("src")) {
        let lines = fs::read_to_string(&path).expect("a file").lines().count();
        assert!(lines <= 300, "{} has {lines} lines", path.display());
    }
}
