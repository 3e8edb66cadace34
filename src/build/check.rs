//! The problems of a loaded build.

use std::time::Duration;

use super::diagnostic::{Diagnostic, Severity};
use super::files::Files;
use super::missing::missing_files;
use super::snapshot::Snapshot;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};
use crate::manifest::{BuildInfo, Manifest};
use crate::url::Base;

/// The coarsest step of a file's time that is in use (FAT).
const TIME_STEP: Duration = Duration::from_secs(2);

/// Every fault of a loaded build: files that are not there, a base other than the build's own, sources newer than what was built of
/// them.
pub(crate) fn diagnostics(build: &Snapshot) -> Vec<Diagnostic> {
    let (manifest, files) = (build.graph().manifest(), build.files());
    let mut faults = missing_files(manifest, files);
    faults.extend(base(build.base(), build.info()));
    faults.extend(outdated(manifest, files));
    faults
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

/// As far as the manifest names sources, and they are at hand.
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
