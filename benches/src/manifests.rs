//! Synthetic manifests, with names as long as in real builds.

use serde_json::{Map, Value, json};

/// The entry to measure.
pub const ENTRY: &str = "src/pages/start/main.ts";

/// Returns a manifest of `chunks` chunks. 50 of them are entries, fewer in a small manifest.
///
/// [`ENTRY`] imports `reached` chunks, directly or indirectly. Every second of these has CSS.
pub fn manifest(chunks: usize, reached: usize) -> String {
    let mut map = Map::new();
    // The entry lists every chunk that it reaches, as in a build of Vite 5 to 7. So libraries that
    // follow only one level of imports print complete tags, too.
    map.insert(ENTRY.into(), chunk("home", true, (0..reached).map(key).collect(), true));
    for at in 0..reached {
        map.insert(key(at), chunk(&format!("shared-{at}"), false, imports(at + 1, reached), at % 2 == 0));
    }
    for at in reached..chunks - 1 {
        let is_entry = at < reached + 49;
        let next = vec![key(reached + (at * 7 + 1) % (chunks - 1 - reached).max(1))];
        map.insert(
            key(at),
            chunk(&format!("other-{at}"), is_entry, if is_entry { next } else { vec![] }, at % 3 == 0),
        );
    }
    assert_eq!(map.len(), chunks);
    Value::Object(map).to_string()
}

/// Each shared chunk imports the next two, which gives a graph with many diamonds.
fn imports(from: usize, reached: usize) -> Vec<String> {
    (from..reached.min(from + 2)).map(key).collect()
}

fn key(at: usize) -> String {
    format!("src/components/part-{at}/index.ts")
}

fn chunk(name: &str, is_entry: bool, imports: Vec<String>, has_css: bool) -> Value {
    let mut chunk = json!({
        "file": format!("assets/{name}-B1a2C3d4.js"),
        "name": name,
        "src": format!("src/{name}.ts"),
        "imports": imports,
    });
    if is_entry {
        chunk["isEntry"] = json!(true);
    }
    if has_css {
        chunk["css"] = json!([format!("assets/{name}-D4c3B2a1.css")]);
    }
    chunk
}
