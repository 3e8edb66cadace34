//! One record of a manifest. Unknown fields are ignored.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::file_kind::FileKind;

/// One record of a [`Manifest`](super::Manifest): a script, a stylesheet or an asset.
#[derive(Debug, Clone, Default)]
pub struct Chunk(Fields);

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
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
    /// Returns the built file, relative to the output directory.
    ///
    /// The path has no `base` and is not percent-encoded.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// Returns the kind of the built file, by the extension of [`file`](Self::file).
    #[must_use]
    pub fn kind(&self) -> FileKind {
        FileKind::from_file(&self.0.file)
    }

    /// Returns the source, relative to Vite's root. Shared chunks have no source.
    #[must_use]
    pub fn src(&self) -> Option<&str> {
        self.0.src.as_deref()
    }

    /// Returns the name of the chunk (Vite 5 and later). Several chunks can have the same name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Returns whether the chunk is an input of the build.
    ///
    /// Vite does not mark an asset that is an input.
    #[must_use]
    pub fn is_entry(&self) -> bool {
        self.0.is_entry
    }

    /// Returns whether the chunk is the target of an `import()`.
    #[must_use]
    pub fn is_dynamic_entry(&self) -> bool {
        self.0.is_dynamic_entry
    }

    /// Returns the keys of the static imports, in order. A key can appear twice.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }

    /// Returns the keys of the dynamic imports, which `import()` loads later.
    #[must_use]
    pub fn dynamic_imports(&self) -> &[String] {
        &self.0.dynamic_imports
    }

    /// Returns the stylesheets of the chunk itself, as built files.
    #[must_use]
    pub fn css(&self) -> &[String] {
        &self.0.css
    }

    /// Returns the assets that the chunk refers to: images, fonts, workers, CSS imported as a URL.
    #[must_use]
    pub fn assets(&self) -> &[String] {
        &self.0.assets
    }

    /// Returns the integrity of [`file`](Self::file), if a plugin of Vite recorded it.
    #[must_use]
    pub fn integrity(&self) -> Option<&str> {
        self.0.integrity.as_deref()
    }

    /// Returns the integrity of each file of [`css`](Self::css), if a plugin of Vite recorded it.
    #[must_use]
    pub fn css_integrity(&self) -> &[Option<String>] {
        &self.0.css_integrity
    }

    /// Replaces `\` by `/` in the source and in the keys of imports.
    pub(super) fn use_slashes(&mut self) {
        let slashes = |text: &mut String| *text = text.replace('\\', "/");
        self.0.imports.iter_mut().chain(&mut self.0.dynamic_imports).for_each(slashes);
        self.0.src.iter_mut().for_each(slashes);
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.0.file).chain(&self.0.css).chain(&self.0.assets).map(String::as_str)
    }
}

/// Accepts only an object. A derived implementation would also accept a list, and the SSR manifest
/// has lists.
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
        Fields::deserialize(MapAccessDeserializer::new(map)).map(Chunk)
    }
}

/// Reads `null` as the default value: an empty list or `false`.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Removes leading slashes, because a file is always relative to the output directory.
fn slashed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let file = String::deserialize(deserializer)?;
    Ok(if file.starts_with('/') { file.trim_start_matches('/').to_owned() } else { file })
}
