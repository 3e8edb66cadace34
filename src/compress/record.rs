//! `Record`: the encodings that [`Compress`](super::Compress) wrote.
//!
//! Without the record, an outdated encoding could not be told from an archive: `a.tar.gz` may be
//! either.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The record is next to the manifest. Files in `.vite` are not served.
const PLACE: &str = ".vite/compressed.json";
const VERSION: u32 = 1;

/// The content of `.vite/compressed.json`: the paths of the written files, relative to the output
/// directory.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    pub(super) files: BTreeSet<String>,
}

impl Record {
    pub(super) fn new(files: BTreeSet<String>) -> Self {
        Self { version: VERSION, files }
    }

    /// Reads the record of the previous run.
    ///
    /// An unreadable record counts as empty, so that it causes no removal of files.
    pub(super) fn read(dist: &Path) -> Self {
        let read = |bytes: Vec<u8>| serde_json::from_slice::<Self>(&bytes).ok();
        let record = fs::read(dist.join(PLACE)).ok().and_then(read);
        record.filter(|record| record.version == VERSION).unwrap_or_else(|| Self::new(BTreeSet::new()))
    }

    pub(super) fn write(&self, dist: &Path) -> Result<(), Error> {
        let place = dist.join(PLACE);
        let write = || -> io::Result<()> {
            if self.files.is_empty() {
                return match fs::remove_file(&place) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                };
            }
            fs::create_dir_all(dist.join(".vite"))?;
            let mut text = serde_json::to_vec_pretty(self)?;
            text.push(b'\n');
            fs::write(&place, text)
        };
        write().map_err(|error| Error::io("write", place.display(), error))
    }
}
