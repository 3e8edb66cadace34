//! `Compress`: writes `.br`, `.gz` and `.zst` files next to the files of a build.

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

/// Writes compressed files beside the files of a build, for servers that send them unchanged.
///
/// - It writes Brotli (quality 11) and gzip (level 9), and on request [zstd](Self::zstd)
///   (level 19).
/// - It skips files that shrink by less than 5 % or are compressed already, such as PNG and WOFF2.
///   It also skips empty files, symbolic links, and dotfiles other than `.well-known`.
/// - The output is deterministic: the same input gives the same bytes on each machine.
/// - A compressed file gets the modification time and the permissions of its original. It is
///   written under a temporary name and then renamed, so a server never reads an incomplete file.
/// - Compressed files of a previous run are removed if their original no longer exists or is now
///   skipped. For this, `.vite/compressed.json` records the names of all compressed files.
/// - A compressed file from another program is overwritten if it differs. If the original is
///   skipped, such a file is removed only if it is older than the original.
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

/// The result of [`Compress::run`] or [`Compress::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compressed {
    files: Vec<CompressedFile>,
}

/// A compressed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct CompressedFile {
    /// The path of the compressed file, relative to the output directory, with `/` as separator.
    pub file: String,
    /// The size of the compressed file in bytes.
    pub size: u64,
    /// The size of the uncompressed file in bytes, or `None` if that file no longer exists.
    pub original: Option<u64>,
    /// Whether the compressed file was written, unchanged or removed.
    pub state: FileState,
}

impl Compress {
    /// Creates a compressor for the files of an output directory.
    pub fn new(dist: impl AsRef<Path>) -> Self {
        Self { dist: dist.as_ref().to_owned(), zstd: false, progress: Box::new(|_, _| {}) }
    }

    /// Also writes files that are compressed with zstd (RFC 8878). Default: `false`.
    ///
    /// With `false`, the `.zst` files of a previous run are removed. The window is 8 MiB, the limit
    /// for browsers (RFC 9659, section 3).
    #[must_use]
    pub fn zstd(mut self, write: bool) -> Self {
        self.zstd = write;
        self
    }

    /// Sets a function that is called during the work with the processed and the total bytes.
    ///
    /// Both count bytes of uncompressed files. The function is called from several threads.
    #[must_use]
    pub fn progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Box::new(report);
        self
    }

    /// Compresses the files, with one thread for each core.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if the directory does not exist, or if a file cannot be read,
    /// written or removed. Compressed files that were written before the error remain.
    pub fn run(&self) -> Result<Compressed, Error> {
        let compressed = self.each(Variant::perform)?;
        for file in compressed.changes().filter(|file| file.original.is_none()) {
            let path = self.dist.join(&file.file);
            fs::remove_file(&path).map_err(|error| Error::io("remove", path.display(), error))?;
        }
        let is_there = |file: &&CompressedFile| file.state != FileState::Removed;
        let written = compressed.files.iter().filter(is_there).map(|file| file.file.clone()).collect();
        Record::new(written).write(&self.dist)?;
        Ok(compressed)
    }

    /// Returns the changes that [`run`](Self::run) would make, without writing anything.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if the directory does not exist or a file cannot be read.
    pub fn check(&self) -> Result<Compressed, Error> {
        self.each(|_, _| Ok(()))
    }

    fn each(&self, perform: fn(&Variant, &Source) -> Result<(), Error>) -> Result<Compressed, Error> {
        let recorded = Record::read(&self.dist).files;
        let names = names(&self.dist)?;
        let is_variant = |name: &&String| Encoding::split(name).is_some_and(|(name, _)| names.contains(name));
        let sources: Vec<&String> = names.iter().filter(|name| !is_variant(name)).collect();
        let sizes =
            sources.iter().map(|name| fs::metadata(self.dist.join(name)).map_or(0, |file| file.len()));
        let (total, done) = (sizes.sum::<u64>(), AtomicU64::new(0));
        (self.progress)(0, total);
        let compress_one = |name: &&String| -> Result<Vec<CompressedFile>, Error> {
            let source = self.read(name)?;
            let variants = self.variants(&source, &recorded, perform);
            let size = source.bytes.len() as u64;
            (self.progress)(done.fetch_add(size, Ordering::Relaxed) + size, total);
            variants
        };
        let files: Vec<Vec<CompressedFile>> =
            sources.par_iter().map(compress_one).collect::<Result<_, _>>()?;
        let mut files: Vec<CompressedFile> = files.into_iter().flatten().collect();
        files.extend(self.orphans(&recorded, &names));
        files.sort_unstable();
        Ok(Compressed { files })
    }

    fn read(&self, name: &str) -> Result<Source, Error> {
        let path = self.dist.join(name);
        let metadata = fs::metadata(&path).map_err(|error| Error::io("read", path.display(), error))?;
        let bytes = fs::read(&path).map_err(|error| Error::io("read", path.display(), error))?;
        Ok(Source { name: name.to_owned(), path, metadata, bytes })
    }

    fn variants(
        &self,
        source: &Source,
        recorded: &BTreeSet<String>,
        perform: fn(&Variant, &Source) -> Result<(), Error>,
    ) -> Result<Vec<CompressedFile>, Error> {
        let is_compressed = !source.bytes.is_empty() && is_compressible(&source.name);
        let variant = |encoding: &Encoding| -> Result<Option<CompressedFile>, Error> {
            let is_wanted = is_compressed && (self.zstd || *encoding != Encoding::Zstd);
            let is_recorded = recorded.contains(&name(&source.name, *encoding));
            let Some(variant) = Variant::plan(source, *encoding, is_wanted, is_recorded)? else {
                return Ok(None);
            };
            perform(&variant, source)?;
            let (size, original) = (variant.size(), Some(source.bytes.len() as u64));
            Ok(Some(CompressedFile { size, original, state: variant.state, file: variant.name }))
        };
        let all: Vec<_> = Encoding::ENCODED.par_iter().map(variant).collect::<Result<_, _>>()?;
        Ok(all.into_iter().flatten().collect())
    }

    /// Returns the recorded compressed files whose original no longer exists.
    fn orphans(&self, recorded: &BTreeSet<String>, names: &BTreeSet<String>) -> Vec<CompressedFile> {
        let is_orphan = |file: &&String| {
            names.contains(*file) && Encoding::split(file).is_some_and(|(name, _)| !names.contains(name))
        };
        let removed = |file: &String| CompressedFile {
            file: file.clone(),
            size: fs::metadata(self.dist.join(file)).map_or(0, |metadata| metadata.len()),
            original: None,
            state: FileState::Removed,
        };
        recorded.iter().filter(is_orphan).map(removed).collect()
    }
}

impl std::fmt::Debug for Compress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compress").field("dist", &self.dist).field("zstd", &self.zstd).finish_non_exhaustive()
    }
}

impl Compressed {
    /// Returns all compressed files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &[CompressedFile] {
        &self.files
    }

    /// Returns the compressed files that were written or removed.
    pub fn changes(&self) -> impl Iterator<Item = &CompressedFile> {
        self.files.iter().filter(|file| file.state != FileState::Unchanged)
    }
}

/// Returns the names of the regular files below the directory, without dotfiles other than
/// `.well-known`.
fn names(dist: &Path) -> Result<BTreeSet<String>, Error> {
    let name = |entry: &DirEntry| {
        let name = entry.path().strip_prefix(dist).ok().and_then(Path::to_str)?;
        Some(name.replace(std::path::MAIN_SEPARATOR, "/"))
    };
    let is_seen =
        |entry: &DirEntry| entry.depth() == 0 || name(entry).is_none_or(|name| !is_hidden(&name, true));
    let mut names = BTreeSet::new();
    for entry in WalkDir::new(dist).into_iter().filter_entry(is_seen) {
        let entry = entry.map_err(|error| {
            Error::io("read", dist.display(), error).with_help("run `npm run build` first")
        })?;
        if entry.file_type().is_file() {
            names.extend(name(&entry));
        }
    }
    Ok(names)
}
