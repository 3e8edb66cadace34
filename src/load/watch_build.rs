//! Watches a build in production. A new build replaces the old one when it is complete.

use std::path::{Path, PathBuf, absolute};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::build::snapshot::Snapshot;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::view::View;
use crate::vite::{Vite, WeakVite};

/// Files of a build are written in bursts. A burst is over after this time without an event.
const QUIET: Duration = Duration::from_millis(50);

/// The longest time to wait for the end of a burst.
const BURST: Duration = Duration::from_millis(200);

/// An incomplete build counts as final after this time without an event.
const FINAL: Duration = Duration::from_secs(1);

type Events = Receiver<notify::Result<Event>>;
type Notify = Mutex<RecommendedWatcher>;

/// Loads the build again when the output directory changes or is replaced.
///
/// # Errors
///
/// Returns [`ErrorKind::Io`] if the operating system refuses to watch.
pub(super) fn watch(
    vite: &Vite,
    dist: &Path,
    load: impl Fn() -> Result<Snapshot, Error> + Send + 'static,
) -> Result<(), Error> {
    let dist = absolute(dist).map_err(|error| refused(dist, error))?;
    let (events, incoming) = channel();
    let watcher = notify::recommended_watcher(events).map_err(|error| refused(&dist, error))?;
    let watcher = Arc::new(Mutex::new(watcher));
    let folder = Folder { dist: dist.clone(), watcher: Arc::downgrade(&watcher) };
    folder.watch().map_err(|error| refused(&dist, error))?;
    let has_info = vite.view().has_build_info();
    let builds = Builds { vite: vite.downgrade(), has_info, pending: None };
    let thread = std::thread::Builder::new().name("vite-bridge watch".to_owned());
    thread.spawn(move || run(&folder, &incoming, builds, load)).map_err(|error| refused(&dist, error))?;
    vite.keep(Box::new(watcher));
    Ok(())
}

fn refused(dist: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::io("watch", dist.display(), error)
        .with_help("remove `.watch(true)`, or raise the limit that the system names")
}

/// Dropping the handle drops the watcher, which ends the loop.
fn run(folder: &Folder, incoming: &Events, mut builds: Builds, load: impl Fn() -> Result<Snapshot, Error>) {
    // The directory may have changed between opening and watching.
    if let Ok(build) = load() {
        builds.consider(Ok(build));
    }
    loop {
        let event = match &builds.pending {
            None => incoming.recv().map_err(RecvTimeoutError::from),
            Some(_) => incoming.recv_timeout(FINAL),
        };
        match event {
            Ok(event) if folder.concerns(&event) => {
                wait_for_silence(folder, incoming);
                builds.consider(load());
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => builds.finish_pending(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn wait_for_silence(folder: &Folder, incoming: &Events) {
    let end = Instant::now() + BURST;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        match incoming.recv_timeout(left.min(QUIET)) {
            Ok(event) => drop(folder.concerns(&event)),
            Err(_) => return,
        }
    }
}

/// The output directory. A deployment may replace it, so its parent is watched too. Before the first
/// build, the parent may be missing: then the nearest folder above it is watched.
struct Folder {
    dist: PathBuf,
    watcher: Weak<Notify>,
}

impl Folder {
    fn watch(&self) -> notify::Result<()> {
        let Some(watcher) = self.watcher.upgrade() else { return Ok(()) };
        let mut watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parent) = self.dist.ancestors().skip(1).find(|folder| folder.is_dir()) {
            watcher.watch(parent, RecursiveMode::NonRecursive)?;
        }
        // The old watch may belong to a directory that has since been replaced.
        let _ = watcher.unwatch(&self.dist);
        if self.dist.is_dir() { watcher.watch(&self.dist, RecursiveMode::Recursive) } else { Ok(()) }
    }

    /// Tells whether an event may have changed the build. Access events must not count, or each
    /// load would cause the next one.
    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        // The usual error is an overflow of the event queue: events were lost.
        let Ok(event) = event else { return true };
        if event.kind.is_access() {
            return false;
        }
        let is_above = event.paths.iter().any(|path| self.dist.starts_with(path));
        if is_above {
            // If the directory is already gone again, another event follows.
            let _ = self.watch();
        }
        is_above && self.dist.is_dir() || event.paths.iter().any(|path| path.starts_with(&self.dist))
    }
}

/// Decides whether a loaded build is shown.
struct Builds {
    vite: WeakVite,
    /// Whether the current build has build info. If so, a new build without it may be incomplete.
    has_info: bool,
    pending: Option<Pending>,
}

enum Pending {
    Broken(Error),
    WithoutInfo(Box<Snapshot>),
}

impl Builds {
    fn consider(&mut self, loaded: Result<Snapshot, Error>) {
        self.pending = match loaded {
            Err(error) => Some(Pending::Broken(error)),
            Ok(build) if self.has_info && build.info().is_none() => {
                Some(Pending::WithoutInfo(Box::new(build)))
            }
            Ok(build) => {
                self.show(Box::new(build));
                None
            }
        };
    }

    fn finish_pending(&mut self) {
        match self.pending.take() {
            Some(Pending::Broken(error)) => {
                tracing::warn!(error = %format_args!("{error:#}"), "cannot load the new build: the previous one stays");
            }
            Some(Pending::WithoutInfo(build)) => {
                tracing::warn!("the new build has no .vite/bridge.json, unlike the previous one");
                self.show(build);
            }
            None => {}
        }
    }

    #[cfg_attr(not(feature = "serve"), allow(unused_mut, reason = "files are kept where they are served"))]
    fn show(&mut self, mut build: Box<Snapshot>) {
        #[cfg(feature = "serve")]
        if let Some(View::Built(before)) = self.vite.view().as_deref() {
            build.keep_files_of(before);
        }
        self.has_info = build.info().is_some();
        let id = build.build_id().to_owned();
        if self.vite.swap_build(View::Built(build)) {
            tracing::info!(build = id, "loaded a new build");
        }
    }
}
