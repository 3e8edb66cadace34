//! Graph: every import checked once; for each entry its styles, scripts and preloads in order, no repeats.

use std::collections::HashSet;

use super::suggest;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};
use crate::manifest::{Chunk, FileKind, Manifest};
use crate::tags::options::CssOrder;

/// A chunk's position in the manifest.
pub(crate) type ChunkId = usize;

/// The manifest with its `imports` resolved.
///
/// All walks are linear in chunks and imports and use no call stack: chunk cycles are real (manual chunks import each
/// other), and so are chains of any depth.
#[derive(Debug, Clone)]
pub struct Graph {
    manifest: Manifest,
    /// Imports of chunk `id`: `targets[starts[id]..starts[id + 1]]`.
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// `style.css` of `build.cssCodeSplit: false`, which no chunk lists.
    whole_css: Option<ChunkId>,
}

/// What some entries need, as files in document order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryFiles<'a> {
    /// Stylesheets, each once.
    pub styles: Vec<&'a str>,
    /// The entries' own scripts, in the order asked for.
    pub scripts: Vec<&'a str>,
    /// Imported scripts, dependencies first; never one of `scripts`.
    pub preloads: Vec<&'a str>,
}

impl Graph {
    /// Resolves every import of the manifest.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingImport`] names the importer and the key that the manifest lacks. A dangling
    /// `dynamicImports` is no error here: nothing in a page's head depends on it.
    pub fn new(manifest: Manifest) -> Result<Self, Error> {
        let mut starts = Vec::with_capacity(manifest.len() + 1);
        let mut targets = Vec::new();
        for (importer, chunk) in manifest.iter() {
            starts.push(small(targets.len()));
            for key in chunk.imports() {
                let target =
                    manifest.position(key).ok_or_else(|| missing_import(importer, key, &manifest))?;
                targets.push(small(target));
            }
        }
        starts.push(small(targets.len()));
        let whole_css = whole_css(&manifest);
        Ok(Self { manifest, starts, targets, whole_css })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What the entries of those keys need together, each file once.
    ///
    /// # Errors
    ///
    /// The errors of [`find`](Self::find), and [`ErrorKind::EntryNotLoadable`] for an image, a font or the like.
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
    /// let closure = graph.closure(&["main.ts"], CssOrder::DependencyFirst)?;
    /// assert_eq!(closure.styles, ["shared.css", "main.css"]);
    /// assert_eq!(closure.scripts, ["main.js"]);
    /// assert_eq!(closure.preloads, ["shared.js"]);
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn closure(&self, names: &[&str], order: CssOrder) -> Result<EntryFiles<'_>, Error> {
        let ids = names.iter().map(|name| self.find_entry(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Walk::new(self).closure(&ids, order))
    }

    /// The key and chunk that a name means: the chunk of that key, else of that `src`, else the entry of that `name`.
    ///
    /// A leading `/` or `./` makes no difference.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownEntry`] with what is close; [`ErrorKind::AmbiguousName`] with the keys that answer.
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

    /// The position of the chunk that a name means, if there is one.
    pub(crate) fn position(&self, name: &str) -> Result<Option<ChunkId>, Error> {
        if let Some(id) = self.manifest.position(name) {
            return Ok(Some(id));
        }
        let name = bare_name(name);
        if let Some(id) = self.manifest.position(name) {
            return Ok(Some(id));
        }
        match self.only(name, |_, chunk| chunk.src() == Some(name))? {
            Some(id) => Ok(Some(id)),
            None => self.only(name, |_, chunk| chunk.is_entry() && chunk.name() == Some(name)),
        }
    }

    /// The one chunk that answers; several that are the same file are one.
    fn only(&self, name: &str, answers: impl Fn(&str, &Chunk) -> bool) -> Result<Option<ChunkId>, Error> {
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

/// A name without the leading `/` or `./` that Vite's own templates write.
pub(crate) fn bare_name(name: &str) -> &str {
    name.strip_prefix("./").or_else(|| name.strip_prefix('/')).unwrap_or(name)
}

/// A reusable walk: the marks are numbered, so that a new closure costs nothing to begin.
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

    /// Post-order, as Vite's own HTML (`getImportedChunks` and `getCssFilesForChunk` in plugins/html.ts).
    pub(crate) fn closure(&mut self, entries: &[ChunkId], order: CssOrder) -> EntryFiles<'a> {
        self.turn += 1;
        let mut closure = EntryFiles::default();
        let mut seen = HashSet::new();
        let own = entries.iter().filter_map(|entry| self.graph.manifest.at(*entry));
        // By file, since two keys may share one.
        let pages: HashSet<&str> = own.map(|(_, chunk)| chunk.file()).collect();
        let mut loaded = HashSet::new();
        for &entry in entries {
            let Some((_, chunk)) = self.graph.manifest.at(entry) else {
                continue;
            };
            let mut styles = Styles { seen: &mut seen, list: &mut closure.styles };
            if order == CssOrder::EntryFirst {
                styles.add_chunk(chunk);
            }
            self.each_import(entry, |chunk| {
                styles.add_chunk(chunk);
                let file = chunk.file();
                if chunk.kind() == FileKind::Script && !pages.contains(file) && loaded.insert(file) {
                    closure.preloads.push(chunk.file());
                }
            });
            styles.add_chunk(chunk);
            if chunk.kind() == FileKind::Script {
                styles.add_whole_css(self.graph);
                if loaded.insert(chunk.file()) {
                    closure.scripts.push(chunk.file());
                }
            }
        }
        closure
    }

    /// Visits what an entry imports, dependencies first, the entry itself not; each chunk once in a closure.
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

    /// What a stylesheet lists comes before the stylesheet itself.
    fn add_chunk(&mut self, chunk: &'a Chunk) {
        chunk.css().iter().for_each(|file| self.add(file));
        if chunk.kind() == FileKind::Style {
            self.add(chunk.file());
        }
    }

    fn add_whole_css(&mut self, graph: &'a Graph) {
        if let Some((_, chunk)) = graph.whole_css.and_then(|id| graph.manifest.at(id)) {
            self.add(chunk.file());
        }
    }
}

/// The one stylesheet of a build with `build.cssCodeSplit: false` (Vite 3 to 8): Vite's HTML links it in every page.
fn whole_css(manifest: &Manifest) -> Option<ChunkId> {
    let id = manifest.position("style.css")?;
    let (_, chunk) = manifest.at(id)?;
    let is_whole = chunk.kind() == FileKind::Style && !chunk.is_entry() && chunk.name().is_none();
    (is_whole && manifest.iter().all(|(_, chunk)| chunk.css().is_empty())).then_some(id)
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

/// Vite writes manifests far below four thousand million imports; what does not fit would be a missing chunk.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
