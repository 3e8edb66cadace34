//! The checks of Node.js, the package manager and Vite, and of their versions.

use std::process::Command;

use semver::{Version, VersionReq};
use vite_bridge::spawn::PackageJson;
use vite_bridge::{Error, ErrorKind};

use super::finding::Finding;
use super::look::{Look, Vite};
use crate::cli_error::message_with_causes;
use crate::code;

/// The major versions of Vite that the plugin supports.
const SUPPORTED: std::ops::RangeInclusive<u64> = 5..=8;

pub(super) fn node(vite: Option<&Vite>) -> Option<Finding> {
    let Some(version) = version("node") else {
        let help = "install Node.js 20.19+ or 22.12+, and add it to the PATH";
        return Some(Finding::error("node", code::NODE_MISSING, "no `node` on the PATH", help));
    };
    Some(match vite {
        Some(Vite { version: vite, node }) if !satisfies(&version, node) => {
            let message = format!("version {version} is too old: Vite {vite} needs {node}");
            Finding::error("node", code::NODE_TOO_OLD, message, format!("install Node.js {node}"))
        }
        _ => Finding::ok("node", version),
    })
}

pub(super) fn no_package(error: &Error) -> Finding {
    let help = "pass the project folder with `--project`, or run `vite-bridge init` to create a project";
    Finding::error("package", code::PACKAGE_JSON_MISSING, message_with_causes(error), help)
}

pub(super) fn manager(package: &PackageJson) -> Vec<Finding> {
    let manager = package.manager();
    let mut findings = vec![if let Some(version) = version(&package.program()) {
        Finding::ok("package", format!("{manager} {version}, {}", package.folder().display()))
    } else {
        let message = format!("the project uses {manager}, which is not on the PATH");
        let help = format!("install {manager}, or remove its lock file");
        Finding::error("package", code::PACKAGE_MANAGER_MISSING, message, help)
    }];
    if !package.scripts().contains_key("dev") {
        let message = "package.json has no script `dev`, which `vite-bridge dev` runs";
        let help = "add `\"dev\": \"vite\"` to \"scripts\" in package.json";
        findings.push(Finding::warning("package", ErrorKind::DevServerNotStarted.as_str(), message, help));
    }
    if let [first, others @ ..] = package.locks()
        && !others.is_empty()
    {
        let message =
            format!("lock files of several package managers: {first} (used), {}", others.join(", "));
        let help = "remove the lock files of the package managers that you do not use";
        findings.push(Finding::warning("package", code::TWO_LOCK_FILES, message, help));
    }
    findings
}

/// Returns a finding for a script that failed. Returns `None` without Node.js, which has a finding
/// already.
pub(super) fn look_failed(text: String) -> Option<Finding> {
    let help = "run `node` in the project folder to see the error";
    version("node").map(|_| Finding::error("vite", code::VITE_CONFIG_INVALID, text, help))
}

pub(super) fn vite(look: &Look, package: &PackageJson) -> Vec<Finding> {
    let Some(Vite { version, .. }) = &look.vite else {
        let message = "Vite is not installed in the project";
        let help = format!("run `{} install`", package.manager());
        return vec![Finding::error("vite", code::PACKAGES_MISSING, message, help)];
    };
    let is_supported = Version::parse(version).is_ok_and(|version| SUPPORTED.contains(&version.major));
    let mut findings = vec![if is_supported {
        Finding::ok("vite", version)
    } else {
        let message = format!(
            "version {version} is not supported: the plugin supports Vite {} to {}",
            SUPPORTED.start(),
            SUPPORTED.end()
        );
        let help = format!("run `{}`", package_add(package, &format!("vite@{}", SUPPORTED.end())));
        Finding::error("vite", code::VITE_UNSUPPORTED, message, help)
    }];
    if !look.others.is_empty() {
        let message = format!("the project has Vite {version}, but {}", look.others.join(", "));
        let help = "change the dependencies so that all use one version, then install them again";
        findings.push(Finding::error("vite", code::TWO_VITES, message, help));
    }
    if let Some(error) = &look.error {
        let help = "run `npx vite build` to see the complete error";
        let first = error.lines().next().unwrap_or_default();
        findings.push(Finding::error("config", code::VITE_CONFIG_INVALID, first, help));
    }
    findings
}

fn package_add(package: &PackageJson, name: &str) -> String {
    let verb = if package.manager() == "npm" { "install" } else { "add" };
    format!("{} {verb} -D {name}", package.manager())
}

fn version(program: &str) -> Option<String> {
    let output =
        Command::new(program).arg("--version").output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().trim_start_matches('v').to_owned())
}

/// Whether a version is in a range of npm: `^20.19.0 || >=22.12.0`.
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
    fn a_range_of_npm_matches_any_of_its_alternatives() {
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
