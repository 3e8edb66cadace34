//! Follows the dev server when it starts or changes its address, by watching the dev file.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::dev_file;
use crate::dev::info::DevInfo;
use crate::view::View;
use crate::vite::Vite;

/// A watch of the dev file. It begins before the file is read, so that a server that starts
/// meanwhile is not missed.
pub(super) struct Following {
    plugin_folder: PluginFolder,
    watcher: Arc<Mutex<RecommendedWatcher>>,
    incoming: Receiver<notify::Result<Event>>,
    dist: PathBuf,
}

impl Following {
    /// Returns `None` if the project folder is not found or watching fails.
    pub(super) fn new(dist: &Path) -> Option<Self> {
        let project_folder = dev_file::project_folder(dist)?;
        let (events, incoming) = channel();
        let watcher = match watch_project(&project_folder, events) {
            Ok(watcher) => Arc::new(Mutex::new(watcher)),
            Err(error) => {
                tracing::warn!(%error, folder = %project_folder.display(), "cannot watch the project folder: start the application after Vite");
                return None;
            }
        };
        let plugin_folder =
            PluginFolder { watcher: Arc::downgrade(&watcher), folder: project_folder.join(dev_file::FOLDER) };
        plugin_folder.watch();
        Some(Self { plugin_folder, watcher, incoming, dist: dist.to_owned() })
    }

    /// Swaps the view when a server answers that is new or has a new dev file.
    ///
    /// A stopped server stays in use: pages wait for it, and the proxy reports that it is down.
    pub(super) fn start(self, vite: &Vite, view: impl Fn(DevInfo) -> View + Send + 'static) {
        let Self { plugin_folder, watcher, incoming, dist } = self;
        let handle = vite.downgrade();
        let thread = std::thread::Builder::new().name("vite-bridge".to_owned()).spawn(move || {
            let mut known = None;
            // Dropping the handle drops the watcher, which ends the loop.
            while let Ok(event) = incoming.recv() {
                if !plugin_folder.concerns(&event) {
                    continue;
                }
                if let Some(info) = dev_file::find(&dist).filter(|info| known.as_ref() != Some(info)) {
                    handle.swap(view(info.clone()));
                    known = Some(info);
                }
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

type Events = Sender<notify::Result<Event>>;

fn watch_project(project_folder: &Path, events: Events) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(events)?;
    watcher.watch(project_folder, RecursiveMode::NonRecursive)?;
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
        let Ok(event) = event else { return false };
        // Reading the dev file causes access events.
        if event.kind.is_access() {
            return false;
        }
        let is_folder = event.paths.contains(&self.folder);
        if is_folder {
            self.watch();
        }
        is_folder || event.paths.contains(&self.folder.join(dev_file::FILE))
    }
}
