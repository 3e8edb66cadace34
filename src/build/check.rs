//! The checks of a loaded build.

use std::time::Duration;

use super::diagnostic::{Diagnostic, Severity};
use super::files::Files;
use super::missing::missing_files;
use super::snapshot::Snapshot;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};
use crate::manifest::{BuildInfo, Manifest};
use crate::url::Base;

/// The coarsest resolution of a file time that is in use (FAT: 2 seconds).
const TIME_STEP: Duration = Duration::from_secs(2);

/// Returns a diagnostic for each missing file, a mismatched base, and each source that is newer
/// than its built file.
pub(crate) fn diagnostics(build: &Snapshot) -> Vec<Diagnostic> {
    let (manifest, files) = (build.graph().manifest(), build.files());
    let mut found = missing_files(manifest, files);
    found.extend(base(build.base(), build.info()));
    found.extend(outdated(manifest, files));
    found
}

fn base(base: &Base, info: Option<&BuildInfo>) -> Option<Diagnostic> {
    if base.is_relative() {
        let message = "the base is relative: tags work only on pages in the output directory itself";
        let error = Error::new(ErrorKind::BaseMismatch, message)
            .with_help("set the path where the files are served, e.g. `.base(\"/static/\")`");
        return Some(Diagnostic::new(Severity::Warning, base.as_str(), error));
    }
    let recorded: Base = info?.base()?.parse().ok()?;
    if recorded.is_relative() || recorded == *base {
        return None;
    }
    let message = format!(
        "tags use the base {:?}, but the build was made for {:?}, where its scripts and stylesheets look for other files",
        base.as_str(),
        recorded.as_str()
    );
    let error = Error::new(ErrorKind::BaseMismatch, message)
        .with_help("set `base` in vite.config.js and remove `.base(..)`");
    Some(Diagnostic::new(Severity::Error, base.as_str(), error))
}

/// Compares times where the manifest names a source and the source exists on this machine.
fn outdated(manifest: &Manifest, files: &dyn Files) -> Vec<Diagnostic> {
    let outdated = manifest.iter().filter_map(|(key, chunk)| {
        let source = chunk.src()?;
        let (changed, built) = (files.source_modified(source)?, files.modified(chunk.file())?);
        if changed <= built.checked_add(TIME_STEP)? {
            return None;
        }
        let message = format!("the source is newer than the built file {}", chunk.file());
        let error = Error::new(ErrorKind::BuildOutdated, message).with_help(BUILD_AGAIN);
        Some(Diagnostic::new(Severity::Warning, key, error))
    });
    outdated.collect()
}
