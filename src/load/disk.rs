//! A build on disk.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf, absolute};
use std::sync::Arc;
use std::time::SystemTime;

use crate::build::files::Files;
use crate::build::source::Source;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};

/// The locations of the manifest in Vite 5 and later, and in Vite 2 to 4.
pub(super) const PLACES: [&str; 2] = [".vite/manifest.json", "manifest.json"];

/// The build info of the plugin, and the import map that `build.chunkImportMap` writes.
pub(super) const INFO: &str = ".vite/bridge.json";
pub(super) const IMPORT_MAP: &str = "importmap.json";

/// Vite's default for `build.assetsInlineLimit`, in bytes.
const INLINE_LIMIT: u64 = 4096;

/// The largest number of files that are compared with an unknown name.
#[cfg(feature = "proxy")]
const MOST_NAMES: usize = 20_000;

/// Reads the build in an output directory.
pub(super) fn find(dist: &Path) -> Result<Source, Error> {
    for place in PLACES.map(|place| dist.join(place)) {
        if let Some(manifest) = read_if_exists(&place)? {
            return found(&place, manifest, dist);
        }
    }
    let why = if dist.is_dir() { "" } else { ": the directory does not exist" };
    Err(not_found(&PLACES.map(|place| dist.join(place).display().to_string()).join(" or "), why))
}

/// Returns the files below a directory.
pub(super) fn files(directory: PathBuf) -> Arc<dyn Files> {
    Arc::new(Directory(directory))
}

/// Reads the build of a manifest file.
pub(super) fn read(file: &Path) -> Result<Source, Error> {
    let manifest = read_if_exists(file)?.ok_or_else(|| not_found(&file.display().to_string(), ""))?;
    found(file, manifest, dist_of(file))
}

/// Returns the output directory of a manifest: its folder, or the parent of that folder if it is
/// `.vite`.
pub(super) fn dist_of(manifest: &Path) -> &Path {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    if folder.ends_with(".vite") { folder.parent().unwrap_or(Path::new("")) } else { folder }
}

fn found(place: &Path, manifest: Vec<u8>, dist: &Path) -> Result<Source, Error> {
    Ok(Source {
        place: place.display().to_string(),
        manifest,
        build_info: read_if_exists(&dist.join(INFO))?,
        import_map: read_if_exists(&dist.join(IMPORT_MAP))?,
        files: Arc::new(Directory(dist.to_owned())),
    })
}

fn not_found(places: &str, why: &str) -> Error {
    let help = "run `npm run build`, and open the directory that `build.outDir` names; \
                without the plugin, also set `build.manifest: true` in vite.config.js";
    Error::new(ErrorKind::ManifestNotFound, format!("no manifest at {places}{why}")).with_help(help)
}

pub(crate) fn read_if_exists(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Error::io("read", path.display(), error)),
    }
}

/// The output directory.
#[derive(Debug)]
struct Directory(PathBuf);

impl Directory {
    /// Returns the path of a file, or `None` if its name leads out of the directory.
    fn path(&self, file: &str) -> Option<PathBuf> {
        let name = Path::new(file);
        let is_below = name.components().all(|part| matches!(part, Component::Normal(_)));
        (is_below && !file.is_empty()).then(|| self.0.join(name))
    }

    /// Looks for a source below the parent of the output directory, which usually is Vite's root.
    fn source(&self, source: &str) -> Option<fs::Metadata> {
        let root = absolute(&self.0).ok()?.parent()?.to_owned();
        let metadata = fs::metadata(Directory(root).path(source)?).ok()?;
        metadata.is_file().then_some(metadata)
    }
}

impl Files for Directory {
    fn has(&self, file: &str) -> bool {
        self.path(file).is_some_and(|path| path.is_file())
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let path = self.path(file).ok_or_else(|| {
            Error::new(ErrorKind::AssetFileMissing, format!("{file:?} is outside of {}", self.0.display()))
        })?;
        fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                let message = format!("missing file {}, which the manifest names", path.display());
                Error::new(ErrorKind::AssetFileMissing, message).with_help(BUILD_AGAIN)
            }
            _ => Error::io("read", path.display(), error),
        })
    }

    fn describe(&self, file: &str) -> String {
        match self.path(file) {
            Some(path) => path.display().to_string(),
            None => format!("outside of {}", self.0.display()),
        }
    }

    #[cfg(feature = "proxy")]
    fn names(&self) -> Vec<String> {
        let is_searched = |entry: &ignore::DirEntry| entry.file_name() != "node_modules";
        let entries = ignore::WalkBuilder::new(&self.0).require_git(false).filter_entry(is_searched).build();
        let files = entries.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let names = files.filter_map(|entry| {
            let name = entry.path().strip_prefix(&self.0).ok()?.to_str()?;
            Some(name.replace(std::path::MAIN_SEPARATOR, "/"))
        });
        names.take(MOST_NAMES).collect()
    }

    fn inlined(&self, source: &str) -> Option<u64> {
        let metadata = self.source(source)?;
        (metadata.len() < INLINE_LIMIT).then_some(metadata.len())
    }

    fn modified(&self, file: &str) -> Option<SystemTime> {
        fs::metadata(self.path(file)?).and_then(|metadata| metadata.modified()).ok()
    }

    fn source_modified(&self, source: &str) -> Option<SystemTime> {
        self.source(source)?.modified().ok()
    }
}
