//! The files that an entry loads at once and later, as a tree and as lists.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use serde::Serialize;
use vite_bridge::build::Graph;
use vite_bridge::manifest::{Chunk, Manifest};

/// A built file and its sizes in bytes: plain, and in each encoding for which a file exists.
///
/// A size is `None` if the file does not exist.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct File {
    pub(crate) file: String,
    pub(crate) kind: &'static str,
    pub(crate) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) br: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gzip: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zstd: Option<u64>,
}

impl File {
    /// Returns the smallest size in which the file can be sent.
    pub(crate) fn smallest(&self) -> Option<u64> {
        [self.br, self.gzip, self.zstd].into_iter().flatten().chain(self.size).min()
    }

    pub(crate) fn is_compressed(&self) -> bool {
        self.smallest() < self.size
    }
}

/// A line of the tree: a chunk and its files.
#[derive(Debug, Serialize)]
pub(crate) struct Node {
    pub(crate) depth: usize,
    pub(crate) key: String,
    /// Whether the chunk is loaded by `import()`.
    pub(crate) later: bool,
    /// Whether another line of the tree shows the imports of the chunk.
    pub(crate) again: bool,
    #[serde(flatten)]
    pub(crate) file: File,
    pub(crate) css: Vec<File>,
    pub(crate) assets: Vec<File>,
}

/// An entry and the files that it loads.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) entry: String,
    pub(crate) now: Vec<File>,
    pub(crate) later: Vec<File>,
    pub(crate) tree: Vec<Node>,
}

impl Entry {
    /// Walks the chunks of an entry. The walk does not recurse, since chunk graphs can be deep and
    /// cyclic.
    pub(crate) fn new(graph: &Graph, key: &str, dist: &Path) -> Self {
        let manifest = graph.manifest();
        let now = reach(manifest, key, false);
        let all = reach(manifest, key, true);
        let loaded = |keys: &HashSet<&str>| -> BTreeSet<File> {
            let chunks = keys.iter().filter_map(|key| manifest.get(key));
            chunks
                .flat_map(|chunk| std::iter::once(chunk.file()).chain(chunk.css().iter().map(String::as_str)))
                .map(|name| file(name, dist))
                .collect()
        };
        let at_once = loaded(&now);
        let later = loaded(&all).difference(&at_once).cloned().collect();
        Self {
            entry: key.to_owned(),
            now: at_once.into_iter().collect(),
            later,
            tree: tree(manifest, key, &now, dist),
        }
    }
}

/// Returns the chunks that a chunk imports directly and indirectly, and the chunk itself.
///
/// With `dynamic`, follows `import()` too.
fn reach<'a>(manifest: &'a Manifest, key: &'a str, dynamic: bool) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    let mut stack = vec![key];
    while let Some(key) = stack.pop() {
        if let Some(chunk) = manifest.get(key).filter(|_| seen.insert(key)) {
            stack.extend(chunk.imports().iter().map(String::as_str));
            stack.extend(chunk.dynamic_imports().iter().filter(|_| dynamic).map(String::as_str));
        }
    }
    seen
}

/// Returns the lines of the tree. The imports of each chunk are shown once.
///
/// A chunk that the entry loads at once is not expanded below an `import()`.
fn tree(manifest: &Manifest, key: &str, now: &HashSet<&str>, dist: &Path) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut seen = HashSet::new();
    let mut stack = vec![(0, key, false, false)];
    while let Some((depth, key, later, is_below_later)) = stack.pop() {
        let Some(chunk) = manifest.get(key) else { continue };
        let is_new = !(is_below_later && now.contains(key)) && seen.insert(key);
        nodes.push(node(depth, key, later, !is_new, chunk, dist));
        if is_new {
            let dynamic =
                chunk.dynamic_imports().iter().rev().map(|key| (depth + 1, key.as_str(), true, true));
            let fixed =
                chunk.imports().iter().rev().map(|key| (depth + 1, key.as_str(), false, is_below_later));
            stack.extend(dynamic.chain(fixed));
        }
    }
    nodes
}

fn node(depth: usize, key: &str, later: bool, again: bool, chunk: &Chunk, dist: &Path) -> Node {
    let files = |list: &[String]| list.iter().map(|name| file(name, dist)).collect();
    Node {
        depth,
        key: key.to_owned(),
        later,
        again,
        file: file(chunk.file(), dist),
        css: files(chunk.css()),
        assets: files(chunk.assets()),
    }
}

fn file(name: &str, dist: &Path) -> File {
    let size =
        |end: &str| fs::metadata(dist.join(format!("{name}{end}"))).ok().map(|metadata| metadata.len());
    let (br, gzip, zstd) = (size(".br"), size(".gz"), size(".zst"));
    File {
        file: name.to_owned(),
        kind: vite_bridge::manifest::FileKind::from_file(name).as_str(),
        size: size(""),
        br,
        gzip,
        zstd,
    }
}
