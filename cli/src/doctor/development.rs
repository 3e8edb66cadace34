//! The dev server, and the application in front of it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::finding::Finding;
use super::look::{Answer, Look};
use crate::code;

/// What the plugin keeps while the dev server runs.
pub(super) struct DevFile {
    path: PathBuf,
    pub(super) url: String,
}

/// Of both files beside package.json.
#[derive(Deserialize)]
struct Content {
    url: String,
}

impl DevFile {
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(".vite-bridge/dev.json");
        url_in(&path).map(|url| Self { path, url })
    }
}

/// Where the application was opened last.
pub(super) fn application(folder: &Path) -> Option<String> {
    url_in(&folder.join(".vite-bridge/app.json"))
}

fn url_in(path: &Path) -> Option<String> {
    let content: Content = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    Some(content.url)
}

pub(super) fn findings(look: &Look, dev: Option<&DevFile>, app: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match (dev, &look.dev) {
        (Some(dev), Some(answer)) => findings.push(server(dev, answer)),
        _ => findings.extend(port(look)),
    }
    let runs = look.dev.as_ref().is_some_and(Answer::is_vite);
    match (app, &look.app) {
        (Some(url), Some(answer)) if runs => findings.push(proxied(url, answer)),
        _ => {}
    }
    findings
}

fn server(dev: &DevFile, answer: &Answer) -> Finding {
    let DevFile { path, url } = dev;
    if answer.is_vite() {
        return Finding::ok("dev server", url);
    }
    let cure = format!("start Vite; or remove {}", path.display());
    let message = format!("{} says {url}; {}", path.display(), answer.why_not());
    match answer.error {
        Some(_) => Finding::fault("dev server", code::DEV_FILE_LEFT_OVER, message, cure),
        None => Finding::fault("dev server", code::DEV_SERVER_ELSEWHERE, message, cure),
    }
}

/// Whether Vite will get its port.
fn port(look: &Look) -> Option<Finding> {
    let config = look.config.as_ref()?;
    let port = config.port;
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
        return Some(Finding::ok("dev server", format!("it does not run; its port {port} is free")));
    }
    let message = format!("it does not run, and another program has its port {port}");
    let cure = "end that program, or name another `server.port`";
    Some(if config.strict_port {
        Finding::fault("dev server", code::PORT_TAKEN, message, cure)
    } else {
        Finding::warning("dev server", code::PORT_TAKEN, format!("{message}; Vite takes the next one"), cure)
    })
}

fn proxied(url: &str, answer: &Answer) -> Finding {
    if answer.is_vite() {
        return Finding::ok("application", format!("{url} carries requests to Vite"));
    }
    match (&answer.error, answer.status) {
        (Some(error), _) => Finding::ok("application", format!("{url} does not run ({error})")),
        (None, Some(403)) => {
            let cure =
                "`.allow_host(..)` or `.allow_peer(..)` on the builder, and `vite_bridge::axum::serve`";
            Finding::fault(
                "application",
                code::HOST_NOT_ALLOWED,
                format!("{url}: {}", answer.why_not()),
                cure,
            )
        }
        _ => {
            let cure = "`vite.mount(router)`, in a debug build, and no VITE_BRIDGE_MODE that says otherwise";
            Finding::fault("application", code::NOT_PROXIED, format!("{url}: {}", answer.why_not()), cure)
        }
    }
}
