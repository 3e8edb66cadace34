//! What the page is told of a build that failed: a file that the plugin follows, and shows by Vite's overlay.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::diagnostics::CompileError;

/// `.vite-bridge/compile-error.json`, there as long as the sources do not compile.
#[derive(Debug)]
pub(super) struct Overlay {
    path: PathBuf,
    /// What the compiler's places are relative to.
    root: PathBuf,
}

#[derive(Serialize)]
struct Content<'e> {
    version: u8,
    root: &'e Path,
    #[serde(flatten)]
    error: &'e CompileError,
}

impl Overlay {
    /// Beside the dev file, in the folder of package.json; one that was left over is removed.
    pub(super) fn new(folder: &Path, root: PathBuf) -> Self {
        let overlay = Self { path: folder.join(".vite-bridge/compile-error.json"), root };
        overlay.hide();
        overlay
    }

    pub(super) fn show(&self, error: &CompileError) {
        if let Err(fault) = self.write(error) {
            tracing::warn!(%fault, path = %self.path.display(), "the page cannot be told of the error");
        }
    }

    pub(super) fn hide(&self) {
        // Most often it is not there.
        let _ = fs::remove_file(&self.path);
    }

    /// Never seen half written.
    fn write(&self, error: &CompileError) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut draft = tempfile::NamedTempFile::new_in(folder)?;
        let content = Content { version: 1, root: &self.root, error };
        draft.write_all(&serde_json::to_vec_pretty(&content)?)?;
        draft.persist(&self.path).map(drop).map_err(|fault| fault.error)
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        self.hide();
    }
}
