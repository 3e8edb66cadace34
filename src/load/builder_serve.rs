//! What a builder says of how files are served.

use std::time::Duration;

use super::builder::Builder;
use crate::serve::file::{Immutable, Serving, Sourcemaps};
use crate::serve::rules;

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

    /// Which files a browser keeps for a year without asking again (`immutable`, RFC 8246), in place of those whose names carry a
    /// hash: the predicate is given a file's name, relative to the output directory, and whether it is one of them. Only a name
    /// that never gets other content may be immutable.
    ///
    /// ```
    /// # use vite_bridge::Vite;
    /// Vite::builder("dist").immutable_if(|file, is_hashed| is_hashed || file.starts_with("fonts/v1/"));
    /// ```
    pub fn immutable_if(self, decide: impl Fn(&str, bool) -> bool + Send + Sync + 'static) -> Self {
        self.serving(|how| how.immutable = Immutable::new(decide))
    }

    /// A header of the files whose names match a pattern: `*.pdf` for a name in any folder, `docs/*.pdf`, `docs/**` from the
    /// output directory on. It takes the place of one that would be there; of several rules the last counts.
    ///
    /// A pattern or a header that cannot be is an error of [`open`](Self::open), and so is one that follows from the file, such
    /// as `Content-Length` or `ETag`.
    ///
    /// ```
    /// # use vite_bridge::Vite;
    /// Vite::builder("dist").header("*.pdf", "content-disposition", "attachment");
    /// ```
    pub fn header(self, files: impl AsRef<str>, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let header = rules::header(name.as_ref(), value.as_ref());
        self.serving(|how| how.rule(|how| how.headers.push(files.as_ref(), header?)))
    }

    /// The media type of the files whose names match a pattern, as [`header`](Self::header) reads it, parameters included: an
    /// extension that is not in the list of known ones, or a whole name such as `apple-app-site-association`.
    pub fn media_type(self, files: impl AsRef<str>, media_type: impl AsRef<str>) -> Self {
        let media_type = rules::media_type(media_type.as_ref());
        self.serving(|how| how.rule(|how| how.media_types.push(files.as_ref(), media_type?)))
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

    fn serving(mut self, change: impl FnOnce(&mut Serving)) -> Self {
        if let Some(how) = &mut self.serving {
            change(how);
        }
        self
    }
}
