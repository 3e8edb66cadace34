//! The files of an output directory that are served.

use std::fs;
use std::io;
use std::path::{Component, Path};

use bytes::Bytes;
use walkdir::{DirEntry, WalkDir};

use crate::encoding::Encoding;
use crate::error::Error;
use crate::serve::file::{Content, Served, Serving};

/// Regular files below the directory, but for those with a dot in front of a name on the way, the manifest, and what a symbolic
/// link leads outside to.
pub(super) fn files(dist: &Path, manifest: &Path, how: &Serving) -> Result<Vec<Served>, Error> {
    let root = dist.canonicalize().map_err(|error| Error::io("read", dist, error))?;
    let manifest = manifest.canonicalize().ok();
    let is_manifest = |place: &Path| {
        let plain = place.to_str().and_then(Encoding::split).map(|(plain, _)| Path::new(plain));
        manifest.as_deref().is_some_and(|manifest| place == manifest || plain == Some(manifest))
    };
    let mut files = Vec::new();
    let is_seen = |entry: &DirEntry| entry.depth() == 0 || is_visible(entry, how);
    for entry in WalkDir::new(&root).follow_links(true).into_iter().filter_entry(is_seen) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let place =
                    entry.path().canonicalize().map_err(|error| Error::io("read", entry.path(), error))?;
                if place.starts_with(&root) && !is_manifest(&place) {
                    files.extend(file(&root, entry.path(), how)?);
                }
            }
            Ok(_) => {}
            // A link that leads nowhere, or round in a circle, names no file.
            Err(error) if error.loop_ancestor().is_some() || is_not_found(&error) => {}
            Err(error) => {
                let place = error.path().unwrap_or(dist).to_owned();
                return Err(Error::io("read", &place, io::Error::from(error)));
            }
        }
    }
    Ok(files)
}

fn is_visible(entry: &DirEntry, how: &Serving) -> bool {
    let name = entry.file_name().to_string_lossy();
    !name.starts_with('.') || how.well_known && entry.depth() == 1 && name == ".well-known"
}

/// None for a name that no URL can have.
fn file(root: &Path, path: &Path, how: &Serving) -> Result<Option<Served>, Error> {
    let Some(name) = path.strip_prefix(root).ok().and_then(name_of) else { return Ok(None) };
    let metadata = fs::metadata(path).map_err(|error| Error::io("read", path, error))?;
    let content = if metadata.len() <= how.in_memory {
        Content::Memory(Bytes::from(fs::read(path).map_err(|error| Error::io("read", path, error))?))
    } else {
        // Opened once, so that one that cannot be read is found at start.
        fs::File::open(path).map_err(|error| Error::io("read", path, error))?;
        Content::Disk { path: path.to_owned(), size: metadata.len() }
    };
    Ok(Some(Served { name, content, modified: metadata.modified().ok(), digest: None }))
}

fn name_of(path: &Path) -> Option<String> {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

fn is_not_found(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
