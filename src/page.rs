//! Page: one render's view of Vite: one build, one nonce, and, when asked for, a memory.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dev::csp::Csp;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::tags::options::OnMissing;
use crate::tags::prepared::{Part, Prepared};
use crate::tags::{CspMeta, Element, ElementKind, Entries, Inline, Nonce, Tags, Url, Urls, html};
use crate::view::View;

/// What a template prints from: the field `vite` of a page's struct.
///
/// It holds on to one build, so that a build swapped in during a render cannot mix, and to the nonce of the answer.
/// Cloning is cheap. [`tags`](Self::tags) has no memory: a template rendered twice gives the same text, and names
/// given in one call are printed without repeats. Where layouts and partials call it apart, see [`once`](Self::once).
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), vite_bridge::Error> {
/// # let vite = vite_bridge::Builder::manifest_bytes(r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#).open()?;
/// let page = vite.page().with_nonce("r4nd0m");
/// assert_eq!(
///     page.tags("src/main.ts")?.to_string(),
///     r#"<script type="module" src="/assets/main-B1a2C3d4.js" nonce="r4nd0m"></script>"#,
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    view: Arc<View>,
    nonce: Option<Nonce>,
    on_missing: OnMissing,
    memory: Option<Arc<Mutex<Memory>>>,
}

/// What a page with a memory has printed.
#[derive(Debug, Default)]
struct Memory {
    seen: HashSet<(ElementKind, Box<str>)>,
}

impl Page {
    pub(crate) fn new(view: Arc<View>, on_missing: OnMissing) -> Self {
        Self { view, nonce: None, on_missing, memory: None }
    }

    /// A page that prints nothing: for unit tests of templates, without a build.
    #[must_use]
    pub fn disabled() -> Self {
        Self::new(Arc::new(View::Disabled), OnMissing::Error)
    }

    /// This page with a nonce on every element it prints (Content Security Policy Level 3, 2.3.1).
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(Nonce::new(nonce));
        self
    }

    /// This page with another policy for what is missing: [`OnMissing::Comment`] for error pages.
    #[must_use]
    pub fn on_missing(mut self, policy: OnMissing) -> Self {
        self.on_missing = policy;
        self
    }

    /// A view for one render that repeats nothing, however many templates call it.
    ///
    /// What is printed is recorded when it is asked for, not when it is written: a script is not preloaded later, a
    /// preload does not suppress a later script. So a template that asks for the same tags twice gets them once, and a
    /// second render with the same view prints nothing. Clones share the memory; make a new view for each render.
    #[must_use]
    pub fn once(&self) -> Self {
        Self { memory: Some(Arc::default()), ..self.clone() }
    }

    /// The nonce, as given.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_ref().map(Nonce::as_str)
    }

    /// The tags of some entries: import map, stylesheets, scripts, modulepreloads.
    ///
    /// In development Vite's client comes first, then stylesheets, then scripts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownEntry`], [`ErrorKind::AmbiguousName`], [`ErrorKind::EntryNotLoadable`], and
    /// [`ErrorKind::NotAnEntry`] where entries are strict; none in development, where any name may exist.
    pub fn tags(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::All, entries)
    }

    /// The tags of some scripts and stylesheets that belong together, as one entry: the plugin builds each list that a template
    /// names into one script that imports its parts in their order, and into one stylesheet; of stylesheets alone there is no
    /// script. The same list in two templates is one entry. In development each part is loaded by itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownEntry`] for a list that the build does not have; in development as [`tags`](Self::tags).
    pub fn group(&self, parts: impl Entries) -> Result<Tags, Error> {
        Ok(self.print(self.or_comment(parts.with(|parts| self.view.group(parts)))?, Part::All))
    }

    /// The stylesheets of [`tags`](Self::tags) alone, for the head.
    ///
    /// # Errors
    ///
    /// As [`tags`](Self::tags).
    pub fn styles(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Styles, entries)
    }

    /// The scripts of [`tags`](Self::tags) alone, for the end of the body; an import map comes before them.
    ///
    /// # Errors
    ///
    /// As [`tags`](Self::tags).
    pub fn scripts(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Scripts, entries)
    }

    /// The modulepreloads of [`tags`](Self::tags) alone, for the head; an import map comes before them.
    ///
    /// # Errors
    ///
    /// As [`tags`](Self::tags).
    pub fn preloads(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Preloads, entries)
    }

    /// `<link rel="preload">` for an asset, with `as`, `type`, and `crossorigin` for fonts; a script's is a
    /// modulepreload.
    ///
    /// # Errors
    ///
    /// As [`asset`](Self::asset).
    pub fn preload(&self, asset: &str) -> Result<Tags, Error> {
        Ok(self.print(self.or_comment(self.view.preload(asset))?, Part::All))
    }

    /// Vite's client and React's preamble, for pages without an entry; nothing in production.
    #[must_use]
    pub fn client(&self) -> Tags {
        self.print(self.view.client(), Part::All)
    }

    /// The URL of a built asset by its source, or of a file of `public/`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownAsset`] says what is close, and why an asset may have no URL of its own;
    /// [`ErrorKind::AmbiguousName`].
    pub fn asset(&self, source: &str) -> Result<Url, Error> {
        match self.view.url(source) {
            Err(_) if self.on_missing == OnMissing::Comment => Ok(Url("about:invalid".into())),
            other => other.map(Url),
        }
    }

    /// The content of a built asset, to be printed into the page: an SVG icon, critical CSS.
    ///
    /// # Errors
    ///
    /// As [`asset`](Self::asset); [`ErrorKind::NotText`] for an image or a font, [`ErrorKind::Io`] where the file
    /// cannot be read, [`ErrorKind::Unsupported`] in development.
    pub fn inline(&self, source: &str) -> Result<Inline, Error> {
        match self.view.inline(source) {
            Err(error) if self.on_missing == OnMissing::Comment => {
                Ok(Inline(html::comment(&error.to_string()).into()))
            }
            other => other.map(Inline),
        }
    }

    /// The URLs of everything that some entries load at once; [`Urls::to_json`] is for service workers.
    ///
    /// # Errors
    ///
    /// As [`tags`](Self::tags).
    pub fn urls(&self, entries: impl Entries) -> Result<Urls, Error> {
        let prepared = self.or_comment(entries.with(|names| self.view.tags(names)))?;
        Ok(Urls(prepared.elements(Part::All).filter_map(Element::href).map(str::to_owned).collect()))
    }

    /// `<meta property="csp-nonce" nonce="…">`; nothing without a nonce. Vite's preload helper and dev client look for
    /// it before they add elements; put it into the head once.
    #[must_use]
    pub fn csp_meta(&self) -> CspMeta {
        CspMeta(self.nonce.clone())
    }

    /// What a strict Content Security Policy has to allow in development; nothing in production. The axum layer's
    /// [`csp`](crate::axum::PageLayer::csp) adds it by itself.
    #[must_use]
    pub fn csp(&self) -> Csp {
        self.view.csp()
    }

    /// In development, returns an HTML page that shows an error with all its causes. It contains Vite's client, so that
    /// the browser reloads it after the next change.
    ///
    /// Returns `None` in production, where visitors must not see the error and the application shows its own page.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::http::StatusCode;
    /// use axum::response::{Html, IntoResponse, Response};
    /// use vite_bridge::Page;
    ///
    /// fn failed(vite: &Page, error: &askama::Error) -> Response {
    ///     let page = vite.dev_error_page(error).unwrap_or_else(|| "<h1>Something went wrong</h1>".to_owned());
    ///     (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
    /// }
    /// ```
    #[must_use]
    pub fn dev_error_page(&self, error: &dyn std::error::Error) -> Option<String> {
        if !self.view.is_development() {
            return None;
        }
        let causes = std::iter::successors(Some(error), |error| error.source());
        let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
        texts.dedup();
        Some(html::page("The page could not be rendered", &texts.join("\n"), &self.client().to_string()))
    }

    /// The id of the build: 16 hex digits, another for each build; `None` in development.
    #[must_use]
    pub fn build_id(&self) -> Option<&str> {
        self.view.build_id()
    }

    fn part(&self, part: Part, entries: impl Entries) -> Result<Tags, Error> {
        let prepared = self.or_comment(entries.with(|names| self.view.tags(names)))?;
        Ok(self.print(prepared, part))
    }

    fn or_comment(&self, answer: Result<Arc<Prepared>, Error>) -> Result<Arc<Prepared>, Error> {
        match answer {
            Err(error) if self.on_missing == OnMissing::Comment => {
                Ok(Arc::new(Prepared::comment(&error.to_string())))
            }
            other => other,
        }
    }

    fn print(&self, prepared: Arc<Prepared>, part: Part) -> Tags {
        let prepared = match &self.memory {
            Some(memory) => memory.lock().unwrap_or_else(PoisonError::into_inner).only_new(&prepared, part),
            None => prepared,
        };
        Tags::new(prepared, part, self.nonce.clone())
    }
}

impl Memory {
    fn only_new(&mut self, prepared: &Arc<Prepared>, part: Part) -> Arc<Prepared> {
        if prepared.elements(Part::All).next().is_none() {
            return Arc::clone(prepared);
        }
        Arc::new(Prepared::new(
            prepared.elements(part).filter(|element| self.is_new(element)).cloned().collect(),
        ))
    }

    fn is_new(&mut self, element: &Element) -> bool {
        let subject: Box<str> = element.href().or(element.content()).unwrap_or_default().into();
        let loaded_by = match element.kind() {
            ElementKind::Modulepreload => Some(ElementKind::Script),
            ElementKind::Preload => Some(ElementKind::Stylesheet),
            _ => None,
        };
        let is_loaded = loaded_by.is_some_and(|kind| self.seen.contains(&(kind, subject.clone())));
        !is_loaded && self.seen.insert((element.kind(), subject))
    }
}
