//! Options: how tags are built, chosen once at start-up.

use super::element::{Element, ElementKind};
use crate::error::{Error, ErrorKind};
use crate::url::Base;

/// The order of a page's stylesheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CssOrder {
    /// The CSS of imports first, the entry's own last: what Vite writes into built HTML, in every version.
    #[default]
    DependencyFirst,
    /// The entry's own CSS first, then that of imports: the order of Vite's
    /// [backend guide](https://vite.dev/guide/backend-integration.html), step 4.
    EntryFirst,
}

/// Where the `integrity` attribute comes from (Subresource Integrity, W3C).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Integrity {
    /// No attribute, whatever the build records.
    Off,
    /// From the plugin's build info, else from the manifest's `integrity` and `cssIntegrity`; none where neither has it.
    #[default]
    Manifest,
    /// Computed from the files when the build is loaded.
    Compute(Digest),
}

/// A digest of Subresource Integrity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Digest {
    /// `sha256-…`.
    Sha256,
    /// `sha384-…`, what most tools write.
    #[default]
    Sha384,
    /// `sha512-…`.
    Sha512,
}

/// The `crossorigin` attribute of scripts, preloads and stylesheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Crossorigin {
    /// Only where a file has integrity and lies on another origin, since the browser refuses it otherwise.
    #[default]
    Auto,
    /// `crossorigin`, which is `anonymous`.
    Bare,
    /// `crossorigin="anonymous"`.
    Anonymous,
    /// `crossorigin="use-credentials"`.
    UseCredentials,
}

impl Crossorigin {
    /// The attribute's value, where it is written at all.
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

/// What a call prints when a name is unknown or the build is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnMissing {
    /// An `Err`, which `?` carries out of `render()`.
    #[default]
    Error,
    /// `<!-- vite-bridge: the error -->`; a URL becomes `about:invalid`. For error pages, which must render.
    Comment,
}

/// The value of an extra attribute: `true` for a bare one, `false` or `None` to drop one, text for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeValue(Value);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Dropped,
    Bare,
    Text(Box<str>),
}

impl From<bool> for AttributeValue {
    fn from(value: bool) -> Self {
        Self(if value { Value::Bare } else { Value::Dropped })
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
        value.map_or(Self(Value::Dropped), Into::into)
    }
}

/// Everything that decides how a tag is written.
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
                Value::Dropped => element.remove(name),
                Value::Bare => element.set(name.clone(), None),
                Value::Text(text) => element.set(name.clone(), Some(text)),
            }
        }
    }
}

/// WHATWG HTML, 13.1.2.3: no control, no space, none of `"`, `'`, `>`, `/`, `=`; we add `<` and `&`.
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
