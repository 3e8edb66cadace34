//! `PackageJson`: finds the package.json of a project and its package manager.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use serde::Deserialize;

use crate::error::{Error, ErrorKind};

const FILE: &str = "package.json";

/// Lock files by package manager, in order of preference. npm is last, because its lock file is the
/// one that is most often left over.
const LOCK_FILES: [(&str, &[&str]); 4] = [
    ("pnpm", &["pnpm-lock.yaml"]),
    ("yarn", &["yarn.lock"]),
    ("bun", &["bun.lock", "bun.lockb"]),
    ("npm", &["package-lock.json", "npm-shrinkwrap.json"]),
];

/// The package.json of a front end, with its scripts and its package manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageJson {
    folder: PathBuf,
    manager: String,
    locks: Vec<&'static str>,
    scripts: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    #[serde(default)]
    scripts: BTreeMap<String, String>,
    package_manager: Option<String>,
}

impl PackageJson {
    /// Reads the package.json in `project`, or in the nearest folder above it.
    ///
    /// The package manager comes from the nearest lock file in or above that folder. Without a lock
    /// file, it comes from the field `packageManager`. Default: npm.
    ///
    /// # Errors
    ///
    /// - Returns [`ErrorKind::DevServerNotStarted`] if package.json is missing or invalid.
    /// - Returns [`ErrorKind::Io`] if it cannot be read.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vite_bridge::spawn::PackageJson;
    ///
    /// let package = PackageJson::find(".")?;
    /// println!("{} run dev, in {}", package.manager(), package.folder().display());
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn find(project: impl AsRef<Path>) -> Result<Self, Error> {
        let start = absolute(project.as_ref()).unwrap_or_else(|_| project.as_ref().to_owned());
        let folder = start.ancestors().find(|folder| folder.join(FILE).is_file()).ok_or_else(|| {
            not_started(format!("no package.json in {} or above it", start.display()))
                .with_help("name the folder of the front end, or create one with `vite-bridge init`")
        })?;
        let json = read(&folder.join(FILE))?;
        let locks = locks_at(folder);
        let by_field = json.package_manager.as_deref().and_then(|field| field.split('@').next());
        let manager = locks.first().copied().or(by_field).unwrap_or("npm").to_owned();
        Ok(Self { folder: folder.to_owned(), manager, locks, scripts: json.scripts })
    }

    /// Returns the package manager of the nearest lock file in or above a folder, otherwise npm.
    /// The folder does not need a package.json.
    #[doc(hidden)]
    #[must_use]
    pub fn manager_at(folder: impl AsRef<Path>) -> &'static str {
        locks_at(folder.as_ref()).first().copied().unwrap_or("npm")
    }

    /// Returns the folder that contains the package.json.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the package manager: `npm`, `pnpm`, `yarn`, `bun`, or another name from the field
    /// `packageManager`.
    #[must_use]
    pub fn manager(&self) -> &str {
        &self.manager
    }

    /// Returns the program to run for the package manager.
    ///
    /// On Windows, it is a script such as `npm.cmd`, except for bun.
    #[must_use]
    pub fn program(&self) -> String {
        if cfg!(windows) && self.manager != "bun" {
            format!("{}.cmd", self.manager)
        } else {
            self.manager.clone()
        }
    }

    /// Returns the package managers that have a lock file in the nearest folder with a lock file.
    ///
    /// More than one is usually a mistake. The first one is used.
    #[must_use]
    pub fn locks(&self) -> &[&'static str] {
        &self.locks
    }

    /// Returns the scripts by name.
    #[must_use]
    pub fn scripts(&self) -> &BTreeMap<String, String> {
        &self.scripts
    }

    pub(super) fn require_script(&self, script: &str) -> Result<(), Error> {
        if self.scripts.contains_key(script) {
            return Ok(());
        }
        let names: Vec<&str> = self.scripts.keys().map(String::as_str).collect();
        let known = if names.is_empty() { "no scripts".to_owned() } else { names.join(", ") };
        let file = self.folder.join(FILE);
        Err(not_started(format!("{} has no script {script:?} (it has {known})", file.display()))
            .with_help(format!("add `\"{script}\": \"vite\"` to \"scripts\"")))
    }
}

/// Returns the package managers with a lock file in the nearest folder that contains one.
fn locks_at(folder: &Path) -> Vec<&'static str> {
    folder.ancestors().map(managers_of).find(|locks| !locks.is_empty()).unwrap_or_default()
}

/// Returns the package managers with a lock file in this folder.
fn managers_of(folder: &Path) -> Vec<&'static str> {
    let has = |(_, files): &&(&str, &[&str])| files.iter().any(|file| folder.join(file).is_file());
    LOCK_FILES.iter().filter(has).map(|(manager, _)| *manager).collect()
}

fn read(path: &Path) -> Result<Fields, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::io("read", path.display(), error))?;
    serde_json::from_str(&text)
        .map_err(|error| not_started(format!("invalid {}", path.display())).with_source(error))
}

fn not_started(message: String) -> Error {
    Error::new(ErrorKind::DevServerNotStarted, message)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use super::{PackageJson, fs};

    #[test]
    fn the_nearest_lock_file_names_the_manager() {
        let cases: [(&[&str], &str, &str); 7] = [
            (&["web/package-lock.json"], "{}", "npm"),
            (&["web/pnpm-lock.yaml", "package-lock.json"], "{}", "pnpm"),
            (&["yarn.lock"], "{}", "yarn"),
            (&["web/bun.lock"], "{}", "bun"),
            (&["web/package-lock.json", "web/pnpm-lock.yaml"], "{}", "pnpm"),
            (&[], r#""pnpm@9.1.0+sha512.abc""#, "pnpm"),
            (&[], "null", "npm"),
        ];
        for (files, field, manager) in cases {
            let place = tempfile::tempdir().expect("a folder");
            fs::create_dir_all(place.path().join("web/src")).expect("a folder");
            let field = if field == "{}" { String::new() } else { format!(r#", "packageManager": {field}"#) };
            let json = format!(r#"{{"scripts": {{"dev": "vite"}}{field}}}"#);
            fs::write(place.path().join("web/package.json"), json).expect("a file");
            files.iter().for_each(|file| fs::write(place.path().join(file), "").expect("a file"));
            let found = PackageJson::find(place.path().join("web/src")).expect("a package");
            assert_eq!(found.manager, manager, "{files:?}");
            assert_eq!(found.folder, place.path().join("web"));
        }
    }
}
