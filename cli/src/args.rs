//! What several commands take, and how they print errors.

use std::path::{Path, PathBuf};

use anstream::{eprintln, println};
use serde::Serialize;
use vite_bridge::{Builder, Error, ErrorKind, Mode};

use crate::outcome::Outcome;

/// Which build.
#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    /// The build's output directory, with .vite/manifest.json or manifest.json
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// That manifest instead; files are sought in its directory, or in that one's parent if it is .vite
    #[arg(long, value_name = "FILE", conflicts_with = "dist")]
    manifest: Option<PathBuf>,
    /// Vite's base [default: what the plugin recorded, else /]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

impl BuildArgs {
    /// The build as production loads it, whatever the environment says; its files unchecked.
    pub(crate) fn builder(&self) -> Builder {
        let builder = match &self.manifest {
            Some(file) => Builder::manifest_file(file),
            None => Builder::new(&self.dist),
        };
        let builder =
            builder.mode(Mode::Production).read_environment(false).verify_files(false).serve_files(false);
        match &self.base {
            Some(base) => builder.base(base),
            None => builder,
        }
    }

    pub(crate) fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// The output directory.
    pub(crate) fn dist(&self) -> &Path {
        let Some(file) = &self.manifest else {
            return &self.dist;
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        if folder.ends_with(".vite") { folder.parent().unwrap_or(Path::new("")) } else { folder }
    }
}

/// Prints an error with its causes on standard error. With `json`, also prints it as an object on standard output.
pub(crate) fn fail(error: &Error, json: bool) -> Outcome {
    let kind = error.kind();
    let message = with_causes(error);
    if json {
        print_json(&serde_json::json!({ "error": {
            "kind": kind.as_str(),
            "message": message,
            "help": error.help(),
            "suggestions": error.suggestions(),
            "url": kind.url(),
        }}));
    }
    let outcome = fail_with_help(Some(kind.as_str()), &message, error.help());
    if kind == ErrorKind::DevServerNotStarted { Outcome::Elsewhere } else { outcome }
}

/// The message of an error, and the text of each of its causes.
pub(crate) fn with_causes(error: &Error) -> String {
    let mut text = error.message().to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Prints an error with its code, if it has one.
pub(crate) fn fail_with(code: Option<&str>, text: &str) -> Outcome {
    fail_with_help(code, text, None)
}

fn fail_with_help(code: Option<&str>, text: &str, help: Option<&str>) -> Outcome {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let code_in_brackets = code.map(|code| format!("[{code}]")).unwrap_or_default();
    eprintln!("{red}error{code_in_brackets}{red:#}: {text}");
    if let Some(help) = help {
        eprintln!("  = help: {help}");
    }
    if let Some(code) = code {
        eprintln!("  = {}", more(code));
    }
    Outcome::Faults
}

/// Where a code is explained.
pub(crate) fn more(code: &str) -> String {
    format!("for more: vite-bridge explain {code}")
}

pub(crate) fn print_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{text}"),
        Err(fault) => eprintln!("error: {fault}"),
    }
}

/// `1 chunk`, `2 chunks`.
pub(crate) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
