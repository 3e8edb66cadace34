//! Node.js, the package manager, Vite, and how they fit.

use std::process::Command;

use semver::{Version, VersionReq};
use vite_bridge::spawn::PackageJson;
use vite_bridge::{Error, ErrorKind};

use super::finding::Finding;
use super::look::{Look, Vite};
use crate::code;

/// The majors of Vite that the plugin knows.
const VITES: std::ops::RangeInclusive<u64> = 5..=8;

pub(super) fn node(vite: Option<&Vite>) -> Option<Finding> {
    let Some(version) = version_of("node") else {
        let cure = "install Node.js 20.19 or later, and put it on the PATH";
        return Some(Finding::fault("node", code::NODE_MISSING, "there is no `node` on the PATH", cure));
    };
    Some(match vite {
        Some(Vite { version: vite, node }) if !satisfies(&version, node) => {
            let message = format!("{version}; Vite {vite} runs on {node}");
            Finding::fault("node", code::NODE_TOO_OLD, message, format!("install a Node.js of {node}"))
        }
        _ => Finding::ok("node", version),
    })
}

pub(super) fn no_package(error: &Error) -> Finding {
    let cure = "go to the project's folder, or name it by --project; `vite-bridge init` begins one";
    Finding::fault("package", code::PACKAGE_JSON_MISSING, error.to_string(), cure)
}

pub(super) fn manager(package: &PackageJson) -> Vec<Finding> {
    let manager = package.manager();
    let mut findings = vec![if let Some(version) = version_of(&package.program()) {
        Finding::ok("package", format!("{manager} {version}, {}", package.folder().display()))
    } else {
        let message = format!("the lock file is that of {manager}, which is not on the PATH");
        let cure = format!("install {manager}, or remove its lock file");
        Finding::fault("package", code::PACKAGE_MANAGER_MISSING, message, cure)
    }];
    if !package.scripts().contains_key("dev") {
        let message = "package.json has no script `dev`, which `vite-bridge dev` starts";
        let cure = "add `\"dev\": \"vite\"` to its \"scripts\"";
        findings.push(Finding::warning("package", ErrorKind::DevServerNotStarted.as_str(), message, cure));
    }
    if let [first, others @ ..] = package.locks()
        && !others.is_empty()
    {
        let message = format!("lock files of {first} and of {}; {first} is used", others.join(", "));
        let cure = "remove the lock file that nobody keeps";
        findings.push(Finding::warning("package", code::TWO_LOCK_FILES, message, cure));
    }
    findings
}

/// Node.js is there, and could not say anything.
pub(super) fn unlooked(text: String) -> Option<Finding> {
    let cure = "run `node` in the project's folder by hand";
    version_of("node").map(|_| Finding::fault("vite", code::CONFIG_INVALID, text, cure))
}

pub(super) fn vite(look: &Look, package: &PackageJson) -> Vec<Finding> {
    let Some(Vite { version, .. }) = &look.vite else {
        let message = "Vite is not installed in the project";
        let cure = format!("{} install", package.manager());
        return vec![Finding::fault("vite", code::PACKAGES_MISSING, message, cure)];
    };
    let is_known = Version::parse(version).is_ok_and(|version| VITES.contains(&version.major));
    let mut findings = vec![if is_known {
        Finding::ok("vite", version)
    } else {
        let message = format!("{version}; the plugin knows Vite {} to {}", VITES.start(), VITES.end());
        let cure = format!("{} of a major in between", package_add(package, "vite"));
        Finding::fault("vite", code::VITE_UNSUPPORTED, message, cure)
    }];
    if !look.others.is_empty() {
        let message = format!("the project has {version}; {}", look.others.join(", "));
        let cure = "have them agree on one version, then install again";
        findings.push(Finding::fault("vite", code::TWO_VITES, message, cure));
    }
    if let Some(error) = &look.error {
        let cure = "`npx vite build` says more";
        let first = error.lines().next().unwrap_or_default();
        findings.push(Finding::fault("config", code::CONFIG_INVALID, first, cure));
    }
    findings
}

fn package_add(package: &PackageJson, name: &str) -> String {
    let verb = if package.manager() == "npm" { "install" } else { "add" };
    format!("{} {verb} -D {name}", package.manager())
}

fn version_of(program: &str) -> Option<String> {
    let output =
        Command::new(program).arg("--version").output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().trim_start_matches('v').to_owned())
}

/// npm's alternatives: `^20.19.0 || >=22.12.0`.
fn satisfies(version: &str, range: &str) -> bool {
    let Ok(version) = Version::parse(version) else { return true };
    let alternative =
        |one: &str| VersionReq::parse(&one.trim().replace(' ', ", ")).is_ok_and(|one| one.matches(&version));
    range.is_empty() || range.split("||").any(alternative)
}

#[cfg(test)]
mod tests {
    use super::satisfies;

    #[test]
    fn a_range_of_npm_is_any_of_its_alternatives() {
        let range = "^20.19.0 || >=22.12.0";
        for (version, is) in
            [("20.19.0", true), ("20.18.3", false), ("21.0.0", false), ("24.1.0", true), ("16.4.0", false)]
        {
            assert_eq!(satisfies(version, range), is, "{version}");
        }
        assert!(satisfies("18.0.0", "^14.18.0 || >=16.0.0 <21.0.0"));
        assert!(satisfies("18.0.0", ""));
    }
}
