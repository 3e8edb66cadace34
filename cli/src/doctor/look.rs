//! Facts about a project from a script in Node.js, which asks the project's Vite to resolve the
//! configuration.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde::de::DeserializeOwned;

const SCRIPT: &str = include_str!("look.mjs");

/// The output of the script.
#[derive(Debug, Deserialize)]
pub(super) struct Look {
    pub(super) vite: Option<Vite>,
    /// Packages that use another version of Vite.
    #[serde(default)]
    pub(super) others: Vec<String>,
    pub(super) config: Option<Config>,
    /// The error, if the configuration cannot be resolved.
    pub(super) error: Option<String>,
}

/// The responses of the dev server and of the application.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Answers {
    pub(super) dev: Option<Answer>,
    pub(super) app: Option<Answer>,
    /// The paths of inputs that Vite answers, and the application answers in another way.
    #[serde(default)]
    pub(super) hidden: Vec<String>,
}

/// The Vite that is installed in the project.
#[derive(Debug, Deserialize)]
pub(super) struct Vite {
    pub(super) version: String,
    /// The supported versions of Node.js, as a version range of npm.
    pub(super) node: String,
}

/// The fields of the resolved configuration that the checks need.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    pub(super) file: Option<PathBuf>,
    pub(super) base: String,
    pub(super) out_dir: PathBuf,
    /// `true`, `false`, or a file name.
    pub(super) manifest: serde_json::Value,
    /// The version of the plugin vite-bridge, if the configuration has it.
    pub(super) plugin: Option<String>,
    pub(super) app_type: String,
    pub(super) origin: Option<String>,
    /// The settings that make the HMR client connect to another address than the page's.
    pub(super) hmr: Vec<String>,
    pub(super) port: u16,
    pub(super) strict_port: bool,
}

/// The response to a request for `@vite/client`.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) text: String,
    pub(super) error: Option<String>,
}

impl Look {
    /// Runs the script in the folder of package.json. The error is the output of Node.js.
    pub(super) fn run(folder: &Path) -> Result<Self, String> {
        script(folder, &[])
    }

    /// Returns the output directory, or Vite's default if the configuration cannot be resolved.
    pub(super) fn out_dir(&self, folder: &Path) -> PathBuf {
        self.config.as_ref().map_or_else(|| folder.join("dist"), |config| config.out_dir.clone())
    }
}

impl Answers {
    /// Asks the servers at these URLs.
    pub(super) fn ask(
        folder: &Path,
        dev: Option<&str>,
        app: Option<&str>,
        inputs: &[String],
    ) -> Result<Self, String> {
        let urls = [dev, app].map(Option::unwrap_or_default);
        let arguments: Vec<_> = urls.into_iter().chain(inputs.iter().map(String::as_str)).collect();
        script(folder, &arguments)
    }
}

fn script<T: DeserializeOwned>(folder: &Path, arguments: &[&str]) -> Result<T, String> {
    let mut command = Command::new("node");
    command.args(["--no-warnings", "--input-type=module", "-e", SCRIPT, "--"]).current_dir(folder);
    let output = command.args(arguments).output().map_err(|error| error.to_string())?;
    // The configuration may print lines before the JSON.
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).map_err(|_| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

impl Answer {
    /// Whether the response is Vite's client. Some servers answer every path with a page.
    pub(super) fn is_vite(&self) -> bool {
        self.status == Some(200) && self.text.contains("vite")
    }

    /// Returns the help text in a refusal of the development proxy. It names the value and the
    /// variable that allows it.
    pub(super) fn help(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("help: "))
    }

    /// Describes a response that is not Vite's client.
    pub(super) fn why_not(&self) -> String {
        match (&self.error, self.status) {
            (Some(error), _) => format!("the request failed: {error}"),
            (None, Some(200)) => "another program than Vite answers".to_owned(),
            (None, status) => {
                let line = self.text.lines().next().unwrap_or_default();
                format!("the response is {}: {line}", status.unwrap_or_default())
            }
        }
    }
}
