//! Shared by several test modules: builds, tags as text, manifests of real builds.
#![allow(dead_code, reason = "each set of features uses a part of it")]

pub(crate) mod dist;
#[cfg(feature = "axum")]
pub(crate) mod exchange;
pub(crate) mod log;
#[cfg(all(feature = "proxy", feature = "axum"))]
pub(crate) mod mounted;
#[cfg(unix)]
pub(crate) mod processes;
#[cfg(all(feature = "serve", feature = "axum"))]
pub(crate) mod served;
pub(crate) mod small;
pub(crate) mod small_vite;
#[cfg(feature = "proxy")]
pub(crate) mod upstream;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vite_bridge::{Builder, Error, ErrorKind, Tags};

pub(crate) use self::dist::Dist;

/// Waits until another thread makes a condition true.
#[track_caller]
pub(crate) fn until(what: &str, look: impl Fn() -> bool) {
    for _ in 0..500 {
        if look() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("not in ten seconds: {what}");
}

/// Returns the builder of a build that consists of a manifest only.
pub(crate) fn build(manifest: &Value) -> Builder {
    Builder::manifest_bytes(manifest.to_string()).read_environment(false)
}

/// Returns the HTML of tags. An error fails the test.
#[track_caller]
pub(crate) fn html(tags: Result<Tags, Error>) -> String {
    tags.unwrap_or_else(|error| panic!("{error}")).to_string()
}

/// Returns a string for each element, with its kind and URL. An error fails the test.
#[track_caller]
pub(crate) fn lines(tags: Result<Tags, Error>) -> Vec<String> {
    let tags = tags.unwrap_or_else(|error| panic!("{error}"));
    tags.elements()
        .map(|element| {
            format!(
                "{} {}",
                element.kind().as_str(),
                element.href().or(element.content()).unwrap_or_default()
            )
        })
        .collect()
}

/// Returns the full text of an error. Another kind of error fails the test.
#[track_caller]
pub(crate) fn fails<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind) -> String {
    let error = result.expect_err("an error");
    assert_eq!(error.kind(), kind, "{error}");
    error.to_string()
}

pub(crate) fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Returns the manifests of all real builds with their names.
pub(crate) fn real_manifests() -> Vec<(String, Vec<u8>)> {
    let mut manifests: Vec<_> = fs::read_dir(tests_dir().join("manifests"))
        .expect("tests/manifests")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| !path.to_string_lossy().ends_with(".importmap.json"))
        .map(|path| {
            (
                path.file_stem().expect("a name").to_string_lossy().into_owned(),
                fs::read(&path).expect("a file"),
            )
        })
        .collect();
    manifests.sort();
    assert_eq!(manifests.len(), 124);
    manifests
}

pub(crate) fn real_manifest(name: &str) -> Vec<u8> {
    fs::read(tests_dir().join(format!("manifests/{name}.json"))).expect("a manifest")
}
