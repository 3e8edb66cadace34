//! The check of a container image: it contains the build.

use std::fs;
use std::path::Path;

use ignore::gitignore::GitignoreBuilder;

use super::finding::Finding;
use crate::code;

pub(super) fn findings(folder: &Path, dist: &Path) -> Option<Finding> {
    let root = folder.ancestors().find(|folder| folder.join("Dockerfile").is_file())?;
    let dockerfile = fs::read_to_string(root.join("Dockerfile")).ok()?;
    let builds = ["run build", "vite build"].iter().any(|command| dockerfile.contains(command));
    let mut ignored = GitignoreBuilder::new(root);
    // A missing file ignores nothing. Docker reports invalid lines.
    let _ = ignored.add(root.join(".dockerignore"));
    let is_left_out =
        ignored.build().is_ok_and(|ignored| ignored.matched_path_or_any_parents(dist, true).is_ignore());
    let name = dist.strip_prefix(root).unwrap_or(dist).display();
    if builds || !is_left_out {
        let how = if builds { "built by the Dockerfile" } else { "copied from the project" };
        return Some(Finding::ok("image", format!("{name}: {how}")));
    }
    let message = format!(".dockerignore excludes {name}, and the Dockerfile does not build it");
    let help = "add a stage that runs `npm ci && npm run build` and copy its output, or remove the line from .dockerignore";
    Some(Finding::error("image", code::DIST_NOT_IN_IMAGE, message, help))
}
