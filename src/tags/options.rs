//! The options of tags. They are set once, when a build is opened.

use super::element::{Element, ElementKind};
use crate::error::{Error, ErrorKind};
use crate::url::Base;

/// The order of stylesheets in a page.
///
/// # Examples
///
/// ```
/// use vite_bridge::{Builder, CssOrder};
///
/// # let manifest = r#"{
/// #     "a.ts": {"file": "a.js", "css": ["a.css"], "imports": ["b.js"], "isEntry": true},
/// #     "b.js": {"file": "b.js", "css": ["b.css"]}
/// # }"#;
/// // The entry a.ts imports the chunk b.js. Each has a stylesheet.
/// let vite = Builder::manifest_bytes(manifest).css_order(CssOrder::EntryFirst).open()?;
/// let urls = vite.page().urls("a.ts")?;
/// assert_eq!(urls.iter().take(2).collect::<Vec<_>>(), ["/a.css", "/b.css"]);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CssOrder {
    /// The CSS of imports first, the entry's own CSS last, as every version of Vite writes it into
    /// built HTML. Default.
    #[default]
    DependencyFirst,
    /// The entry's own CSS first, then the CSS of imports. This is the order of Vite's
    /// [backend guide](https://vite.dev/guide/backend-integration.html), step 4.
    EntryFirst,
}

/// The source of the `integrity` attribute (W3C, Subresource Integrity).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Integrity {
    /// No attribute, even if the build records integrity.
    Off,
    /// The build info of the npm plugin, or else `integrity` and `cssIntegrity` of the manifest. A
    /// file without either has no attribute. Default.
    #[default]
    Manifest,
    /// A digest that is computed from each file when the build is loaded.
    Compute(Digest),
}

/// The hash function of Subresource Integrity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Digest {
    /// `sha256-…`.
    Sha256,
    /// `sha384-…`, which most tools write. Default.
    #[default]
    Sha384,
    /// `sha512-…`.
    Sha512,
}

/// The `crossorigin` attribute of scripts, preloads and stylesheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Crossorigin {
    /// `crossorigin` only for files with integrity on another origin, because browsers block these
    /// files without it. Default.
    #[default]
    Auto,
    /// `crossorigin` without a value, which means `anonymous`.
    Bare,
    /// `crossorigin="anonymous"`.
    Anonymous,
    /// `crossorigin="use-credentials"`.
    UseCredentials,
}

impl Crossorigin {
    /// Returns the value of the attribute, `Some(None)` for a bare one, or `None` for no attribute.
    pub(crate) fn attribute(
        self,
        has_integrity: bool,
        is_cross_origin: bool,
    ) -> Option<Option<&'static str>> {
        match self {
            Self::Auto => (has_integrity && is_cross_origin).then_some(None),
            Self::Bare => Some(None),
            Self::Anonymous => Some(Some("anonymous")),
            Self::UseCredentials => Some(Some("use-credentials")),
        }
    }
}

/// The policy of calls if a name is unknown or the build is missing.
///
/// # Examples
///
/// ```
/// use vite_bridge::{OnMissing, Vite};
///
/// let vite = Vite::builder("no/such/directory").on_missing(OnMissing::Comment).open()?;
/// assert!(vite.tags("src/main.ts")?.to_string().starts_with("<!-- vite-bridge: "));
/// assert_eq!(vite.asset("src/logo.svg")?.as_str(), "about:invalid");
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnMissing {
    /// Returns an error, which `?` passes on to the caller of `render()`. Default.
    #[default]
    Error,
    /// Prints `<!-- vite-bridge: the error -->`, and `about:invalid` for a URL. For error pages,
    /// which must render.
    Comment,
}

/// The value of an extra attribute.
///
/// - A string sets the value.
/// - `true` sets a bare attribute, without a value.
/// - `false` or `None` removes the attribute.
///
/// [`Builder::attribute`](crate::Builder::attribute) takes it.
///
/// # Examples
///
/// ```
/// use vite_bridge::Builder;
/// use vite_bridge::tags::ElementKind;
///
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
/// let builder = Builder::manifest_bytes(manifest).attribute(ElementKind::Script, "async", true);
/// assert_eq!(
///     builder.open()?.tags("src/main.ts")?.to_string(),
///     r#"<script type="module" src="/assets/main-B1a2C3d4.js" async></script>"#,
/// );
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeValue(Value);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Removed,
    Bare,
    Text(Box<str>),
}

impl From<bool> for AttributeValue {
    fn from(value: bool) -> Self {
        Self(if value { Value::Bare } else { Value::Removed })
    }
}

impl From<&str> for AttributeValue {
    fn from(value: &str) -> Self {
        Self(Value::Text(value.into()))
    }
}

impl From<String> for AttributeValue {
    fn from(value: String) -> Self {
        Self(Value::Text(value.into()))
    }
}

impl<T: Into<AttributeValue>> From<Option<T>> for AttributeValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self(Value::Removed), Into::into)
    }
}

/// All options that influence the HTML of tags.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) base: Option<Base>,
    pub(crate) css_order: CssOrder,
    pub(crate) integrity: Integrity,
    pub(crate) crossorigin: Crossorigin,
    pub(crate) no_modulepreload: bool,
    pub(crate) strict_entries: bool,
    pub(crate) on_missing: OnMissing,
    pub(crate) attributes: Attributes,
}

/// Extra attributes, for elements of one kind or of all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes(Vec<(Option<ElementKind>, String, AttributeValue)>);

impl Attributes {
    pub(crate) fn push(&mut self, kind: Option<ElementKind>, name: String, value: AttributeValue) {
        self.0.push((kind, name, value));
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.0.iter().try_for_each(|(_, name, _)| check_name(name))
    }

    pub(crate) fn apply(&self, element: &mut Element) {
        let own = element.kind();
        let for_all = self.0.iter().filter(|(kind, _, _)| kind.is_none());
        let for_kind = self.0.iter().filter(|(kind, _, _)| *kind == Some(own));
        for (_, name, value) in for_all.chain(for_kind) {
            match &value.0 {
                Value::Removed => element.remove(name),
                Value::Bare => element.set(name.clone(), None),
                Value::Text(text) => element.set(name.clone(), Some(text)),
            }
        }
    }
}

/// Checks the name of an attribute.
///
/// WHATWG HTML, 13.1.2.3, forbids control characters, whitespace, `"`, `'`, `>`, `/` and `=`. This
/// crate also forbids `<` and `&`.
fn check_name(name: &str) -> Result<(), Error> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "\"'>/=<&".contains(c);
    let refused = |why: &str| {
        Err(Error::new(ErrorKind::InvalidAttributeName, format!("invalid attribute name {name:?}: {why}")))
    };
    if name.is_empty() {
        return refused("it is empty");
    }
    if let Some(c) = name.chars().find(|c| bad(*c)) {
        return refused(&format!("it contains {c:?}"));
    }
    if ["rel", "src", "href", "nonce"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return refused("vite-bridge sets it (for a nonce, use `Page::with_nonce`)");
    }
    Ok(())
}
