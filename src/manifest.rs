//! Manifest and Chunk: `manifest.json` of Vite 2 to 8 as types; unknown fields are ignored.

use std::fmt;

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::kind::FileKind;
use crate::manifest_fault::{diagnose, wrong_shape};

/// A manifest as Vite wrote it (`build.manifest: true`), in the order of the file.
///
/// Read at start-up by [`Vite::open`](crate::Vite::open); by hand from bytes, so that `include_bytes!` works too.
/// A byte order mark and `null` lists are accepted, `\` in keys is `/`, fields that Vite adds later are ignored.
/// `{}` is a manifest without entries.
///
/// # Examples
///
/// ```
/// use vite_bridge::Manifest;
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
        let chunks = serde_json::from_slice(bytes).map_err(|fault| diagnose(bytes, place, &fault))?;
        let mut manifest = Self { chunks, place: place.into() };
        manifest.use_slashes();
        match manifest.chunks.iter().find(|(_, chunk)| chunk.file.is_empty()) {
            Some((key, _)) => Err(wrong_shape(place, &format!("chunk {key:?} has an empty `file`"))),
            None => Ok(manifest),
        }
    }

    /// Old Vite on Windows wrote `\` into keys and sources.
    fn use_slashes(&mut self) {
        if !self.chunks.keys().any(|key| key.contains('\\')) {
            return;
        }
        let slashes = |text: &mut String| *text = text.replace('\\', "/");
        for chunk in self.chunks.values_mut() {
            chunk.imports.iter_mut().chain(&mut chunk.dynamic_imports).for_each(slashes);
            chunk.src.iter_mut().for_each(slashes);
        }
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

/// One record of the manifest: a script, a stylesheet or an asset, with what it needs.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
pub struct Chunk {
    #[serde(deserialize_with = "slashed")]
    file: String,
    #[serde(default)]
    src: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    is_entry: bool,
    #[serde(default, deserialize_with = "or_default")]
    is_dynamic_entry: bool,
    #[serde(default, deserialize_with = "or_default")]
    imports: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    dynamic_imports: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    css: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    assets: Vec<String>,
    #[serde(default)]
    integrity: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    css_integrity: Vec<Option<String>>,
}

impl Chunk {
    /// The built file, relative to the output directory; never with `base`, never percent-encoded.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Script, stylesheet or asset, by the extension of [`file`](Self::file).
    #[must_use]
    pub fn kind(&self) -> FileKind {
        FileKind::of(&self.file)
    }

    /// The source, relative to Vite's root; shared chunks have none.
    #[must_use]
    pub fn src(&self) -> Option<&str> {
        self.src.as_deref()
    }

    /// The chunk's name (Vite 5 and later); not unique.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether the chunk is an input of the build. An asset given as input is not marked.
    #[must_use]
    pub fn is_entry(&self) -> bool {
        self.is_entry
    }

    /// Whether the chunk is the target of an `import()`.
    #[must_use]
    pub fn is_dynamic_entry(&self) -> bool {
        self.is_dynamic_entry
    }

    /// The keys of the chunks imported at once, in order; may repeat.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// The keys of the chunks imported later, by `import()`.
    #[must_use]
    pub fn dynamic_imports(&self) -> &[String] {
        &self.dynamic_imports
    }

    /// The chunk's own stylesheets, as files.
    #[must_use]
    pub fn css(&self) -> &[String] {
        &self.css
    }

    /// Other files that the chunk names: images, fonts, workers, CSS imported as a URL.
    #[must_use]
    pub fn assets(&self) -> &[String] {
        &self.assets
    }

    /// The integrity of [`file`](Self::file), where a plugin added it.
    #[must_use]
    pub fn integrity(&self) -> Option<&str> {
        self.integrity.as_deref()
    }

    /// The integrity of each of [`css`](Self::css), where a plugin added it.
    #[must_use]
    pub fn css_integrity(&self) -> &[Option<String>] {
        &self.css_integrity
    }

    fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.file).chain(&self.css).chain(&self.assets).map(String::as_str)
    }
}

/// Only an object is a chunk: serde would take a list for one too, such as a record of the SSR manifest.
impl<'de> Deserialize<'de> for Chunk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectOnly)
    }
}

struct ObjectOnly;

impl<'de> Visitor<'de> for ObjectOnly {
    type Value = Chunk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a chunk, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Chunk, A::Error> {
        Chunk::deserialize(MapAccessDeserializer::new(map))
    }
}

/// `null` is no list and no flag.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A file is written below the output directory, with or without a leading slash.
fn slashed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let file = String::deserialize(deserializer)?;
    Ok(if file.starts_with('/') { file.trim_start_matches('/').to_owned() } else { file })
}
