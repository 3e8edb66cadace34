//! One element as data, before it becomes HTML.

use std::fmt;

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::manifest::PreloadAs;

/// The kind of an [`Element`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementKind {
    /// `<link rel="stylesheet">`.
    Stylesheet,
    /// `<script type="module" src>`.
    Script,
    /// `<link rel="modulepreload">`.
    Modulepreload,
    /// `<link rel="preload" as>`.
    Preload,
    /// `<script type="importmap">` with its content.
    Importmap,
    /// `<script type="module">` with content, such as React's preamble.
    InlineScript,
}

impl ElementKind {
    /// Returns the name in JSON.
    ///
    /// The names are `stylesheet`, `script`, `modulepreload`, `preload`, `importmap` and
    /// `inline-script`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stylesheet => "stylesheet",
            Self::Script => "script",
            Self::Modulepreload => "modulepreload",
            Self::Preload => "preload",
            Self::Importmap => "importmap",
            Self::InlineScript => "inline-script",
        }
    }

    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Stylesheet | Self::Modulepreload | Self::Preload => "link",
            Self::Script | Self::Importmap | Self::InlineScript => "script",
        }
    }

    /// Returns the attribute that distinguishes the kind from others with the same tag name.
    pub(crate) fn mark(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Stylesheet => Some(("rel", "stylesheet")),
            Self::Modulepreload => Some(("rel", "modulepreload")),
            Self::Preload => Some(("rel", "preload")),
            Self::Importmap => Some(("type", "importmap")),
            Self::Script | Self::InlineScript => None,
        }
    }
}

impl fmt::Display for ElementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One element of a page: its kind, its URL, its attributes and its content.
///
/// It serializes to `{"kind", "href", "attrs", "content"}`, as `vite-bridge tags --format json`
/// prints it. `href` and `content` are absent if the element has none. A bare attribute is `true`.
///
/// # Examples
///
/// ```
/// use vite_bridge::tags::ElementKind;
///
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
/// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let tags = vite.tags("src/main.ts")?;
/// let script = tags.elements().find(|element| element.kind() == ElementKind::Script);
/// assert_eq!(script.and_then(|element| element.href()), Some("/assets/main-B1a2C3d4.js"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    kind: ElementKind,
    /// The kind that decides which calls print the element.
    part: ElementKind,
    href: Option<Box<str>>,
    attributes: Vec<Attribute>,
    content: Option<Box<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute {
    name: Cow<'static, str>,
    value: Option<Box<str>>,
}

impl Element {
    pub(crate) fn linking(kind: ElementKind, href: String) -> Self {
        let mut element =
            Self { kind, part: kind, href: Some(href.into()), attributes: Vec::new(), content: None };
        if kind == ElementKind::Script {
            element.set("type", Some("module"));
        }
        element
    }

    /// Creates `<link rel="preload">` with `as`, `type`, and `crossorigin` if the fetch uses CORS.
    pub(crate) fn preloading(href: String, file: &str) -> Self {
        let how = PreloadAs::from_file(file);
        let mut element = Self::linking(ElementKind::Preload, href);
        element.set("as", Some(how.destination));
        if let Some(media_type) = how.media_type {
            element.set("type", Some(media_type));
        }
        if how.cors {
            element.set("crossorigin", None);
        }
        element
    }

    pub(crate) fn with_content(kind: ElementKind, content: String) -> Self {
        let mut element =
            Self { kind, part: kind, href: None, attributes: Vec::new(), content: Some(content.into()) };
        if kind == ElementKind::InlineScript {
            element.set("type", Some("module"));
        }
        element
    }

    /// Prints the element in the calls that print another kind: a script that adds styles counts as
    /// a stylesheet.
    pub(crate) fn in_part_of(self, kind: ElementKind) -> Self {
        Self { part: kind, ..self }
    }

    pub(crate) fn part(&self) -> ElementKind {
        self.part
    }

    /// Sets an attribute and replaces an earlier value. Without a value the attribute is bare.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Option<&str>) {
        let attribute = Attribute { name: name.into(), value: value.map(Into::into) };
        match self.attributes.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&attribute.name)) {
            Some(known) => *known = attribute,
            None => self.attributes.push(attribute),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.attributes.retain(|known| !known.name.eq_ignore_ascii_case(name));
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> ElementKind {
        self.kind
    }

    /// Returns the URL: percent-encoded, not HTML-escaped.
    ///
    /// Returns `None` for elements with content.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        self.href.as_deref()
    }

    /// Returns the content of an import map or an inline script.
    #[must_use]
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// Returns the names and values of the attributes in order, without `rel`, `href` and `src`.
    ///
    /// A bare attribute has no value.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.attributes.iter().map(|attribute| (&*attribute.name, attribute.value.as_deref()))
    }

    /// Returns the value of an attribute, or `Some(None)` if the attribute is bare.
    ///
    /// Letter case is ignored.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Option<&str>> {
        self.attributes().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind.as_str())?;
        if let Some(href) = &self.href {
            map.serialize_entry("href", href)?;
        }
        map.serialize_entry("attrs", &Attributes(&self.attributes))?;
        match &self.content {
            // The content of an import map is JSON: write it as JSON instead of a string.
            Some(content) if self.kind == ElementKind::Importmap => {
                let value: serde_json::Value =
                    serde_json::from_str(content).map_err(serde::ser::Error::custom)?;
                map.serialize_entry("content", &value)?;
            }
            Some(content) => map.serialize_entry("content", content)?,
            None => {}
        }
        map.end()
    }
}

struct Attributes<'a>(&'a [Attribute]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for attribute in self.0 {
            match &attribute.value {
                Some(value) => map.serialize_entry(&attribute.name, value)?,
                None => map.serialize_entry(&attribute.name, &true)?,
            }
        }
        map.end()
    }
}
