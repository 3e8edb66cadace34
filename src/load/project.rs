//! The project folder, and the place of the dev file. The plugin computes both by the same rules
//! (`js/src/project.js`); `tests/cases/dev-files.json` has cases for both.

use std::path::{Component, Path, PathBuf, absolute};

/// The plugin's folder in the project folder.
pub(super) const FOLDER: &str = ".vite-bridge";

/// Vite's default output directory, whose dev file has the shortest name.
const USUAL_DIST: &str = "dist";

/// The place of the dev file of an output directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The absolute path of the output directory.
    pub(super) dist: PathBuf,
    pub(super) project_folder: PathBuf,
    /// Whether the project folder has a package.json or a Cargo.toml.
    pub(super) has_project: bool,
    /// `.vite-bridge` in the project folder.
    pub(super) folder: PathBuf,
    pub(super) file: PathBuf,
}

impl Place {
    /// Returns `None` for a directory without a parent.
    pub(super) fn of_dist(dist: &Path) -> Option<Self> {
        let dist = plain(&absolute(dist).ok()?);
        let found = dist.ancestors().skip(1).find(|folder| is_project(folder));
        let project_folder = found.or_else(|| dist.parent())?.to_owned();
        let folder = project_folder.join(FOLDER);
        let file = folder.join(file_name(dist.strip_prefix(&project_folder).ok()?));
        Some(Self { has_project: found.is_some(), project_folder, folder, file, dist })
    }

    /// The dev file of a directory other than `dist` in a project that was set up by hand.
    pub(super) fn usual_file(&self) -> PathBuf {
        self.folder.join(file_name(Path::new(USUAL_DIST)))
    }
}

fn is_project(folder: &Path) -> bool {
    ["package.json", "Cargo.toml"].iter().any(|marker| folder.join(marker).is_file())
}

/// Returns the name of the dev file of an output directory, whose path is relative to the project
/// folder. Two directories never share a name.
fn file_name(dist: &Path) -> String {
    let parts: Vec<_> = dist.iter().map(|part| part.to_string_lossy()).collect();
    match parts.join("/").as_str() {
        USUAL_DIST => "dev.json".to_owned(),
        path => format!("dev-{}.json", path.replace('%', "%25").replace('-', "%2D").replace('/', "-")),
    }
}

/// Resolves `.` and `..` without the file system, as Node.js does.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
        path
    })
}
