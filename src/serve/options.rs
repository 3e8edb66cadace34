//! `ServeOptions`: the options for serving the files of a build.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::rules::Rules;
use super::sourcemaps::Sourcemaps;
use crate::error::Error;

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

/// The options for serving files.
#[derive(Debug, Clone)]
pub(crate) struct ServeOptions {
    /// How long caches may keep a file without a content hash. `None`: no `Cache-Control` header.
    pub(crate) max_age: Option<Duration>,
    pub(crate) immutable: Immutable,
    pub(crate) sourcemaps: Sourcemaps,
    pub(crate) cors: bool,
    /// Whether `x/index.html` is served at `/x/`.
    pub(crate) index_files: bool,
    pub(crate) well_known: bool,
    /// The size in bytes up to which a file is held in memory.
    pub(crate) in_memory: u64,
    pub(crate) headers: Rules<(HeaderName, HeaderValue)>,
    pub(crate) media_types: Rules<HeaderValue>,
    /// The first invalid rule.
    pub(crate) error: Option<Error>,
    /// Whether the application has set the limit of files in memory.
    pub(crate) has_memory_limit: bool,
    /// The first option that the application has set, for errors.
    pub(crate) given: Option<&'static str>,
}

impl Default for ServeOptions {
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
            has_memory_limit: false,
            given: None,
        }
    }
}
