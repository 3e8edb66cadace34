//! What several test files share.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::panic, clippy::expect_used, reason = "a helper of tests fails as a test does")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vite_bridge::{Builder, Error, ErrorKind, Mode, Tags};

/// A build of which there is only a manifest.
pub(crate) fn build(manifest: &Value) -> Builder {
    Builder::manifest_bytes(manifest.to_string()).environment(false)
}

/// The HTML of tags that must be there.
#[track_caller]
pub(crate) fn html(tags: Result<Tags, Error>) -> String {
    tags.unwrap_or_else(|error| panic!("{error}")).to_string()
}

/// Kind and URL of every element, a line each.
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

/// The whole text of an error of that kind.
#[track_caller]
pub(crate) fn fails<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind) -> String {
    let error = result.expect_err("an error");
    assert_eq!(error.kind(), kind, "{error}");
    error.to_string()
}

/// A directory with the given files, removed when dropped.
pub(crate) struct Dist(tempfile::TempDir);

impl Dist {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let dist = Self(tempfile::tempdir().expect("a temporary directory"));
        for (name, text) in files {
            dist.write(name, text);
        }
        dist
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn builder(&self) -> Builder {
        Builder::new(self.path()).environment(false).mode(Mode::Production)
    }

    /// A text with the directory's path written as `DIST`.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.path().display().to_string(), "DIST")
    }
}

pub(crate) fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every manifest of a real build: name and bytes.
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
