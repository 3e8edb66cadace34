//! Errors for files that are not a manifest.

use std::fmt;

use serde::de::Deserialize;
use serde_json::Value;

use super::chunk::Chunk;
use crate::error::{Error, ErrorKind};

/// Returns the error for an invalid manifest. It names the kind of the file and the problem.
pub(crate) fn diagnose(bytes: &[u8], place: &str, error: &serde_json::Error) -> Error {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let what = format!(
            "{place} is empty (0 bytes of JSON): the build was interrupted; run `npm run build` again"
        );
        return Error::new(ErrorKind::ManifestInvalidJson, what);
    }
    match serde_json::from_slice::<Value>(bytes) {
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let what = format!("{place} is no JSON: line {line}, column {column}; run `npm run build` again");
            Error::new(ErrorKind::ManifestInvalidJson, what).with_source(error)
        }
        Ok(Value::Object(map)) => not_a_manifest(&map, place, error),
        Ok(other) => wrong_shape(place, &format!("it is {}, not an object", Article(&other))),
    }
}

fn not_a_manifest(map: &serde_json::Map<String, Value>, place: &str, error: &serde_json::Error) -> Error {
    let is_web_app =
        ["icons", "start_url", "short_name"].iter().any(|key| map.get(*key).is_some_and(|v| !v.is_object()));
    if is_web_app {
        return wrong_shape(place, "it is a web app manifest; Vite's lies in `.vite/` since Vite 5");
    }
    if map.values().all(Value::is_array) {
        let what = format!(
            "{place} is Vite's SSR manifest (lists of files, made by `build.ssrManifest`); set `build.manifest: true` and read the manifest of the client build"
        );
        return Error::new(ErrorKind::ManifestIsSsrManifest, what);
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
            <Chunk as Deserialize>::deserialize(value).err().map(|error| format!("cannot be read: {error}"))
        }
        Some(other) => Some(format!("has {} as `file`, not a string", Article(other))),
    }
}

pub(crate) fn wrong_shape(place: &str, why: &str) -> Error {
    let what =
        format!("{place} is not the manifest of a Vite build: {why}; build with `build.manifest: true`");
    Error::new(ErrorKind::ManifestWrongShape, what)
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
