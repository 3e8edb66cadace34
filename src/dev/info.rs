//! `DevInfo`: the content of the dev file, which the plugin keeps while the dev server runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

use super::bundle::Bundle;
use crate::error::{Error, ErrorKind};
use crate::url::DevServerUrl;

/// The content of a dev file, such as `.vite-bridge/dev.json`. It can be stale: a killed dev server leaves the file
/// behind.
///
/// ```json
/// {
///   "version": 1,
///   "url": "http://127.0.0.1:5173/static/",
///   "base": "/static/",
///   "socket": "/static/hmr",
///   "root": "/project",
///   "outDir": "/project/dist",
///   "inputs": ["src/main.ts"],
///   "public": ["favicon.svg"],
///   "pid": 4711,
///   "nonce": "…",
///   "react": false,
///   "vite": "8.3.8",
///   "styles": { "src/main.ts": [{ "url": "/src/main.css", "id": "/project/src/main.css" }] }
/// }
/// ```
///
/// If Vite bundles in development, these fields follow:
///
/// ```json
/// {
///   "entries": { "src/main.ts": "/assets/src/main.ts.js", "src/logo.svg": "/assets/logo-B1a2C3d4.svg" },
///   "preamble": "/assets/vite-bridge-preamble.js"
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DevInfo {
    /// The address of the dev server, including `base`.
    pub(crate) origin: DevServerUrl,
    /// The project folder. It contains `.vite-bridge/`, in which the application writes `app.json`.
    pub(crate) project_folder: PathBuf,
    /// The output directory of the build. Hand-written files may lack it.
    pub(crate) out_dir: Option<PathBuf>,
    /// A random text, which the plugin also sends to a request. It proves that this file is about
    /// the server at `origin`. Hand-written files lack it.
    pub(crate) nonce: Option<String>,
    /// Vite's root. Sources for inline content are read below it.
    pub(crate) root: PathBuf,
    /// Vite's inputs, in the form of manifest keys.
    pub(crate) inputs: Vec<String>,
    /// The files of Vite's public directory, as names below the base.
    pub(crate) public_files: BTreeSet<String>,
    /// The path of Vite's socket, if it differs from the base: `server.hmr.path` or
    /// `server.ws.path`, joined to the base.
    pub(crate) socket: Option<String>,
    /// Whether tags begin with React's refresh preamble.
    pub(crate) has_react: bool,
    /// The stylesheets that the scripts of each input import. Empty unless the plugin is set to
    /// write them.
    pub(crate) styles: BTreeMap<String, Vec<ImportedStyle>>,
    /// The files of the bundle, if Vite bundles in development.
    pub(crate) bundle: Option<Bundle>,
}

/// A stylesheet that a script imports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ImportedStyle {
    /// A path below Vite's base, with a leading slash.
    pub(crate) url: String,
    /// The id of the module. Vite's client uses it to find the link element of a stylesheet.
    pub(crate) id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    version: u32,
    url: String,
    root: PathBuf,
    out_dir: Option<PathBuf>,
    nonce: Option<String>,
    #[serde(default)]
    socket: Option<String>,
    #[serde(default)]
    inputs: Vec<String>,
    #[serde(default)]
    public: BTreeSet<String>,
    #[serde(default)]
    react: bool,
    #[serde(default)]
    styles: BTreeMap<String, Vec<ImportedStyle>>,
    #[serde(default)]
    entries: Option<BTreeMap<String, String>>,
    #[serde(default)]
    preamble: Option<String>,
}

impl DevInfo {
    /// The version of the dev file that this crate can read.
    const VERSION: u32 = 1;

    pub(crate) fn read(bytes: &[u8], place: &str, project_folder: PathBuf) -> Result<Self, Error> {
        let raw: Raw = serde_json::from_slice(bytes).map_err(|error| {
            Error::new(ErrorKind::InvalidDevServer, format!("invalid dev file: {place}"))
                .with_help("restart the dev server")
                .with_source(error)
        })?;
        if raw.version != Self::VERSION {
            let (found, known) = (raw.version, Self::VERSION);
            return Err(Error::version_mismatch(ErrorKind::InvalidDevServer, place, found, known));
        }
        let Raw {
            root, out_dir, nonce, socket, inputs, public: public_files, react: has_react, styles, ..
        } = raw;
        let bundle = raw.entries.map(|entries| Bundle { entries, preamble: raw.preamble });
        let origin = raw.url.parse()?;
        Ok(Self {
            origin,
            project_folder,
            out_dir,
            nonce,
            root,
            inputs,
            public_files,
            socket,
            has_react,
            styles,
            bundle,
        })
    }

    /// Tells whether both files were written by the same run of Vite.
    pub(crate) fn is_same_server(&self, other: &Self) -> bool {
        self.origin == other.origin && self.nonce == other.nonce
    }
}
