//! What an entry loads, at once and later, as a tree and as sums.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use serde::Serialize;
use vite_bridge::{Chunk, Graph};

/// A built file and its size in bytes; no size where it is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct File {
    pub(crate) file: String,
    pub(crate) kind: &'static str,
    pub(crate) size: Option<u64>,
}

/// One line of the tree.
#[derive(Debug, Serialize)]
pub(crate) struct Node {
    pub(crate) depth: usize,
    pub(crate) key: String,
    /// Whether it is reached by `import()`.
    pub(crate) later: bool,
    /// Whether its imports are written out further up.
    pub(crate) again: bool,
    #[serde(flatten)]
    pub(crate) file: File,
    pub(crate) css: Vec<File>,
    pub(crate) assets: Vec<File>,
}

/// What an entry loads.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) entry: String,
    pub(crate) now: Vec<File>,
    pub(crate) later: Vec<File>,
    pub(crate) tree: Vec<Node>,
}

impl Entry {
    /// The entry of that key; no call stack, since chunk graphs may be deep and have cycles.
    pub(crate) fn new(graph: &Graph, key: &str, dist: &Path) -> Self {
        let tree = tree(graph, key, dist);
        let mut now = BTreeSet::new();
        let mut later = BTreeSet::new();
        for (node, is_later) in tree.iter().zip(laters(&tree)) {
            let set = if is_later { &mut later } else { &mut now };
            set.insert(node.file.clone());
            set.extend(node.css.iter().cloned());
        }
        let later = later.difference(&now).cloned().collect();
        Self { entry: key.to_owned(), now: now.into_iter().collect(), later, tree }
    }
}

/// Whether each node lies below an `import()`.
fn laters(tree: &[Node]) -> impl Iterator<Item = bool> {
    let mut since = None;
    tree.iter().map(move |node| {
        if since.is_some_and(|depth| node.depth <= depth) {
            since = None;
        }
        if node.later && since.is_none() {
            since = Some(node.depth);
        }
        since.is_some()
    })
}

/// Static imports are written out before dynamic ones, so that what loads at once is not taken for later.
fn tree(graph: &Graph, key: &str, dist: &Path) -> Vec<Node> {
    let manifest = graph.manifest();
    let mut nodes = Vec::new();
    let mut seen = HashSet::new();
    let mut stack = vec![(0, key, false)];
    while let Some((depth, key, later)) = stack.pop() {
        let Some(chunk) = manifest.get(key) else { continue };
        let is_new = seen.insert(key);
        nodes.push(node(depth, key, later, !is_new, chunk, dist));
        if is_new {
            let dynamic = chunk.dynamic_imports().iter().rev().map(|key| (depth + 1, key.as_str(), true));
            let fixed = chunk.imports().iter().rev().map(|key| (depth + 1, key.as_str(), false));
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
    let size = fs::metadata(dist.join(name)).ok().map(|metadata| metadata.len());
    File { file: name.to_owned(), kind: vite_bridge::FileKind::of(name).as_str(), size }
}
