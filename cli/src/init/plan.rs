//! The plan of `init`: the files and their contents. Performing it writes the files that do not
//! exist.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::error::cannot;
use crate::cli_error::CliError;

/// The planned files, and the steps that the user has to do by hand.
#[derive(Debug)]
pub(super) struct Plan {
    root: PathBuf,
    files: Vec<(PathBuf, String)>,
    advice: Vec<String>,
}

/// The result of a performed plan.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) new: Vec<PathBuf>,
    pub(super) changed: Vec<PathBuf>,
    /// Files that had the planned content already.
    pub(super) same: Vec<PathBuf>,
    /// Diffs of existing files, which were not changed.
    pub(super) shown: Vec<String>,
}

impl Plan {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new(), advice: Vec::new() }
    }

    pub(super) fn file(&mut self, name: &str, text: impl Into<String>) {
        self.files.push((name.into(), text.into()));
    }

    /// Adds a step that the user has to do by hand.
    pub(super) fn advise(&mut self, text: impl Into<String>) {
        self.advice.push(text.into());
    }

    pub(super) fn advice(&self) -> &[String] {
        &self.advice
    }

    /// Returns the text of an existing file.
    pub(super) fn read(&self, name: &str) -> Result<Option<String>, CliError> {
        read(&self.root.join(name))
    }

    /// Writes the files that do not exist. With `force`, also changes existing files.
    pub(super) fn perform(&self, force: bool) -> Result<Written, CliError> {
        let mut written = Written::default();
        for (name, text) in &self.files {
            let path = self.root.join(name);
            match read(&path)? {
                None => {
                    write(&path, text)?;
                    written.new.push(name.clone());
                }
                Some(old) if old == *text => written.same.push(name.clone()),
                Some(_) if force => {
                    write(&path, text)?;
                    written.changed.push(name.clone());
                }
                Some(old) => written.shown.push(diff(name, &old, text)),
            }
        }
        Ok(written)
    }
}

fn read(path: &Path) -> Result<Option<String>, CliError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot(format!("read {}", path.display()), &error)),
    }
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|error| cannot(format!("write {}", path.display()), &error))
}

/// Returns a diff in the format of `git diff`.
fn diff(name: &Path, old: &str, new: &str) -> String {
    let name = name.display().to_string().replace('\\', "/");
    let diff = TextDiff::from_lines(old, new);
    format!(
        "diff --git a/{name} b/{name}\n{}",
        diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}"))
    )
}
