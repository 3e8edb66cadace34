//! A small build for tests of tags.

use serde_json::{Value, json};
use vite_bridge::Vite;

use super::build;

pub(crate) fn manifest() -> Value {
    json!({
        "src/main.ts": {"file": "assets/main-1.js", "isEntry": true, "imports": ["_s.js"], "css": ["assets/main-1.css"]},
        "_s.js": {"file": "assets/s-1.js"},
        "src/logo.svg": {"file": "assets/logo-1.svg", "src": "src/logo.svg"},
        "src/inter.woff2": {"file": "assets/inter-1.woff2", "src": "src/inter.woff2"},
        "src/lazy.ts": {"file": "assets/lazy-1.js", "isDynamicEntry": true},
    })
}

pub(crate) fn open() -> Vite {
    build(&manifest()).open().expect("a build")
}
