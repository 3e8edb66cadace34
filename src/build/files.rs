//! Files: read access to the files of a build. The loaders implement it.

use std::fmt;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind};

/// The files of one build. Names are relative to the output directory.
///
/// Only a directory on disk knows sources and times; the default methods return `None`.
pub(crate) trait Files: fmt::Debug + Send + Sync {
    /// Returns `false` for a name that leads out of the output directory.
    fn has(&self, file: &str) -> bool;

    fn read(&self, file: &str) -> Result<Vec<u8>, Error>;

    /// Returns the full location of a file, for error messages.
    fn describe(&self, file: &str) -> String;

    /// Returns the names of all files that git does not ignore, for suggestions. The list has a
    /// limit, and it is empty without the feature `proxy`.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the size in bytes of a source that Vite may have inlined because it is small. `None`
    /// if the source is larger or was not found.
    fn inlined(&self, _: &str) -> Option<u64> {
        None
    }

    /// Returns the time at which a built file was last written, if it is known.
    fn modified(&self, _: &str) -> Option<SystemTime> {
        None
    }

    /// Returns the time at which a source was last changed, or `None` if the source was not found.
    fn source_modified(&self, _: &str) -> Option<SystemTime> {
        None
    }
}

/// The files of a build that is known by its manifest only: there are none.
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
