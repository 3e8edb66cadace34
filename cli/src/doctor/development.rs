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
}

/// The field that `dev.json` and `app.json` share.
#[derive(Deserialize)]
struct Content {
    url: String,
}

impl DevFile {
    fn read(path: PathBuf) -> Option<Self> {
        url_in(&path).map(|url| Self { path, url })
    }
}

fn url_in(path: &Path) -> Option<String> {
    let content: Content = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    Some(content.url)
}

/// Asks the dev server and the application. Without a URL, asks the application at the URL at which
/// it was opened last.
pub(super) fn findings(look: &Look, folder: &Path, url: Option<String>) -> Vec<Finding> {
    let path = Builder::new(look.out_dir(folder)).dev_file();
    let app = url.or_else(|| url_in(&path.as_ref()?.with_file_name("app.json")));
    let dev = path.and_then(DevFile::read);
    let answers = match Answers::ask(folder, dev.as_ref().map(|dev| dev.url.as_str()), app.as_deref()) {
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
        (Some(url), Some(answer)) if runs => findings.push(proxied(&url, answer)),
        _ => {}
    }
    findings
}

fn server(dev: &DevFile, answer: &Answer) -> Finding {
    let DevFile { path, url } = dev;
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

fn proxied(url: &str, answer: &Answer) -> Finding {
    if answer.is_vite() {
        return Finding::ok("application", format!("{url} forwards requests to Vite"));
    }
    match (&answer.error, answer.status) {
        (Some(error), _) => Finding::ok("application", format!("{url} is not running ({error})")),
        (None, Some(403)) => {
            let help = "set VITE_BRIDGE_ALLOW_HOSTS or VITE_BRIDGE_ALLOW_PEERS as the log of the application says, \
                and serve the application with `into_make_service_with_connect_info`";
            let message = format!("{url}: {}", answer.why_not());
            Finding::error("application", code::HOST_NOT_ALLOWED, message, help)
        }
        _ => {
            let help = "call `vite.mount(router)`, and run a debug build without VITE_BRIDGE_MODE";
            let message = format!("{url}: {}", answer.why_not());
            Finding::error("application", code::NOT_PROXIED, message, help)
        }
    }
}
