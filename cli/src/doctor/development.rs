//! The checks of the dev server and of the application in front of it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::finding::Finding;
use super::look::{Answer, Look};
use crate::code;

/// The dev file, which the plugin writes while the dev server runs.
pub(super) struct DevFile {
    path: PathBuf,
    pub(super) url: String,
    /// Vite's inputs, as paths below its base.
    pub(super) inputs: Vec<String>,
}

/// The fields of `dev.json` that the checks need. `app.json` has the first one.
#[derive(Deserialize)]
struct Content {
    url: String,
    #[serde(default)]
    inputs: Vec<String>,
}

impl DevFile {
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(".vite-bridge/dev.json");
        content(&path).map(|Content { url, inputs }| Self { path, url, inputs })
    }
}

/// Returns the URL at which the application was opened last.
pub(super) fn application(folder: &Path) -> Option<String> {
    content(&folder.join(".vite-bridge/app.json")).map(|content| content.url)
}

fn content(path: &Path) -> Option<Content> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

pub(super) fn findings(look: &Look, dev: Option<&DevFile>, app: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match (dev, &look.dev) {
        (Some(dev), Some(answer)) => findings.push(server(dev, answer)),
        _ => findings.extend(port(look)),
    }
    let runs = look.dev.as_ref().is_some_and(Answer::is_vite);
    match (app, &look.app) {
        (Some(url), Some(answer)) if runs => {
            findings.push(proxied(url, answer));
            findings.extend(hidden(url, &look.hidden));
        }
        _ => {}
    }
    findings
}

fn server(dev: &DevFile, answer: &Answer) -> Finding {
    let DevFile { path, url, .. } = dev;
    if answer.is_vite() {
        return Finding::ok("dev server", url);
    }
    let help = format!("start Vite, or remove {}", path.display());
    let message = format!("{} names {url}, but {}", path.display(), answer.why_not());
    match answer.error {
        Some(_) => Finding::error("dev server", code::DEV_FILE_LEFT_OVER, message, help),
        None => Finding::error("dev server", code::DEV_SERVER_ELSEWHERE, message, help),
    }
}

/// Checks whether Vite can use its port. Returns `None` without a configuration.
fn port(look: &Look) -> Option<Finding> {
    let config = look.config.as_ref()?;
    let port = config.port;
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
        return Some(Finding::ok("dev server", format!("not running; port {port} is free")));
    }
    let message = format!("not running, and another program uses port {port}");
    let help = "end that program, or set another `server.port`";
    Some(if config.strict_port {
        Finding::error("dev server", code::PORT_TAKEN, message, help)
    } else {
        let message = format!("{message}, so Vite will use the next free port");
        Finding::warning("dev server", code::PORT_TAKEN, message, help)
    })
}

/// Reports inputs that the application answers itself.
fn hidden(url: &str, paths: &[String]) -> Option<Finding> {
    let first = paths.first()?;
    let others = match paths.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!("a route of {url} answers {first}{others} in place of Vite");
    let help = "rename the route, or set another `base` in Vite's configuration";
    Some(Finding::warning("application", code::ROUTE_HIDES_VITE, message, help))
}

fn proxied(url: &str, answer: &Answer) -> Finding {
    if answer.is_vite() {
        return Finding::ok("application", format!("{url} forwards requests to Vite"));
    }
    match (&answer.error, answer.status) {
        (Some(error), _) => Finding::ok("application", format!("{url} is not running ({error})")),
        (None, Some(403)) => {
            let message = format!("{url}: {}", answer.why_not());
            let default = "set VITE_BRIDGE_ALLOW_HOSTS or VITE_BRIDGE_ALLOW_PEERS for the application";
            Finding::error("application", code::HOST_NOT_ALLOWED, message, answer.help().unwrap_or(default))
        }
        _ => {
            let help = "call `vite.mount(router)`, and run a debug build without VITE_BRIDGE_MODE";
            let message = format!("{url}: {}", answer.why_not());
            Finding::error("application", code::NOT_PROXIED, message, help)
        }
    }
}
