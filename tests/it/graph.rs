//! The graph of chunks: order, repeats, cycles, depth, lookup.

use serde_json::{Map, Value, json};
use vite_bridge::build::Graph;
use vite_bridge::manifest::Manifest;
use vite_bridge::{Builder, CssOrder, ErrorKind, Vite};

use crate::support::{build, fails, lines, real_manifest};

fn open(manifest: &Value) -> Vite {
    build(manifest).open().expect("a build")
}

fn open_entry_first(manifest: &Value) -> Vite {
    build(manifest).css_order(CssOrder::EntryFirst).open().expect("a build")
}

fn real(name: &str) -> Vite {
    Builder::manifest_bytes(real_manifest(name)).read_environment(false).open().expect("a build")
}

/// Returns the manifest in Vite's backend guide.
fn guide() -> Value {
    json!({
        "_shared.js": {"file": "assets/shared.js", "css": ["assets/shared.css"]},
        "views/foo.js": {"file": "assets/foo.js", "isEntry": true, "imports": ["_shared.js"], "css": ["assets/foo.css"]},
        "views/bar.js": {"file": "assets/bar.js", "isEntry": true, "imports": ["_shared.js"], "dynamicImports": ["baz.js"]},
        "baz.js": {"file": "assets/baz.js", "isDynamicEntry": true},
    })
}

#[test]
fn css_of_nested_imports_comes_before_the_entrys_own_css() {
    let expected = [
        "stylesheet /assets/shared.css",
        "stylesheet /assets/foo.css",
        "script /assets/foo.js",
        "modulepreload /assets/shared.js",
    ];
    assert_eq!(lines(open(&guide()).tags("views/foo.js")), expected);
}

#[test]
fn the_order_of_vites_guide_is_an_option() {
    let tags = lines(open_entry_first(&guide()).tags("views/foo.js"));
    assert_eq!(tags[..2], ["stylesheet /assets/foo.css", "stylesheet /assets/shared.css"]);
}

#[test]
fn dynamic_imports_are_not_loaded_with_the_page() {
    let tags = lines(open(&guide()).tags("views/bar.js"));
    assert_eq!(
        tags,
        ["stylesheet /assets/shared.css", "script /assets/bar.js", "modulepreload /assets/shared.js"]
    );
}

#[test]
fn several_entries_are_grouped_by_kind_without_repeats() {
    let tags = lines(open(&guide()).tags(["views/foo.js", "views/bar.js", "views/foo.js"]));
    let expected = [
        "stylesheet /assets/shared.css",
        "stylesheet /assets/foo.css",
        "script /assets/foo.js",
        "script /assets/bar.js",
        "modulepreload /assets/shared.js",
    ];
    assert_eq!(tags, expected);
}

#[test]
fn an_entry_imported_by_another_entry_is_not_preloaded() {
    let manifest = json!({
        "app.js": {"file": "app.js", "isEntry": true, "css": ["app.css"], "imports": ["app.js", "_v.js"]},
        "page.js": {"file": "page.js", "isEntry": true, "imports": ["app.js"]},
        "_v.js": {"file": "v.js", "imports": ["app.js"]},
    });
    let vite = open(&manifest);
    let both = ["stylesheet /app.css", "script /app.js", "script /page.js", "modulepreload /v.js"];
    assert_eq!(lines(vite.tags(["app.js", "page.js"])), both);
    let page = ["stylesheet /app.css", "script /page.js", "modulepreload /v.js", "modulepreload /app.js"];
    assert_eq!(lines(vite.tags("page.js")), page);
}

#[test]
fn import_cycles_and_repeated_imports_are_valid() {
    let tags = lines(real("vite-8-manual").tags("src/main.ts"));
    let mut once = tags.clone();
    once.sort();
    once.dedup();
    assert_eq!(tags.len(), once.len(), "{tags:?}");
    let cycle = json!({
        "e.js": {"file": "e.js", "isEntry": true, "imports": ["_a.js", "_b.js", "_a.js"]},
        "_a.js": {"file": "a.js", "imports": ["_b.js"], "css": ["a.css"]},
        "_b.js": {"file": "b.js", "imports": ["_a.js"], "css": ["b.css"]},
    });
    let expected = [
        "stylesheet /b.css",
        "stylesheet /a.css",
        "script /e.js",
        "modulepreload /b.js",
        "modulepreload /a.js",
    ];
    assert_eq!(lines(open(&cycle).tags("e.js")), expected);
}

#[test]
fn a_chain_of_100_000_chunks_does_not_overflow_the_stack() {
    let mut chunks = Map::new();
    for at in 0..100_000 {
        let imports = if at + 1 < 100_000 { vec![format!("{}.js", at + 1)] } else { vec![] };
        chunks.insert(
            format!("{at}.js"),
            json!({"file": format!("{at}.js"), "imports": imports, "isEntry": at == 0, "css": [format!("{at}.css")]}),
        );
    }
    let vite = open(&Value::Object(chunks));
    let tags = lines(vite.tags("0.js"));
    assert_eq!(tags.len(), 200_000);
    assert_eq!(tags[0], "stylesheet /99999.css");
    assert_eq!(tags.last().map(String::as_str), Some("modulepreload /1.js"));
}

#[test]
fn a_ladder_of_48_chunks_is_walked_once() {
    let mut chunks = Map::new();
    chunks.insert("e.js".into(), json!({"file": "e.js", "isEntry": true, "imports": ["0a.js", "0b.js"]}));
    for at in 0..24 {
        let next = [format!("{}a.js", at + 1), format!("{}b.js", at + 1)];
        let imports = if at < 23 { json!(next) } else { json!([]) };
        for side in ["a", "b"] {
            let name = format!("{at}{side}.js");
            chunks.insert(name.clone(), json!({"file": name, "imports": imports}));
        }
    }
    // Following every path separately would visit 2^24 chunks.
    assert_eq!(lines(open(&Value::Object(chunks)).tags("e.js")).len(), 1 + 48);
}

#[test]
fn a_css_file_shared_by_chunks_and_entries_is_linked_once() {
    let manifest = json!({
        "a.ts": {"file": "a.js", "isEntry": true, "css": ["both.css", "a.css"]},
        "b.ts": {"file": "b.js", "isEntry": true, "css": ["both.css"]},
        "both.css": {"file": "both.css", "isEntry": true},
    });
    let tags = lines(open(&manifest).tags(["both.css", "a.ts", "b.ts"]));
    assert_eq!(tags, ["stylesheet /both.css", "stylesheet /a.css", "script /a.js", "script /b.js"]);
}

#[test]
fn a_missing_import_is_an_error_at_load_that_names_both_chunks() {
    let manifest = json!({"a.js": {"file": "a.js", "isEntry": true, "imports": ["_gon.js"]}, "_gone.js": {"file": "g.js"}});
    let text = fails(build(&manifest).open(), ErrorKind::MissingImport);
    assert_eq!(
        text,
        "chunk \"a.js\" imports \"_gon.js\", which is missing in the manifest; did you mean \"_gone.js\"?\nhelp: run `npm run build` again"
    );
    let dynamic = json!({"a.js": {"file": "a.js", "isEntry": true, "dynamicImports": ["gone.ts"]}});
    assert!(build(&dynamic).open().is_ok(), "no tag depends on it");
}

#[test]
fn css_entries_of_vite_3_to_8_become_stylesheets() {
    for major in 3..=8 {
        for variant in ["", "-array", "-base-static"] {
            let vite = real(&format!("vite-{major}{variant}"));
            let tags = lines(vite.tags("src/theme.css"));
            assert_eq!(tags.len(), 1, "vite-{major}{variant}: {tags:?}");
            assert!(tags[0].starts_with("stylesheet /assets/theme"), "{tags:?}");
        }
    }
}

#[test]
fn vite_2_has_no_css_entries_and_the_error_says_so() {
    let text = fails(real("vite-2").tags("src/theme.css"), ErrorKind::UnknownEntry);
    assert!(text.contains("Vite 2 does not record CSS entries"), "{text}");
}

#[test]
fn without_css_code_split_every_script_links_the_single_stylesheet() {
    for major in 3..=8 {
        let vite = real(&format!("vite-{major}-nosplit"));
        let tags = lines(vite.tags("src/admin.ts"));
        assert!(tags[0].starts_with("stylesheet /assets/style"), "vite-{major}: {tags:?}");
        assert_eq!(tags.iter().filter(|tag| tag.starts_with("stylesheet")).count(), 1);
    }
    let own = json!({
        "style.css": {"file": "style.css", "src": "style.css", "isEntry": true},
        "a.ts": {"file": "a.js", "isEntry": true},
    });
    assert_eq!(
        lines(open(&own).tags("a.ts")),
        ["script /a.js"],
        "an entry with this name does not hold the CSS of all scripts"
    );
}

#[test]
fn the_kind_comes_from_the_built_file_not_from_the_key() {
    let manifest = json!({
        "_shared-!~{00w}~.js": {"file": "assets/shared-1.css"},
        "src/both-legacy.css": {"file": "assets/both-legacy-1.js"},
        "m.mts": {"file": "m.mjs", "isEntry": true, "imports": ["_c.js"]},
        "_c.js": {"file": "c.cjs"},
    });
    let vite = open(&manifest);
    assert_eq!(lines(vite.tags("_shared-!~{00w}~.js")), ["stylesheet /assets/shared-1.css"]);
    assert_eq!(lines(vite.tags("src/both-legacy.css")), ["script /assets/both-legacy-1.js"]);
    assert_eq!(lines(vite.tags("m.mts")), ["script /m.mjs", "modulepreload /c.cjs"]);
}

#[test]
fn a_chunk_that_is_not_an_entry_is_allowed_unless_entries_are_strict() {
    let manifest = json!({
        "_s.js": {"file": "s.js"},
        "t.css": {"file": "t.css", "src": "t.css"},
        "a.ts": {"file": "a.js", "isEntry": true},
    });
    assert_eq!(lines(open(&manifest).tags("_s.js")), ["script /s.js"]);
    let strict = build(&manifest).strict_entries(true).open().expect("a build");
    let text = fails(strict.tags("_s.js"), ErrorKind::NotAnEntry);
    assert!(text.starts_with("\"_s.js\" is a chunk but not an entry"), "{text}");
    assert_eq!(lines(strict.tags(["t.css", "a.ts"])), ["stylesheet /t.css", "script /a.js"]);
}

#[test]
fn a_name_matches_a_key_then_a_source_then_an_entry_name() {
    let manifest = json!({
        "public/icon.png": {"file": "assets/icon-1.png", "src": "icon.png"},
        "src/main.ts": {"file": "assets/main-1.js", "name": "app", "isEntry": true},
        "_main.js": {"file": "assets/main-2.js", "name": "main"},
        "a/index.js": {"file": "x/a.js", "name": "index", "isEntry": true},
        "b/index.js": {"file": "x/b.js", "name": "index", "isEntry": true},
    });
    let vite = open(&manifest);
    assert_eq!(vite.asset("icon.png").expect("by source").as_str(), "/assets/icon-1.png");
    for name in ["src/main.ts", "/src/main.ts", "./src/main.ts", "app"] {
        assert_eq!(lines(vite.tags(name)), ["script /assets/main-1.js"], "{name}");
    }
    fails(vite.tags("main"), ErrorKind::UnknownEntry);
    let error = vite.tags("index").expect_err("two entries of one name");
    assert_eq!(error.kind(), ErrorKind::AmbiguousName);
    assert_eq!(error.suggestions(), ["a/index.js", "b/index.js"]);
    assert_eq!(
        error.to_string(),
        "ambiguous name \"index\": 2 chunks have it\nhelp: use one of the keys a/index.js, b/index.js"
    );
}

#[test]
fn an_absolute_path_as_key_is_found_unchanged() {
    let manifest = json!({"/abs/x.css": {"file": "x-1.css", "src": "/abs/x.css"}});
    assert_eq!(lines(open(&manifest).tags("/abs/x.css")), ["stylesheet /x-1.css"]);
}

#[test]
fn an_unknown_entry_error_has_suggestions_a_place_and_help() {
    let manifest = json!({
        "src/main.ts": {"file": "m.js", "isEntry": true, "name": "main"},
        "src/admin.tsx": {"file": "a.js", "isEntry": true},
        "_shared.js": {"file": "s.js"},
    });
    let error = open(&manifest).tags("src/mian.ts").expect_err("no such entry");
    assert_eq!(error.suggestions(), ["src/main.ts"]);
    assert_eq!(
        error.to_string(),
        "unknown entry \"src/mian.ts\" in the manifest; did you mean \"src/main.ts\"?; the 2 entries are \"src/admin.tsx\", \"src/main.ts\"\nhelp: write the name of an entry, or run `npm run build` if the file is new; without the plugin, also add the file to `build.rollupOptions.input` in vite.config.js"
    );
    let wrong_extension = open(&manifest).tags("src/admin.ts").expect_err("no such entry");
    assert_eq!(wrong_extension.suggestions()[0], "src/admin.tsx");
}

#[test]
fn an_image_entry_is_an_error_that_names_the_right_call() {
    let manifest = json!({"logo.svg": {"file": "assets/logo-1.svg", "src": "logo.svg"}});
    let text = fails(open(&manifest).tags("logo.svg"), ErrorKind::EntryNotLoadable);
    assert_eq!(
        text,
        "\"logo.svg\" is built to \"assets/logo-1.svg\", which is neither a script nor a stylesheet\nhelp: use `asset(\"logo.svg\")` for its URL"
    );
}

#[test]
fn a_stylesheet_lists_its_css_before_itself_and_assets_never_become_tags() {
    let manifest = json!({
        "t.css": {"file": "t.css", "css": ["dep.css"], "isEntry": true},
        "w.ts": {"file": "w.js", "isEntry": true, "assets": ["worker-1.js", "url-1.css"]},
    });
    let vite = open(&manifest);
    assert_eq!(lines(vite.tags("t.css")), ["stylesheet /dep.css", "stylesheet /t.css"]);
    assert_eq!(lines(vite.tags("w.ts")), ["script /w.js"]);
}

#[test]
fn the_graph_can_be_queried_without_tags() {
    let graph = Graph::new(Manifest::from_slice(guide().to_string().as_bytes()).expect("a manifest"))
        .expect("a graph");
    let files = graph.entry_files(&["views/foo.js"], CssOrder::EntryFirst).expect("files");
    assert_eq!(files.styles, ["assets/foo.css", "assets/shared.css"]);
    assert_eq!(graph.find("/views/foo.js").expect("a chunk").0, "views/foo.js");
}
