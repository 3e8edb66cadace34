//! Build: a loaded build as data, for tools that look at it rather than print it.

use std::collections::BTreeSet;

use super::check::diagnostics;
use super::diagnostic::Diagnostic;
use super::graph::Graph;
use super::group;
use super::snapshot::Snapshot;
use crate::manifest::{BuildInfo, Chunk, FileKind, content_hash};
use crate::url::Base;

/// One build, loaded by [`Builder::load_build`](crate::Builder::load_build).
#[derive(Debug)]
pub struct Build {
    snapshot: Snapshot,
    hashed: BTreeSet<String>,
}

impl Build {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        let hashed = content_hash::hashed_files(snapshot.graph().manifest(), snapshot.info());
        Self { snapshot, hashed }
    }

    /// The manifest with its imports resolved.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        self.snapshot.graph()
    }

    /// The keys of entries that somebody may name: scripts and stylesheets, without what the legacy plugin makes of them.
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        let is_entry = |key: &str, chunk: &Chunk| {
            chunk.is_entry()
                && chunk.kind() != FileKind::Asset
                && !key.contains("-legacy")
                && !key.starts_with("vite/")
        };
        let entries = self.graph().manifest().iter().filter(move |(key, chunk)| is_entry(key, chunk));
        entries.map(|(key, _)| key)
    }

    /// The base that tags are written with.
    #[must_use]
    pub fn base(&self) -> &Base {
        self.snapshot.base()
    }

    /// What the plugin recorded, if it did.
    #[must_use]
    pub fn info(&self) -> Option<&BuildInfo> {
        self.snapshot.info()
    }

    /// The id of the build: 16 hex digits.
    #[must_use]
    pub fn id(&self) -> &str {
        self.snapshot.build_id()
    }

    /// What is wrong with the build all the same: files that are not there, a base other than the one that the plugin recorded,
    /// sources that were changed after the build.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        diagnostics(&self.snapshot)
    }

    /// The key of the entry that the plugin made of a group's parts; `None` where it made none.
    #[doc(hidden)]
    #[must_use]
    pub fn group_key(&self, parts: &[&str]) -> Option<String> {
        Some(group::key(parts)).filter(|key| self.graph().manifest().get(key).is_some())
    }

    /// Whether the name of a built file carries a content hash: as the plugin recorded, else inferred from the
    /// manifest and the shape of the name; in doubt not.
    #[must_use]
    pub fn is_hashed(&self, file: &str) -> bool {
        self.hashed.contains(file)
    }

    /// Whether a name looks like a hashed one, listed by the manifest or not.
    #[doc(hidden)]
    #[must_use]
    pub fn has_hashed_shape(&self, file: &str) -> bool {
        content_hash::has_hash(file)
    }
}
