//! `vite-bridge doctor`: checks the setup of a project, and prints a help text for each problem.

mod build;
mod config;
mod development;
mod finding;
mod image;
mod look;
mod tools;

use std::path::PathBuf;

use vite_bridge::spawn::PackageJson;

use crate::outcome::Outcome;
use crate::print::print_json;
use finding::{Finding, Status};
use look::Look;

/// Check the setup of a project, and print a help text for each problem
///
/// Checks Node.js, the package manager, Vite, the versions of plugin and crate, Vite's
/// configuration, the build, the dev server, the running application and a Dockerfile.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end. package.json is in this folder or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The URL of the running application, to check that it forwards requests to Vite [default: the
    /// URL at which it was opened last]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print a JSON array of {status, check, code, message, help}
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let findings = findings(args);
    if args.json {
        print_json(&findings);
    } else {
        findings.iter().for_each(finding::print);
        finding::print_summary(&findings);
    }
    if findings.iter().any(|finding| finding.status == Status::Error) {
        Outcome::Failed
    } else {
        Outcome::Done
    }
}

fn findings(args: &Args) -> Vec<Finding> {
    let mut findings = Vec::new();
    let package = match PackageJson::find(&args.project) {
        Ok(package) => package,
        Err(error) => {
            findings.extend(tools::node(None));
            findings.push(tools::no_package(&error));
            return findings;
        }
    };
    let look = Look::run(package.folder());
    findings.extend(tools::node(look.as_ref().ok().and_then(|look| look.vite.as_ref())));
    findings.extend(tools::manager(&package));
    let look = match look {
        Ok(look) => look,
        Err(text) => {
            findings.extend(tools::look_failed(text));
            return findings;
        }
    };
    findings.extend(tools::vite(&look, &package));
    if let Some(config) = &look.config {
        findings.extend(config::findings(config, package.folder()));
        findings.extend(build::findings(config));
        findings.extend(image::findings(package.folder(), &config.out_dir));
    }
    findings.extend(development::findings(&look, package.folder(), args.url.clone()));
    findings
}
