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

/// The text on standard error; with JSON, the error as an object on standard output too.
pub(crate) fn fail(error: &Error, json: bool) -> Outcome {
    let kind = error.kind();
    if json {
        print_json(&serde_json::json!({ "error": {
            "kind": kind.as_str(),
            "message": error.to_string(),
            "suggestions": error.suggestions(),
            "url": kind.url(),
        }}));
    }
    let outcome = fail_with(Some(kind.as_str()), &error.to_string());
    if kind == ErrorKind::DevServerNotStarted { Outcome::Elsewhere } else { outcome }
}

/// An error with its code, if it has one, and where that is explained.
pub(crate) fn fail_with(code: Option<&str>, text: &str) -> Outcome {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let Some(code) = code else {
        eprintln!("{style}error{style:#}: {text}");
        return Outcome::Faults;
    };
    eprintln!("{style}error[{code}]{style:#}: {text}");
    eprintln!("  = {}", more(code));
    Outcome::Faults
}

/// Where a code is explained.
pub(crate) fn more(code: &str) -> String {
    format!("for more: vite-bridge explain {code} (docs/errors.md#{code})")
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
