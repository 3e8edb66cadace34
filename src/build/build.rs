//! Build: a loaded build as data, for tools that inspect it.

use std::collections::BTreeSet;

use super::check::diagnostics;
use super::diagnostic::Diagnostic;
use super::graph::Graph;
use super::group;
use super::snapshot::Snapshot;
use crate::manifest::{BuildInfo, Chunk, FileKind, content_hash};
use crate::url::Base;

/// A build of Vite, loaded with [`Builder::load_build`](crate::Builder::load_build).
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::Vite;
///
/// let build = Vite::builder("dist").load_build()?;
/// for entry in build.entries() {
///     println!("{entry}: {:?}", build.graph().find(entry)?.1.file());
/// }
/// build.check().iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
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

    /// Returns the manifest with its imports resolved.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        self.snapshot.graph()
    }

    /// Returns the keys of the entries that a template can name: scripts and stylesheets.
    ///
    /// The entries that `@vitejs/plugin-legacy` adds are left out (keys that contain `-legacy` or
    /// begin with `vite/`).
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

    /// Returns the base of the URLs in tags.
    #[must_use]
    pub fn base(&self) -> &Base {
        self.snapshot.base()
    }

    /// Returns the plugin's build info (`.vite/bridge.json`), or `None` if the build has none.
    #[must_use]
    pub fn info(&self) -> Option<&BuildInfo> {
        self.snapshot.info()
    }

    /// Returns the id of the build: 16 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        self.snapshot.build_id()
    }

    /// Checks the build for missing files, a mismatched `base` and outdated sources.
    ///
    /// The base is compared with the base in the plugin's build info, if there is one. A source is
    /// outdated if it was changed more than 2 seconds after its built file was written. That check
    /// needs sources on the local disk.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        diagnostics(&self.snapshot)
    }

    /// Returns the key of the entry that the plugin built for a group, or `None` if the build lacks
    /// it.
    #[doc(hidden)]
    #[must_use]
    pub fn group_key(&self, parts: &[&str]) -> Option<String> {
        Some(group::key(parts)).filter(|key| self.graph().manifest().get(key).is_some())
    }

    /// Tells whether the name of a built file contains a content hash.
    ///
    /// The plugin's build info decides. Without it, the answer comes from the manifest and the
    /// shape of the name; a doubtful name counts as not hashed.
    #[must_use]
    pub fn is_hashed(&self, file: &str) -> bool {
        self.hashed.contains(file)
    }

    /// Tells whether a name has the shape of a hashed name, even if the manifest does not list it.
    #[doc(hidden)]
    #[must_use]
    pub fn has_hashed_shape(&self, file: &str) -> bool {
        content_hash::has_hash(file)
    }
}
