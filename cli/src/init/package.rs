//! Edits package.json and keeps the format of all other values.

use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::error::cannot;
use crate::cli_error::CliError;

/// The packages that build the front end, with their version requirements.
const TOOLS: [(&str, &str); 2] = [("typescript", "^7.0.2"), ("vite", "^8.3.8")];

type Object = IndexMap<String, Box<RawValue>>;

/// Adds the missing scripts and packages. Without a text, creates a package.json.
pub(super) fn with_vite(old: Option<&str>, name: &str, from: Option<&Path>) -> Result<String, CliError> {
    let invalid = |error: serde_json::Error| cannot("parse package.json", &error);
    let mut package: Object = match old {
        Some(text) => serde_json::from_str(text).map_err(invalid)?,
        None => [("name", name), ("private", ""), ("type", "module")].map(field).into_iter().collect(),
    };
    let bridge = match from {
        Some(from) => format!("file:{}", from.join("js").display()),
        None => format!("^{}", env!("CARGO_PKG_VERSION")),
    };
    let scripts = [("dev", "vite"), ("build", "vite build")];
    add(&mut package, "scripts", scripts.into_iter()).map_err(invalid)?;
    let tools = TOOLS.into_iter().chain([("vite-bridge", bridge.as_str())]);
    add(&mut package, "devDependencies", tools).map_err(invalid)?;
    let before: Object = old.map(serde_json::from_str).transpose().map_err(invalid)?.unwrap_or_default();
    let is_same =
        |key: &String| before.get(key).map(|old| old.get()) == package.get(key).map(|new| new.get());
    match old {
        // Nothing was added, so the formatting stays too.
        Some(text) if package.len() == before.len() && package.keys().all(is_same) => Ok(text.to_owned()),
        _ => Ok(print(&package)),
    }
}

/// Returns a field of a new package.json. An empty value stands for `true`.
fn field((key, value): (&str, &str)) -> (String, Box<RawValue>) {
    let value = if value.is_empty() { "true".to_owned() } else { format!("{value:?}") };
    (key.to_owned(), RawValue::from_string(value).unwrap_or_default())
}

/// Adds values to an object in package.json. Does not change existing values.
fn add<'a>(
    package: &mut Object,
    key: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), serde_json::Error> {
    let old = package.get(key);
    let mut object: IndexMap<String, String> = match old {
        Some(old) => IndexMap::deserialize(&mut serde_json::Deserializer::from_str(old.get()))?,
        None => IndexMap::new(),
    };
    let before = object.len();
    for (name, value) in values {
        object.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    if object.len() > before {
        package.insert(key.to_owned(), to_raw_value(&object)?);
    }
    Ok(())
}

/// Formats package.json with two spaces, as npm does.
fn print(package: &Object) -> String {
    let lines = package.iter().map(|(key, value)| format!("  {key:?}: {}", indented(value.get())));
    format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
}

/// Formats a new object with one line for each value. Other values keep their lines.
fn indented(value: &str) -> String {
    match serde_json::from_str::<IndexMap<String, String>>(value) {
        Ok(object) if !object.is_empty() => {
            let lines = object.iter().map(|(key, value)| format!("    {key:?}: {value:?}"));
            format!("{{\n{}\n  }}", lines.collect::<Vec<_>>().join(",\n"))
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use super::with_vite;

    #[test]
    fn existing_values_keep_their_format() {
        let old = "{\n  \"name\": \"a\",\n  \"exports\": {\n    \"z\": 1,\n    \"a\": [ 2 ]\n  },\n  \"scripts\": {\n    \"dev\": \"vite --host\"\n  }\n}\n";
        let expected = "{\n  \"name\": \"a\",\n  \"exports\": {\n    \"z\": 1,\n    \"a\": [ 2 ]\n  },\n  \"scripts\": {\n    \"dev\": \"vite --host\",\n    \"build\": \"vite build\"\n  },\n  \"devDependencies\": {\n    \"typescript\": \"^7.0.2\",\n    \"vite\": \"^8.3.8\",\n    \"vite-bridge\": \"^0.1.0\"\n  }\n}\n";
        let text = with_vite(Some(old), "x", None).expect("a package.json");
        assert_eq!(text, expected);
        assert_eq!(with_vite(Some(&text), "x", None).expect("the same"), text);
        let spaced = text.replace("  ", "\t");
        assert_eq!(with_vite(Some(&spaced), "x", None).expect("the same"), spaced);
        assert!(with_vite(Some("{"), "x", None).is_err());
    }
}
