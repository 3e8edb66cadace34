//! Cache: a bounded cache of results that are computed at first use. Errors are not cached.

use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;
use quick_cache::sync::Cache as BoundedCache;

use crate::error::Error;

/// The most entries of one cache. An application has far fewer distinct names and lists in its
/// templates.
const CAPACITY: usize = 1024;

/// A cache with a single name as the key.
pub(crate) struct Cache<V>(BoundedCache<Box<str>, V>);

impl<V: Clone> Cache<V> {
    pub(crate) fn get_or_make(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<V, Error>,
    ) -> Result<V, Error> {
        if let Some(value) = self.0.get(name) {
            return Ok(value);
        }
        let value = make()?;
        self.0.insert(name.into(), value.clone());
        Ok(value)
    }
}

impl<V: Clone> Default for Cache<V> {
    fn default() -> Self {
        Self(BoundedCache::new(CAPACITY))
    }
}

/// A cache with a list of names as the key.
pub(crate) struct NamesCache<V>(BoundedCache<Names, V>);

impl<V: Clone> NamesCache<V> {
    pub(crate) fn get_or_make(
        &self,
        names: &[&str],
        make: impl FnOnce() -> Result<V, Error>,
    ) -> Result<V, Error> {
        if let Some(value) = self.0.get(&Query(names)) {
            return Ok(value);
        }
        let value = make()?;
        self.0.insert(Names(names.iter().map(|name| Box::from(*name)).collect()), value.clone());
        Ok(value)
    }
}

impl<V: Clone> Default for NamesCache<V> {
    fn default() -> Self {
        Self(BoundedCache::new(CAPACITY))
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Names(Box<[Box<str>]>);

/// A borrowed key, so that a lookup does not allocate. It hashes like [`Names`], because every
/// slice hashes its length and then its items.
struct Query<'a>(&'a [&'a str]);

impl Hash for Query<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Equivalent<Names> for Query<'_> {
    fn equivalent(&self, names: &Names) -> bool {
        self.0.len() == names.0.len() && self.0.iter().zip(&names.0).all(|(a, b)| **a == **b)
    }
}
