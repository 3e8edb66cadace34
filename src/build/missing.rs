//! The check for missing files.

use super::diagnostic::{Diagnostic, Severity};
use super::files::Files;
use crate::error::{Error, ErrorKind};
use crate::manifest::Manifest;

/// Returns a diagnostic for each file that the manifest names and the output directory lacks.
pub(crate) fn missing_files(manifest: &Manifest, files: &dyn Files) -> Vec<Diagnostic> {
    let mut named: Vec<_> = manifest.files().collect();
    named.sort_unstable_by_key(|(_, file)| *file);
    named.dedup_by_key(|(_, file)| *file);
    let missing = named.into_iter().filter(|(_, file)| !files.has(file));
    missing.map(|(key, file)| Diagnostic::new(Severity::Error, key, missing_file(key, file, files))).collect()
}

fn missing_file(key: &str, file: &str, files: &dyn Files) -> Error {
    let message = format!("missing file {file:?} of chunk {key:?} ({})", files.describe(file));
    Error::new(ErrorKind::AssetFileMissing, message)
        .with_help("run `npm run build` again, or copy the complete output directory")
}
