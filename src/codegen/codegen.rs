//! Codegen: what a build script does.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use super::names::{ASSETS, ENTRIES, Kind, module};
use crate::build::Build;
use crate::error::{Error, ErrorKind};
use crate::load::{Builder, dev_info};
use crate::manifest::FileKind;
use crate::scan::{Scanned, Scanner};
use crate::vite::Vite;

/// For a build script: holds templates against the build, so that a name that is not there is an error of the compiler, and writes the build's
/// names as constants, so that one in Rust is, too.
///
/// ```no_run
/// // build.rs, with `vite-bridge = { version = "0.1", features = ["build"] }` in [build-dependencies]
/// fn main() -> Result<(), vite_bridge::Error> {
///     vite_bridge::codegen::Codegen::new("dist").optional_in_debug(true).emit()
/// }
/// ```
///
/// ```text
/// // main.rs
/// include!(concat!(env!("OUT_DIR"), "/vite_bridge.rs"));
///
/// page.tags(entries::SRC_MAIN_TS)?; // or
/// entries::src_main_ts(&page)?;     // and in templates `{{ vite.tags(entries::SRC_MAIN_TS)? }}`
/// ```
///
/// Cargo runs the script again when the manifest, the plugin's file, a template, askama.toml, or a Rust file below `src` changes, as that may have a
/// template too.
#[derive(Debug, Clone)]
pub struct Codegen {
    root: PathBuf,
    dist: PathBuf,
    scanner: Scanner,
    optional_in_debug: bool,
}

/// What [`Codegen::generate`] gives.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Generated {
    /// Rust: the modules `entries` and `assets`.
    pub code: String,
    /// What it was made of: files and folders that are there.
    pub sources: BTreeSet<PathBuf>,
    /// What is wrong: templates that name what is not there, with their places; or that there is no build.
    pub errors: Vec<String>,
    /// Names that have no constant.
    pub warnings: Vec<String>,
}

impl Codegen {
    /// Of the build in a directory, relative to the package's folder.
    pub fn new(dist: impl AsRef<Path>) -> Self {
        let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        Self::in_folder(root, dist)
    }

    /// The same of a package in another folder than cargo's.
    pub fn in_folder(root: impl Into<PathBuf>, dist: impl AsRef<Path>) -> Self {
        let root = root.into();
        let scanner = Scanner::new(&root).allow_empty(true);
        Self { dist: root.join(dist), scanner, root, optional_in_debug: false }
    }

    /// Whether debug builds do without a build of Vite's: names are then what templates name and what the plugin lists while the dev server
    /// runs, beside those of a build that is there, and templates are not held against that one, as it may be older. Default: no.
    #[must_use]
    pub fn optional_in_debug(mut self, is_optional: bool) -> Self {
        self.optional_in_debug = is_optional;
        self
    }

    /// With a scanner that looks elsewhere, or for other receivers, than `Scanner::new` does.
    #[must_use]
    pub fn scanner(mut self, scanner: Scanner) -> Self {
        self.scanner = scanner;
        self
    }

    /// Writes `vite_bridge.rs` into cargo's `OUT_DIR`, and tells cargo what it was made of and what is wrong.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate); [`ErrorKind::Io`] where the file cannot be written, or outside of a build script.
    pub fn emit(&self) -> Result<(), Error> {
        let out = env::var_os("OUT_DIR").ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "the variable OUT_DIR is not set")
                .with_help("call `emit` in a build script, which cargo runs")
        })?;
        let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
        let generated = self.generate(is_debug)?;
        let path = Path::new(&out).join("vite_bridge.rs");
        fs::write(&path, &generated.code).map_err(|error| Error::io("write", &path, error))?;
        let say = |what: &str, text: &str| println!("cargo::{what}={}", text.replace('\n', " "));
        generated.sources.iter().for_each(|source| say("rerun-if-changed", &source.display().to_string()));
        generated.warnings.iter().for_each(|warning| say("warning", warning));
        generated.errors.iter().for_each(|error| say("error", error));
        Ok(())
    }

    /// What [`emit`](Self::emit) writes and says.
    ///
    /// # Errors
    ///
    /// What [`Scanner::scan`] and [`Builder::load_build`] give, but for a build that is not there.
    pub fn generate(&self, is_debug: bool) -> Result<Generated, Error> {
        let scanned = self.scanner.scan()?;
        let mut generated = Generated { sources: self.sources()?, ..Generated::default() };
        let is_optional = is_debug && self.optional_in_debug;
        let mut names = Names::default();
        match self.builder().load_build() {
            Ok(build) => {
                names.add_build(&build);
                if !is_optional {
                    generated.errors.extend(unknown(&scanned, &self.builder().open()?));
                }
            }
            Err(error) if error.kind() == ErrorKind::ManifestNotFound => {
                if !is_optional {
                    generated.errors.push(no_build(&self.dist));
                }
            }
            Err(error) => return Err(error),
        }
        if is_optional {
            names.add_templates(&scanned);
            names.entries.extend(dev_info(&self.dist).into_iter().flat_map(|info| info.inputs));
        }
        let unread = scanned.syntax_errors().iter().map(|(place, message)| format!("{place}: {message}"));
        generated.errors.extend(unread);
        for (kind, names) in [(&ENTRIES, &names.entries), (&ASSETS, &names.assets)] {
            generated.add(kind, names);
        }
        Ok(generated)
    }

    fn builder(&self) -> Builder {
        Builder::new(&self.dist).for_tools()
    }

    /// Those that are there: cargo takes one that is not for one that has changed, each time.
    fn sources(&self) -> Result<BTreeSet<PathBuf>, Error> {
        let files =
            [".vite/manifest.json", "manifest.json", ".vite/bridge.json"].map(|file| self.dist.join(file));
        let dev = files.iter().all(|file| !file.is_file()).then(|| dev_info(&self.dist)).flatten();
        let dev = dev.map(|info| info.project_folder.join(".vite-bridge/dev.json"));
        let others = [self.root.join("askama.toml"), self.root.join("src")];
        let all = files.into_iter().chain(dev).chain(others).chain(self.scanner.folders()?);
        Ok(all.filter(|path| path.exists()).filter_map(|path| absolute(path).ok()).collect())
    }
}

impl Generated {
    fn add(&mut self, kind: &Kind, names: &BTreeSet<String>) {
        let (text, same) = module(kind, names);
        self.code.push_str(&text);
        let warn = |names: Vec<String>| {
            format!("skipped {}: they would produce the same constant", names.join(" and "))
        };
        self.warnings.extend(same.into_iter().map(warn));
    }
}

#[derive(Default)]
struct Names {
    entries: BTreeSet<String>,
    assets: BTreeSet<String>,
}

impl Names {
    fn add_build(&mut self, build: &Build) {
        // A block has no name but its parts.
        let entries = build.entries().filter(|key| !key.starts_with(".vite-bridge/"));
        self.entries.extend(entries.map(str::to_owned));
        let chunks = build.graph().manifest().iter();
        let assets = chunks.filter(|(_, chunk)| chunk.kind() == FileKind::Asset && chunk.src().is_some());
        self.assets.extend(assets.map(|(key, _)| key.to_owned()));
        self.assets.extend(build.info().into_iter().flat_map(|info| info.public().iter().cloned()));
    }

    fn add_templates(&mut self, scanned: &Scanned) {
        self.entries.extend(scanned.entries().into_keys().map(str::to_owned));
        self.assets.extend(scanned.assets().into_keys().map(str::to_owned));
    }
}

fn unknown(scanned: &Scanned, vite: &Vite) -> Vec<String> {
    let missing = scanned.missing(vite).into_iter();
    missing.map(|(place, error)| format!("{place}: {error}")).collect()
}

fn no_build(dist: &Path) -> String {
    let dist = dist.display();
    format!(
        "no Vite build in {dist}\nhelp: run `npm run build`, or add `.optional_in_debug(true)` for debug builds without a build"
    )
}
