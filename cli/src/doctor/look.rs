//! What Node tells of a project: its Vite's own answer to what the configuration comes to.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

const SCRIPT: &str = include_str!("look.mjs");

#[derive(Debug, Deserialize)]
pub(super) struct Look {
    pub(super) vite: Option<Vite>,
    /// Packages with a Vite of another version.
    #[serde(default)]
    pub(super) others: Vec<String>,
    pub(super) config: Option<Config>,
    /// Why there is none.
    pub(super) error: Option<String>,
    pub(super) dev: Option<Answer>,
    pub(super) app: Option<Answer>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Vite {
    pub(super) version: String,
    /// The versions of Node.js that it runs on, as npm writes them.
    pub(super) node: String,
}

/// The resolved configuration, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    pub(super) file: Option<PathBuf>,
    pub(super) base: String,
    pub(super) out_dir: PathBuf,
    /// On, off, or a name.
    pub(super) manifest: serde_json::Value,
    /// The version of our plugin.
    pub(super) plugin: Option<String>,
    pub(super) app_type: String,
    pub(super) origin: Option<String>,
    /// What leads the HMR client away from the page's port.
    pub(super) hmr: Vec<String>,
    pub(super) port: u16,
    pub(super) strict_port: bool,
}

/// What `@vite/client` was answered with.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) text: String,
    pub(super) error: Option<String>,
}

impl Look {
    /// Looks, in the folder of package.json; why not, where Node does not run.
    pub(super) fn run(folder: &Path, dev: Option<&str>, app: Option<&str>) -> Result<Self, String> {
        let mut command = Command::new("node");
        command.args(["--no-warnings", "--input-type=module", "-e", SCRIPT, "--"]).current_dir(folder);
        command.args([dev, app].map(Option::unwrap_or_default));
        let output = command.output().map_err(|fault| fault.to_string())?;
        // A configuration may print, too.
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        serde_json::from_str(last).map_err(|_| String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

impl Answer {
    /// Whether it is Vite's client, and no page that somebody answers to everything.
    pub(super) fn is_vite(&self) -> bool {
        self.status == Some(200) && self.text.contains("vite")
    }

    pub(super) fn why_not(&self) -> String {
        match (&self.error, self.status) {
            (Some(error), _) => error.clone(),
            (None, Some(200)) => "what answers is not Vite".to_owned(),
            (None, status) => {
                let line = self.text.lines().next().unwrap_or_default();
                format!("it answers {}: {line}", status.unwrap_or_default())
            }
        }
    }
}
