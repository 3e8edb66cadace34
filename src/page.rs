//! The page: one build, one nonce and an optional memory, for one render.

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

/// The value that a template prints tags from, usually the field `vite` of its struct.
///
/// A page keeps using the build it was created from, even if a new one is loaded meanwhile. It also
/// holds the nonce of the response. Cloning is cheap.
///
/// [`Vite::page`](crate::Vite::page) creates a page. With axum, handlers take it as an argument:
/// see [`Vite::mount`](crate::Vite::mount) and [`axum::pages`](crate::axum::pages).
///
/// The same call always prints the same text, so a template can be rendered twice. One call with
/// several names prints each element once. If layouts and partials make separate calls, use
/// [`once`](Self::once).
///
/// Names are paths of sources, relative to Vite's root: `src/main.ts`. A leading `/` or `./` makes
/// no difference. A key of the manifest and the name of an entry work too.
///
/// # Examples
///
/// ```
/// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
/// # let vite = vite_bridge::Builder::manifest_bytes(manifest).open()?;
/// let page = vite.page();
/// assert_eq!(
///     page.tags("src/main.ts")?.to_string(),
///     r#"<script type="module" src="/assets/main-B1a2C3d4.js"></script>"#,
/// );
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    view: Arc<View>,
    nonce: Option<Nonce>,
    on_missing: OnMissing,
    memory: Option<Arc<Mutex<Memory>>>,
}

/// The elements that a page made by [`Page::once`] has printed.
#[derive(Debug, Default)]
struct Memory {
    seen: HashSet<(ElementKind, Box<str>)>,
}

impl Page {
    pub(crate) fn new(view: Arc<View>, on_missing: OnMissing) -> Self {
        Self { view, nonce: None, on_missing, memory: None }
    }

    /// Creates a page that prints nothing and needs no build, for unit tests of templates.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Page;
    ///
    /// assert_eq!(Page::disabled().tags("src/main.ts")?.to_string(), "");
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn disabled() -> Self {
        Self::new(Arc::new(View::Disabled), OnMissing::Error)
    }

    /// Sets the nonce of every printed element (Content Security Policy Level 3, 2.3.1).
    ///
    /// With axum, [`PageLayer::csp`](crate::axum::PageLayer::csp) creates and sets a nonce for each
    /// request.
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// let page = page.with_nonce("r4nd0m");
    /// assert_eq!(
    ///     page.tags("src/main.ts")?.to_string(),
    ///     r#"<script type="module" src="/assets/main-B1a2C3d4.js" nonce="r4nd0m"></script>"#,
    /// );
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        self.nonce = Some(Nonce::new(nonce));
        self
    }

    /// Sets the policy for unknown names and a missing build.
    ///
    /// Default: the policy of [`Builder::on_missing`](crate::Builder::on_missing). Use
    /// [`OnMissing::Comment`] for error pages. With [`OnMissing::Error`], calls return the error of
    /// [`Builder::open`](crate::Builder::open) if the build is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::OnMissing;
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// let page = page.on_missing(OnMissing::Comment);
    /// assert!(page.tags("src/man.ts")?.to_string().starts_with("<!-- vite-bridge: "));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn on_missing(mut self, policy: OnMissing) -> Self {
        self.on_missing = policy;
        self
    }

    /// Creates a page for one render that prints each element once over all its calls.
    ///
    /// Elements are recorded when a method returns them, not when they are written. A file that was
    /// loaded is not preloaded later, but a preload does not suppress a later script or stylesheet.
    ///
    /// Clones share the memory. Create a new page for each render: a second render with the same
    /// page prints nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// let page = page.once();
    /// assert!(!page.tags("src/main.ts")?.is_empty());
    /// assert!(page.tags("src/main.ts")?.is_empty());
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn once(&self) -> Self {
        Self { memory: Some(Arc::default()), ..self.clone() }
    }

    /// Returns the nonce, for inline scripts of the application.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_ref().map(Nonce::as_str)
    }

    /// Returns the tags of one or several entries.
    ///
    /// In production the order is: import map, stylesheets, scripts, modulepreloads. In development
    /// the order is: React's preamble, Vite's client, stylesheets, scripts.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::UnknownEntry`] if the build has no chunk of that key, source or entry
    /// name. In development, returns it if the dev file of the npm plugin is known and the name is
    /// neither an input nor a file below Vite's root.
    ///
    /// In production only:
    ///
    /// Returns [`ErrorKind::AmbiguousName`] if the name matches several chunks.
    ///
    /// Returns [`ErrorKind::EntryNotLoadable`] if the name is an asset, such as an image or a font.
    ///
    /// Returns [`ErrorKind::NotAnEntry`] if the chunk is a script that is not an entry, and entries
    /// are [strict](crate::Builder::strict_entries).
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
    /// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// assert_eq!(
    ///     page.tags("src/main.ts")?.to_string(),
    ///     r#"<link rel="stylesheet" href="/assets/main-D4c3B2a1.css">
    /// <script type="module" src="/assets/main-B1a2C3d4.js"></script>"#,
    /// );
    /// assert!(page.tags(["src/main.ts", "src/man.ts"]).is_err());
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn tags(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::All, entries)
    }

    /// Returns the tags of a group: several parts that the npm plugin builds as one entry.
    ///
    /// The plugin builds each list that a template names into one script and one stylesheet. The
    /// script imports the parts in the order of the list. A group of stylesheets alone has no
    /// script. Identical lists share one entry. In development, each part is loaded separately.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::UnknownEntry`] if the build has no group of these parts. In
    /// development, returns the errors of [`tags`](Self::tags).
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{".vite-bridge/group-1b6ddeb1bb545ae5.js":
    /// #     {"file": "assets/group-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// assert_eq!(
    ///     page.group(["src/a.ts", "src/b.ts"])?.to_string(),
    ///     r#"<script type="module" src="/assets/group-B1a2C3d4.js"></script>"#,
    /// );
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn group(&self, parts: impl Entries) -> Result<Tags, Error> {
        Ok(self.print(self.or_comment(parts.with(|parts| self.view.group(parts)))?, Part::All))
    }

    /// Returns only the stylesheets of [`tags`](Self::tags), for the head.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`tags`](Self::tags).
    pub fn styles(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Styles, entries)
    }

    /// Returns only the import map and the scripts of [`tags`](Self::tags), for the end of the
    /// body.
    ///
    /// An import map must come before any element that loads a module. If the page calls
    /// [`preloads`](Self::preloads) too, use [`once`](Self::once) to print the map once.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`tags`](Self::tags).
    pub fn scripts(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Scripts, entries)
    }

    /// Returns only the import map and the modulepreloads of [`tags`](Self::tags), for the head.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`tags`](Self::tags).
    pub fn preloads(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.part(Part::Preloads, entries)
    }

    /// Returns the preload of an asset: `<link rel="preload">` with `as` and `type`.
    ///
    /// Fonts and files for `fetch()` also get `crossorigin`, because browsers load them with CORS.
    /// A script gets `<link rel="modulepreload">`, after the import map.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`asset`](Self::asset) in production. In development the name is not
    /// checked.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::{Mode, Vite};
    /// # let page = Vite::builder("examples/demo/dist").mode(Mode::Production).open()?.page();
    /// assert_eq!(
    ///     page.preload("src/fonts/outfit.woff2")?.to_string(),
    ///     "<link rel=\"preload\" href=\"/assets/outfit-Bc-8i84L.woff2\" \
    ///      as=\"font\" type=\"font/woff2\" crossorigin>",
    /// );
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn preload(&self, asset: &str) -> Result<Tags, Error> {
        Ok(self.print(self.or_comment(self.view.preload(asset))?, Part::All))
    }

    /// Returns React's preamble and Vite's client, for pages without an entry.
    ///
    /// Returns empty tags in production. The preamble is present only if the project uses React.
    #[must_use]
    pub fn client(&self) -> Tags {
        self.print(self.view.client(), Part::All)
    }

    /// Returns the URL of a built asset, named by its source, or of a file in `public/`.
    ///
    /// In development, returns the URL of the source; the name is not checked. With
    /// [`OnMissing::Comment`], returns `about:invalid` instead of an error.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::UnknownAsset`] if the build has no such asset and no such public file.
    /// The message lists similar names and explains when Vite inlines an asset.
    ///
    /// Returns [`ErrorKind::AmbiguousName`] if the name matches several chunks.
    ///
    /// Returns [`ErrorKind::ManifestNotFound`] in development if the build is missing and the
    /// dev server is not found yet.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::{Mode, Vite};
    /// # let page = Vite::builder("examples/demo/dist").mode(Mode::Production).open()?.page();
    /// assert_eq!(page.asset("src/assets/bridge.svg")?.as_str(), "/assets/bridge-BzliIM4U.svg");
    /// assert_eq!(page.asset("favicon.svg")?.as_str(), "/favicon.svg");
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn asset(&self, source: &str) -> Result<Url, Error> {
        match self.view.url(source) {
            Err(_) if self.on_missing == OnMissing::Comment => Ok(Url("about:invalid".into())),
            other => other.map(Url),
        }
    }

    /// Returns the content of a built file, for example an SVG icon or critical CSS.
    ///
    /// In development, returns the source if Vite does not compile it.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`asset`](Self::asset). In addition:
    ///
    /// Returns [`ErrorKind::NotText`] if the file is not UTF-8, such as a photo or a font.
    ///
    /// Returns [`ErrorKind::AssetFileMissing`] or [`ErrorKind::Io`] if the file cannot be read.
    ///
    /// Returns [`ErrorKind::Unsupported`] if the build was opened from the bytes of a manifest. In
    /// development, returns it if Vite compiles the source, if the source is not UTF-8, or if the
    /// dev file of the npm plugin is not known.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::{Mode, Vite};
    /// # let page = Vite::builder("examples/demo/dist").mode(Mode::Production).open()?.page();
    /// assert!(page.inline("src/assets/mark.svg")?.as_str().starts_with("<svg"));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn inline(&self, source: &str) -> Result<Inline, Error> {
        match self.view.inline(source) {
            Err(error) if self.on_missing == OnMissing::Comment => {
                Ok(Inline(html::comment(&error.to_string()).into()))
            }
            other => other.map(Inline),
        }
    }

    /// Returns the URLs of all files that the entries load at once.
    ///
    /// A service worker can read the list from [`Urls::to_json`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`tags`](Self::tags).
    ///
    /// # Examples
    ///
    /// ```
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true,
    /// #     "css": ["assets/main-D4c3B2a1.css"]}}"#;
    /// # let page = vite_bridge::Builder::manifest_bytes(manifest).open()?.page();
    /// assert_eq!(
    ///     page.urls("src/main.ts")?.to_json().as_str(),
    ///     r#"["/assets/main-D4c3B2a1.css","/assets/main-B1a2C3d4.js"]"#,
    /// );
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn urls(&self, entries: impl Entries) -> Result<Urls, Error> {
        let prepared = self.or_comment(entries.with(|names| self.view.tags(names)))?;
        Ok(Urls(prepared.elements(Part::All).filter_map(Element::href).map(str::to_owned).collect()))
    }

    /// Returns `<meta property="csp-nonce" nonce="…">`, or nothing without a nonce.
    ///
    /// Vite's preload helper and its dev client read the nonce there before they add elements.
    /// Print the element once in the head.
    ///
    /// # Examples
    ///
    /// ```
    /// # let vite = vite_bridge::Vite::disabled();
    /// let page = vite.page().with_nonce("r4nd0m");
    /// assert_eq!(page.csp_meta().to_string(), r#"<meta property="csp-nonce" nonce="r4nd0m">"#);
    /// ```
    #[must_use]
    pub fn csp_meta(&self) -> CspMeta {
        CspMeta(self.nonce.clone())
    }

    /// Returns the sources that a strict Content Security Policy must allow in development.
    ///
    /// In production the result is empty. With axum,
    /// [`PageLayer::csp`](crate::axum::PageLayer::csp) adds these sources to the policy.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::{Mode, Vite};
    /// # let server = "http://localhost:5173/";
    /// # let vite = Vite::builder("dist").mode(Mode::Development).dev_server(server).open()?;
    /// let policy = vite.page().csp().extend("default-src 'self'");
    /// assert!(policy.contains("connect-src 'self' http://localhost:5173 ws://localhost:5173"));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn csp(&self) -> Csp {
        self.view.csp()
    }

    /// Returns an HTML page that shows an error with all its causes, in development only.
    ///
    /// The page contains Vite's client, so that the browser reloads it after the next change.
    /// Returns `None` in production, where visitors must not see the error: show a page of the
    /// application instead.
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
        let text = texts.join("\n");
        let (help, other): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("help: "));
        let text = [other, help].concat().join("\n");
        Some(html::page("The page could not be rendered", &text, &self.client().to_string()))
    }

    /// Returns the id of the build: 16 hexadecimal digits that change with each build.
    ///
    /// Returns `None` in development and on a disabled page. See
    /// [`manifest::build_id`](crate::manifest::build_id).
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
            Some(memory) => memory.lock().unwrap_or_else(PoisonError::into_inner).unseen(&prepared, part),
            None => prepared,
        };
        Tags::new(prepared, part, self.nonce.clone())
    }
}

impl Memory {
    fn unseen(&mut self, prepared: &Arc<Prepared>, part: Part) -> Arc<Prepared> {
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
