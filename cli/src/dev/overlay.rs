//! The compile error on the page. The plugin watches a file and shows its content in Vite's error
//! overlay.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::diagnostics::CompileError;

/// The file `.vite-bridge/compile-error.json`. It says whether the sources compile.
#[derive(Debug)]
pub(super) struct Overlay {
    path: PathBuf,
    /// The folder to which the compiler's paths are relative.
    root: PathBuf,
}

#[derive(Serialize)]
struct Content<'e> {
    version: u8,
    root: &'e Path,
    /// The error, or `None` once the sources compile again.
    #[serde(flatten)]
    error: Option<&'e CompileError>,
}

impl Overlay {
    /// Uses the folder of the package.json whose script started Vite: the plugin knows it, even if
    /// its dev file is elsewhere. Removes the file of an earlier run.
    pub(super) fn new(folder: &Path, root: PathBuf) -> Self {
        let overlay = Self { path: folder.join(".vite-bridge/compile-error.json"), root };
        overlay.remove();
        overlay
    }

    /// Shows an error on all open pages, and on pages that are opened later.
    pub(super) fn show(&self, error: &CompileError) {
        self.update(Some(error));
    }

    /// Removes the overlay from pages that show it. The application was not replaced, so pages do
    /// not reload.
    pub(super) fn clear(&self) {
        if self.path.exists() {
            self.update(None);
        }
    }

    /// Removes the file. The application is replaced, so pages reload and lose the overlay.
    pub(super) fn remove(&self) {
        // The file usually does not exist.
        let _ = fs::remove_file(&self.path);
    }

    fn update(&self, error: Option<&CompileError>) {
        if let Err(error) = self.write(error) {
            tracing::warn!(%error, path = %self.path.display(), "cannot show the compile error on the page");
        }
    }

    /// Writes a temporary file and renames it, so that the plugin never reads a part of the
    /// content.
    fn write(&self, error: Option<&CompileError>) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut draft = tempfile::NamedTempFile::new_in(folder)?;
        // Keeps the folder out of git, as the plugin does.
        fs::write(folder.join(".gitignore"), "*\n")?;
        let content = Content { version: 1, root: &self.root, error };
        draft.write_all(&serde_json::to_vec_pretty(&content)?)?;
        draft.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        self.remove();
    }
}
