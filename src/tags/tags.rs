//! What calls give back: Tags, Inline, Url, Urls, Meta; Display, and the nonce as the only hole.

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::element::{Element, ElementKind};
use super::html;
use super::prepared::{Part, Prepared};

/// The elements of one or several entries, ready to print.
///
/// Display writes HTML: one element a line, double quotes, everything escaped; in Askama no `|safe` is needed.
/// [`elements`](Self::elements) gives the same as data, and so does `Serialize`.
#[derive(Clone, Debug)]
pub struct Tags {
    prepared: Arc<Prepared>,
    part: Part,
    nonce: Option<Nonce>,
}

impl Tags {
    pub(crate) fn new(prepared: Arc<Prepared>, part: Part, nonce: Option<Nonce>) -> Self {
        Self { prepared, part, nonce }
    }

    /// The elements in document order, without the nonce.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.prepared.elements(self.part)
    }

    /// Whether nothing is printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements().next().is_none()
    }

    /// The value of a `Link` header (RFC 8288) that preloads the same files, without any nonce; empty where there is
    /// nothing to preload.
    ///
    /// Stylesheets become `rel=preload; as=style`, scripts and their imports `rel=modulepreload`.
    #[must_use]
    pub fn link_header(&self) -> String {
        self.elements().filter_map(link).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.prepared.write(f, self.part, self.nonce.as_ref().map(|nonce| &*nonce.attribute))
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for element in self.elements() {
            match &self.nonce {
                None => seq.serialize_element(element)?,
                Some(nonce) => {
                    let mut element = element.clone();
                    element.set("nonce", Some(&nonce.value));
                    seq.serialize_element(&element)?;
                }
            }
        }
        seq.end()
    }
}

fn link(element: &Element) -> Option<String> {
    let rel = match element.kind() {
        ElementKind::Stylesheet => "preload; as=style",
        ElementKind::Script | ElementKind::Modulepreload => "modulepreload",
        _ => return None,
    };
    let mut link = format!("<{}>; rel={rel}", element.href()?);
    for name in ["crossorigin", "integrity"] {
        match element.attribute(name) {
            Some(Some(value)) => link.push_str(&format!("; {name}=\"{value}\"")),
            Some(None) => link.push_str(&format!("; {name}")),
            None => {}
        }
    }
    Some(link)
}

/// A nonce of a Content Security Policy: as given, and as the attribute that is written.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Nonce {
    value: Arc<str>,
    attribute: Arc<str>,
}

impl Nonce {
    pub(crate) fn new(value: &str) -> Self {
        Self { value: value.into(), attribute: html::attribute("nonce", value).into() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.value
    }
}

/// A nonce is a secret for one answer: it stays out of logs.
impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(..)")
    }
}

/// `<meta property="csp-nonce">`, where Vite's client finds the nonce for what it adds; empty without a nonce.
#[derive(Clone, Debug)]
pub struct CspMeta(pub(crate) Option<Nonce>);

impl fmt::Display for CspMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(nonce) => f.write_str(&html::csp_meta(&nonce.attribute)),
            None => Ok(()),
        }
    }
}

/// The URL of a file, percent-encoded.
///
/// Display writes the URL as it is; Askama escapes it like any other text, so it is right in HTML and outside of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(pub(crate) Arc<str>);

impl Url {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0.as_ref().to_owned()
    }
}

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl AsRef<str> for Url {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The URLs of everything that some entries load at once: stylesheets, scripts, imported scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls(pub(crate) Vec<String>);

impl Urls {
    /// The URLs in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The list as JSON that may stand inside a `<script>`, for a service worker's cache.
    #[must_use]
    pub fn to_json(&self) -> ScriptJson {
        // A list of strings always is JSON.
        ScriptJson(html::script_json(&serde_json::to_string(&self.0).unwrap_or_default()))
    }
}

impl Serialize for Urls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl IntoIterator for Urls {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Urls {
    type Item = &'a String;
    type IntoIter = std::slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// JSON with `<`, `>` and `&` escaped, so that it may stand inside a `<script>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptJson(String);

impl ScriptJson {
    /// The JSON as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The content of a built file, written into the page as it is.
///
/// The end tags `</style` in CSS and `</script` in JavaScript are broken up, so that the content may stand in the
/// element of its kind; markup such as SVG is printed unchanged, since the build is trusted as the template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline(pub(crate) Arc<str>);

impl Inline {
    /// The content as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
