//! Manifest and Chunk: `manifest.json` of Vite 2 to 8 as types; unknown fields are ignored.

use indexmap::IndexMap;

use super::chunk::Chunk;
use super::diagnose::{diagnose, wrong_shape};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// A manifest as Vite wrote it (`build.manifest: true`), in the order of the file.
///
/// Read at start-up by [`Vite::open`](crate::Vite::open); by hand from bytes, so that `include_bytes!` works too.
/// A byte order mark and `null` lists are accepted, `\` in keys is `/`, fields that Vite adds later are ignored.
/// `{}` is a manifest without entries.
///
/// # Examples
///
/// ```
/// use vite_bridge::manifest::Manifest;
///
/// let manifest = Manifest::from_slice(br#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#)?;
/// assert_eq!(manifest.get("src/main.ts").map(|chunk| chunk.file()), Some("assets/main-B1a2C3d4.js"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    chunks: IndexMap<String, Chunk>,
    place: Box<str>,
}

impl Manifest {
    /// Reads a manifest from the bytes of its file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ManifestInvalidJson`] with line and column, also for zero bytes;
    /// [`ErrorKind::ManifestIsSsrManifest`];
    /// [`ErrorKind::ManifestWrongShape`] for a web app manifest or a chunk
    /// without `file`, naming the key.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes, "the manifest")
    }

    /// As [`from_slice`](Self::from_slice), naming `place` in errors.
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

    /// Old Vite on Windows wrote `\` into keys and sources.
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

    /// The chunk of that very key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Chunk> {
        self.chunks.get(key)
    }

    /// Every key and its chunk, in the order of the file.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Chunk)> {
        self.chunks.iter().map(|(key, chunk)| (key.as_str(), chunk))
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there is no key at all, as in the manifest of a build without inputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Every file that the manifest names, with the key that names it; a file may come several times.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().flat_map(|(key, chunk)| chunk.files().map(move |file| (key, file)))
    }

    /// Where the manifest was read, for errors.
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
