//! The checks of the build: it exists, it is complete, and it is newer than its sources.

use vite_bridge::build::{Diagnostic, Severity};
use vite_bridge::{Builder, ErrorKind};

use super::finding::Finding;
use super::look::Config;
use crate::cli_error::message_with_causes;
use crate::print::count;

const HELP: &str = "run `npm run build`";

pub(super) fn findings(config: &Config) -> Vec<Finding> {
    match Builder::new(&config.out_dir).for_tools().load_build() {
        Ok(build) => {
            let findings: Vec<Finding> = build.check().iter().map(finding).collect();
            if !findings.is_empty() {
                return findings;
            }
            let manifest = build.graph().manifest();
            let entries = count(manifest.iter().filter(|(_, chunk)| chunk.is_entry()).count(), "entry");
            let files = count(manifest.files().count(), "file");
            let (dist, base) = (config.out_dir.display(), build.base());
            vec![Finding::ok(
                "build",
                format!("{dist} is complete: {entries}, {files}, base {}", base.as_str()),
            )]
        }
        Err(error) if error.kind() == ErrorKind::ManifestNotFound => {
            let message = format!("no build in {}", config.out_dir.display());
            let help = "run `npm run build` before you deploy";
            vec![Finding::warning("build", error.kind().as_str(), message, help)]
        }
        Err(error) => {
            let help = error.help().unwrap_or(HELP);
            vec![Finding::error("build", error.kind().as_str(), message_with_causes(&error), help)]
        }
    }
}

fn finding(diagnostic: &Diagnostic) -> Finding {
    let error = diagnostic.error();
    let message = format!("{}: {}", diagnostic.place(), message_with_causes(error));
    let (code, help) = (error.kind().as_str(), error.help().unwrap_or(HELP));
    match diagnostic.severity() {
        Severity::Error => Finding::error("build", code, message, help),
        _ => Finding::warning("build", code, message, help),
    }
}
