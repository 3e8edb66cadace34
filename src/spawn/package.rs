//! Which package manager a project uses: its lock file says.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use serde::Deserialize;

use crate::error::{Error, ErrorKind};

/// Lock files by package manager. npm's comes last, since it is the one that most often was left over.
const LOCK_FILES: [(&str, &[&str]); 4] = [
    ("pnpm", &["pnpm-lock.yaml"]),
    ("yarn", &["yarn.lock"]),
    ("bun", &["bun.lock", "bun.lockb"]),
    ("npm", &["package-lock.json", "npm-shrinkwrap.json"]),
];

/// A project that has a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) folder: PathBuf,
    pub(super) manager: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackageJson {
    #[serde(default)]
    scripts: std::collections::BTreeMap<String, String>,
    package_manager: Option<String>,
}

impl Package {
    /// The first folder at or above `project` with a package.json, and the manager of the nearest lock file; without one that of
    /// the field `packageManager`, else npm.
    pub(super) fn find(project: &Path, script: &str) -> Result<Self, Error> {
        let start = absolute(project).unwrap_or_else(|_| project.to_owned());
        let folder = start.ancestors().find(|folder| folder.join("package.json").is_file()).ok_or_else(|| {
            no_server(format!(
                "no package.json in {} or above it: name the folder of the front end, or run `npm create vite`",
                start.display()
            ))
        })?;
        let json = read(&folder.join("package.json"))?;
        if !json.scripts.contains_key(script) {
            let names: Vec<&str> = json.scripts.keys().map(String::as_str).collect();
            return Err(no_server(format!(
                "{} has no script {script:?} (it has: {}): add `\"{script}\": \"vite\"` to its \"scripts\"",
                folder.join("package.json").display(),
                if names.is_empty() { "none".to_owned() } else { names.join(", ") },
            )));
        }
        let by_lock = folder.ancestors().find_map(manager_of);
        let by_field = json.package_manager.as_deref().and_then(|field| field.split('@').next());
        let manager = by_lock.or(by_field).unwrap_or("npm").to_owned();
        Ok(Self { folder: folder.to_owned(), manager })
    }
}

/// By the lock files of one folder.
fn manager_of(folder: &Path) -> Option<&'static str> {
    let has = |(_, files): &&(&str, &[&str])| files.iter().any(|file| folder.join(file).is_file());
    let mut managers = LOCK_FILES.iter().filter(has).map(|(manager, _)| *manager);
    let first = managers.next()?;
    if let Some(other) = managers.next() {
        tracing::warn!(folder = %folder.display(), "lock files of {first} and of {other}: {first} is used");
    }
    Some(first)
}

fn read(path: &Path) -> Result<PackageJson, Error> {
    let text = fs::read_to_string(path).map_err(|fault| {
        Error::with_source(ErrorKind::Io, format!("{} cannot be read: {fault}", path.display()), fault)
    })?;
    serde_json::from_str(&text).map_err(|fault| {
        let what = format!("{} is no package.json: {fault}", path.display());
        Error::with_source(ErrorKind::DevServerNotStarted, what, fault)
    })
}

fn no_server(what: String) -> Error {
    Error::new(ErrorKind::DevServerNotStarted, what)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use super::{Package, fs};

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
            let found = Package::find(&place.path().join("web/src"), "dev").expect("a package");
            assert_eq!(found.manager, manager, "{files:?}");
            assert_eq!(found.folder, place.path().join("web"));
        }
    }
}
