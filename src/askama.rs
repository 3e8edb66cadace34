//! HtmlSafe for what templates print, and the filters; nothing else.

use askama::filters::HtmlSafe;

use crate::tags::{CspMeta, Inline, ScriptJson, Tags};

impl HtmlSafe for Tags {}
impl HtmlSafe for CspMeta {}
impl HtmlSafe for Inline {}
impl HtmlSafe for ScriptJson {}

/// Askama filters that take the page from the template's runtime values instead of a field.
///
/// The key is [`KEY`](filters::KEY). Bring the module into scope for `{{ "src/main.ts"|vite_tags }}`, or write
/// `{{ "src/main.ts"|vite_bridge::filters::vite_tags }}` anywhere. A missing value is an error that says what to add.
///
/// # Examples
///
/// ```
/// use askama::Template;
/// use vite_bridge::{Page, filters};
///
/// #[derive(Template)]
/// #[template(source = r#"{{ "src/main.ts"|vite_tags }}"#, ext = "html")]
/// struct Home;
///
/// # let vite = vite_bridge::Builder::manifest_bytes(r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#).open()?;
/// let page: Page = vite.page();
/// let html = Home.render_with_values(&(filters::KEY, &page as &dyn std::any::Any))?;
/// assert_eq!(html, r#"<script type="module" src="/assets/main-B1a2C3d4.js"></script>"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// | filter | is |
/// |---|---|
/// | `vite_tags`, `vite_styles`, `vite_scripts`, `vite_preloads` | [`Page::tags`](crate::Page::tags) and its parts |
/// | `vite_group` | [`Page::block`](crate::Page::block) |
/// | `vite_asset`, `vite_preload`, `vite_inline` | [`Page::asset`](crate::Page::asset) and what else takes a source |
/// | `vite_urls` | [`Page::urls`](crate::Page::urls), to be followed by a loop |
#[allow(
    missing_docs,
    reason = "askama::filter_fn makes items that it gives no docs; the table above has them"
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
