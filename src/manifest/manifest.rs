//! The manifest of Vite 2 to 8. Unknown fields are ignored.

use indexmap::IndexMap;

use super::chunk::Chunk;
use super::diagnose::{diagnose, wrong_shape};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// The manifest that Vite 2 to 8 write with `build.manifest: true`, in the order of the file.
///
/// [`Vite::open`](crate::Vite::open) reads it at start-up. Use this type to look at the manifest
/// itself.
///
/// A byte order mark, `null` instead of a list, and unknown fields are accepted. `\` in keys
/// becomes `/`. `{}` is a manifest without entries.
///
/// # Examples
///
/// ```
/// use vite_bridge::manifest::Manifest;
///
/// let json = br#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
/// let manifest = Manifest::from_slice(json)?;
/// let chunk = manifest.get("src/main.ts");
/// assert_eq!(chunk.map(|chunk| chunk.file()), Some("assets/main-B1a2C3d4.js"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    chunks: IndexMap<String, Chunk>,
    place: Box<str>,
}

impl Manifest {
    /// Reads a manifest from the bytes of its file, for example from `include_bytes!`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::ManifestInvalidJson`] with line and column if the text is not JSON, and
    /// also if it is empty.
    ///
    /// Returns [`ErrorKind::ManifestIsSsrManifest`] if the file is Vite's SSR manifest.
    ///
    /// Returns [`ErrorKind::ManifestWrongShape`] if the file is a web app manifest or other JSON,
    /// or if a chunk is invalid or has no `file`. The message names the key.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes, "the manifest")
    }

    /// Reads a manifest like [`from_slice`](Self::from_slice). Errors name `place`.
    pub(crate) fn read(bytes: &[u8], place: &str) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let chunks = serde_json::from_slice(bytes).map_err(|error| diagnose(bytes, place, &error))?;
        let mut manifest = Self { chunks, place: place.into() };
        manifest.use_slashes();
        match manifest.chunks.iter().find(|(_, chunk)| chunk.file().is_empty()) {
            Some((key, _)) => Err(wrong_shape(place, &format!("chunk {key:?} has an empty `file`"))),
            None => Ok(manifest),
        }
    }

    /// Replaces `\` by `/`: old versions of Vite wrote `\` into keys and sources on Windows.
    fn use_slashes(&mut self) {
        if !self.chunks.keys().any(|key| key.contains('\\')) {
            return;
        }
        self.chunks.values_mut().for_each(Chunk::use_slashes);
        self.chunks = std::mem::take(&mut self.chunks)
            .into_iter()
            .map(|(key, chunk)| (key.replace('\\', "/"), chunk))
            .collect();
    }

    /// Returns the chunk of a key. The key must match exactly.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Chunk> {
        self.chunks.get(key)
    }

    /// Returns every key and its chunk, in the order of the file.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Chunk)> {
        self.chunks.iter().map(|(key, chunk)| (key.as_str(), chunk))
    }

    /// Returns the number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Returns whether the manifest is empty, like the manifest of a build without inputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Returns every file that the manifest names, as pairs of key and file.
    ///
    /// A file that several chunks name appears several times.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().flat_map(|(key, chunk)| chunk.files().map(move |file| (key, file)))
    }

    /// Returns the path of the file, for errors.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.chunks.get_index_of(key)
    }

    pub(crate) fn at(&self, position: usize) -> Option<(&str, &Chunk)> {
        self.chunks.get_index(position).map(|(key, chunk)| (key.as_str(), chunk))
    }
}
