//! Served: a file as a loader found it, and how files are served.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::rules::Rules;
use crate::error::Error;

/// A file to be served.
#[derive(Debug)]
pub(crate) struct Served {
    /// Relative to the output directory, with `/`.
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) modified: Option<SystemTime>,
    /// The SHA-256 of the content, where a macro has computed it.
    pub(crate) digest: Option<[u8; 32]>,
}

/// Where a file's bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Memory(Bytes),
    Disk { path: PathBuf, size: u64 },
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } => *size,
        }
    }
}

/// Whether source maps are served.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Sourcemaps {
    /// As any other file.
    #[default]
    Serve,
    /// As if they were not there.
    Deny,
    /// To requests that a predicate admits, `private` to their browser's cache; to others as if they were not there. See
    /// [`authorized`](Self::authorized).
    Authorized(Authorize),
}

impl Sourcemaps {
    /// Source maps for those whom a predicate knows, by a cookie, say, or by what a layer in front has put among the extensions.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::{Sourcemaps, Vite};
    ///
    /// #[derive(Clone)]
    /// struct Developer;
    ///
    /// let maps = Sourcemaps::authorized(|request| request.extensions.get::<Developer>().is_some());
    /// let builder = Vite::builder("dist").sourcemaps(maps);
    /// ```
    pub fn authorized(admits: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self::Authorized(Authorize(Arc::new(admits)))
    }
}

/// The predicate of [`Sourcemaps::authorized`].
#[derive(Clone)]
pub struct Authorize(Arc<dyn Fn(&Parts) -> bool + Send + Sync>);

impl Authorize {
    /// Whether a request with that head may have a source map.
    pub(crate) fn admits(&self, head: &Parts) -> bool {
        (self.0)(head)
    }
}

impl fmt::Debug for Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorize")
    }
}

type Decide = dyn Fn(&str, bool) -> bool + Send + Sync;

/// The predicate of [`Builder::immutable_if`](crate::Builder::immutable_if).
#[derive(Clone)]
pub(crate) struct Immutable(Arc<Decide>);

impl Immutable {
    pub(crate) fn new(decide: impl Fn(&str, bool) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(decide))
    }

    pub(crate) fn is(&self, name: &str, is_hashed: bool) -> bool {
        (self.0)(name, is_hashed)
    }
}

impl Default for Immutable {
    fn default() -> Self {
        Self::new(|_, is_hashed| is_hashed)
    }
}

impl fmt::Debug for Immutable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Immutable")
    }
}

/// How files are served.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// How long a file may be kept whose name carries no hash; no `Cache-Control` where there is none.
    pub(crate) max_age: Option<Duration>,
    pub(crate) immutable: Immutable,
    pub(crate) sourcemaps: Sourcemaps,
    pub(crate) cors: bool,
    /// Whether `x/index.html` is found at `/x/`.
    pub(crate) index_files: bool,
    pub(crate) well_known: bool,
    /// The most bytes of a file that is held in memory.
    pub(crate) in_memory: u64,
    pub(crate) headers: Rules<(HeaderName, HeaderValue)>,
    pub(crate) media_types: Rules<HeaderValue>,
    /// The first rule that cannot be.
    pub(crate) error: Option<Error>,
}

impl Serving {
    /// Says a rule, or keeps why it cannot be said.
    pub(crate) fn rule(&mut self, say: impl FnOnce(&mut Self) -> Result<(), Error>) {
        if let Err(error) = say(self) {
            self.error.get_or_insert(error);
        }
    }
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            max_age: Some(Duration::from_secs(60)),
            immutable: Immutable::default(),
            sourcemaps: Sourcemaps::default(),
            cors: true,
            index_files: false,
            well_known: false,
            in_memory: 1024 * 1024,
            headers: Rules::default(),
            media_types: Rules::default(),
            error: None,
        }
    }
}
