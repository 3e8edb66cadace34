//! One encoding of one file: what should be there, and how it comes there.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::encode::{encode, is_worth};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::load::read_if_exists;

/// What became of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileState {
    /// It was missing, or another.
    Written,
    /// It was there.
    Unchanged,
    /// It was of another file, of one that is gone, or not worth its place.
    Removed,
}

/// A file of the output directory, read.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) metadata: fs::Metadata,
    pub(super) bytes: Vec<u8>,
}

/// What should become of one encoding of a file.
pub(super) struct Variant {
    pub(super) name: String,
    path: PathBuf,
    pub(super) state: FileState,
    bytes: Vec<u8>,
}

impl Variant {
    /// None where there is nothing, and nothing should be. What is there and not ours is removed only if it is older than its file.
    pub(super) fn plan(
        source: &Source,
        encoding: Encoding,
        is_wanted: bool,
        is_ours: bool,
    ) -> Result<Option<Self>, Error> {
        let name = name(&source.name, encoding);
        let path = beside(&source.path, encoding);
        let there = read_if_exists(&path)?;
        let bytes = if is_wanted {
            Some(
                encode(&source.bytes, encoding)
                    .map_err(|error| Error::io("compress", &source.path, error))?,
            )
        } else {
            None
        };
        let bytes = bytes.filter(|bytes| is_worth(source.bytes.len(), bytes.len()));
        let (state, bytes) = match (bytes, there) {
            (Some(bytes), Some(there)) if bytes == there => (FileState::Unchanged, bytes),
            (Some(bytes), _) => (FileState::Written, bytes),
            (None, Some(there)) if is_ours || is_older(&path, source)? => (FileState::Removed, there),
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
        done.map_err(|error| Error::io("write", &self.path, error))
    }

    /// Under another name first, so that a server that reads at this moment finds the whole of it or nothing.
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
    let time = time.map_err(|error| Error::io("read", path, error))?;
    Ok(source.metadata.modified().is_ok_and(|modified| time < modified))
}

fn set_time(path: &Path, source: &Source) -> io::Result<()> {
    let modified = source.metadata.modified()?;
    if fs::metadata(path)?.modified()? == modified {
        return Ok(());
    }
    fs::File::options().write(true).open(path)?.set_modified(modified)
}
