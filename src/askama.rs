//! Askama integration: `HtmlSafe` for the printed types, and the filters.

use askama::filters::HtmlSafe;

use crate::tags::{CspMeta, Inline, ScriptJson, Tags};

impl HtmlSafe for Tags {}
impl HtmlSafe for CspMeta {}
impl HtmlSafe for Inline {}
impl HtmlSafe for ScriptJson {}

/// Askama filters that read the page from the template's runtime values instead of a field.
///
/// Pass the page under the key [`KEY`](filters::KEY). Import the module to write
/// `{{ "src/main.ts"|vite_tags }}`, or use the full path without an import:
/// `{{ "src/main.ts"|vite_bridge::filters::vite_tags }}`.
///
/// | filter | method |
/// |---|---|
/// | `vite_tags` | [`Page::tags`](crate::Page::tags) |
/// | `vite_styles` | [`Page::styles`](crate::Page::styles) |
/// | `vite_scripts` | [`Page::scripts`](crate::Page::scripts) |
/// | `vite_preloads` | [`Page::preloads`](crate::Page::preloads) |
/// | `vite_group` | [`Page::group`](crate::Page::group) |
/// | `vite_asset` | [`Page::asset`](crate::Page::asset) |
/// | `vite_preload` | [`Page::preload`](crate::Page::preload) |
/// | `vite_inline` | [`Page::inline`](crate::Page::inline) |
/// | `vite_urls` | [`Page::urls`](crate::Page::urls); use it in a `for` loop |
///
/// # Errors
///
/// Rendering returns the error of the method. It returns
/// [`ErrorKind::MissingValue`](crate::ErrorKind::MissingValue) if the page was not passed. Both are
/// wrapped in [`askama::Error::Custom`](::askama::Error::Custom).
///
/// # Examples
///
/// ```
/// use askama::Template;
/// use vite_bridge::filters::{self, *};
///
/// #[derive(Template)]
/// #[template(source = r#"{{ "src/main.ts"|vite_tags }}"#, ext = "html")]
/// struct Home;
///
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let page = vite.page();
/// let html = Home.render_with_values(&(filters::KEY, &page as &dyn std::any::Any))?;
/// assert_eq!(html, r#"<script type="module" src="/assets/main-B1a2C3d4.js"></script>"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[allow(
    missing_docs,
    reason = "askama::filter_fn generates items without docs; the table above describes them"
)]
pub mod filters {
    use askama::{Result, Values};

    use crate::error::{Error, ErrorKind};
    use crate::page::Page;
    use crate::tags::Entries;
    use crate::tags::{Inline, Tags, Url, Urls};

    /// The key of the page among the template's values.
    pub const KEY: &str = "vite";

    fn page(values: &dyn Values) -> Result<&Page> {
        askama::get_value(values, KEY).map_err(|error| {
            let message = match error {
                askama::Error::ValueType => {
                    format!("the template's value {KEY:?} is not a `vite_bridge::Page`")
                }
                _ => format!("the template has no value {KEY:?}"),
            };
            let help =
                format!("render with `template.render_with_values(&({KEY:?}, &page as &dyn std::any::Any))`");
            askama::Error::custom(Error::new(ErrorKind::MissingValue, message).with_help(help))
        })
    }

    #[askama::filter_fn]
    pub fn vite_tags(entries: impl Entries, values: &dyn Values) -> Result<Tags> {
        page(values)?.tags(entries).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_group(parts: impl Entries, values: &dyn Values) -> Result<Tags> {
        page(values)?.group(parts).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_styles(entries: impl Entries, values: &dyn Values) -> Result<Tags> {
        page(values)?.styles(entries).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_scripts(entries: impl Entries, values: &dyn Values) -> Result<Tags> {
        page(values)?.scripts(entries).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_preloads(entries: impl Entries, values: &dyn Values) -> Result<Tags> {
        page(values)?.preloads(entries).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_urls(entries: impl Entries, values: &dyn Values) -> Result<Urls> {
        page(values)?.urls(entries).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_asset(source: impl AsRef<str>, values: &dyn Values) -> Result<Url> {
        page(values)?.asset(source.as_ref()).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_preload(source: impl AsRef<str>, values: &dyn Values) -> Result<Tags> {
        page(values)?.preload(source.as_ref()).map_err(askama::Error::custom)
    }

    #[askama::filter_fn]
    pub fn vite_inline(source: impl AsRef<str>, values: &dyn Values) -> Result<Inline> {
        page(values)?.inline(source.as_ref()).map_err(askama::Error::custom)
    }
}
