//! The options for serving the files of a build.

use std::time::Duration;

use super::builder::Builder;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::serve::Sourcemaps;
use crate::serve::options::{Immutable, ServeOptions};
use crate::serve::rules;

/// Options for serving the files of a build in production. Development ignores them.
impl Builder {
    /// Sets whether [`Vite::mount`](crate::Vite::mount), [`layer`](crate::Vite::layer) and
    /// [`service`](crate::Vite::service) serve the files of the output directory. Default: `true`.
    ///
    /// Use `false` if a CDN or another server has the files. Then only the manifest is held in
    /// memory, and [`open`](Self::open) returns an error if one of the options below is set,
    /// because it could have no effect.
    pub fn serve_files(mut self, serve: bool) -> Self {
        self.serves_files = serve;
        self
    }

    /// Sets how long browsers and caches may keep a file without a content hash (`Cache-Control:
    /// max-age`, RFC 9111, 5.2.2.1). Default: 60 seconds.
    ///
    /// HTML is revalidated at each request (`no-cache`), and hashed files are kept for a year. With
    /// `None`, only the files of [`immutable_if`](Self::immutable_if) and source maps for
    /// [authorized](Sourcemaps::authorized) requests have a `Cache-Control` header.
    pub fn max_age(self, max_age: impl Into<Option<Duration>>) -> Self {
        let max_age = max_age.into();
        self.serving("max_age", |options| options.max_age = max_age)
    }

    /// Chooses the files that browsers keep for a year without revalidation (`immutable`, RFC
    /// 8246). Default: the files whose names contain a content hash.
    ///
    /// The predicate gets the name of the file, relative to the output directory, and whether the
    /// name contains a hash. An immutable file must never get other content under the same name.
    ///
    /// ```
    /// # use vite_bridge::Vite;
    /// Vite::builder("dist").immutable_if(|file, is_hashed| is_hashed || file.starts_with("fonts/v1/"));
    /// ```
    pub fn immutable_if(self, decide: impl Fn(&str, bool) -> bool + Send + Sync + 'static) -> Self {
        self.serving("immutable_if", |options| options.immutable = Immutable::new(decide))
    }

    /// Sets a response header for the files whose names match a pattern.
    ///
    /// `*.pdf` matches a name in any folder. `docs/*.pdf` and `docs/**` match paths relative to the
    /// output directory. The header replaces the default. If several rules match, the last one
    /// wins.
    ///
    /// [`open`](Self::open) returns [`ErrorKind::InvalidPattern`] if the pattern is invalid. It
    /// returns [`ErrorKind::InvalidHeader`] if the header is invalid or is computed from the file,
    /// such as `Content-Length` and `ETag`.
    ///
    /// ```
    /// # use vite_bridge::Vite;
    /// Vite::builder("dist").header("*.pdf", "content-disposition", "attachment");
    /// ```
    pub fn header(self, files: impl AsRef<str>, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let header = rules::header(name.as_ref(), value.as_ref());
        self.rule("header", |options| options.headers.push(files.as_ref(), header?))
    }

    /// Sets the media type of the files whose names match a pattern, including its parameters (RFC
    /// 9110, 8.3.1).
    ///
    /// Use it for an extension without a known type, or for a single name such as
    /// `apple-app-site-association`. The patterns and errors are the same as for
    /// [`header`](Self::header).
    pub fn media_type(self, files: impl AsRef<str>, media_type: impl AsRef<str>) -> Self {
        let media_type = rules::media_type(media_type.as_ref());
        self.rule("media_type", |options| options.media_types.push(files.as_ref(), media_type?))
    }

    /// Sets who may read source maps. Default: [`Sourcemaps::serve`].
    pub fn sourcemaps(self, sourcemaps: Sourcemaps) -> Self {
        self.serving("sourcemaps", |options| options.sourcemaps = sourcemaps)
    }

    /// Sets whether other origins may read the files (`Access-Control-Allow-Origin: *`). Default:
    /// `true`.
    ///
    /// Modules and fonts from a CDN need it. Credentials are never allowed.
    pub fn cors(self, allow: bool) -> Self {
        self.serving("cors", |options| options.cors = allow)
    }

    /// Sets whether `x/index.html` is served at `/x/`. Default: `false`.
    ///
    /// With `true`, `/x` and `/x/index.html` redirect to `/x/`.
    pub fn index_files(self, serve: bool) -> Self {
        self.serving("index_files", |options| options.index_files = serve)
    }

    /// Sets whether the folder `.well-known` (RFC 8615) is served. Default: `false`.
    ///
    /// All other names that begin with a dot stay hidden.
    pub fn well_known(self, serve: bool) -> Self {
        self.serving("well_known", |options| options.well_known = serve)
    }

    /// Sets the size in bytes up to which a file is held in memory. Default: 1 MiB.
    ///
    /// A larger file is read from disk while it is sent.
    pub fn in_memory_up_to(self, bytes: u64) -> Self {
        self.serving("in_memory_up_to", |options| {
            options.in_memory = bytes;
            options.has_memory_limit = true;
        })
    }

    fn serving(mut self, option: &'static str, change: impl FnOnce(&mut ServeOptions)) -> Self {
        self.serve_options.given.get_or_insert(option);
        change(&mut self.serve_options);
        self
    }

    /// Adds a rule, or keeps the first error for [`open`](Self::open).
    fn rule(self, option: &'static str, add: impl FnOnce(&mut ServeOptions) -> Result<(), Error>) -> Self {
        self.serving(option, |options| {
            if let Err(error) = add(options) {
                options.error.get_or_insert(error);
            }
        })
    }
}
