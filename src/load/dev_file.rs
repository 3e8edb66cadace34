//! The file that the Vite plugin keeps while the dev server runs: a hint, checked by a connection.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use crate::dev::info::DevInfo;
use crate::error::Error;
use crate::url::Origin;

/// How long a server on this machine may take to accept.
const CONNECT: Duration = Duration::from_millis(300);

/// The dev server of the project whose build goes to `dist`, if it runs.
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

/// What the plugin wrote, whether the server still runs or not.
#[cfg(feature = "codegen")]
pub(crate) fn dev_info(dist: &Path) -> Option<DevInfo> {
    read(dist)?.1.ok()
}

fn read(dist: &Path) -> Option<(PathBuf, Result<DevInfo, Error>)> {
    let home = home(dist)?;
    let place = home.join(FOLDER).join(FILE);
    let bytes = fs::read(&place).ok()?;
    let info = DevInfo::read(&bytes, &place.display().to_string(), home);
    Some((place, info))
}

/// The folder of the plugin's own.
pub(super) const FOLDER: &str = ".vite-bridge";
pub(super) const FILE: &str = "dev.json";

/// The first folder above the output directory that has a package.json: the plugin looks by the same rule.
pub(super) fn home(dist: &Path) -> Option<PathBuf> {
    let dist = absolute(dist).ok()?;
    dist.ancestors().skip(1).find(|folder| folder.join("package.json").is_file()).map(Path::to_owned)
}

/// Writes beside the dev file where the application is, for who opens Vite's own port in a browser.
#[cfg(all(feature = "proxy", feature = "tower"))]
pub(crate) fn announce(home: &Path, url: &str) {
    let folder = home.join(FOLDER);
    let draft = folder.join(format!("app.json.{}.tmp", std::process::id()));
    let text = format!("{}\n", serde_json::json!({ "version": 1, "url": url }));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, folder.join("app.json")));
    if let Err(error) = written {
        tracing::debug!(%error, folder = %folder.display(), "cannot tell the plugin the address of the application");
    }
}

/// The process id in the file proves nothing: a container has ids of its own.
fn answers(origin: &Origin) -> bool {
    let addresses = origin.authority().to_socket_addrs().into_iter().flatten();
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, CONNECT).is_ok())
}
