//! Element: one tag as data, before it is HTML.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::manifest::PreloadAs;

/// What an element does in a page.
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
    /// A module script with its content, such as React's preamble.
    InlineScript,
}

impl ElementKind {
    /// The name in JSON: `stylesheet`, `script`, `modulepreload`, `preload`, `importmap`, `inline-script`.
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

    /// The attribute that makes the element what it is.
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

/// One element of a page's head: its kind, its URL, its other attributes.
///
/// Serialized as the command line prints it: `{"kind", "href", "attrs", "content"}`, a bare attribute being `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    kind: ElementKind,
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
        let mut element = Self { kind, href: Some(href.into()), attributes: Vec::new(), content: None };
        if kind == ElementKind::Script {
            element.set("type", Some("module"));
        }
        element
    }

    /// `<link rel="preload">` with `as`, `type` and, where the fetch will use CORS, `crossorigin`.
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
        let mut element = Self { kind, href: None, attributes: Vec::new(), content: Some(content.into()) };
        if kind == ElementKind::InlineScript {
            element.set("type", Some("module"));
        }
        element
    }

    /// Sets an attribute, in place of one of the same name; no value makes it bare.
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

    /// What the element does.
    #[must_use]
    pub fn kind(&self) -> ElementKind {
        self.kind
    }

    /// The URL, percent-encoded, not HTML-escaped; `None` for inline elements.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        self.href.as_deref()
    }

    /// The content of an inline element.
    #[must_use]
    pub fn content(&self) -> Option<&str> {
        self.content.as_deref()
    }

    /// The attributes in order, `rel`, `href` and `src` aside; a bare attribute has no value.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.attributes.iter().map(|attribute| (&*attribute.name, attribute.value.as_deref()))
    }

    /// The value of an attribute; `Some(None)` where it is bare.
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
            // An import map's content is JSON itself.
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
