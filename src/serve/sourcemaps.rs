//! Sourcemaps: access to the source maps of a build.

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

/// The access policy for source maps; see [`Builder::sourcemaps`](crate::Builder::sourcemaps).
/// Default: [`serve`](Self::serve).
///
/// A source map is a file whose name ends with `.map`.
#[derive(Debug, Clone, Default)]
pub struct Sourcemaps(pub(crate) Policy);

/// The three policies.
#[derive(Debug, Clone, Default)]
pub(crate) enum Policy {
    #[default]
    Serve,
    Deny,
    Authorized(Authorize),
}

impl Sourcemaps {
    /// Serves source maps like any other file. This is the default.
    #[must_use]
    pub fn serve() -> Self {
        Self(Policy::Serve)
    }

    /// Answers requests for source maps as if the files did not exist.
    #[must_use]
    pub fn deny() -> Self {
        Self(Policy::Deny)
    }

    /// Serves source maps to requests that a predicate accepts, with `Cache-Control: private`.
    ///
    /// For other requests the files do not exist. The predicate gets the head of the request, for
    /// example to check a cookie, or an extension that an outer layer has added.
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
    #[must_use]
    pub fn authorized(admits: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self(Policy::Authorized(Authorize(Arc::new(admits))))
    }
}

/// The predicate of [`Sourcemaps::authorized`].
#[derive(Clone)]
pub(crate) struct Authorize(Arc<dyn Fn(&Parts) -> bool + Send + Sync>);

impl Authorize {
    /// Tells whether the predicate accepts the request.
    pub(crate) fn admits(&self, head: &Parts) -> bool {
        (self.0)(head)
    }
}

impl fmt::Debug for Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorize")
    }
}
