//! A temporary output directory. The tests of the program use it too.
#![allow(dead_code, reason = "each program of tests uses a part of it")]

use std::fs;
use std::path::Path;

use vite_bridge::{Builder, Mode};

/// A directory with the given files. Dropping it removes it.
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
        Builder::new(self.path()).read_environment(false).mode(Mode::Production)
    }

    /// Replaces the path of the directory in a text with `DIST`.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.path().display().to_string(), "DIST")
    }
}
