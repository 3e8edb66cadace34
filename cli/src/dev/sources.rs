//! The sources of the application: the watched folders, and the files whose changes count.

use std::path::{Path, PathBuf, absolute};
use std::sync::mpsc::Sender;

use cargo_metadata::Metadata;
use ignore::{DirEntry, WalkBuilder};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use vite_bridge::scan::Scanner;

use crate::cli_error::CliError;
use crate::code;

/// File names that count in any folder, in addition to `*.rs`.
const NAMES: [&str; 4] = ["Cargo.toml", "askama.toml", "rust-toolchain", "rust-toolchain.toml"];

/// The packages of the workspace and their path dependencies outside of it.
#[derive(Debug)]
pub(super) struct Sources {
    packages: Vec<PathBuf>,
    templates: Vec<PathBuf>,
    target: PathBuf,
    /// Whether a Cargo.toml or askama.toml changed, which name the folders of the sources.
    has_moved: bool,
    watcher: RecommendedWatcher,
}

impl Sources {
    /// Starts to watch. Without metadata from cargo, watches the working directory.
    pub(super) fn watch(
        metadata: Option<&Metadata>,
        send: Sender<notify::Result<Event>>,
    ) -> Result<Self, CliError> {
        let watcher = notify::recommended_watcher(send).map_err(|error| cannot_watch(&error))?;
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

    /// Updates the watched folders after a change of a Cargo.toml or askama.toml.
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
            // The build reports an invalid askama.toml.
            Scanner::new(package).folders().unwrap_or_else(|_| vec![package.join("templates")])
        };
        self.templates = self.packages.iter().flat_map(folders).collect();
        let roots: Vec<_> =
            self.packages.iter().chain(&self.templates).filter(|path| path.is_dir()).cloned().collect();
        roots.iter().for_each(|root| self.enter(root));
    }

    /// Returns whether a Cargo.toml or askama.toml changed since the last call.
    pub(super) fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.has_moved)
    }

    /// Watches each folder separately, so that ignored folders need no watches.
    fn enter(&mut self, root: &Path) {
        let target = self.target.clone();
        let walk = walk(root).filter_entry(move |entry| is_entered(entry, &target)).build();
        let folders = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()));
        for folder in folders {
            if let Err(error) = self.watcher.watch(folder.path(), RecursiveMode::NonRecursive) {
                tracing::warn!(folder = %folder.path().display(), %error, "cannot watch a folder");
            }
        }
    }

    /// Whether an event changes a source of the application. Watches new folders.
    pub(super) fn concerns(&mut self, event: &notify::Result<Event>) -> bool {
        // An error usually means that events were lost, so a source may have changed.
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

    /// Whether a new folder contains sources: a checkout or a rename creates a folder with its
    /// files.
    fn has_sources(&self, folder: &Path) -> bool {
        walk(folder).build().flatten().any(|entry| self.counts(entry.path()))
    }
}

/// Whether a file is a temporary file of an editor.
fn is_draft(name: &str) -> bool {
    name.ends_with('~')
        || name.starts_with(".#")
        || name.ends_with(".swp")
        || name.ends_with(".swx")
        || name == "4913"
}

fn walk(root: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    // A .gitignore counts in projects without a git repository, too.
    walk.require_git(false);
    walk
}

fn is_entered(entry: &DirEntry, target: &Path) -> bool {
    entry.path() != target && entry.file_name() != "node_modules"
}

/// Whether a .gitignore excludes a path. A path that does not exist is not ignored.
fn is_ignored(path: &Path) -> bool {
    let Some(parent) = path.parent().filter(|_| path.exists()) else { return false };
    let mut shown = walk(parent).max_depth(Some(1)).build().flatten();
    !shown.any(|entry| entry.path() == path)
}

fn cannot_watch(error: &notify::Error) -> CliError {
    CliError::unavailable(code::CANNOT_WATCH, "cannot watch the sources")
        .with_source(error)
        .with_help("raise the limit that the system names, or use `--no-watch`")
}
