//! Graph: the imports of a build, and the files that its entries load.

use std::collections::HashSet;

use super::suggest;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};
use crate::manifest::{Chunk, FileKind, Manifest};
use crate::tags::options::CssOrder;

/// The position of a chunk in the manifest.
pub(crate) type ChunkId = usize;

/// The manifest of a build with its imports resolved.
///
/// Every walk is linear in the number of chunks and imports, and does not recurse. Chunks can
/// import each other in cycles (for example with `manualChunks`), and import chains can have any
/// depth.
#[derive(Debug, Clone)]
pub struct Graph {
    manifest: Manifest,
    /// The imports of chunk `id` are `targets[starts[id]..starts[id + 1]]`.
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// The `style.css` of a build with `build.cssCodeSplit: false`. No chunk lists it.
    single_css: Option<ChunkId>,
}

/// The files that a page with some entries loads, in the order of their tags.
///
/// Each file is listed once. Names are relative to the output directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryFiles<'a> {
    /// The stylesheets of the entries and of the chunks that they import.
    pub styles: Vec<&'a str>,
    /// The scripts of the entries themselves, in the order in which the entries were given.
    pub scripts: Vec<&'a str>,
    /// The scripts that the entries import, dependencies first. Scripts of the entries are left
    /// out.
    pub preloads: Vec<&'a str>,
}

impl Graph {
    /// Resolves every import of the manifest.
    ///
    /// A `dynamicImports` key that the manifest lacks is not an error, because no tag depends on
    /// it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::MissingImport`] if a chunk imports a key that the manifest lacks. The
    /// error names the importer and the key.
    pub fn new(manifest: Manifest) -> Result<Self, Error> {
        let mut starts = Vec::with_capacity(manifest.len() + 1);
        let mut targets = Vec::new();
        for (importer, chunk) in manifest.iter() {
            starts.push(saturating_u32(targets.len()));
            for key in chunk.imports() {
                let target =
                    manifest.position(key).ok_or_else(|| missing_import(importer, key, &manifest))?;
                targets.push(saturating_u32(target));
            }
        }
        starts.push(saturating_u32(targets.len()));
        let single_css = single_css(&manifest);
        Ok(Self { manifest, starts, targets, single_css })
    }

    /// Returns the manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the files that a page with these entries loads, each file once.
    ///
    /// # Errors
    ///
    /// - Returns the errors of [`find`](Self::find).
    /// - Returns [`ErrorKind::EntryNotLoadable`] if a name stands for an image, a font or another
    ///   file that is neither a script nor a stylesheet.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::CssOrder;
    /// use vite_bridge::build::Graph;
    /// use vite_bridge::manifest::Manifest;
    ///
    /// let graph = Graph::new(Manifest::from_slice(br#"{
    ///     "main.ts": {"file": "main.js", "css": ["main.css"], "imports": ["_shared.js"], "isEntry": true},
    ///     "_shared.js": {"file": "shared.js", "css": ["shared.css"]}
    /// }"#)?)?;
    /// let files = graph.entry_files(&["main.ts"], CssOrder::DependencyFirst)?;
    /// assert_eq!(files.styles, ["shared.css", "main.css"]);
    /// assert_eq!((files.scripts, files.preloads), (vec!["main.js"], vec!["shared.js"]));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn entry_files(&self, names: &[&str], order: CssOrder) -> Result<EntryFiles<'_>, Error> {
        let ids = names.iter().map(|name| self.find_entry(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Walk::new(self).entry_files(&ids, order))
    }

    /// Finds a chunk by name and returns its key and the chunk.
    ///
    /// The name is compared with the keys first, then with `src` of each chunk, then with `name` of
    /// each entry. A leading `/` or `./` is ignored.
    ///
    /// # Errors
    ///
    /// - Returns [`ErrorKind::UnknownEntry`] if no chunk matches. The error suggests the closest
    ///   names.
    /// - Returns [`ErrorKind::AmbiguousName`] if chunks with different files match. The error lists
    ///   their keys.
    pub fn find(&self, name: &str) -> Result<(&str, &Chunk), Error> {
        let id = self.position(name)?.ok_or_else(|| suggest::unknown_entry(name, &self.manifest))?;
        self.manifest.at(id).ok_or_else(|| suggest::unknown_entry(name, &self.manifest))
    }

    pub(crate) fn find_entry(&self, name: &str) -> Result<ChunkId, Error> {
        let id = self.position(name)?.ok_or_else(|| suggest::unknown_entry(name, &self.manifest))?;
        match self.manifest.at(id) {
            Some((_, chunk)) if chunk.kind() == FileKind::Asset => {
                let message = format!(
                    "{name:?} is built to {:?}, which is neither a script nor a stylesheet",
                    chunk.file()
                );
                Err(Error::new(ErrorKind::EntryNotLoadable, message)
                    .with_help(format!("use `asset({name:?})` for its URL")))
            }
            _ => Ok(id),
        }
    }

    /// Applies the rules of [`find`](Self::find); `None` if no chunk matches.
    pub(crate) fn position(&self, name: &str) -> Result<Option<ChunkId>, Error> {
        if let Some(id) = self.manifest.position(name) {
            return Ok(Some(id));
        }
        let name = bare_name(name);
        if let Some(id) = self.manifest.position(name) {
            return Ok(Some(id));
        }
        match self.single_match(name, |_, chunk| chunk.src() == Some(name))? {
            Some(id) => Ok(Some(id)),
            None => self.single_match(name, |_, chunk| chunk.is_entry() && chunk.name() == Some(name)),
        }
    }

    /// Returns the chunk that matches. Several chunks with the same file count as one.
    fn single_match(
        &self,
        name: &str,
        answers: impl Fn(&str, &Chunk) -> bool,
    ) -> Result<Option<ChunkId>, Error> {
        let found: Vec<_> =
            self.manifest.iter().enumerate().filter(|(_, (key, chunk))| answers(key, chunk)).collect();
        let Some((first, (_, chunk))) = found.first() else {
            return Ok(None);
        };
        if found.iter().all(|(_, (_, other))| other.file() == chunk.file()) {
            return Ok(Some(*first));
        }
        let keys: Vec<String> = found.iter().map(|(_, (key, _))| (*key).to_owned()).collect();
        let message = format!("ambiguous name {name:?}: {} chunks have it", keys.len());
        let help = format!("use one of the keys {}", keys.join(", "));
        Err(Error::new(ErrorKind::AmbiguousName, message).with_help(help).with_suggestions(keys))
    }

    fn imports(&self, id: ChunkId) -> &[u32] {
        let bounds = self.starts.get(id).zip(self.starts.get(id + 1));
        bounds.and_then(|(start, end)| self.targets.get(*start as usize..*end as usize)).unwrap_or_default()
    }
}

/// Removes a leading `/` or `./`, as in the names that Vite's own templates use.
pub(crate) fn bare_name(name: &str) -> &str {
    name.strip_prefix("./").or_else(|| name.strip_prefix('/')).unwrap_or(name)
}

/// A walk over the graph that can be repeated. Each walk marks visited chunks with a new number, so
/// the marks are never cleared.
pub(crate) struct Walk<'a> {
    graph: &'a Graph,
    marks: Vec<u32>,
    turn: u32,
    stack: Vec<(ChunkId, usize)>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(graph: &'a Graph) -> Self {
        Self { graph, marks: vec![0; graph.manifest.len()], turn: 0, stack: Vec::new() }
    }

    /// Collects files in post-order, like Vite's own HTML (`getImportedChunks` and
    /// `getCssFilesForChunk` in plugins/html.ts).
    pub(crate) fn entry_files(&mut self, entries: &[ChunkId], order: CssOrder) -> EntryFiles<'a> {
        self.turn += 1;
        let mut files = EntryFiles::default();
        let mut seen = HashSet::new();
        let own_chunks = entries.iter().filter_map(|entry| self.graph.manifest.at(*entry));
        // Compared by file, because two keys can share one file.
        let own_files: HashSet<&str> = own_chunks.map(|(_, chunk)| chunk.file()).collect();
        let mut loaded = HashSet::new();
        for &entry in entries {
            let Some((_, chunk)) = self.graph.manifest.at(entry) else {
                continue;
            };
            let mut styles = Styles { seen: &mut seen, list: &mut files.styles };
            if order == CssOrder::EntryFirst {
                styles.add_chunk(chunk);
            }
            self.each_import(entry, |chunk| {
                styles.add_chunk(chunk);
                let file = chunk.file();
                if chunk.kind() == FileKind::Script && !own_files.contains(file) && loaded.insert(file) {
                    files.preloads.push(chunk.file());
                }
            });
            styles.add_chunk(chunk);
            if chunk.kind() == FileKind::Script {
                styles.add_single_css(self.graph);
                if loaded.insert(chunk.file()) {
                    files.scripts.push(chunk.file());
                }
            }
        }
        files
    }

    /// Visits the chunks that an entry imports, dependencies first, without the entry itself. A
    /// chunk is visited once in each walk.
    fn each_import(&mut self, entry: ChunkId, mut visit: impl FnMut(&'a Chunk)) {
        if !self.enter(entry) {
            return;
        }
        while let Some((id, next)) = self.stack.pop() {
            if let Some(&target) = self.graph.imports(id).get(next) {
                self.stack.push((id, next + 1));
                self.enter(target as ChunkId);
            } else if id != entry
                && let Some((_, chunk)) = self.graph.manifest.at(id)
            {
                visit(chunk);
            }
        }
    }

    fn enter(&mut self, id: ChunkId) -> bool {
        match self.marks.get_mut(id) {
            Some(mark) if *mark != self.turn => {
                *mark = self.turn;
                self.stack.push((id, 0));
                true
            }
            _ => false,
        }
    }
}

struct Styles<'s, 'a> {
    seen: &'s mut HashSet<&'a str>,
    list: &'s mut Vec<&'a str>,
}

impl<'a> Styles<'_, 'a> {
    fn add(&mut self, file: &'a str) {
        if self.seen.insert(file) {
            self.list.push(file);
        }
    }

    /// The CSS that a stylesheet chunk lists comes before its own file.
    fn add_chunk(&mut self, chunk: &'a Chunk) {
        chunk.css().iter().for_each(|file| self.add(file));
        if chunk.kind() == FileKind::Style {
            self.add(chunk.file());
        }
    }

    fn add_single_css(&mut self, graph: &'a Graph) {
        if let Some((_, chunk)) = graph.single_css.and_then(|id| graph.manifest.at(id)) {
            self.add(chunk.file());
        }
    }
}

/// Finds the only stylesheet of a build with `build.cssCodeSplit: false` (Vite 3 to 8). Vite's HTML
/// links it in every page.
fn single_css(manifest: &Manifest) -> Option<ChunkId> {
    let id = manifest.position("style.css")?;
    let (_, chunk) = manifest.at(id)?;
    let is_single = chunk.kind() == FileKind::Style && !chunk.is_entry() && chunk.name().is_none();
    (is_single && manifest.iter().all(|(_, chunk)| chunk.css().is_empty())).then_some(id)
}

fn missing_import(importer: &str, key: &str, manifest: &Manifest) -> Error {
    let close = suggest::close_to(key, manifest.iter().map(|(key, _)| key));
    let message = format!(
        "chunk {importer:?} imports {key:?}, which is missing in {}{}",
        manifest.place(),
        suggest::did_you_mean(&close)
    );
    Error::new(ErrorKind::MissingImport, message).with_help(BUILD_AGAIN).with_suggestions(close)
}

/// Saturates, because no manifest has 2^32 imports. A saturated id would be a missing chunk.
fn saturating_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
