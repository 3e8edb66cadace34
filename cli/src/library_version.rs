//! The version of the library in Cargo.lock, compared with the version of the program.

use std::fs;
use std::path::{Path, absolute};

use anstream::eprintln;
use semver::Version;
use serde::Deserialize;

const OWN: &str = env!("CARGO_PKG_VERSION");

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Locked>,
}

/// A package in Cargo.lock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Locked {
    name: String,
    pub(crate) version: String,
    /// The registry or repository. A workspace member and a path dependency have none.
    source: Option<String>,
}

/// Prints a warning if Cargo.lock has an incompatible version of the library.
///
/// Reads the Cargo.lock of the working directory, or of the nearest folder above it.
pub(crate) fn warn_if_incompatible() {
    let packages = absolute(".").map(|folder| locked(&folder)).unwrap_or_default();
    if let Some(version) = incompatible(&packages, OWN) {
        let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
        eprintln!(
            "{yellow}warning{yellow:#}: this program is version {OWN}, but Cargo.lock has vite-bridge {version}"
        );
        eprintln!("  = help: run `cargo install vite-bridge-cli --version {version}`");
    }
}

/// Returns the packages named `vite-bridge` in the nearest Cargo.lock at or above a folder.
///
/// Returns none if there is no such file or it is invalid. Cargo reports an invalid file itself.
pub(crate) fn locked(folder: &Path) -> Vec<Locked> {
    let text = folder.ancestors().find_map(|folder| fs::read_to_string(folder.join("Cargo.lock")).ok());
    text.as_deref().map(parse).unwrap_or_default()
}

fn parse(text: &str) -> Vec<Locked> {
    let packages = toml::from_str::<Lock>(text).map(|lock| lock.package).unwrap_or_default();
    packages.into_iter().filter(|package| package.name == "vite-bridge").collect()
}

/// Returns the version that the program does not fit, unless another locked version fits.
///
/// Packages without a source are skipped: `cargo install --version` cannot install them.
fn incompatible<'p>(packages: &'p [Locked], own: &str) -> Option<&'p str> {
    let published = || packages.iter().filter(|package| package.source.is_some());
    if published().any(|package| is_compatible(&package.version, own)) {
        return None;
    }
    published().next().map(|package| package.version.as_str())
}

/// Compares two versions by cargo's rule for requirements: the first number that is not 0 must be
/// equal.
///
/// An invalid version is compatible only with the same text.
pub(crate) fn is_compatible(one: &str, other: &str) -> bool {
    let (Ok(first), Ok(second)) = (Version::parse(one), Version::parse(other)) else {
        return one == other;
    };
    match (first.major, first.minor) {
        (0, 0) => (first.major, first.minor, first.patch) == (second.major, second.minor, second.patch),
        (0, _) => (first.major, first.minor) == (second.major, second.minor),
        _ => first.major == second.major,
    }
}

#[cfg(test)]
mod tests {
    use super::{incompatible, is_compatible, parse};

    const REGISTRY: &str = "source = \"registry+https://example.com/index\"";

    fn lock(packages: &[(&str, &str, &str)]) -> String {
        let packages = packages.iter().map(|(name, version, source)| {
            format!("[[package]]\nname = {name:?}\nversion = {version:?}\n{source}\n\n")
        });
        format!("version = 4\n\n{}", packages.collect::<String>())
    }

    #[test]
    fn only_the_library_is_read_from_a_lock_file() {
        let text = lock(&[("vite-bridge-cli", "0.9.0", ""), ("vite-bridge", "0.1.2", REGISTRY)]);
        let versions: Vec<_> = parse(&text).into_iter().map(|package| package.version).collect();
        assert_eq!(versions, ["0.1.2"]);
        assert_eq!(parse("version = 4\n"), []);
        assert_eq!(parse("not = [toml"), []);
    }

    #[test]
    fn a_published_version_that_does_not_fit_is_found() {
        let found = |packages: &[(&str, &str, &str)]| {
            incompatible(&parse(&lock(packages)), "0.2.0").map(str::to_owned)
        };
        assert_eq!(found(&[("vite-bridge", "0.1.9", REGISTRY)]), Some("0.1.9".to_owned()));
        assert_eq!(found(&[("vite-bridge", "0.2.7", REGISTRY)]), None);
        assert_eq!(found(&[("vite-bridge", "0.1.9", "")]), None, "a path dependency");
        let both = [("vite-bridge", "0.1.9", REGISTRY), ("vite-bridge", "0.2.1", REGISTRY)];
        assert_eq!(found(&both), None);
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn versions_are_compatible_by_their_first_number_that_is_not_zero() {
        for (one, other, expected) in [
            ("0.1.0", "0.1.9", true),
            ("0.1.0", "0.2.0", false),
            ("1.2.3", "1.9.0", true),
            ("1.2.3", "2.0.0", false),
            ("0.0.1", "0.0.2", false),
            ("0.1.0", "1.1.0", false),
            ("unknown", "0.1.0", false),
        ] {
            assert_eq!(is_compatible(one, other), expected, "{one} {other}");
            assert_eq!(is_compatible(other, one), expected, "{other} {one}");
        }
    }
}
