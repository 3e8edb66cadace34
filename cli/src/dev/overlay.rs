//! What the page is told of a build that failed: a file that the plugin follows, and shows by Vite's overlay.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::diagnostics::CompileError;

/// `.vite-bridge/compile-error.json`: that the sources do not compile, or do so again.
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
    /// Without one the sources compile again.
    #[serde(flatten)]
    error: Option<&'e CompileError>,
}

impl Overlay {
    /// Beside the dev file, in the folder of package.json; one that was left over is removed.
    pub(super) fn new(folder: &Path, root: PathBuf) -> Self {
        let overlay = Self { path: folder.join(".vite-bridge/compile-error.json"), root };
        overlay.hide();
        overlay
    }

    pub(super) fn show(&self, error: &CompileError) {
        self.tell(Some(error));
    }

    /// The error is gone, and the application is still the same: pages that show it stop doing so.
    pub(super) fn take_back(&self) {
        if self.path.exists() {
            self.tell(None);
        }
    }

    /// The error is gone with the application: pages come back by themselves, and have nothing to show.
    pub(super) fn hide(&self) {
        // Most often it is not there.
        let _ = fs::remove_file(&self.path);
    }

    fn tell(&self, error: Option<&CompileError>) {
        if let Err(fault) = self.write(error) {
            tracing::warn!(%fault, path = %self.path.display(), "the page cannot be told of the error");
        }
    }

    /// Never seen half written.
    fn write(&self, error: Option<&CompileError>) -> io::Result<()> {
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
