//! What is to be written, and what of it may be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// Files as they should be.
#[derive(Debug)]
pub(super) struct Plan {
    root: PathBuf,
    files: Vec<(PathBuf, String)>,
    advice: Vec<String>,
}

/// What was made of it.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) new: Vec<PathBuf>,
    pub(super) changed: Vec<PathBuf>,
    /// As they should be.
    pub(super) same: Vec<PathBuf>,
    /// Diffs of those that are others'.
    pub(super) shown: Vec<String>,
}

impl Plan {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new(), advice: Vec::new() }
    }

    pub(super) fn file(&mut self, name: &str, text: impl Into<String>) {
        self.files.push((name.into(), text.into()));
    }

    /// What cannot be said by a file.
    pub(super) fn advise(&mut self, text: impl Into<String>) {
        self.advice.push(text.into());
    }

    pub(super) fn advice(&self) -> &[String] {
        &self.advice
    }

    /// The text of a file that is there.
    pub(super) fn read(&self, name: &str) -> Result<Option<String>, String> {
        read(&self.root.join(name))
    }

    /// Writes what is not there yet; what is, only by force.
    pub(super) fn carry_out(&self, force: bool) -> Result<Written, String> {
        let mut written = Written::default();
        for (name, text) in &self.files {
            let path = self.root.join(name);
            match read(&path)? {
                None => {
                    write(&path, text)?;
                    written.new.push(name.clone());
                }
                Some(there) if there == *text => written.same.push(name.clone()),
                Some(_) if force => {
                    write(&path, text)?;
                    written.changed.push(name.clone());
                }
                Some(there) => written.shown.push(diff(name, &there, text)),
            }
        }
        Ok(written)
    }
}

fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(format!("{} cannot be read: {fault}", path.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|fault| format!("{} cannot be written: {fault}", path.display()))
}

/// As `git diff` has it.
fn diff(name: &Path, old: &str, new: &str) -> String {
    let name = name.display().to_string().replace('\\', "/");
    let diff = TextDiff::from_lines(old, new);
    format!(
        "diff --git a/{name} b/{name}\n{}",
        diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}"))
    )
}
