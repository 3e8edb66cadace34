//! The dev file, which the plugin keeps while the dev server runs. It can be stale, so a connection
//! checks it.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use crate::dev::info::DevInfo;
use crate::error::Error;
use crate::url::DevServerUrl;

/// The time limit for a connection to a dev server on this machine.
const CONNECT: Duration = Duration::from_millis(300);

/// Returns the running dev server of the project that builds into `dist`.
pub(super) fn find(dist: &Path) -> Option<DevInfo> {
    let (place, info) = read(dist)?;
    match info {
        Ok(info) if answers(&info.origin) => {
            tracing::info!(vite = %info.origin, "development: pages load from Vite");
            Some(info)
        }
        Ok(info) => {
            tracing::info!(file = %place.display(), vite = %info.origin, "no dev server answers at the address in the dev file: the file is stale");
            None
        }
        Err(error) => {
            tracing::warn!(error = %format_args!("{error:#}"), "ignoring the dev file");
            None
        }
    }
}

/// Returns the content of the dev file, even if the server has stopped.
#[cfg(feature = "codegen")]
pub(crate) fn dev_info(dist: &Path) -> Option<DevInfo> {
    read(dist)?.1.ok()
}

fn read(dist: &Path) -> Option<(PathBuf, Result<DevInfo, Error>)> {
    let project_folder = project_folder(dist)?;
    let place = project_folder.join(FOLDER).join(FILE);
    let bytes = fs::read(&place).ok()?;
    let info = DevInfo::read(&bytes, &place.display().to_string(), project_folder);
    Some((place, info))
}

/// The plugin's folder in the project folder.
pub(super) const FOLDER: &str = ".vite-bridge";
pub(super) const FILE: &str = "dev.json";

/// Finds the project folder: the nearest folder above the output directory with a package.json. The
/// plugin uses the same rule.
pub(super) fn project_folder(dist: &Path) -> Option<PathBuf> {
    let dist = absolute(dist).ok()?;
    dist.ancestors().skip(1).find(|folder| folder.join("package.json").is_file()).map(Path::to_owned)
}

/// Writes the application's URL beside the dev file. The plugin shows it on the page at Vite's own
/// port.
#[cfg(feature = "proxy")]
pub(crate) fn announce(project_folder: &Path, url: &str) {
    let folder = project_folder.join(FOLDER);
    let draft = folder.join(format!("app.json.{}.tmp", std::process::id()));
    let text = format!("{}\n", serde_json::json!({ "version": 1, "url": url }));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, folder.join("app.json")));
    if let Err(error) = written {
        tracing::debug!(%error, folder = %folder.display(), "cannot tell the plugin the address of the application");
    }
}

/// Connects to the server. The process id in the file is not checked, because containers have
/// separate ids.
fn answers(origin: &DevServerUrl) -> bool {
    let addresses = origin.authority().to_socket_addrs().into_iter().flatten();
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, CONNECT).is_ok())
}
