//! Errors for files that are not a manifest.

use std::fmt;

use serde::de::Deserialize;
use serde_json::Value;

use super::chunk::Chunk;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};

/// Returns the error for an invalid manifest. It names the kind of the file and the problem.
pub(crate) fn diagnose(bytes: &[u8], place: &str, error: &serde_json::Error) -> Error {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let message = format!("{place} is empty: the build was interrupted");
        return Error::new(ErrorKind::ManifestInvalidJson, message).with_help(BUILD_AGAIN);
    }
    match serde_json::from_slice::<Value>(bytes) {
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let message = format!("invalid JSON in {place}, line {line}, column {column}");
            Error::new(ErrorKind::ManifestInvalidJson, message).with_help(BUILD_AGAIN).with_source(error)
        }
        Ok(Value::Object(map)) => not_a_manifest(&map, place, error),
        Ok(other) => wrong_shape(place, &format!("it is {}, not an object", Article(&other))),
    }
}

fn not_a_manifest(map: &serde_json::Map<String, Value>, place: &str, error: &serde_json::Error) -> Error {
    let is_web_app =
        ["icons", "start_url", "short_name"].iter().any(|key| map.get(*key).is_some_and(|v| !v.is_object()));
    if is_web_app {
        return wrong_shape(
            place,
            "it is a web app manifest (since Vite 5, the manifest of the build is in `.vite/`)",
        );
    }
    if map.values().all(Value::is_array) {
        let message = format!("{place} is the SSR manifest that `build.ssrManifest` writes");
        return Error::new(ErrorKind::ManifestIsSsrManifest, message)
            .with_help("set `build.manifest: true` and open the output directory of the client build");
    }
    match map.iter().find_map(|(key, value)| chunk_problem(value).map(|why| (key, why))) {
        Some((key, why)) => wrong_shape(place, &format!("chunk {key:?} {why}")),
        None => wrong_shape(place, &error.to_string()),
    }
}

fn chunk_problem(value: &Value) -> Option<String> {
    let Value::Object(chunk) = value else {
        return Some(format!("is {}, not an object", Article(value)));
    };
    match chunk.get("file") {
        None => Some("has no `file`".to_owned()),
        Some(Value::String(_)) => {
            <Chunk as Deserialize>::deserialize(value).err().map(|error| format!("is invalid: {error}"))
        }
        Some(other) => Some(format!("has {} as `file`, not a string", Article(other))),
    }
}

pub(crate) fn wrong_shape(place: &str, why: &str) -> Error {
    let message = format!("{place} is not the manifest of a Vite build: {why}");
    Error::new(ErrorKind::ManifestWrongShape, message).with_help("build with `build.manifest: true`")
}

/// The type of a JSON value with its article.
struct Article<'a>(&'a Value);

impl fmt::Display for Article<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        })
    }
}
