//! Vite, the handle that an application makes once and clones.

#![cfg_attr(
    not(all(feature = "proxy", feature = "tower", feature = "watch")),
    allow(dead_code, reason = "a mount and a watch use some of it")
)]

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;

use crate::build::{Diagnostic, Severity, diagnostics};
use crate::dev::csp::Csp;
use crate::error::Error;
use crate::page::Page;
use crate::tags::options::OnMissing;
use crate::tags::{Entries, Tags, Url};
use crate::url::Origin;
use crate::view::View;

/// Vite, as an application holds it: made once with [`open`](Self::open), cloned into its state.
///
/// Templates print from a [`Page`], which holds one build for one render. The same calls on the handle are for what is
/// no page: each looks at the build of its moment.
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
    /// Whether requests for a dev server's files reach it through the application.
    is_mounted: Arc<AtomicBool>,
    /// What watches for another view, for as long as the handle lives.
    watchers: Mutex<Vec<Watcher>>,
}

/// Whatever has to live as long as the handle.
struct Watcher(#[expect(dead_code, reason = "it is held to be dropped")] Box<dyn Any + Send + Sync>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// A handle that does not keep the application's alive.
#[derive(Clone, Debug)]
pub(crate) struct WeakVite(Weak<Shared>);

impl WeakVite {
    /// Shows pages from now on another view; those being rendered keep theirs.
    pub(crate) fn swap(&self, view: View) {
        if let Some(shared) = self.0.upgrade() {
            shared.view.store(Arc::new(view));
        }
    }

    /// What pages look at now, while there is a handle.
    pub(crate) fn view(&self) -> Option<Arc<View>> {
        self.0.upgrade().map(|shared| shared.view.load_full())
    }

    /// Shows another build, unless pages look at a dev server; tells whether it is another than before.
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

    /// Holds on to what watches for another view.
    pub(crate) fn keep(&self, watcher: Box<dyn Any + Send + Sync>) {
        self.shared.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(Watcher(watcher));
    }

    /// From now on development tags have URLs of the application's own origin.
    pub(crate) fn set_mounted(&self) {
        self.shared.is_mounted.store(true, Ordering::Relaxed);
    }

    /// A handle that prints nothing and needs no build: for unit tests.
    #[must_use]
    pub fn disabled() -> Self {
        Self::new(View::Disabled, OnMissing::Error, Arc::default())
    }

    /// What is wrong with the build, for a start that should not be half right: files that are not there, a base other than the
    /// one that the plugin recorded, sources that were changed after the build; with [`OnMissing::Comment`] also a missing
    /// build. In development, and where nothing is to be built, there is nothing to say.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vite_bridge::Vite;
    /// use vite_bridge::build::Severity;
    ///
    /// let vite = Vite::open("dist")?;
    /// let faults = vite.check();
    /// faults.iter().for_each(|fault| eprintln!("{fault}"));
    /// if faults.iter().any(|fault| fault.severity() == Severity::Error) {
    ///     std::process::exit(1);
    /// }
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        match &*self.view() {
            View::Built(build) => diagnostics(build),
            View::Missing(error) => vec![Diagnostic::new(Severity::Error, "the build", error.clone())],
            View::Development(_) | View::Disabled => Vec::new(),
        }
    }

    /// A view for one render.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::new(self.shared.view.load_full(), self.shared.on_missing)
    }

    /// Whether tags name a dev server's modules, not built files.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.shared.view.load().is_development()
    }

    /// Returns the address of the dev server, if tags name one.
    ///
    /// It comes from the dev file or from [`Builder::dev_server`](crate::Builder::dev_server). Returns `None` in production, and
    /// in development as long as the dev server has not been found.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::{Mode, Vite};
    ///
    /// let vite = Vite::builder("dist").mode(Mode::Development).dev_server("http://localhost:5173").open()?;
    /// let url = vite.dev_server_url().map(|url| url.to_string());
    /// assert_eq!(url.as_deref(), Some("http://localhost:5173/"));
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[must_use]
    pub fn dev_server_url(&self) -> Option<Origin> {
        match &*self.view() {
            View::Development(server) => server.found_origin().cloned(),
            View::Built(_) | View::Disabled | View::Missing(_) => None,
        }
    }

    /// What pages look at now.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.view.load_full()
    }

    /// Checks at start-up that every name can be used in a template: as an entry or as an asset.
    ///
    /// # Errors
    ///
    /// The error of the first name that cannot; its text also has those of the others, a line each. None in
    /// development, where any name may exist.
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

    /// As [`Page::tags`].
    ///
    /// # Errors
    ///
    /// As [`Page::tags`].
    pub fn tags(&self, entries: impl Entries) -> Result<Tags, Error> {
        self.page().tags(entries)
    }

    /// As [`Page::csp`].
    #[must_use]
    pub fn csp(&self) -> Csp {
        self.page().csp()
    }

    /// As [`Page::asset`].
    ///
    /// # Errors
    ///
    /// As [`Page::asset`].
    pub fn asset(&self, source: &str) -> Result<Url, Error> {
        self.page().asset(source)
    }

    /// As [`Page::build_id`].
    #[must_use]
    pub fn build_id(&self) -> Option<String> {
        self.shared.view.load().build_id().map(str::to_owned)
    }
}
