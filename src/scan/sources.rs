//! Finds and reads the files that can contain templates.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::scanned::Place;
use crate::error::Error;

/// A text file.
#[derive(Debug)]
pub(super) struct Source {
    /// The path relative to the folder of the scanner, for positions.
    pub(super) place: PathBuf,
    /// The path relative to the template folder, with `/`, as in `{% include %}`.
    pub(super) name: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn place_of(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.rsplit('\n').next().unwrap_or(before);
        let file = self.place.display().to_string().replace('\\', "/");
        Place { file, line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }
}

/// Returns the UTF-8 files below the folders, sorted by name. A missing folder is skipped.
pub(super) fn files(root: &Path, folders: &[String], extension: Option<&str>) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    for folder in folders.iter().filter(|folder| root.join(folder).is_dir()) {
        let is_seen = |entry: &DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !name.starts_with('.') && name != "node_modules" && name != "target"
        };
        let entries = WalkDir::new(root.join(folder)).follow_links(true).sort_by_file_name();
        for entry in entries.into_iter().filter_entry(is_seen) {
            let entry = match entry {
                Ok(entry) => entry,
                // A broken symbolic link, or one that leads back to a parent folder.
                Err(error) if error.loop_ancestor().is_some() || is_not_found(&error) => continue,
                Err(error) => return Err(Error::io("read", Path::new(folder).display(), error)),
            };
            let is_wanted =
                extension.is_none_or(|wanted| entry.path().extension().is_some_and(|own| own == wanted));
            if entry.file_type().is_file() && is_wanted {
                sources.extend(read(root, folder, entry.path())?);
            }
        }
    }
    Ok(sources)
}

/// Reads a file. Returns `None` if it is not UTF-8, such as an image in a template folder.
fn read(root: &Path, folder: &str, path: &Path) -> Result<Option<Source>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io("read", path.display(), error))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
    let below = path.strip_prefix(root.join(folder)).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(Some(Source { place: clean(&Path::new(folder).join(below)), name: parts.join("/"), text }))
}

/// Removes `.` and, where a parent is known, `..` from a path.
pub(super) fn clean(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut clean, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            part => clean.push(part),
        }
        clean
    })
}

fn is_not_found(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
