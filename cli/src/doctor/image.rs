//! An image of the application: whether the build gets into it.

use std::fs;
use std::path::Path;

use ignore::gitignore::GitignoreBuilder;

use super::finding::Finding;
use crate::code;

pub(super) fn findings(folder: &Path, dist: &Path) -> Option<Finding> {
    let home = folder.ancestors().find(|folder| folder.join("Dockerfile").is_file())?;
    let dockerfile = fs::read_to_string(home.join("Dockerfile")).ok()?;
    let builds = ["run build", "vite build"].iter().any(|command| dockerfile.contains(command));
    let mut ignored = GitignoreBuilder::new(home);
    // None is nothing ignored; a line that cannot be read is Docker's to complain of.
    let _ = ignored.add(home.join(".dockerignore"));
    let is_left_out =
        ignored.build().is_ok_and(|ignored| ignored.matched_path_or_any_parents(dist, true).is_ignore());
    let name = dist.strip_prefix(home).unwrap_or(dist).display();
    if builds || !is_left_out {
        let how = if builds { "the Dockerfile builds it" } else { "it is copied" };
        return Some(Finding::ok("image", format!("{name}: {how}")));
    }
    let message = format!(".dockerignore leaves {name} out, and the Dockerfile does not build it");
    let cure = "a stage with `npm ci && npm run build`, and a COPY of what it wrote; or drop the line of .dockerignore";
    Some(Finding::fault("image", code::DIST_NOT_IN_IMAGE, message, cure))
}
