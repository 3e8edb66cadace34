//! `vite-bridge doctor`: whether everything is in place, each line ok or what to do.

mod build;
mod config;
mod development;
mod finding;
mod image;
mod look;
mod tools;

use std::path::PathBuf;

use vite_bridge::spawn::PackageJson;

use crate::args::print_json;
use crate::outcome::Outcome;
use finding::{Finding, Status};
use look::Look;

/// Say what is in place and what is not, with what cures it
///
/// Node.js, package manager, Vite, plugin and crate, Vite's configuration, the build, the dev server, the application, an image.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder of the front end; package.json is there or above it
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// The application, as a browser opens it: whether it carries requests to Vite [default: where it was opened last]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print a JSON array of {status, check, code, message, cure}
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let findings = findings(args);
    if args.json {
        print_json(&findings);
    } else {
        findings.iter().for_each(finding::print);
        finding::print_sum(&findings);
    }
    if findings.iter().any(|finding| finding.status == Status::Fault) {
        Outcome::Faults
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
    let dev = development::DevFile::read(package.folder());
    let app = args.url.clone().or_else(|| development::application(package.folder()));
    let look = Look::run(package.folder(), dev.as_ref().map(|dev| dev.url.as_str()), app.as_deref());
    findings.extend(tools::node(look.as_ref().ok().and_then(|look| look.vite.as_ref())));
    findings.extend(tools::manager(&package));
    let look = match look {
        Ok(look) => look,
        Err(text) => {
            findings.extend(tools::unlooked(text));
            return findings;
        }
    };
    findings.extend(tools::vite(&look, &package));
    if let Some(config) = &look.config {
        findings.extend(config::findings(config, package.folder()));
        findings.extend(build::findings(config));
        findings.extend(image::findings(package.folder(), &config.out_dir));
    }
    findings.extend(development::findings(&look, dev.as_ref(), app.as_deref()));
    findings
}
