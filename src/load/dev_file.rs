//! The dev file, which the plugin keeps while the dev server runs. It can be stale, so the server is
//! asked.

use std::fs;
#[cfg(any(feature = "codegen", feature = "proxy"))]
use std::path::Path;
use std::path::PathBuf;

use super::probe::{Probe, probe};
use super::project::{Place, plain};
use crate::dev::info::DevInfo;
use crate::error::{Error, ErrorKind};

/// The dev server of a project, as far as its dev file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Missing,
    /// The dev file is invalid. The text is the error.
    Unreadable(String),
    Running(Box<DevInfo>),
    /// No program listens at the address: Vite was killed and could not remove the file.
    Stale(Box<DevInfo>),
    /// A program listens at the address and does not answer as the Vite of the dev file.
    Silent(Box<DevInfo>, String),
}

impl Found {
    /// Reads the dev file and asks the server. A server that has answered before is not asked again.
    pub(super) fn look(place: &Place, known: &Self) -> Self {
        let (file, info) = match read(place) {
            None => return Self::Missing,
            Some((file, info)) => (file, info),
        };
        let info = match info {
            Ok(info) => Box::new(info),
            Err(error) => return Self::Unreadable(format!("{error:#}")),
        };
        if info.nonce.is_some() && known.server().is_some_and(|server| server.is_same_server(&info)) {
            return Self::Running(info);
        }
        match probe(&info) {
            Probe::Vite => Self::Running(info),
            Probe::Refused => Self::Stale(info),
            Probe::Other(reason) => {
                let reason = format!("{} names {}, and {reason}", file.display(), info.origin);
                Self::Silent(info, reason)
            }
        }
    }

    /// Returns the running server.
    fn server(&self) -> Option<&DevInfo> {
        match self {
            Self::Running(info) => Some(info),
            _ => None,
        }
    }

    /// Tells whether a later probe can have another result.
    #[cfg(feature = "watch")]
    pub(super) fn is_unanswered(&self) -> bool {
        matches!(self, Self::Stale(_) | Self::Silent(..))
    }

    /// Logs the state, unless the earlier one was the same for a reader of the log.
    pub(super) fn log(&self, before: &Self) {
        match self {
            Self::Running(info) if before.server().is_some_and(|server| server.is_same_server(info)) => {}
            Self::Running(info) => {
                tracing::info!(vite = %info.origin, "development: pages load from Vite");
            }
            same if same == before => {}
            Self::Missing if before.server().is_some() => {
                tracing::info!("Vite has stopped: pages wait until it runs again");
            }
            Self::Missing => {}
            Self::Unreadable(error) => tracing::warn!(error, "ignoring the dev file"),
            Self::Stale(info) => {
                tracing::info!(vite = %info.origin, "no dev server answers at the address in the dev file: the file is stale");
            }
            Self::Silent(_, reason) => tracing::warn!("pages wait for Vite: {reason}"),
        }
    }
}

/// The error of a server that does not answer, for pages that wait for it.
pub(super) fn silent(reason: &str) -> Error {
    Error::new(ErrorKind::DevServerSilent, format!("no answer from Vite: {reason}"))
        .with_help("restart Vite; if it should not run, remove the dev file")
}

/// Returns the content of the dev file with its path, even if the server has stopped.
#[cfg(feature = "codegen")]
pub(crate) fn dev_info(dist: &Path) -> Option<(PathBuf, DevInfo)> {
    let (file, info) = read(&Place::of_dist(dist)?)?;
    Some((file, info.ok()?))
}

/// Returns the path of the dev file. If there is none, returns the path at which the plugin writes
/// it.
pub(super) fn path(place: &Place) -> PathBuf {
    read(place).map_or_else(|| place.file.clone(), |(file, _)| file)
}

/// Reads the dev file of the output directory. A file `dev.json` that was written by hand, or by an
/// earlier plugin, also counts if it is not for another output directory.
fn read(place: &Place) -> Option<(PathBuf, Result<DevInfo, Error>)> {
    let parse = |file: PathBuf| {
        let bytes = fs::read(&file).ok()?;
        let info = DevInfo::read(&bytes, &file.display().to_string(), place.project_folder.clone());
        Some((file, info))
    };
    let is_own = |info: &DevInfo| info.out_dir.as_deref().is_none_or(|dist| plain(dist) == place.dist);
    parse(place.file.clone())
        .or_else(|| parse(place.usual_file()).filter(|(_, info)| info.as_ref().map_or(true, is_own)))
}

/// Writes the application's URL beside the dev file. The plugin shows it on the page at Vite's own
/// port.
#[cfg(feature = "proxy")]
pub(crate) fn announce(project_folder: &Path, url: &str) {
    let folder = project_folder.join(super::project::FOLDER);
    let draft = folder.join(format!("app.json.{}.tmp", std::process::id()));
    let text = format!("{}\n", serde_json::json!({ "version": 1, "url": url }));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, folder.join("app.json")));
    if let Err(error) = written {
        tracing::debug!(%error, folder = %folder.display(), "cannot tell the plugin the address of the application");
    }
}
