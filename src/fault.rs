//! Fault: what is wrong with a build that loads all the same.

use std::fmt;
use std::time::Duration;

use crate::build_info::BuildInfo;
use crate::error::{Error, ErrorKind};
use crate::files::Files;
use crate::manifest::Manifest;
use crate::snapshot::Snapshot;
use crate::url::Base;

/// The coarsest step of a file's time that is in use (FAT).
const TIME_STEP: Duration = Duration::from_secs(2);

/// What a check found.
#[derive(Debug, Clone)]
pub struct Fault {
    severity: Severity,
    place: String,
    error: Error,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It may be meant so.
    Warning,
    /// Pages will not work.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Fault {
    pub(crate) fn new(severity: Severity, place: impl Into<String>, error: Error) -> Self {
        Self { severity, place: place.into(), error }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What it is about: a key of the manifest, or the base.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What it is.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// One line: `error: src/main.ts: ...`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity.as_str(), self.place, self.error)
    }
}

/// Every fault of a loaded build: files that are not there, a base other than the build's own, sources newer than what was built of
/// them.
pub(crate) fn faults(build: &Snapshot) -> Vec<Fault> {
    let (manifest, files) = (build.graph().manifest(), build.files());
    let mut faults = missing(manifest, files);
    faults.extend(base(build.base(), build.info()));
    faults.extend(outdated(manifest, files));
    faults
}

/// Every file that the manifest names and that is not there.
pub(crate) fn missing(manifest: &Manifest, files: &dyn Files) -> Vec<Fault> {
    let mut named: Vec<_> = manifest.files().collect();
    named.sort_unstable_by_key(|(_, file)| *file);
    named.dedup_by_key(|(_, file)| *file);
    let missing = named.into_iter().filter(|(_, file)| !files.has(file));
    missing.map(|(key, file)| Fault::new(Severity::Error, key, missing_file(key, file, files))).collect()
}

fn missing_file(key: &str, file: &str, files: &dyn Files) -> Error {
    let what = format!(
        "chunk {key:?} names {file:?}, which is not there ({}); the build is incomplete or only partly copied: run `npm run build` again",
        files.describe(file)
    );
    Error::new(ErrorKind::AssetFileMissing, what)
}

fn base(base: &Base, info: Option<&BuildInfo>) -> Option<Fault> {
    if base.is_relative() {
        let what = "the base is relative, so that tags are right only on pages that lie in the output directory; give templates the path where the files are served: `.base(\"/static/\")`";
        return Some(Fault::new(Severity::Warning, base.as_str(), Error::new(ErrorKind::BaseMismatch, what)));
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
    Some(Fault::new(Severity::Error, base.as_str(), Error::new(ErrorKind::BaseMismatch, what)))
}

/// As far as the manifest names sources, and they are at hand.
fn outdated(manifest: &Manifest, files: &dyn Files) -> Vec<Fault> {
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
        Some(Fault::new(Severity::Warning, key, Error::new(ErrorKind::BuildOutdated, what)))
    });
    outdated.collect()
}
