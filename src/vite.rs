//! The handle that an application creates once and clones.

#![cfg_attr(
    not(all(feature = "proxy", feature = "watch")),
    allow(dead_code, reason = "only mounting and watching use some methods")
)]

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;

use crate::build::{Diagnostic, Severity, diagnostics};
use crate::dev::csp::Csp;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::page::Page;
use crate::tags::options::OnMissing;
use crate::tags::{Entries, Tags, Url};
use crate::url::DevServerUrl;
use crate::view::View;

/// A handle to the build or the dev server.
///
/// Create it once with [`open`](Self::open), and clone it into the application's state. Cloning is
/// cheap, and all clones share the same build.
///
/// Templates print from a [`Page`], which uses one build for one render. Outside a page,
/// [`tags`](Self::tags), [`asset`](Self::asset), [`csp`](Self::csp) and
/// [`build_id`](Self::build_id) use the current build.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::Vite;
///
/// let vite = Vite::open("dist")?;
/// vite.require(["src/main.ts", "src/admin.ts"])?;
/// let page = vite.page();
/// println!("{}", page.tags("src/main.ts")?);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vite {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    view: ArcSwap<View>,
    on_missing: OnMissing,
    /// Whether the application forwards requests to the dev server.
    is_mounted: Arc<AtomicBool>,
    /// File watchers that swap the view. They stop when the last handle is dropped.
    watchers: Mutex<Vec<Watcher>>,
}

/// A value that stops its work when it is dropped.
struct Watcher(#[expect(dead_code, reason = "it is kept only to be dropped")] Box<dyn Any + Send + Sync>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// A handle for watchers, which must not keep the shared state alive.
#[derive(Clone, Debug)]
pub(crate) struct WeakVite(Weak<Shared>);

impl WeakVite {
    /// Replaces the view for new pages. Existing pages keep theirs.
    pub(crate) fn swap(&self, view: View) {
        if let Some(shared) = self.0.upgrade() {
            shared.view.store(Arc::new(view));
        }
    }

    /// Returns the current view, or `None` if every handle was dropped.
    pub(crate) fn view(&self) -> Option<Arc<View>> {
        self.0.upgrade().map(|shared| shared.view.load_full())
    }

    /// Replaces the view unless it is a dev server. Returns whether the build id changed.
    pub(crate) fn swap_build(&self, build: View) -> bool {
        let Some(shared) = self.0.upgrade() else { return false };
        let build = Arc::new(build);
        let before = shared.view.rcu(|now| Arc::clone(if now.is_development() { now } else { &build }));
        !before.is_development() && before.build_id() != build.build_id()
    }
}

impl Vite {
    pub(crate) fn new(view: View, on_missing: OnMissing, is_mounted: Arc<AtomicBool>) -> Self {
        let view = ArcSwap::from_pointee(view);
        Self { shared: Arc::new(Shared { view, on_missing, is_mounted, watchers: Mutex::default() }) }
    }

    pub(crate) fn downgrade(&self) -> WeakVite {
        WeakVite(Arc::downgrade(&self.shared))
    }

    /// Keeps a watcher until the last handle is dropped.
    pub(crate) fn keep(&self, watcher: Box<dyn Any + Send + Sync>) {
        self.shared.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(Watcher(watcher));
    }

    /// Makes development tags use URLs of the application's own origin.
    pub(crate) fn set_mounted(&self) {
        self.shared.is_mounted.store(true, Ordering::Relaxed);
    }

    /// Creates a handle that prints nothing and needs no build, for unit tests.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Vite;
    ///
    /// let vite = Vite::disabled();
    /// assert!(vite.tags("src/main.ts")?.is_empty());
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn disabled() -> Self {
        Self::new(View::Disabled, OnMissing::Error, Arc::default())
    }

    /// Checks the build for problems, so that an application can refuse to start.
    ///
    /// The result lists missing files, a base that differs from the base in the build info or is
    /// relative, and sources that changed after the build. With [`OnMissing::Comment`], a missing
    /// build is a problem too. In development and with a [`disabled`](Self::disabled) handle the
    /// result is empty.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vite_bridge::Vite;
    /// use vite_bridge::build::Severity;
    ///
    /// let vite = Vite::open("dist")?;
    /// let diagnostics = vite.check();
    /// diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
    /// if diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error) {
    ///     std::process::exit(1);
    /// }
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        match &*self.view() {
            View::Built(build) => diagnostics(build),
            View::Missing(error) => vec![Diagnostic::new(Severity::Error, "the build", error.clone())],
            View::Development(_) | View::Waiting(_) | View::Disabled => Vec::new(),
        }
    }

    /// Creates a page for one render.
    ///
    /// The page keeps using the current build, even if a new one is loaded meanwhile. In axum,
    /// handlers take the page as an argument instead: see [`mount`](Self::mount).
    ///
    /// # Examples
    ///
    /// ```
    /// use askama::Template;
    /// use vite_bridge::{Page, Vite};
    ///
    /// #[derive(Template)]
    /// #[template(source = r#"{{ vite.tags("src/main.ts")? }}"#, ext = "html")]
    /// struct Home { vite: Page }
    ///
    /// # let vite = Vite::disabled();
    /// let html = Home { vite: vite.page() }.render()?;
    /// # Ok::<(), askama::Error>(())
    /// ```
    #[must_use]
    pub fn page(&self) -> Page {
        Page::new(self.shared.view.load_full(), self.shared.on_missing)
    }

    /// Returns whether tags name modules of a dev server instead of built files.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.shared.view.load().is_development()
    }

    /// Returns the address of the dev server that tags name.
    ///
    /// The address comes from the dev file or from
    /// [`Builder::dev_server`](crate::Builder::dev_server). Returns `None` in production, and in
    /// development until the dev server is found.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::{Mode, Vite};
    ///
    /// let builder = Vite::builder("dist").mode(Mode::Development);
    /// let vite = builder.dev_server("http://localhost:5173").open()?;
    /// let url = vite.dev_server_url().map(|url| url.to_string());
    /// assert_eq!(url.as_deref(), Some("http://localhost:5173/"));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn dev_server_url(&self) -> Option<DevServerUrl> {
        match &*self.view() {
            View::Development(server) => Some(server.origin().clone()),
            View::Built(_) | View::Waiting(_) | View::Disabled | View::Missing(_) => None,
        }
    }

    /// Returns the current view.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.view.load_full()
    }

    /// Checks at start-up that templates can use every name, as an entry or as an asset.
    ///
    /// In development, names are checked only if the dev file of the npm plugin is known.
    ///
    /// # Errors
    ///
    /// Returns the error of the first name that fails; its message has one line for each name that
    /// fails.
    ///
    /// Returns [`ErrorKind::UnknownEntry`] if the name is neither an entry nor an asset.
    ///
    /// Returns [`ErrorKind::AmbiguousName`] if the name matches several chunks.
    ///
    /// Returns [`ErrorKind::NotAnEntry`] if the name is a script that is not an entry, and entries
    /// are [strict](crate::Builder::strict_entries).
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::{Builder, ErrorKind};
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let vite = Builder::manifest_bytes(manifest).open()?;
    /// vite.require("src/main.ts")?;
    /// let error = vite.require(["src/main.ts", "src/man.ts"]).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownEntry);
    /// assert_eq!(error.suggestions(), ["src/main.ts"]);
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn require(&self, names: impl Entries) -> Result<(), Error> {
        let view = self.shared.view.load();
        let errors: Vec<Error> =
            names.with(|names| names.iter().filter_map(|name| view.require(name).err()).collect());
        match errors.as_slice() {
            [] => Ok(()),
            [error] => Err(error.clone()),
            [first, ..] => {
                let messages: Vec<&str> = errors.iter().map(Error::message).collect();
                let suggestions = errors.iter().flat_map(Error::suggestions).cloned().collect();
                let joined = Error::new(first.kind(), messages.join("\n")).with_suggestions(suggestions);
                Err(match first.help() {
                    Some(help) => joined.with_help(help),
                    None => joined,
                })
            }
        }
    }

    /// Returns the tags of entries in the current build; see [`Page::tags`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Page::tags`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::Builder;
    /// # let manifest = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true}}"#;
    /// # let vite = Builder::manifest_bytes(manifest).open()?;
    /// let tags = vite.tags("src/main.ts")?;
    /// assert_eq!(tags.link_header(), "</assets/main-B1a2C3d4.js>; rel=modulepreload");
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn tags(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.page().tags(entries)
    }

    /// Returns the sources that a Content Security Policy must allow; see [`Page::csp`].
    #[must_use]
    pub fn csp(&self) -> Csp {
        self.page().csp()
    }

    /// Returns the URL of an asset in the current build; see [`Page::asset`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Page::asset`].
    pub fn asset(&self, source: &str) -> Result<Url, Error> {
        self.page().asset(source)
    }

    /// Returns the id of the current build; see [`Page::build_id`].
    #[must_use]
    pub fn build_id(&self) -> Option<String> {
        self.shared.view.load().build_id().map(str::to_owned)
    }
}
