//! Edits Cargo.toml and keeps its comments and its order.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use super::error::{cannot, impossible};
use crate::cli_error::CliError;

/// Returns the value for the dependency on the library in Cargo.toml.
pub(super) fn dependency(from: Option<&Path>) -> String {
    match from {
        Some(from) => format!("{{ path = {:?} }}", from.display().to_string()),
        None => format!("{:?}", release()),
    }
}

/// Returns the version of the program without the patch number: `0.1` for `0.1.3`.
fn release() -> String {
    env!("CARGO_PKG_VERSION")
        .rsplit_once('.')
        .map_or(env!("CARGO_PKG_VERSION"), |(release, _)| release)
        .to_owned()
}

/// Adds the dependencies that are missing.
pub(super) fn with_dependencies(manifest: &str, from: Option<&Path>) -> Result<String, CliError> {
    let invalid = |error| cannot("parse Cargo.toml", &error);
    let mut document: DocumentMut = manifest.parse().map_err(invalid)?;
    if !document.contains_key("package") {
        return Err(impossible("Cargo.toml describes a workspace without a package")
            .with_help("pass the folder of the workspace member that is the application"));
    }
    let dependencies = document.entry("dependencies").or_insert(Item::Table(Table::new()));
    let dependencies = dependencies
        .as_table_like_mut()
        .ok_or_else(|| impossible("`dependencies` in Cargo.toml is not a table"))?;
    let bridge: Value = dependency(from).parse().map_err(invalid)?;
    for (name, value) in [("askama", Value::from("0.16")), ("vite-bridge", bridge)] {
        if !dependencies.contains_key(name) {
            dependencies.insert(name, Item::Value(value));
        }
    }
    Ok(document.to_string())
}

/// Whether a folder is inside a cargo workspace. Cargo rejects a new package that the workspace
/// does not list.
pub(super) fn is_within_workspace(root: &Path) -> bool {
    let above =
        root.ancestors().skip(1).filter_map(|folder| fs::read_to_string(folder.join("Cargo.toml")).ok());
    above
        .filter_map(|text| text.parse::<DocumentMut>().ok())
        .any(|manifest| manifest.contains_key("workspace"))
}
