//! Files: what a build's files are read through; the loaders implement it.

use std::fmt;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind};

/// The files of one build, by name relative to the output directory. Sources and times are known of a directory alone.
pub(crate) trait Files: fmt::Debug + Send + Sync {
    /// Whether there is a regular file of that name, and none outside of the output directory.
    fn has(&self, file: &str) -> bool;

    /// The content of a file.
    fn read(&self, file: &str) -> Result<Vec<u8>, Error>;

    /// Where a file was sought, for errors.
    fn describe(&self, file: &str) -> String;

    /// The size in bytes of a source that is small enough for Vite to have inlined it; `None` where none is found.
    fn inlined(&self, _: &str) -> Option<u64> {
        None
    }

    /// When a file was last written; `None` where that is not known.
    fn modified(&self, _: &str) -> Option<SystemTime> {
        None
    }

    /// When a source was last changed; `None` where none is found.
    fn source_modified(&self, _: &str) -> Option<SystemTime> {
        None
    }
}

/// A build of which only the manifest is at hand.
#[derive(Debug)]
pub(crate) struct NoFiles;

impl Files for NoFiles {
    fn has(&self, _: &str) -> bool {
        false
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let message = format!("cannot read {file:?}: only a manifest is given, without files");
        Err(Error::new(ErrorKind::Unsupported, message)
            .with_help("open the output directory with `Vite::open(dist)`"))
    }

    fn describe(&self, file: &str) -> String {
        file.to_owned()
    }
}
