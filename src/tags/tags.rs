//! The return types of calls. Only the nonce is inserted when they are printed.

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::element::{Element, ElementKind};
use super::html;
use super::prepared::{Part, Prepared};

/// The elements of one or several entries, ready to print.
///
/// `Display` writes escaped HTML with double quotes, one element in each line. Askama prints it
/// without `|safe`. [`elements`](Self::elements) returns the same elements as data. `Serialize`
/// writes them as data, too, with the nonce.
///
/// # Examples
///
/// ```
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
/// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let tags = vite.tags("src/main.ts")?;
/// assert_eq!(
///     tags.to_string(),
///     r#"<link rel="stylesheet" href="/assets/main-D4c3B2a1.css">
/// <script type="module" src="/assets/main-B1a2C3d4.js"></script>"#,
/// );
/// assert_eq!(tags.elements().count(), 2);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
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

    /// Returns the elements in document order, without the nonce.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.prepared.elements(self.part)
    }

    /// Returns whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements().next().is_none()
    }

    /// Returns the value of a `Link` header (RFC 8288) that preloads the same files.
    ///
    /// Stylesheets become `rel=preload; as=style`, scripts and their imports `rel=modulepreload`.
    /// The value has no nonce. It is empty if there is nothing to preload.
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
    /// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
    /// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
    /// assert_eq!(
    ///     vite.tags("src/main.ts")?.link_header(),
    ///     "</assets/main-D4c3B2a1.css>; rel=preload; as=style, \
    ///      </assets/main-B1a2C3d4.js>; rel=modulepreload",
    /// );
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
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

/// The nonce of a Content Security Policy, as a value and as an escaped attribute.
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

/// Hides the value, because a nonce is secret and must not appear in logs.
impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(..)")
    }
}

/// The element `<meta property="csp-nonce">`, or nothing without a nonce.
///
/// Vite's client reads the nonce there for the elements that it adds. See
/// [`Page::csp_meta`](crate::Page::csp_meta).
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

/// The percent-encoded URL of a file.
///
/// `Display` does not escape HTML. Askama escapes the URL like any other text, so it is safe in
/// HTML and correct in other formats.
///
/// # Examples
///
/// ```
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
/// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let url = vite.asset("src/main.ts")?;
/// assert_eq!(url.as_str(), "/assets/main-B1a2C3d4.js");
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(pub(crate) Arc<str>);

impl Url {
    /// Returns the URL as text.
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

/// The URLs of all files that entries load at once: stylesheets, scripts and imported scripts.
///
/// # Examples
///
/// ```
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
/// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let urls = vite.page().urls("src/main.ts")?;
/// let list: Vec<&str> = urls.iter().collect();
/// assert_eq!(list, ["/assets/main-D4c3B2a1.css", "/assets/main-B1a2C3d4.js"]);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls(pub(crate) Vec<String>);

impl Urls {
    /// Returns the URLs in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns the number of URLs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no URLs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the list as JSON that is safe inside a `<script>`, for example for a service worker.
    #[must_use]
    pub fn to_json(&self) -> ScriptJson {
        // Serializing a list of strings cannot fail.
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
    type Item = &'a str;
    type IntoIter = std::iter::Map<std::slice::Iter<'a, String>, fn(&String) -> &str>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(String::as_str)
    }
}

/// JSON that is safe inside a `<script>`: `<`, `>` and `&` are escaped.
///
/// # Examples
///
/// ```
/// # let manifest = r#"{"src/a.ts": {"file": "assets/a<b.js", "isEntry": true}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).base("/a&b/").open()?;
/// let json = vite.page().urls("src/a.ts")?.to_json();
/// assert_eq!(json.to_string(), r#"["/a\u0026b/assets/a%3Cb.js"]"#);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptJson(String);

impl ScriptJson {
    /// Returns the JSON as text.
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

/// The content of a built file, printed into the page without escaping.
///
/// A backslash splits `</style` in CSS and `</script` in JavaScript, so that the content cannot end
/// its element. Markup such as SVG is printed unchanged: the build is trusted like the template.
///
/// # Examples
///
/// ```
/// # use vite_bridge::{Mode, Vite};
/// # let vite = Vite::builder("examples/demo/dist").mode(Mode::Production).open()?;
/// let icon = vite.page().inline("src/assets/mark.svg")?;
/// assert!(icon.as_str().starts_with("<svg"));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline(pub(crate) Arc<str>);

impl Inline {
    /// Returns the content as text.
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
