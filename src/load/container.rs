//! Container: a build inside the binary, independent of the crate that embeds it.

use std::sync::Arc;

use crate::build::files::Files;
use crate::build::source::Source;
use crate::error::Error;
#[cfg(feature = "serve")]
use crate::serve::{file::FoundFile, options::ServeOptions};

/// The files of a build inside the binary. The feature `embed` implements it for rust-embed.
pub(super) trait Container: Files {
    /// Reads the manifest and the records of the build.
    fn find(&self) -> Result<Source, Error>;

    fn files(&self) -> Arc<dyn Files>;

    /// Returns the files to serve: all files except the manifest and hidden files.
    #[cfg(feature = "serve")]
    fn served(&self, manifest: &str, options: &ServeOptions) -> Vec<FoundFile>;
}
