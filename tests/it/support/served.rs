//! An application that serves a small build.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::StatusCode;
use vite_bridge::Vite;

use super::Dist;
use super::exchange::Asked;

/// The response of the wrapped application to a path that is not in the build.
pub(crate) const OWN: &str = "the application's";

pub(crate) fn app(vite: &Vite) -> Router {
    vite.mount(Router::new().fallback(|| async { (StatusCode::NOT_FOUND, OWN) }))
}

pub(crate) fn set_time(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("a time");
}

pub(crate) fn get_(path: &str, headers: &[(&str, &str)]) -> Asked {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ("GET".to_owned(), path.to_owned(), headers.collect())
}

pub(crate) const MANIFEST: &str = r#"{
    "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "name": "main", "isEntry": true},
    "src/plain.ts": {"file": "plain.js", "name": "plain", "isEntry": true}
}"#;

pub(crate) fn build() -> Dist {
    Dist::new(&[
        (".vite/manifest.json", MANIFEST),
        ("assets/main-B1a2C3d4.js", "main"),
        ("assets/main-B1a2C3d4.js.map", "{}"),
        ("plain.js", "plain"),
        ("page.html", "<p>"),
        ("site.webmanifest", "{}"),
    ])
}
