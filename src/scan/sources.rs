//! The files in which templates are sought.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::scanned::Place;
use crate::error::Error;

/// A file of text.
#[derive(Debug)]
pub(super) struct Source {
    /// From the scanner's folder, for places.
    pub(super) place: PathBuf,
    /// From the folder that was given, with `/`: as templates name each other.
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

/// Every file of text below the folders, sorted; a folder that is not there has none.
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
                // A link that leads nowhere, or round in a circle.
                Err(fault) if fault.loop_ancestor().is_some() || is_not_found(&fault) => continue,
                Err(error) => return Err(Error::io("read", Path::new(folder), error)),
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

/// None for what is no text, as an image among the templates.
fn read(root: &Path, folder: &str, path: &Path) -> Result<Option<Source>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
    let below = path.strip_prefix(root.join(folder)).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(Some(Source { place: clean(&Path::new(folder).join(below)), name: parts.join("/"), text }))
}

/// A path without `.` and `..` as far as they can be taken away.
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

fn is_not_found(fault: &walkdir::Error) -> bool {
    fault.io_error().is_some_and(|fault| fault.kind() == io::ErrorKind::NotFound)
}
