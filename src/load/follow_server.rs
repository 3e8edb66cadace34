//! Follows the dev server when it starts, answers or changes its address: watches the dev file, and
//! asks a server again that did not answer.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::dev_file::Found;
use super::project::Place;
use crate::error::Error;
use crate::view::View;
use crate::vite::{Vite, WeakVite};

/// The first and the longest pause between two questions to a server that does not answer. Each
/// pause is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A watch of the dev file. It begins before the file is read, so that a server that starts
/// meanwhile is not missed.
pub(super) struct Following {
    place: Place,
    plugin_folder: PluginFolder,
    watcher: Arc<Mutex<RecommendedWatcher>>,
    incoming: Receiver<notify::Result<Event>>,
}

impl Following {
    /// Returns `None` if there is no folder to watch, or if watching fails.
    pub(super) fn new(place: Place) -> Option<Self> {
        if !place.project_folder.is_dir() {
            return None;
        }
        let (events, incoming) = channel();
        let watcher = match watch_project(&place, events) {
            Ok(watcher) => Arc::new(Mutex::new(watcher)),
            Err(error) => {
                tracing::warn!(%error, folder = %place.project_folder.display(), "cannot watch the project folder: start the application after Vite");
                return None;
            }
        };
        let plugin_folder = PluginFolder { watcher: Arc::downgrade(&watcher), folder: place.folder.clone() };
        plugin_folder.watch();
        Some(Self { place, plugin_folder, watcher, incoming })
    }

    /// Swaps the view when the state of the dev server changes.
    ///
    /// A stopped server stays in use: pages wait for it, and the proxy reports that it is down.
    pub(super) fn start(
        self,
        vite: &Vite,
        found: Found,
        view: impl Fn(&Found) -> Result<View, Error> + Send + 'static,
    ) {
        let Self { place, plugin_folder, watcher, incoming } = self;
        let mut shown = Shown { vite: vite.downgrade(), found, view };
        let thread = std::thread::Builder::new().name("vite-bridge".to_owned()).spawn(move || {
            let mut pause = FIRST_PAUSE;
            // Dropping the handle drops the watcher, which ends the loop.
            while let Some(wake) =
                wait(&incoming, &plugin_folder, shown.found.is_unanswered().then_some(pause))
            {
                let found = Found::look(&place, &shown.found);
                pause = match wake {
                    Wake::Change => FIRST_PAUSE,
                    Wake::Pause => (pause * 2).min(LONGEST_PAUSE),
                };
                shown.update(found);
            }
        });
        match thread {
            Ok(_) => vite.keep(Box::new(watcher)),
            Err(error) => {
                tracing::warn!(%error, "cannot start a thread that follows Vite: start the application after Vite");
            }
        }
    }
}

/// The state that the current view shows.
struct Shown<F> {
    vite: WeakVite,
    found: Found,
    view: F,
}

impl<F: Fn(&Found) -> Result<View, Error>> Shown<F> {
    fn update(&mut self, found: Found) {
        if found == self.found {
            return;
        }
        found.log(&self.found);
        let Some(now) = self.vite.view() else { return };
        let is_news = match &found {
            Found::Running(_) => true,
            // Pages of a build wait from now on, and pages of a server wait already.
            Found::Silent(..) => !matches!(*now, View::Development(_)),
            Found::Missing | Found::Unreadable(_) | Found::Stale(_) => matches!(*now, View::Waiting(_)),
        };
        if is_news {
            match (self.view)(&found) {
                Ok(view) => self.vite.swap(view),
                Err(error) => tracing::warn!(error = %format_args!("{error:#}"), "cannot load the build"),
            }
        }
        self.found = found;
    }
}

/// The reason to look at the dev file again.
enum Wake {
    Change,
    Pause,
}

type Events = Receiver<notify::Result<Event>>;

/// Waits for a change of the dev file, or for the end of the pause. Returns `None` at the end of the
/// watch.
fn wait(incoming: &Events, folder: &PluginFolder, pause: Option<Duration>) -> Option<Wake> {
    let end = pause.map(|pause| Instant::now() + pause);
    loop {
        let event = match end {
            Some(end) => incoming.recv_timeout(end.saturating_duration_since(Instant::now())),
            None => incoming.recv().map_err(RecvTimeoutError::from),
        };
        match event {
            Ok(event) if folder.concerns(&event) => return Some(Wake::Change),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Some(Wake::Pause),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn watch_project(place: &Place, events: Sender<notify::Result<Event>>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(events)?;
    watcher.watch(&place.project_folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// The plugin's folder, which may be created and removed at any time. It needs a separate watch,
/// because the watch of the project folder is not recursive.
struct PluginFolder {
    watcher: Weak<Mutex<RecommendedWatcher>>,
    folder: PathBuf,
}

impl PluginFolder {
    fn watch(&self) {
        if let Some(watcher) = self.watcher.upgrade().filter(|_| self.folder.is_dir()) {
            let mut watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner);
            // If the folder is already gone, another event follows.
            let _ = watcher.watch(&self.folder, RecursiveMode::NonRecursive);
        }
    }

    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        // After lost events, anything may have changed.
        let Some(event) = event.as_ref().ok().filter(|event| !event.need_rescan()) else {
            self.watch();
            return true;
        };
        // Reading the dev file causes access events.
        if event.kind.is_access() {
            return false;
        }
        let is_folder = event.paths.contains(&self.folder);
        if is_folder {
            self.watch();
        }
        is_folder || event.paths.iter().any(|path| is_dev_file(path, &self.folder))
    }
}

/// Tells whether a path is a dev file of any output directory. The folder also has other files,
/// which the application and `vite-bridge dev` write.
fn is_dev_file(path: &std::path::Path, folder: &std::path::Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.parent() == Some(folder) && name.starts_with("dev") && name.ends_with(".json")
}
