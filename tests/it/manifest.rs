//! Reading manifests: real ones from Vite 2 to 8, and invalid files.

use std::collections::HashSet;
use std::fs;

use serde_json::json;
use vite_bridge::build::{Build, Graph};
use vite_bridge::manifest::{FileKind, Manifest, build_id};
use vite_bridge::{CssOrder, ErrorKind};

use crate::support::{Dist, build, fails, html, real_manifest, real_manifests, tests_dir};

#[test]
fn every_script_and_style_of_every_vite_2_to_8_manifest_resolves() {
    for (name, bytes) in real_manifests() {
        let graph = Graph::new(Manifest::from_slice(&bytes).expect(&name)).expect(&name);
        let chunks: Vec<_> = graph.manifest().iter().collect();
        assert!(chunks.len() > 3, "{name}");
        for (key, chunk) in chunks {
            match chunk.kind() {
                FileKind::Asset => {
                    fails(graph.entry_files(&[key], CssOrder::default()), ErrorKind::EntryNotLoadable)
                }
                _ => graph.entry_files(&[key], CssOrder::default()).map(|_| String::new()).expect(&name),
            };
        }
    }
}

#[test]
fn every_file_of_a_real_manifest_is_in_its_output_directory() {
    let mut compared = 0;
    for (name, bytes) in real_manifests() {
        let listing = tests_dir().join(format!("manifests/dist-listings/{name}.txt"));
        let Ok(listing) = fs::read_to_string(listing) else {
            continue;
        };
        let there: HashSet<&str> = listing.lines().filter_map(|line| line.split('\t').next()).collect();
        let manifest = Manifest::from_slice(&bytes).expect(&name);
        for (key, file) in manifest.files() {
            assert!(there.contains(file), "{name}: {key} names {file}");
        }
        compared += 1;
    }
    assert!(compared > 100, "{compared} listings");
}

#[test]
fn a_round_trip_through_the_types_loses_no_text() {
    let manifest = Manifest::from_slice(&real_manifest("vite-8")).expect("a manifest");
    let chunk = manifest.get("src/main.ts").expect("main");
    assert_eq!(chunk.src(), Some("src/main.ts"));
    assert_eq!(chunk.name(), Some("main"));
    assert!(chunk.is_entry() && !chunk.is_dynamic_entry());
    assert!(!chunk.imports().is_empty() && !chunk.dynamic_imports().is_empty());
    assert!(!chunk.css().is_empty() && !chunk.assets().is_empty());
    assert_eq!(manifest.iter().len(), manifest.len());
}

#[test]
fn the_manifest_path_of_vite_5_is_tried_before_the_path_of_vite_4() {
    let new = r#"{"a.js": {"file": "new.js", "isEntry": true}}"#;
    let old = r#"{"a.js": {"file": "old.js", "isEntry": true}}"#;
    let both =
        Dist::new(&[(".vite/manifest.json", new), ("manifest.json", old), ("new.js", ""), ("old.js", "")]);
    let tags = html(both.builder().open().expect("a build").tags("a.js"));
    assert_eq!(tags, r#"<script type="module" src="/new.js"></script>"#);
    let only_old = Dist::new(&[("manifest.json", old), ("old.js", "")]);
    let tags = html(only_old.builder().open().expect("a build").tags("a.js"));
    assert_eq!(tags, r#"<script type="module" src="/old.js"></script>"#);
}

#[test]
fn a_manifest_with_another_name_finds_files_in_its_directory() {
    let manifest = r#"{"a.js": {"file": "a.js", "isEntry": true}}"#;
    let dist = Dist::new(&[("name.json", manifest), (".vite/other.json", manifest), ("a.js", "")]);
    for name in ["name.json", ".vite/other.json"] {
        let builder = vite_bridge::Builder::manifest_file(dist.path().join(name)).read_environment(false);
        assert!(builder.open().is_ok(), "{name}");
    }
}

#[test]
fn a_missing_manifest_is_an_error_of_open_that_names_every_path() {
    let dist = Dist::new(&[]);
    let text = dist.hide(&fails(dist.builder().open(), ErrorKind::ManifestNotFound));
    assert_eq!(
        text,
        "no manifest at DIST/.vite/manifest.json or DIST/manifest.json\nhelp: run `npm run build`, and open the directory that `build.outDir` names; without the plugin, also set `build.manifest: true` in vite.config.js"
    );
    let gone = vite_bridge::Builder::new(dist.path().join("gone")).read_environment(false);
    let text = fails(gone.open(), ErrorKind::ManifestNotFound);
    assert!(text.contains("the directory does not exist"), "{text}");
}

#[test]
fn invalid_json_is_an_error_with_path_line_and_column() {
    let dist = Dist::new(&[(".vite/manifest.json", "{\n  \"a.js\": not")]);
    let text = dist.hide(&fails(dist.builder().open(), ErrorKind::ManifestInvalidJson));
    assert!(text.starts_with("invalid JSON in DIST/.vite/manifest.json, line 2, column 12\n"), "{text}");
    for empty in ["", " \n"] {
        let text = fails(Manifest::from_slice(empty.as_bytes()), ErrorKind::ManifestInvalidJson);
        assert!(text.starts_with("the manifest is empty"), "{text}");
    }
}

#[test]
fn other_json_files_of_a_build_are_recognised_and_rejected() {
    let ssr = json!({"src/App.vue": ["/assets/App.js", "/assets/App.css"], "src/x.ts": []});
    let text = fails(build(&ssr).open(), ErrorKind::ManifestIsSsrManifest);
    assert!(text.contains("SSR manifest"), "{text}");
    let app = json!({"name": "App", "start_url": "/", "icons": [{"src": "/a.png", "sizes": "192x192"}]});
    let text = fails(build(&app).open(), ErrorKind::ManifestWrongShape);
    assert!(text.contains("web app manifest"), "{text}");
}

#[test]
fn an_invalid_chunk_error_names_the_key_and_the_field() {
    let cases = [
        (json!({"a.js": {"src": "a.js"}}), "chunk \"a.js\" has no `file`"),
        (json!({"a.js": {"file": 1}}), "chunk \"a.js\" has a number as `file`, not a string"),
        (json!({"a.js": {"file": ""}}), "chunk \"a.js\" has an empty `file`"),
        (json!({"a.js": "a.js"}), "chunk \"a.js\" is a string, not an object"),
        (json!({"a.js": {"file": "a.js"}, "b.js": ["b.js"]}), "chunk \"b.js\" is a list, not an object"),
        (json!({"a.js": {"file": "a.js", "imports": "b"}}), "chunk \"a.js\" is invalid: invalid type"),
        (json!(["a.js"]), "it is a list, not an object"),
        (json!(null), "it is null, not an object"),
    ];
    for (manifest, why) in cases {
        let text = fails(build(&manifest).open(), ErrorKind::ManifestWrongShape);
        assert!(
            text.starts_with(&format!("the manifest is not the manifest of a Vite build: {why}")),
            "{text}"
        );
    }
}

#[test]
fn an_empty_object_a_byte_order_mark_null_lists_and_new_fields_are_valid() {
    let empty = build(&json!({})).open().expect("a build without entries");
    assert!(fails(empty.tags("a.js"), ErrorKind::UnknownEntry).contains("the build has no entries"));
    let odd = "\u{feff}{\"a.js\": {\"file\": \"a.js\", \"imports\": null, \"css\": null, \"isEntry\": null, \"names\": [\"a\"], \"later\": {\"x\": 1}}}";
    let vite = vite_bridge::Builder::manifest_bytes(odd).read_environment(false).open().expect("a build");
    assert_eq!(html(vite.tags("a.js")), r#"<script type="module" src="/a.js"></script>"#);
}

#[test]
fn backslashes_in_keys_and_imports_become_slashes() {
    let manifest = json!({
        "src\\a.ts": {"file": "a.js", "src": "src\\a.ts", "imports": ["src\\b.ts"], "isEntry": true},
        "src\\b.ts": {"file": "b.js"},
    });
    let vite = build(&manifest).open().expect("a build");
    assert_eq!(crate::support::lines(vite.tags("src/a.ts")), ["script /a.js", "modulepreload /b.js"]);
}

#[test]
fn a_missing_file_is_an_error_that_names_chunk_and_file() {
    let manifest = r#"{"a.js": {"file": "a.js", "css": ["assets/gone.css"], "isEntry": true}}"#;
    let dist = Dist::new(&[(".vite/manifest.json", manifest), ("a.js", "")]);
    let text = dist.hide(&fails(dist.builder().open(), ErrorKind::AssetFileMissing));
    assert_eq!(
        text,
        "missing file \"assets/gone.css\" of chunk \"a.js\" (DIST/assets/gone.css)\nhelp: run `npm run build` again, or copy the complete output directory"
    );
    assert!(dist.builder().verify_files(false).open().is_ok());
}

#[test]
fn a_file_outside_the_output_directory_counts_as_missing() {
    let manifest = r#"{"a.js": {"file": "../secret.js", "isEntry": true}}"#;
    let dist = Dist::new(&[("dist/manifest.json", manifest), ("secret.js", "x")]);
    let builder = vite_bridge::Builder::new(dist.path().join("dist")).read_environment(false);
    let text = fails(builder.open(), ErrorKind::AssetFileMissing);
    assert!(text.contains("outside of"), "{text}");
}

#[test]
fn the_build_id_is_16_hex_digits_of_the_manifests_sha_256() {
    // printf '{}' | sha256sum
    assert_eq!(build_id(b"{}"), "44136fa355b3678a");
    let vite = build(&json!({})).open().expect("a build");
    assert_eq!(vite.build_id().as_deref(), Some("44136fa355b3678a"));
}

#[test]
fn hashed_names_differ_from_names_that_only_look_hashed() {
    let build = |manifest: &str| -> Build {
        vite_bridge::Builder::manifest_bytes(manifest).load_build().expect("a build")
    };
    let real = build(&String::from_utf8(real_manifest("vite-8")).expect("UTF-8"));
    for (_, file) in real.graph().manifest().files() {
        assert!(real.is_hashed(file), "{file}");
    }
    let nohash = build(&String::from_utf8(real_manifest("vite-8-nohash")).expect("UTF-8"));
    for (_, file) in nohash.graph().manifest().files() {
        // Vite has a separate pattern for the names of workers, and this build keeps its default.
        assert_eq!(nohash.is_hashed(file), file.contains("/worker-"), "{file}");
    }
    let named = build(
        r#"{"a": {"file": "a/vendor-component2.js", "name": "vendor-component2"}, "b": {"file": "a/apple-touch-icon.png"},
            "c": {"file": "a/inter.B1a2C3d4.woff2"}, "d": {"file": "a/app.bundle.min.js"}}"#,
    );
    let hashed: Vec<_> = named.graph().manifest().files().map(|(_, file)| named.is_hashed(file)).collect();
    assert_eq!(hashed, [false, false, true, false]);
    assert!(!named.is_hashed("a/other-B1a2C3d4.js"), "the manifest does not list it");
}
