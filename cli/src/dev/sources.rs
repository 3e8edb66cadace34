//! What the application is built of: folders that are watched, and which of their files count.

use std::path::{Path, PathBuf, absolute};
use std::sync::mpsc::Sender;

use cargo_metadata::Metadata;
use ignore::{DirEntry, WalkBuilder};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use vite_bridge::scan::Scanner;

use super::failure::Failure;
use crate::code;

/// Files that count wherever they are, beside `*.rs`.
const NAMES: [&str; 4] = ["Cargo.toml", "askama.toml", "rust-toolchain", "rust-toolchain.toml"];

/// The packages of the workspace, and those beside it that they depend on by path.
#[derive(Debug)]
pub(super) struct Sources {
    packages: Vec<PathBuf>,
    templates: Vec<PathBuf>,
    target: PathBuf,
    /// Whether a file changed that says where sources are.
    has_moved: bool,
    watcher: RecommendedWatcher,
}

impl Sources {
    /// Watches from now on; of what cargo cannot tell the packages, the folder we are in.
    pub(super) fn watch(
        metadata: Option<&Metadata>,
        send: Sender<notify::Result<Event>>,
    ) -> Result<Self, Failure> {
        let watcher = notify::recommended_watcher(send).map_err(|fault| cannot_watch(&fault))?;
        let mut sources = Self {
            packages: Vec::new(),
            templates: Vec::new(),
            target: PathBuf::new(),
            has_moved: false,
            watcher,
        };
        sources.follow(metadata);
        Ok(sources)
    }

    /// Looks again what there is, after a change of a Cargo.toml or askama.toml.
    pub(super) fn follow(&mut self, metadata: Option<&Metadata>) {
        let here = absolute(".").unwrap_or_default();
        self.packages = match metadata {
            Some(metadata) => {
                let own = metadata.packages.iter().filter(|package| package.source.is_none());
                let folders = own.filter_map(|package| package.manifest_path.parent());
                folders.map(|folder| folder.as_std_path().to_owned()).collect()
            }
            None => vec![here.clone()],
        };
        self.target =
            metadata.map_or_else(|| here.join("target"), |metadata| metadata.target_directory.clone().into());
        let folders = |package: &PathBuf| {
            // A broken askama.toml is the build's to complain of.
            Scanner::new(package).folders().unwrap_or_else(|_| vec![package.join("templates")])
        };
        self.templates = self.packages.iter().flat_map(folders).collect();
        let roots: Vec<_> =
            self.packages.iter().chain(&self.templates).filter(|path| path.is_dir()).cloned().collect();
        roots.iter().for_each(|root| self.enter(root));
    }

    /// Whether packages or folders of templates may be others by now; asked once.
    pub(super) fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.has_moved)
    }

    /// Each folder by itself, so that nothing ignored costs a watch.
    fn enter(&mut self, root: &Path) {
        let target = self.target.clone();
        let walk = walk(root).filter_entry(move |entry| is_entered(entry, &target)).build();
        let folders = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()));
        for folder in folders {
            if let Err(fault) = self.watcher.watch(folder.path(), RecursiveMode::NonRecursive) {
                tracing::warn!(folder = %folder.path().display(), %fault, "a folder cannot be watched");
            }
        }
    }

    /// Whether something changed that the application is built of.
    pub(super) fn concerns(&mut self, event: &notify::Result<Event>) -> bool {
        // An error most often is an overflow: events were lost.
        let Ok(event) = event else { return true };
        if event.kind.is_access()
            || matches!(event.kind, EventKind::Modify(notify::event::ModifyKind::Metadata(_)))
        {
            return false;
        }
        let paths: Vec<&PathBuf> =
            event.paths.iter().filter(|path| !path.starts_with(&self.target)).collect();
        self.has_moved |=
            paths.iter().any(|path| path.ends_with("Cargo.toml") || path.ends_with("askama.toml"));
        let is_new = |path: &PathBuf| path.is_dir() && !path.ends_with("node_modules") && !is_ignored(path);
        let new: Vec<_> = paths.iter().filter(|path| is_new(path)).map(|path| (*path).clone()).collect();
        new.iter().for_each(|path| self.enter(path));
        paths.iter().any(|path| self.counts(path) && !is_ignored(path))
            || new.iter().any(|path| self.has_sources(path))
    }

    fn counts(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_source = path.extension().is_some_and(|extension| extension == "rs") || NAMES.contains(&name);
        let is_template = self.templates.iter().any(|folder| path.starts_with(folder)) && !is_draft(name);
        (is_source || is_template) && !path.is_dir()
    }

    /// A folder that came with its files, by a checkout or a rename.
    fn has_sources(&self, folder: &Path) -> bool {
        walk(folder).build().flatten().any(|entry| self.counts(entry.path()))
    }
}

/// What editors write beside a file while they save it.
fn is_draft(name: &str) -> bool {
    name.ends_with('~')
        || name.starts_with(".#")
        || name.ends_with(".swp")
        || name.ends_with(".swx")
        || name == "4913"
}

fn walk(root: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    // A project need not be a git repository to have a .gitignore.
    walk.require_git(false);
    walk
}

fn is_entered(entry: &DirEntry, target: &Path) -> bool {
    entry.path() != target && entry.file_name() != "node_modules"
}

/// By the rules of the folder that it is in; what is gone is not ignored.
fn is_ignored(path: &Path) -> bool {
    let Some(parent) = path.parent().filter(|_| path.exists()) else { return false };
    let mut shown = walk(parent).max_depth(Some(1)).build().flatten();
    !shown.any(|entry| entry.path() == path)
}

fn cannot_watch(fault: &notify::Error) -> Failure {
    Failure::Other(
        code::CANNOT_WATCH,
        format!(
            "the sources cannot be watched: {fault}; raise the limit that the system names, or use --no-watch"
        ),
    )
}
