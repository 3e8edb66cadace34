//! Cargo.toml, with its comments and its order as they are.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

/// As the line of a dependency has it.
pub(super) fn dependency(from: Option<&Path>) -> String {
    match from {
        Some(from) => format!("{{ path = {:?} }}", from.display().to_string()),
        None => format!("{:?}", release()),
    }
}

/// `0.1` of `0.1.3`: what is compatible.
fn release() -> String {
    env!("CARGO_PKG_VERSION")
        .rsplit_once('.')
        .map_or(env!("CARGO_PKG_VERSION"), |(release, _)| release)
        .to_owned()
}

pub(super) fn with_dependencies(manifest: &str, from: Option<&Path>) -> Result<String, String> {
    let mut document: DocumentMut =
        manifest.parse().map_err(|fault| format!("Cargo.toml cannot be read: {fault}"))?;
    if !document.contains_key("package") {
        return Err(
            "Cargo.toml is that of a workspace: name the folder of the member that is the application"
                .to_owned(),
        );
    }
    let dependencies = document.entry("dependencies").or_insert(Item::Table(Table::new()));
    let dependencies = dependencies.as_table_like_mut().ok_or("`dependencies` of Cargo.toml is no table")?;
    let bridge: Value = dependency(from).parse().map_err(|fault| format!("no dependency: {fault}"))?;
    for (name, value) in [("askama", Value::from("0.16")), ("vite-bridge", bridge)] {
        if !dependencies.contains_key(name) {
            dependencies.insert(name, Item::Value(value));
        }
    }
    Ok(document.to_string())
}

/// Of which cargo would want to know why it does not list a new package.
pub(super) fn is_within_workspace(root: &Path) -> bool {
    let above =
        root.ancestors().skip(1).filter_map(|folder| fs::read_to_string(folder.join("Cargo.toml")).ok());
    above
        .filter_map(|text| text.parse::<DocumentMut>().ok())
        .any(|manifest| manifest.contains_key("workspace"))
}
