//! `Codegen`: the entry point for a build script.

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

/// A code generator for build scripts, which makes misspelled entry and asset names compile errors.
///
/// It checks the names in templates against the build. It also writes the names of the build as
/// constants and functions for Rust code and templates.
///
/// # Examples
///
/// ```toml
/// # Cargo.toml
/// [build-dependencies]
/// vite-bridge = { version = "0.1", default-features = false, features = ["codegen"] }
/// ```
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), vite_bridge::Error> {
///     vite_bridge::codegen::Codegen::new("dist").optional_in_debug(true).emit()
/// }
/// ```
///
/// ```text
/// // src/main.rs
/// include!(concat!(env!("OUT_DIR"), "/vite_bridge.rs"));
///
/// page.tags(entries::SRC_MAIN_TS)?;  // a constant
/// entries::src_main_ts(&page)?;      // the same tags from a function
/// ```
///
/// In templates, write string literals, because the plugin reads literals only. A character of a
/// name that is not an ASCII letter or digit becomes `_`. Names that begin with a digit or are a
/// keyword get the prefix `N_`. Names that would produce the same constant are skipped with a
/// warning.
///
/// Cargo runs the script again when one of its sources changes: the manifest, `.vite/bridge.json`,
/// the template folders, `askama.toml`, or `src`, because Rust files can contain templates. Without
/// a build, the dev file (`.vite-bridge/dev.json`) is a source, too.
#[derive(Debug, Clone)]
pub struct Codegen {
    root: PathBuf,
    dist: PathBuf,
    scanner: Scanner,
    optional_in_debug: bool,
}

/// The result of [`Codegen::generate`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Generated {
    /// The generated Rust code: the modules `entries` and `assets`.
    pub code: String,
    /// The absolute paths of the existing files and folders that the code depends on.
    pub sources: BTreeSet<PathBuf>,
    /// Unknown names and syntax errors, each with file, line and column, or a missing build.
    pub errors: Vec<String>,
    /// Names that were skipped because they would produce the same constant.
    pub warnings: Vec<String>,
}

impl Codegen {
    /// Creates a generator for the build in `dist`, a path relative to the folder of the package.
    ///
    /// The folder is `CARGO_MANIFEST_DIR`, or the current directory outside a build script.
    pub fn new(dist: impl AsRef<Path>) -> Self {
        let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        Self::in_folder(root, dist)
    }

    /// Creates a generator for a package in `root`. `dist` is relative to `root`.
    pub fn in_folder(root: impl Into<PathBuf>, dist: impl AsRef<Path>) -> Self {
        let root = root.into();
        let scanner = Scanner::new(&root).allow_empty(true);
        Self { dist: root.join(dist), scanner, root, optional_in_debug: false }
    }

    /// Allows debug builds of the crate without a Vite build. Default: `false`.
    ///
    /// With `true`, debug builds also generate constants for the names in templates and for the
    /// inputs that the plugin lists in the dev file. Templates are not checked in debug builds,
    /// because an existing Vite build may be outdated.
    #[must_use]
    pub fn optional_in_debug(mut self, is_optional: bool) -> Self {
        self.optional_in_debug = is_optional;
        self
    }

    /// Replaces the scanner, for example to search other folders or to add a receiver.
    ///
    /// Default: [`Scanner::new`] for the folder of the package, with
    /// [`allow_empty(true)`](Scanner::allow_empty).
    #[must_use]
    pub fn scanner(mut self, scanner: Scanner) -> Self {
        self.scanner = scanner;
        self
    }

    /// Writes `vite_bridge.rs` to cargo's `OUT_DIR` and reports sources and problems to cargo.
    ///
    /// [`Generated::errors`] are printed as `cargo::error`, [`Generated::warnings`] as
    /// `cargo::warning`, and [`Generated::sources`] as `cargo::rerun-if-changed`. So the result can
    /// be `Ok` although cargo then reports the errors and stops the build.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`generate`](Self::generate). Returns [`ErrorKind::Io`] if the file
    /// cannot be written, or outside a build script.
    pub fn emit(&self) -> Result<(), Error> {
        let out = env::var_os("OUT_DIR").ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "the variable OUT_DIR is not set")
                .with_help("call `emit` in a build script, which cargo runs")
        })?;
        let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
        let generated = self.generate(is_debug)?;
        let path = Path::new(&out).join("vite_bridge.rs");
        fs::write(&path, &generated.code).map_err(|error| Error::io("write", path.display(), error))?;
        let say = |what: &str, text: &str| println!("cargo::{what}={}", text.replace('\n', " "));
        generated.sources.iter().for_each(|source| say("rerun-if-changed", &source.display().to_string()));
        generated.warnings.iter().for_each(|warning| say("warning", warning));
        generated.errors.iter().for_each(|error| say("error", error));
        Ok(())
    }

    /// Returns the code and the messages that [`emit`](Self::emit) writes.
    ///
    /// `is_debug` is whether cargo compiles the crate with the profile `debug`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Scanner::scan`] and [`Builder::load_build`]. A missing build is not
    /// returned; it is added to [`Generated::errors`], unless the build is
    /// [optional](Self::optional_in_debug).
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
            names.entries.extend(dev_info(&self.dist).into_iter().flat_map(|(_, info)| info.inputs));
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

    /// Returns the existing sources. Cargo would treat a missing path as changed on each run.
    fn sources(&self) -> Result<BTreeSet<PathBuf>, Error> {
        let files =
            [".vite/manifest.json", "manifest.json", ".vite/bridge.json"].map(|file| self.dist.join(file));
        let dev = files.iter().all(|file| !file.is_file()).then(|| dev_info(&self.dist)).flatten();
        let dev = dev.map(|(file, _)| file);
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
        // A group has no name except its parts, so it gets no constant.
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
