//! What a builder says of how files are served.

use std::time::Duration;

use super::builder::Builder;
use crate::served::{Serving, Sourcemaps};

/// How the build's files are served in production.
impl Builder {
    /// Whether the files of the output directory are served by [`Vite::mount`](crate::Vite::mount) and the like. Default: yes.
    /// Without them nothing but the manifest is held in memory, as where a CDN has the files.
    pub fn serve_files(mut self, serve: bool) -> Self {
        self.serving = if serve { Some(self.serving.unwrap_or_default()) } else { None };
        self
    }

    /// How long a browser may keep a file whose name carries no hash, in `Cache-Control`. Default: 60 seconds; with `None` they
    /// have no such header. Hashed files are always kept for a year, and HTML is always asked for again.
    pub fn max_age(self, max_age: impl Into<Option<Duration>>) -> Self {
        let max_age = max_age.into();
        self.serving(|how| how.max_age = max_age)
    }

    /// Whether source maps are served. Default: [`Sourcemaps::Serve`].
    pub fn sourcemaps(self, sourcemaps: Sourcemaps) -> Self {
        self.serving(|how| how.sourcemaps = sourcemaps)
    }

    /// Whether any origin may read the files (`Access-Control-Allow-Origin: *`), as modules and fonts need that come from a CDN.
    /// Default: yes; never with credentials.
    pub fn cors(self, allow: bool) -> Self {
        self.serving(|how| how.cors = allow)
    }

    /// Whether `x/index.html` is served at `/x/`, to which `/x` and `/x/index.html` redirect. Default: no.
    pub fn index_files(self, serve: bool) -> Self {
        self.serving(|how| how.index_files = serve)
    }

    /// Whether `.well-known/` (RFC 8615) is served, alone of all names with a dot in front. Default: no.
    pub fn well_known(self, serve: bool) -> Self {
        self.serving(|how| how.well_known = serve)
    }

    /// The most bytes of a file that is held in memory; a larger one is read from the disk as clients take it. Default: 1 MiB.
    pub fn in_memory_up_to(self, bytes: u64) -> Self {
        self.serving(|how| how.in_memory = bytes)
    }

    fn serving(mut self, change: impl FnMut(&mut Serving)) -> Self {
        self.serving.iter_mut().for_each(change);
        self
    }
}
