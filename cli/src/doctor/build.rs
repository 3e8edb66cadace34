//! The build: there, whole, and as new as its sources.

use vite_bridge::build::Severity;
use vite_bridge::{Builder, ErrorKind, Mode};

use super::finding::Finding;
use super::look::Config;
use crate::args::count;

pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let builder = Builder::new(&config.out_dir).mode(Mode::Production).read_environment(false);
    match builder.verify_files(false).serve_files(false).load_build() {
        Ok(build) => {
            let faults: Vec<Finding> = build.check().iter().map(of_build).collect();
            if !faults.is_empty() {
                return faults;
            }
            let entries = build.graph().manifest().iter().filter(|(_, chunk)| chunk.is_entry()).count();
            let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
            let (files, dist) =
                (count(build.graph().manifest().files().count(), "file"), config.out_dir.display());
            vec![Finding::ok(
                "build",
                format!("{dist}: {entries}, {files}, whole, base {}", build.base().as_str()),
            )]
        }
        Err(error) if error.kind() == ErrorKind::ManifestNotFound => {
            let message = format!("there is none in {}", config.out_dir.display());
            vec![Finding::warning(
                "build",
                error.kind().as_str(),
                message,
                "`npm run build`, before production",
            )]
        }
        Err(error) => {
            vec![Finding::fault("build", error.kind().as_str(), error.to_string(), "`npm run build`")]
        }
    }
}

fn of_build(fault: &vite_bridge::build::Diagnostic) -> Finding {
    let (code, message) = (fault.error().kind().as_str(), format!("{}: {}", fault.place(), fault.error()));
    match fault.severity() {
        Severity::Error => Finding::fault("build", code, message, "`npm run build`"),
        Severity::Warning => Finding::warning("build", code, message, "`npm run build`"),
    }
}
