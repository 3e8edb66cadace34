//! Compress: `.br`, `.gz` and `.zst` beside a build's files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::Serialize;
use walkdir::{DirEntry, WalkDir};

use super::encode::is_compressible;
use super::record::Record;
use super::variant::{FileState, Source, Variant, name};
use crate::dotfiles::is_hidden;
use crate::encoding::Encoding;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// Writes encodings beside the files of a build, for servers that send them as they are.
///
/// Brotli and gzip, on request zstd, each with its best level, for every file that gets at least a twentieth smaller by it and is
/// not of a type that is compressed in itself. The same files give the same bytes. An encoding has the time and the permissions of
/// its file, and appears under its name when it is whole. Those of a run before that no longer belong to a file are removed;
/// `.vite/compressed.json` says which are ours. Symbolic links and names with a dot in front are left alone.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::compress::Compress;
///
/// let compressed = Compress::new("dist").zstd(true).run()?;
/// println!("{} files", compressed.files().len());
/// # Ok::<(), vite_bridge::Error>(())
/// ```
pub struct Compress {
    dist: PathBuf,
    zstd: bool,
    progress: Box<dyn Fn(u64, u64) + Send + Sync>,
}

/// What [`Compress`] did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compressed {
    files: Vec<CompressedFile>,
}

/// One encoding of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct CompressedFile {
    /// Relative to the output directory, with `/`.
    pub file: String,
    /// In bytes.
    pub size: u64,
    /// That of the file as it is, in bytes; none where it is gone.
    pub original: Option<u64>,
    /// What became of it.
    pub state: FileState,
}

impl Compress {
    /// The files of an output directory.
    pub fn new(dist: impl AsRef<Path>) -> Self {
        Self { dist: dist.as_ref().to_owned(), zstd: false, progress: Box::new(|_, _| {}) }
    }

    /// Whether zstd (RFC 8878) is written too. Default: no; then those of a run before are removed.
    #[must_use]
    pub fn zstd(mut self, write: bool) -> Self {
        self.zstd = write;
        self
    }

    /// Called as work goes on, from several threads, with the bytes that are done and those that there are.
    #[must_use]
    pub fn progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Box::new(report);
        self
    }

    /// Compresses, on every core.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] for a directory that is not there and a file that cannot be read or written; what is written by then stays.
    pub fn run(&self) -> Result<Compressed, Error> {
        let compressed = self.each(Variant::perform)?;
        for file in compressed.changes().filter(|file| file.original.is_none()) {
            let path = self.dist.join(&file.file);
            fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
        }
        let is_there = |file: &&CompressedFile| file.state != FileState::Removed;
        let ours = compressed.files.iter().filter(is_there).map(|file| file.file.clone()).collect();
        Record::new(ours).write(&self.dist)?;
        Ok(compressed)
    }

    /// What [`run`](Self::run) would do; nothing is written.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub fn check(&self) -> Result<Compressed, Error> {
        self.each(|_, _| Ok(()))
    }

    fn each(&self, perform: fn(&Variant, &Source) -> Result<(), Error>) -> Result<Compressed, Error> {
        let ours = Record::read(&self.dist).files;
        let names = names(&self.dist)?;
        let is_variant = |name: &&String| Encoding::split(name).is_some_and(|(name, _)| names.contains(name));
        let sources: Vec<&String> = names.iter().filter(|name| !is_variant(name)).collect();
        let sizes =
            sources.iter().map(|name| fs::metadata(self.dist.join(name)).map_or(0, |file| file.len()));
        let (total, done) = (sizes.sum::<u64>(), AtomicU64::new(0));
        (self.progress)(0, total);
        let of_source = |name: &&String| -> Result<Vec<CompressedFile>, Error> {
            let source = self.read(name)?;
            let variants = self.variants(&source, &ours, perform);
            let size = source.bytes.len() as u64;
            (self.progress)(done.fetch_add(size, Ordering::Relaxed) + size, total);
            variants
        };
        let files: Vec<Vec<CompressedFile>> = sources.par_iter().map(of_source).collect::<Result<_, _>>()?;
        let mut files: Vec<CompressedFile> = files.into_iter().flatten().collect();
        files.extend(self.orphans(&ours, &names));
        files.sort_unstable();
        Ok(Compressed { files })
    }

    fn read(&self, name: &str) -> Result<Source, Error> {
        let path = self.dist.join(name);
        let metadata = fs::metadata(&path).map_err(|error| Error::io("read", &path, error))?;
        let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        Ok(Source { name: name.to_owned(), path, metadata, bytes })
    }

    fn variants(
        &self,
        source: &Source,
        ours: &BTreeSet<String>,
        perform: fn(&Variant, &Source) -> Result<(), Error>,
    ) -> Result<Vec<CompressedFile>, Error> {
        let is_compressed = !source.bytes.is_empty() && is_compressible(&source.name);
        let variant = |encoding: &Encoding| -> Result<Option<CompressedFile>, Error> {
            let is_wanted = is_compressed && (self.zstd || *encoding != Encoding::Zstd);
            let is_ours = ours.contains(&name(&source.name, *encoding));
            let Some(variant) = Variant::plan(source, *encoding, is_wanted, is_ours)? else {
                return Ok(None);
            };
            perform(&variant, source)?;
            let (size, original) = (variant.size(), Some(source.bytes.len() as u64));
            Ok(Some(CompressedFile { size, original, state: variant.state, file: variant.name }))
        };
        let all: Vec<_> = Encoding::ENCODED.par_iter().map(variant).collect::<Result<_, _>>()?;
        Ok(all.into_iter().flatten().collect())
    }

    /// Encodings of ours whose file is gone.
    fn orphans(&self, ours: &BTreeSet<String>, names: &BTreeSet<String>) -> Vec<CompressedFile> {
        let is_orphan = |file: &&String| {
            names.contains(*file) && Encoding::split(file).is_some_and(|(name, _)| !names.contains(name))
        };
        let removed = |file: &String| CompressedFile {
            file: file.clone(),
            size: fs::metadata(self.dist.join(file)).map_or(0, |metadata| metadata.len()),
            original: None,
            state: FileState::Removed,
        };
        ours.iter().filter(is_orphan).map(removed).collect()
    }
}

impl std::fmt::Debug for Compress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compress").field("dist", &self.dist).field("zstd", &self.zstd).finish_non_exhaustive()
    }
}

impl Compressed {
    /// Every encoding, by name.
    #[must_use]
    pub fn files(&self) -> &[CompressedFile] {
        &self.files
    }

    /// Those that were not as they are to be.
    pub fn changes(&self) -> impl Iterator<Item = &CompressedFile> {
        self.files.iter().filter(|file| file.state != FileState::Unchanged)
    }
}

/// The regular files below the directory.
fn names(dist: &Path) -> Result<BTreeSet<String>, Error> {
    let name = |entry: &DirEntry| {
        let name = entry.path().strip_prefix(dist).ok().and_then(Path::to_str)?;
        Some(name.replace(std::path::MAIN_SEPARATOR, "/"))
    };
    let is_seen =
        |entry: &DirEntry| entry.depth() == 0 || name(entry).is_none_or(|name| !is_hidden(&name, true));
    let mut names = BTreeSet::new();
    for entry in WalkDir::new(dist).into_iter().filter_entry(is_seen) {
        let entry =
            entry.map_err(|error| Error::io("read", dist, error).with_help("run `npm run build` first"))?;
        if entry.file_type().is_file() {
            names.extend(name(&entry));
        }
    }
    Ok(names)
}
