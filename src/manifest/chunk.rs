//! Chunk: one record of a manifest; unknown fields are ignored.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::file_kind::FileKind;

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
        FileKind::from_file(&self.file)
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

    /// Replaces `\` by `/` in keys and sources.
    pub(super) fn use_slashes(&mut self) {
        let slashes = |text: &mut String| *text = text.replace('\\', "/");
        self.imports.iter_mut().chain(&mut self.dynamic_imports).for_each(slashes);
        self.src.iter_mut().for_each(slashes);
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
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
