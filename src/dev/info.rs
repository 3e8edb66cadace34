//! `DevInfo`: the file that the Vite plugin keeps while the dev server runs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::url::Origin;

/// The content of `.vite-bridge/dev.json`. A hint: the server may have been killed since it was written.
///
/// ```json
/// {
///   "version": 1,
///   "url": "http://127.0.0.1:5173/static/",
///   "base": "/static/",
///   "root": "/project",
///   "outDir": "/project/dist",
///   "inputs": ["src/main.ts"],
///   "pid": 4711,
///   "nonce": "…",
///   "react": false,
///   "vite": "8.3.8",
///   "styles": { "src/main.ts": [{ "url": "/src/main.css", "id": "/project/src/main.css" }] }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DevInfo {
    /// The server's address, `base` included.
    pub(crate) origin: Origin,
    /// The folder of the file's folder, for what the application writes beside it.
    pub(crate) home: PathBuf,
    /// Vite's root, where sources are read that a page prints itself.
    pub(crate) root: PathBuf,
    /// Vite's inputs, as the manifest's keys name them.
    pub(crate) inputs: Vec<String>,
    /// Whether tags need React's preamble.
    pub(crate) has_react: bool,
    /// By input, the stylesheets that its scripts import; where the plugin was asked for them.
    pub(crate) styles: BTreeMap<String, Vec<ImportedStyle>>,
}

/// A stylesheet that a script imports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ImportedStyle {
    /// Below Vite's base, with a slash in front.
    pub(crate) url: String,
    /// The module's, by which Vite's client knows a link as its own.
    pub(crate) id: String,
}

#[derive(Deserialize)]
struct Raw {
    version: u32,
    url: String,
    root: PathBuf,
    #[serde(default)]
    inputs: Vec<String>,
    #[serde(default)]
    react: bool,
    #[serde(default)]
    styles: BTreeMap<String, Vec<ImportedStyle>>,
}

impl DevInfo {
    /// The version of the file that this crate reads.
    const VERSION: u32 = 1;

    pub(crate) fn read(bytes: &[u8], place: &str, home: PathBuf) -> Result<Self, Error> {
        let raw: Raw = serde_json::from_slice(bytes).map_err(|error| {
            Error::new(ErrorKind::InvalidDevServer, format!("invalid dev file: {place}"))
                .with_help("restart the dev server")
                .with_source(error)
        })?;
        if raw.version != Self::VERSION {
            let message = format!(
                "{place} has version {}, but this crate reads version {}",
                raw.version,
                Self::VERSION
            );
            return Err(Error::new(ErrorKind::InvalidDevServer, message)
                .with_help("use the same release of the npm package and the crate `vite-bridge`"));
        }
        let Raw { root, inputs, react: has_react, styles, .. } = raw;
        Ok(Self { origin: raw.url.parse()?, home, root, inputs, has_react, styles })
    }
}
