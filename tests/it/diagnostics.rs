//! `Vite::check`: diagnostics of a build that can be loaded.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::json;
use vite_bridge::build::Severity;
use vite_bridge::{ErrorKind, Mode, OnMissing, Vite};

use crate::support::Dist;

const MANIFEST: &str = r#"{
    "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "src": "src/main.ts", "isEntry": true, "css": ["assets/main-C3d4B1a2.css"]}
}"#;

/// Returns a project with a build in `dist`.
fn project() -> Dist {
    Dist::new(&[
        ("package.json", "{}"),
        ("src/main.ts", "source"),
        ("dist/.vite/manifest.json", MANIFEST),
        ("dist/assets/main-B1a2C3d4.js", "main"),
        ("dist/assets/main-C3d4B1a2.css", "a{}"),
    ])
}

fn record_base(project: &Dist, base: &str) {
    let info =
        json!({"version": 1, "buildId": vite_bridge::manifest::build_id(MANIFEST.as_bytes()), "base": base});
    project.write("dist/.vite/bridge.json", &info.to_string());
}

fn set_age(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).expect("a time");
}

fn texts(vite: &Vite, project: &Dist) -> Vec<String> {
    vite.check().iter().map(|diagnostic| project.hide(&diagnostic.to_string())).collect()
}

#[test]
fn an_unchanged_build_has_no_diagnostics() {
    let project = project();
    record_base(&project, "/static/");
    let builder =
        || Vite::builder(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    assert_eq!(texts(&builder().open().expect("a build"), &project), [""; 0]);
    // A build with a relative base, or without build info, fits every base.
    record_base(&project, "./");
    assert_eq!(texts(&builder().base("/other/").open().expect("a build"), &project), [""; 0]);
    fs::remove_file(project.path().join("dist/.vite/bridge.json")).expect("removed");
    assert_eq!(texts(&builder().base("/other/").open().expect("a build"), &project), [""; 0]);
}

#[test]
fn a_base_that_differs_from_the_build_is_an_error() {
    let project = project();
    let builder =
        || Vite::builder(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    record_base(&project, "/static/");
    let vite = builder().base("/assets/").open().expect("a build");
    assert_eq!(
        texts(&vite, &project),
        [
            "error: /assets/: tags use the base \"/assets/\", but the build was made for \"/static/\", where its scripts and stylesheets look for other files\nhelp: set `base` in vite.config.js and remove `.base(..)`"
        ]
    );
    let diagnostic = vite.check().remove(0);
    assert_eq!((diagnostic.place(), diagnostic.error().kind()), ("/assets/", ErrorKind::BaseMismatch));
    record_base(&project, "./");
    let vite = builder().open().expect("a build");
    assert_eq!(vite.check().first().map(vite_bridge::build::Diagnostic::severity), Some(Severity::Warning));
    assert!(texts(&vite, &project)[0].starts_with("warning: ./: the base is relative"));
}

#[test]
fn every_missing_file_is_an_error() {
    let project = project();
    fs::remove_dir_all(project.path().join("dist/assets")).expect("removed");
    let builder = Vite::builder(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    let vite = builder.verify_files(false).open().expect("a build");
    let missing = |file: &str| {
        format!(
            "error: src/main.ts: missing file \"{file}\" of chunk \"src/main.ts\" (DIST/dist/{file})\nhelp: run `npm run build` again, or copy the complete output directory"
        )
    };
    assert_eq!(
        texts(&vite, &project),
        [missing("assets/main-B1a2C3d4.js"), missing("assets/main-C3d4B1a2.css")]
    );
}

#[test]
fn a_source_newer_than_its_built_file_is_a_warning() {
    let project = project();
    let builder =
        || Vite::builder(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    set_age(&project.path().join("dist/assets/main-B1a2C3d4.js"), 3);
    assert_eq!(
        texts(&builder().open().expect("a build"), &project),
        [
            "warning: src/main.ts: the source is newer than the built file assets/main-B1a2C3d4.js\nhelp: run `npm run build` again"
        ]
    );
    set_age(&project.path().join("src/main.ts"), 2);
    assert_eq!(
        texts(&builder().open().expect("a build"), &project),
        [""; 0],
        "within one tick of a coarse clock"
    );
    // A deployed application has no sources.
    fs::remove_dir_all(project.path().join("src")).expect("removed");
    assert_eq!(texts(&builder().open().expect("a build"), &project), [""; 0]);
}

#[test]
fn a_missing_build_is_reported_if_open_allows_it_and_only_in_production() {
    let nowhere = Dist::new(&[]);
    let builder = || Vite::builder(nowhere.path()).read_environment(false).on_missing(OnMissing::Comment);
    let vite = builder().mode(Mode::Production).open().expect("comments");
    let found = texts(&vite, &nowhere);
    assert!(found.len() == 1 && found[0].starts_with("error: the build: no manifest at DIST"), "{found:?}");
    assert!(Vite::disabled().check().is_empty());
    let development = builder().mode(Mode::Development).dev_server("http://localhost:1/").open();
    assert!(development.expect("a server").check().is_empty());
}
