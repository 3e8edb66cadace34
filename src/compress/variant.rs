//! `Variant`: plans and writes one encoding of one file.

use std::fmt;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::encode::{encode, is_worth};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::load::read_if_exists;

/// The state of an encoding after [`Compress::run`](super::Compress::run).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileState {
    /// Written: the compressed file was missing or outdated.
    /// [`Compress::check`](super::Compress::check) only reports this.
    Written,
    /// Unchanged: the compressed file was up to date.
    Unchanged,
    /// Removed: the original no longer exists or is skipped now, for example because compression
    /// saves less than 5 %. [`Compress::check`](super::Compress::check) only reports this.
    Removed,
}

impl FileState {
    /// Returns the name, as JSON has it: `written`, `unchanged` or `removed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Unchanged => "unchanged",
            Self::Removed => "removed",
        }
    }
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file of the output directory, with its content.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) metadata: fs::Metadata,
    pub(super) bytes: Vec<u8>,
}

/// The planned change of one encoding. `bytes` is its content, also if it is to be removed.
pub(super) struct Variant {
    pub(super) name: String,
    path: PathBuf,
    pub(super) state: FileState,
    bytes: Vec<u8>,
}

impl Variant {
    /// Plans one encoding. Returns `None` if it neither exists nor should exist.
    ///
    /// An unwanted encoding that is not recorded may come from another program. It is removed only
    /// if it is older than its file.
    pub(super) fn plan(
        source: &Source,
        encoding: Encoding,
        is_wanted: bool,
        is_recorded: bool,
    ) -> Result<Option<Self>, Error> {
        let name = name(&source.name, encoding);
        let path = beside(&source.path, encoding);
        let existing = read_if_exists(&path)?;
        let bytes = if is_wanted {
            Some(
                encode(&source.bytes, encoding)
                    .map_err(|error| Error::io("compress", source.path.display(), error))?,
            )
        } else {
            None
        };
        let bytes = bytes.filter(|bytes| is_worth(source.bytes.len(), bytes.len()));
        let (state, bytes) = match (bytes, existing) {
            (Some(bytes), Some(existing)) if bytes == existing => (FileState::Unchanged, bytes),
            (Some(bytes), _) => (FileState::Written, bytes),
            (None, Some(existing)) if is_recorded || is_older(&path, source)? => {
                (FileState::Removed, existing)
            }
            (None, _) => return Ok(None),
        };
        Ok(Some(Self { name, path, state, bytes }))
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn perform(&self, source: &Source) -> Result<(), Error> {
        let done = match self.state {
            FileState::Unchanged => set_time(&self.path, source),
            FileState::Written => self.write(source),
            FileState::Removed => fs::remove_file(&self.path),
        };
        done.map_err(|error| Error::io("write", self.path.display(), error))
    }

    /// Writes a temporary file and renames it, so that a server never reads an incomplete encoding.
    fn write(&self, source: &Source) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut draft = NamedTempFile::with_prefix_in(".compress-", folder)?;
        draft.write_all(&self.bytes)?;
        fs::set_permissions(draft.path(), source.metadata.permissions())?;
        draft.as_file().set_modified(source.metadata.modified()?)?;
        draft.persist(&self.path)?;
        Ok(())
    }
}

pub(super) fn name(file: &str, encoding: Encoding) -> String {
    format!("{file}.{}", encoding.extension())
}

fn beside(path: &Path, encoding: Encoding) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".");
    path.push(encoding.extension());
    path.into()
}

fn is_older(path: &Path, source: &Source) -> Result<bool, Error> {
    let time = fs::metadata(path).and_then(|metadata| metadata.modified());
    let time = time.map_err(|error| Error::io("read", path.display(), error))?;
    Ok(source.metadata.modified().is_ok_and(|modified| time < modified))
}

fn set_time(path: &Path, source: &Source) -> io::Result<()> {
    let modified = source.metadata.modified()?;
    if fs::metadata(path)?.modified()? == modified {
        return Ok(());
    }
    fs::File::options().write(true).open(path)?.set_modified(modified)
}
