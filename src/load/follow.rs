//! Following the dev server as it starts and moves, by the file that the plugin keeps.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::dev_file;
use crate::dev_info::DevInfo;
use crate::view::View;
use crate::vite::Vite;

/// Swaps the view whenever a server answers that was not there before.
///
/// A server that stops is not left: its pages wait for it, and the proxy says that it is down until it is back.
pub(super) fn follow(vite: &Vite, dist: &Path, view: impl Fn(DevInfo) -> View + Send + 'static) {
    let Some(home) = dev_file::home(dist) else { return };
    let folder = home.join(dev_file::FOLDER);
    let (events, incoming) = channel();
    let watcher = match watch(&home, events) {
        Ok(watcher) => Arc::new(Mutex::new(watcher)),
        Err(error) => {
            tracing::warn!(%error, folder = %home.display(), "cannot be watched: start the application after Vite");
            return;
        }
    };
    let inside = Inside { watcher: Arc::downgrade(&watcher), folder };
    inside.enter();
    let (handle, dist) = (vite.downgrade(), dist.to_owned());
    let thread = std::thread::Builder::new().name("vite-bridge".to_owned()).spawn(move || {
        let mut known = None;
        // Ends when the handle is dropped, and with it the watcher.
        while let Ok(event) = incoming.recv() {
            if !inside.concerns(&event) {
                continue;
            }
            // The file also changes when the plugin has more to tell of the same server.
            if let Some(info) = dev_file::find(&dist).filter(|info| known.as_ref() != Some(info)) {
                handle.swap(view(info.clone()));
                known = Some(info);
            }
        }
    });
    match thread {
        Ok(_) => vite.keep(Box::new(watcher)),
        Err(error) => tracing::warn!(%error, "no thread to follow Vite: start the application after Vite"),
    }
}

type Events = Sender<notify::Result<Event>>;

fn watch(home: &Path, events: Events) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(events)?;
    watcher.watch(home, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// The plugin's folder, which may come and go; what is in it is seen by a watch of its own only.
struct Inside {
    watcher: Weak<Mutex<RecommendedWatcher>>,
    folder: PathBuf,
}

impl Inside {
    fn enter(&self) {
        if let Some(watcher) = self.watcher.upgrade().filter(|_| self.folder.is_dir()) {
            let mut watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner);
            // The event of a folder that is gone again is followed by another.
            let _ = watcher.watch(&self.folder, RecursiveMode::NonRecursive);
        }
    }

    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return false };
        // Reading the file is an event too.
        if event.kind.is_access() {
            return false;
        }
        let is_folder = event.paths.contains(&self.folder);
        if is_folder {
            self.enter();
        }
        is_folder || event.paths.contains(&self.folder.join(dev_file::FILE))
    }
}
