//! BuildInfo: what the Vite plugin records beside the manifest, and what it takes the place of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{BUILD_AGAIN, Error, ErrorKind};

/// The content of `dist/.vite/bridge.json`, which the npm package `vite-bridge` writes as the last file of a build.
///
/// Everything works without it; with it `base` need not be repeated in Rust, and hashed files, public files and
/// integrity are known instead of inferred. File names are relative to the output directory, with `/`.
///
/// ```json
/// {
///   "version": 1,
///   "buildId": "3f1c9a0b5d7e2468",
///   "vite": "8.3.8",
///   "base": "/static/",
///   "react": false,
///   "hashed": ["assets/main-B1a2C3d4.js", "assets/main-D4c3B2a1.css"],
///   "public": ["favicon.svg"],
///   "integrity": { "assets/main-B1a2C3d4.js": "sha384-..." }
/// }
/// ```
///
/// `version` and `buildId` are required; unknown fields are ignored; a `version` other than 1 is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BuildInfo(Fields);

/// The file as it is. [`BuildInfo::from_slice`] checks the version before it becomes public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    version: u32,
    build_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vite: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<String>,
    #[serde(default)]
    react: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hashed: Option<BTreeSet<String>>,
    #[serde(default)]
    public: BTreeSet<String>,
    #[serde(default)]
    integrity: BTreeMap<String, String>,
}

impl BuildInfo {
    /// The schema that this crate reads.
    pub const VERSION: u32 = 1;

    /// Reads build info from the bytes of its file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BuildInfoInvalid`] for what is no JSON, lacks a required field, or has another version.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes, "the build info")
    }

    pub(crate) fn read(bytes: &[u8], place: &str) -> Result<Self, Error> {
        let info: Fields = serde_json::from_slice(bytes).map_err(|error| {
            Error::new(ErrorKind::BuildInfoInvalid, format!("invalid build info: {place}"))
                .with_help(BUILD_AGAIN)
                .with_source(error)
        })?;
        if info.version != Self::VERSION {
            let message = format!(
                "{place} has version {}, but this crate reads version {}",
                info.version,
                Self::VERSION
            );
            return Err(Error::new(ErrorKind::BuildInfoInvalid, message)
                .with_help("use the same release of the npm package and the crate `vite-bridge`"));
        }
        Ok(Self(info))
    }

    /// The id of the build that the info belongs to; see [`build_id`].
    #[must_use]
    pub fn build_id(&self) -> &str {
        &self.0.build_id
    }

    /// The version of Vite that built, e.g. `8.3.8`.
    #[must_use]
    pub fn vite(&self) -> Option<&str> {
        self.0.vite.as_deref()
    }

    /// Vite's `base`, as configured.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.0.base.as_deref()
    }

    /// Whether the build uses React's refresh plugin, whose preamble development tags need.
    #[must_use]
    pub fn has_react(&self) -> bool {
        self.0.react
    }

    /// The files whose names carry a content hash; `None` where the plugin did not record them.
    #[must_use]
    pub fn hashed(&self) -> Option<&BTreeSet<String>> {
        self.0.hashed.as_ref()
    }

    /// The files copied from `public/`, names unhashed.
    #[must_use]
    pub fn public(&self) -> &BTreeSet<String> {
        &self.0.public
    }

    /// Integrity by file, as an `integrity` attribute's value.
    #[must_use]
    pub fn integrity(&self) -> &BTreeMap<String, String> {
        &self.0.integrity
    }
}

/// The id of a build: the first 16 hex digits of the SHA-256 of its manifest's bytes.
#[must_use]
pub fn build_id(manifest: &[u8]) -> String {
    Sha256::digest(manifest).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
