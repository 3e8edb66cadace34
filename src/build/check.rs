//! The checks of a loaded build.

use std::time::Duration;

use super::diagnostic::{Diagnostic, Severity};
use super::files::Files;
use super::missing::missing_files;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind};
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
        let what = "the base is relative, so that tags are right only on pages that lie in the output directory; give templates the path where the files are served: `.base(\"/static/\")`";
        return Some(Diagnostic::new(
            Severity::Warning,
            base.as_str(),
            Error::new(ErrorKind::BaseMismatch, what),
        ));
    }
    let recorded: Base = info?.base()?.parse().ok()?;
    if recorded.is_relative() || recorded == *base {
        return None;
    }
    let what = format!(
        "tags are written for the base {:?}, but Vite built for {:?}, where scripts and styles look for what they load; give one of both to `base` in vite.config.js and drop `.base(..)`",
        base.as_str(),
        recorded.as_str()
    );
    Some(Diagnostic::new(Severity::Error, base.as_str(), Error::new(ErrorKind::BaseMismatch, what)))
}

/// Compares times where the manifest names a source and the source exists on this machine.
fn outdated(manifest: &Manifest, files: &dyn Files) -> Vec<Diagnostic> {
    let outdated = manifest.iter().filter_map(|(key, chunk)| {
        let source = chunk.src()?;
        let (changed, built) = (files.source_modified(source)?, files.modified(chunk.file())?);
        if changed <= built.checked_add(TIME_STEP)? {
            return None;
        }
        let what = format!(
            "the source was changed after {} was built of it; run `npm run build` again",
            chunk.file()
        );
        Some(Diagnostic::new(Severity::Warning, key, Error::new(ErrorKind::BuildOutdated, what)))
    });
    outdated.collect()
}
