//! Snapshot: one immutable build with its graph, its prepared tags and its URLs.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::cache::{Cache, NamesCache};
use super::files::Files;
use super::graph::{ChunkId, EntryFiles, Graph, Walk, bare_name};
use super::missing::missing_files;
use super::source::Source;
use super::{group, integrity, suggest};
use crate::dotfiles::is_hidden;
use crate::error::{Error, ErrorKind};
#[cfg(feature = "serve")]
use crate::manifest::content_hash;
use crate::manifest::{BuildInfo, FileKind, Manifest, build_id};
#[cfg(feature = "serve")]
use crate::serve::file::FoundFile;
#[cfg(feature = "serve")]
use crate::serve::index::Index;
#[cfg(feature = "serve")]
use crate::serve::options::ServeOptions;
use crate::tags::options::Options;
use crate::tags::prepared::{Part, Prepared};
use crate::tags::{Element, ElementKind, html};
use crate::url::Base;

/// One build in the state in which it was loaded.
pub(crate) struct Snapshot {
    graph: Graph,
    base: Base,
    build_id: String,
    info: Option<BuildInfo>,
    options: Options,
    import_map: Option<Element>,
    integrity: BTreeMap<String, String>,
    files: Arc<dyn Files>,
    /// The prepared tags of entries and stylesheets by key, so that a page with one entry needs one
    /// lookup.
    entries: HashMap<Box<str>, Arc<Prepared>>,
    lists: NamesCache<Arc<Prepared>>,
    groups: NamesCache<Arc<Prepared>>,
    urls: Cache<Arc<str>>,
    inlines: Cache<Arc<str>>,
    /// `None` if files are not served.
    #[cfg(feature = "serve")]
    index: Option<Index>,
}

impl Snapshot {
    pub(crate) fn new(source: Source, options: Options) -> Result<Self, Error> {
        let manifest = Manifest::read(&source.manifest, &source.place)?;
        let build_id = build_id(&source.manifest);
        let info = source.build_info(&build_id)?;
        let base = base(&options, info.as_ref())?;
        let import_map = source.import_map()?;
        let integrity = integrity::by_file(options.integrity, &manifest, info.as_ref(), &*source.files)?;
        let mut snapshot = Self {
            graph: Graph::new(manifest)?,
            base,
            build_id,
            info,
            options,
            import_map,
            integrity,
            files: source.files,
            entries: HashMap::new(),
            lists: NamesCache::default(),
            groups: NamesCache::default(),
            urls: Cache::default(),
            inlines: Cache::default(),
            #[cfg(feature = "serve")]
            index: None,
        };
        snapshot.entries = snapshot.prepare_entries();
        Ok(snapshot)
    }

    /// Sets the files to serve.
    #[cfg(feature = "serve")]
    pub(crate) fn serve(&mut self, files: Vec<FoundFile>, options: &ServeOptions) {
        let hashed = content_hash::hashed_files(self.graph.manifest(), self.info.as_ref());
        self.index = Some(Index::new(files, &hashed, options));
    }

    #[cfg(feature = "serve")]
    pub(crate) fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// Keeps the hashed files of the previous build, for pages that were sent with it. If
    /// `previous` is the same build, loaded again, the files that it kept are kept once more.
    #[cfg(all(feature = "serve", feature = "watch"))]
    pub(crate) fn keep_files_of(&mut self, previous: &Self) {
        match (&mut self.index, &previous.index) {
            (Some(index), Some(same)) if self.build_id == previous.build_id => index.keep_same_files_as(same),
            (Some(index), Some(previous)) => index.keep_hashed_files_of(previous),
            _ => {}
        }
    }

    /// Prepares entries and stylesheets at load. Other names are prepared at their first use.
    fn prepare_entries(&self) -> HashMap<Box<str>, Arc<Prepared>> {
        let mut walk = Walk::new(&self.graph);
        let manifest = self.graph.manifest();
        let entries = manifest.iter().enumerate().filter(|(_, (_, chunk))| {
            (chunk.is_entry() || chunk.kind() == FileKind::Style) && chunk.kind() != FileKind::Asset
        });
        entries
            .map(|(id, (key, _))| (key.into(), self.prepare(walk.entry_files(&[id], self.options.css_order))))
            .collect()
    }

    /// Returns the first missing file as an error.
    pub(crate) fn verify_files(&self) -> Result<(), Error> {
        match missing_files(self.graph.manifest(), &*self.files).first() {
            Some(error) => Err(error.error().clone()),
            None => Ok(()),
        }
    }

    pub(crate) fn files(&self) -> &dyn Files {
        &*self.files
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    pub(crate) fn build_id(&self) -> &str {
        &self.build_id
    }

    pub(crate) fn info(&self) -> Option<&BuildInfo> {
        self.info.as_ref()
    }

    pub(crate) fn tags(&self, names: &[&str]) -> Result<Arc<Prepared>, Error> {
        if let [name] = names
            && let Some(prepared) = self.entries.get(*name)
        {
            return Ok(Arc::clone(prepared));
        }
        self.lists.get_or_make(names, || {
            let ids = names.iter().map(|name| self.find_entry(name)).collect::<Result<Vec<_>, _>>()?;
            Ok(self.prepare(Walk::new(&self.graph).entry_files(&ids, self.options.css_order)))
        })
    }

    /// Returns the tags of a group. If it contains stylesheets only, its script is left out,
    /// because it has no effect.
    pub(crate) fn group(&self, parts: &[&str]) -> Result<Arc<Prepared>, Error> {
        self.groups.get_or_make(parts, || {
            let tags = self.entries.get(group::key(parts).as_str()).ok_or_else(|| group::unknown(parts))?;
            if !group::has_only_styles(parts) {
                return Ok(Arc::clone(tags));
            }
            Ok(Arc::new(Prepared::new(tags.elements(Part::Styles).cloned().collect())))
        })
    }

    fn find_entry(&self, name: &str) -> Result<ChunkId, Error> {
        let id = self.graph.find_entry(name)?;
        match self.graph.manifest().at(id) {
            // Vite may leave CSS entries unmarked (vitejs/vite#21456), so stylesheets always pass.
            Some((key, chunk))
                if self.options.strict_entries && !chunk.is_entry() && chunk.kind() == FileKind::Script =>
            {
                let message = format!("{key:?} is a chunk but not an entry, and `strict_entries` is on");
                Err(Error::new(ErrorKind::NotAnEntry, message)
                    .with_help("add it to `build.rollupOptions.input`, or remove `strict_entries`"))
            }
            _ => Ok(id),
        }
    }

    fn prepare(&self, files: EntryFiles<'_>) -> Arc<Prepared> {
        let EntryFiles { styles, scripts, preloads } = files;
        let loads_modules = !scripts.is_empty() || !preloads.is_empty();
        let preloads = if self.options.no_modulepreload { Vec::new() } else { preloads };
        let import_map = self.import_map.iter().filter(|_| loads_modules).cloned();
        let styles = styles.into_iter().map(|file| self.element(ElementKind::Stylesheet, file));
        let scripts = scripts.into_iter().map(|file| self.element(ElementKind::Script, file));
        let preloads = preloads.into_iter().map(|file| self.element(ElementKind::Modulepreload, file));
        Arc::new(Prepared::new(import_map.chain(styles).chain(scripts).chain(preloads).collect()))
    }

    fn element(&self, kind: ElementKind, file: &str) -> Element {
        let mut element = Element::linking(kind, self.base.href(file));
        self.finish(&mut element, file);
        element
    }

    fn finish(&self, element: &mut Element, file: &str) {
        let integrity = self.integrity.get(file);
        if let Some(integrity) = integrity {
            element.set("integrity", Some(integrity));
        }
        if let Some(value) =
            self.options.crossorigin.attribute(integrity.is_some(), self.base.is_cross_origin())
        {
            element.set("crossorigin", value);
        }
        self.options.attributes.apply(element);
    }

    pub(crate) fn url(&self, name: &str) -> Result<Arc<str>, Error> {
        self.urls.get_or_make(name, || Ok(self.base.href(self.file(name)?).into()))
    }

    /// Returns the built file of a source, or the public file with that name.
    fn file<'a>(&'a self, name: &'a str) -> Result<&'a str, Error> {
        let manifest = self.graph.manifest();
        if let Some((key, chunk)) = self.graph.position(name)?.and_then(|id| manifest.at(id)) {
            // An asset that is an input may have a stub script as its chunk (Vite 8). The asset is
            // then listed in `assets` of that script.
            let is_stub = chunk.kind() == FileKind::Script && FileKind::is_media_source(key);
            let same = |file: &&String| file.rsplit('.').next() == key.rsplit('.').next();
            let asset = chunk.assets().iter().find(same).filter(|_| is_stub);
            return Ok(asset.map_or(chunk.file(), String::as_str));
        }
        let name = bare_name(name);
        if self.is_public(name) {
            return Ok(name);
        }
        let nothing = std::collections::BTreeSet::new();
        let public = self.info.as_ref().map_or(&nothing, BuildInfo::public);
        Err(suggest::unknown_asset(name, manifest, public, self.files.inlined(name)))
    }

    /// Without build info, a file of the output directory is public if the manifest does not name
    /// it.
    fn is_public(&self, name: &str) -> bool {
        if let Some(info) = &self.info {
            return info.public().contains(name);
        }
        !is_hidden(name, false)
            && self.files.has(name)
            && self.graph.manifest().files().all(|(_, file)| file != name)
    }

    pub(crate) fn preload(&self, name: &str) -> Result<Arc<Prepared>, Error> {
        let file = self.file(name)?;
        if FileKind::from_file(file) == FileKind::Script {
            let element = self.element(ElementKind::Modulepreload, file);
            return Ok(Arc::new(Prepared::new(self.import_map.iter().cloned().chain([element]).collect())));
        }
        let mut element = Element::preloading(self.base.href(file), file);
        self.finish(&mut element, file);
        Ok(Arc::new(Prepared::new(vec![element])))
    }

    pub(crate) fn inline(&self, name: &str) -> Result<Arc<str>, Error> {
        self.inlines.get_or_make(name, || {
            let file = self.file(name)?;
            let text = String::from_utf8(self.files.read(file)?).map_err(|error| {
                Error::new(ErrorKind::NotText, format!("cannot inline {name:?}: {file} is not UTF-8 text"))
                    .with_help(format!("use `asset({name:?})`"))
                    .with_source(error)
            })?;
            Ok(match FileKind::from_file(file) {
                FileKind::Script => html::raw_text(&text, "script").into(),
                FileKind::Style => html::raw_text(&text, "style").into(),
                FileKind::Asset => text.into(),
            })
        })
    }

    pub(crate) fn require(&self, name: &str) -> Result<(), Error> {
        match self.find_entry(name) {
            Err(error) if error.kind() == ErrorKind::EntryNotLoadable => Ok(()),
            Err(error) if error.kind() == ErrorKind::UnknownEntry && self.file(name).is_ok() => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, build_id, files, .. } = self;
        let chunks = self.graph.manifest().len();
        f.debug_struct("Snapshot")
            .field("base", base)
            .field("build_id", build_id)
            .field("chunks", &chunks)
            .field("files", files)
            .finish_non_exhaustive()
    }
}

fn base(options: &Options, info: Option<&BuildInfo>) -> Result<Base, Error> {
    match (&options.base, info.and_then(BuildInfo::base)) {
        (Some(base), _) => Ok(base.clone()),
        (None, Some(base)) => base.parse(),
        (None, None) => Ok(Base::default()),
    }
}
