//! Collects the files of an output directory that are served.

use std::fs;
use std::io;
use std::path::{Component, Path};

use bytes::Bytes;
use walkdir::{DirEntry, WalkDir};

use crate::dotfiles::is_hidden;
use crate::encoding::Encoding;
use crate::error::Error;
use crate::serve::file::{Content, FoundFile};
use crate::serve::options::ServeOptions;

/// Returns the regular files below the directory. Skips hidden files and folders, the manifest, and
/// symbolic links that lead out of the directory.
pub(super) fn files(dist: &Path, manifest: &Path, options: &ServeOptions) -> Result<Vec<FoundFile>, Error> {
    let root = dist.canonicalize().map_err(|error| Error::io("read", dist.display(), error))?;
    let manifest = manifest.canonicalize().ok();
    let is_manifest = |place: &Path| {
        let plain = place.to_str().and_then(Encoding::split).map(|(plain, _)| Path::new(plain));
        manifest.as_deref().is_some_and(|manifest| place == manifest || plain == Some(manifest))
    };
    let mut files = Vec::new();
    let is_seen = |entry: &DirEntry| entry.depth() == 0 || is_visible(&root, entry, options);
    for entry in WalkDir::new(&root).follow_links(true).into_iter().filter_entry(is_seen) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let place = entry
                    .path()
                    .canonicalize()
                    .map_err(|error| Error::io("read", entry.path().display(), error))?;
                if place.starts_with(&root) && !is_manifest(&place) {
                    files.extend(file(&root, entry.path(), options)?);
                }
            }
            Ok(_) => {}
            // A dangling link or a cycle of links names no file.
            Err(error) if error.loop_ancestor().is_some() || is_not_found(&error) => {}
            Err(error) => {
                let place = error.path().unwrap_or(dist).to_owned();
                return Err(Error::io("read", place.display(), io::Error::from(error)));
            }
        }
    }
    Ok(files)
}

fn is_visible(root: &Path, entry: &DirEntry, options: &ServeOptions) -> bool {
    name_of(root, entry.path()).is_some_and(|name| !is_hidden(&name, options.well_known))
}

/// Returns `None` if the name is not UTF-8, because no URL can contain it.
fn file(root: &Path, path: &Path, options: &ServeOptions) -> Result<Option<FoundFile>, Error> {
    let Some(name) = name_of(root, path) else { return Ok(None) };
    let metadata = fs::metadata(path).map_err(|error| Error::io("read", path.display(), error))?;
    let content = if metadata.len() <= options.in_memory {
        Content::Memory(Bytes::from(
            fs::read(path).map_err(|error| Error::io("read", path.display(), error))?,
        ))
    } else {
        // Opened once, so that an unreadable file is an error at load.
        fs::File::open(path).map_err(|error| Error::io("read", path.display(), error))?;
        Content::Disk { path: path.to_owned(), size: metadata.len() }
    };
    Ok(Some(FoundFile { name, content, modified: metadata.modified().ok(), digest: None }))
}

fn name_of(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

fn is_not_found(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
