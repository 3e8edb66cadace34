//! The checks of the dev server and of the application in front of it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vite_bridge::Builder;

use super::finding::Finding;
use super::look::{Answer, Answers, Look};
use super::tools;
use crate::code;

/// The dev file, which the plugin writes while the dev server runs.
struct DevFile {
    path: PathBuf,
    url: String,
    /// Vite's inputs, as paths below its base.
    inputs: Vec<String>,
}

/// The fields of `dev.json` that the checks need. `app.json` has the first one.
#[derive(Deserialize)]
struct Content {
    url: String,
    #[serde(default)]
    inputs: Vec<String>,
}

impl DevFile {
    fn read(path: PathBuf) -> Option<Self> {
        content(&path).map(|Content { url, inputs }| Self { path, url, inputs })
    }
}

fn content(path: &Path) -> Option<Content> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Asks the dev server and the application. Without a URL, asks the application at the URL at which
/// it was opened last.
pub(super) fn findings(look: &Look, folder: &Path, url: Option<String>) -> Vec<Finding> {
    let path = Builder::new(look.out_dir(folder)).dev_file();
    let app = url.or_else(|| Some(content(&path.as_ref()?.with_file_name("app.json"))?.url));
    let dev = path.and_then(DevFile::read);
    let (url, inputs) = dev.as_ref().map(|dev| (dev.url.as_str(), &*dev.inputs)).unzip();
    let answers = match Answers::ask(folder, url, app.as_deref(), inputs.unwrap_or_default()) {
        Ok(answers) => answers,
        Err(text) => return tools::look_failed(text).into_iter().collect(),
    };
    let mut findings = Vec::new();
    match (&dev, &answers.dev) {
        (Some(dev), Some(answer)) => findings.push(server(dev, answer)),
        _ => findings.extend(port(look)),
    }
    let runs = answers.dev.as_ref().is_some_and(Answer::is_vite);
    match (app, &answers.app) {
        (Some(url), Some(answer)) if runs => {
            findings.push(proxied(&url, answer));
            findings.extend(hidden(&url, &answers.hidden));
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
