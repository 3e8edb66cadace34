//! The build info: the facts that the npm plugin records next to the manifest.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{BUILD_AGAIN, Error, ErrorKind};

/// The build info: the file `.vite/bridge.json`, which the npm plugin writes last in a build.
///
/// The crate also works without it. With it, the application does not repeat `base` in Rust, and
/// hashed files, public files and integrity are recorded instead of inferred. Names of files are
/// relative to the output directory and use `/`.
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
/// `version` and `buildId` are required. Unknown fields are ignored.
///
/// # Examples
///
/// ```
/// use vite_bridge::manifest::BuildInfo;
///
/// let json = br#"{"version": 1, "buildId": "3f1c9a0b5d7e2468", "base": "/static/"}"#;
/// let info = BuildInfo::from_slice(json)?;
/// assert_eq!(info.base(), Some("/static/"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BuildInfo(Fields);

/// The fields of the file. [`BuildInfo::read`] checks the version before it returns them.
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
    /// The version of the file that this crate reads.
    pub const VERSION: u32 = 1;

    /// Reads the build info from the bytes of its file.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::BuildInfoInvalid`] if the text is not JSON, if a required field is
    /// missing, or if the version is not [`VERSION`](Self::VERSION).
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
            let (found, known) = (info.version, Self::VERSION);
            return Err(Error::version_mismatch(ErrorKind::BuildInfoInvalid, place, found, known));
        }
        Ok(Self(info))
    }

    /// Returns the id of the build that the info belongs to; see [`build_id`].
    #[must_use]
    pub fn build_id(&self) -> &str {
        &self.0.build_id
    }

    /// Returns the version of Vite, for example `8.3.8`.
    #[must_use]
    pub fn vite(&self) -> Option<&str> {
        self.0.vite.as_deref()
    }

    /// Returns the `base` of Vite's configuration.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.0.base.as_deref()
    }

    /// Returns whether the project uses React Refresh, whose preamble development tags need.
    #[must_use]
    pub fn has_react(&self) -> bool {
        self.0.react
    }

    /// Returns the files whose names contain a hash of their content.
    ///
    /// Returns `None` if the plugin did not record them.
    #[must_use]
    pub fn hashed(&self) -> Option<&BTreeSet<String>> {
        self.0.hashed.as_ref()
    }

    /// Returns the public files: copies of the files in `public/`, with unchanged names.
    #[must_use]
    pub fn public(&self) -> &BTreeSet<String> {
        &self.0.public
    }

    /// Returns the value of the `integrity` attribute for each file.
    #[must_use]
    pub fn integrity(&self) -> &BTreeMap<String, String> {
        &self.0.integrity
    }
}

/// Returns the id of a build: the first 16 hexadecimal digits of the SHA-256 of its manifest.
///
/// # Examples
///
/// ```
/// assert_eq!(vite_bridge::manifest::build_id(b"{}"), "44136fa355b3678a");
/// ```
#[must_use]
pub fn build_id(manifest: &[u8]) -> String {
    Sha256::digest(manifest).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
