//! Manifest and Chunk: `manifest.json` of Vite 2 to 8 as types; unknown fields are ignored.

use std::fmt;

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::kind::FileKind;

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
    /// [`ErrorKind::ManifestIsSsrManifest`]; [`ErrorKind::ManifestWrongShape`] for a web app manifest or a chunk
    /// without `file`, naming the key.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes, "the manifest")
    }

    /// As [`from_slice`](Self::from_slice), naming `place` in errors.
    pub(crate) fn read(bytes: &[u8], place: &str) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let chunks = serde_json::from_slice(bytes).map_err(|fault| diagnose(bytes, place, fault))?;
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
        self.chunks =
            std::mem::take(&mut self.chunks).into_iter().map(|(key, chunk)| (key.replace('\\', "/"), chunk)).collect();
    }

    /// The chunk of that very key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Chunk> {
        self.chunks.get(key)
    }

    /// Every key and its chunk, in the order of the file.
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
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A file is written below the output directory, with or without a leading slash.
fn slashed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let file = String::deserialize(deserializer)?;
    Ok(if file.starts_with('/') { file.trim_start_matches('/').to_owned() } else { file })
}

/// Says what kind of file it is that is no manifest.
fn diagnose(bytes: &[u8], place: &str, fault: serde_json::Error) -> Error {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let what = format!("{place} is empty (0 bytes of JSON): the build was interrupted; run `npm run build` again");
        return Error::new(ErrorKind::ManifestInvalidJson, what);
    }
    match serde_json::from_slice::<Value>(bytes) {
        Err(fault) => {
            let (line, column) = (fault.line(), fault.column());
            let what = format!("{place} is no JSON: line {line}, column {column}: {fault}; run `npm run build` again");
            Error::with_source(ErrorKind::ManifestInvalidJson, what, fault)
        }
        Ok(Value::Object(map)) => not_a_manifest(&map, place, fault),
        Ok(other) => wrong_shape(place, &format!("it is {}, not an object", Article(&other))),
    }
}

fn not_a_manifest(map: &serde_json::Map<String, Value>, place: &str, fault: serde_json::Error) -> Error {
    let is_web_app = ["icons", "start_url", "short_name"].iter().any(|key| map.get(*key).is_some_and(|v| !v.is_object()));
    if is_web_app {
        return wrong_shape(place, "it is a web app manifest; Vite's lies in `.vite/` since Vite 5");
    }
    if map.values().all(Value::is_array) {
        let what = format!(
            "{place} is Vite's SSR manifest (lists of files, made by `build.ssrManifest`); set `build.manifest: true` and read the manifest of the client build"
        );
        return Error::new(ErrorKind::ManifestIsSsrManifest, what);
    }
    match map.iter().find_map(|(key, value)| fault_of(value).map(|why| (key, why))) {
        Some((key, why)) => wrong_shape(place, &format!("chunk {key:?} {why}")),
        None => wrong_shape(place, &fault.to_string()),
    }
}

fn fault_of(value: &Value) -> Option<String> {
    let Value::Object(chunk) = value else {
        return Some(format!("is {}, not an object", Article(value)));
    };
    match chunk.get("file") {
        None => Some("has no `file`".to_owned()),
        Some(Value::String(_)) => <Chunk as Deserialize>::deserialize(value).err().map(|fault| format!("cannot be read: {fault}")),
        Some(other) => Some(format!("has {} as `file`, not a string", Article(other))),
    }
}

fn wrong_shape(place: &str, why: &str) -> Error {
    let what = format!("{place} is not the manifest of a Vite build: {why}; build with `build.manifest: true`");
    Error::new(ErrorKind::ManifestWrongShape, what)
}

struct Article<'a>(&'a Value);

impl fmt::Display for Article<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        })
    }
}
