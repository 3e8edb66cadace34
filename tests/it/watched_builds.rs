//! `.watch(true)`: a new build is used when it is complete.

use std::time::Duration;
use std::{fs, thread};

use vite_bridge::manifest::build_id;
use vite_bridge::{Builder, ErrorKind, Mode, OnMissing, Vite};

use crate::support::log::log;
use crate::support::{Dist, fails, html, until};

fn manifest(file: &str) -> String {
    format!(r#"{{"src/main.ts": {{"file": "{file}", "isEntry": true}}}}"#)
}

fn info(of: &str, base: &str) -> String {
    format!(r#"{{"version": 1, "buildId": "{}", "base": "{base}"}}"#, build_id(of.as_bytes()))
}

fn script(url: &str) -> String {
    format!(r#"<script type="module" src="{url}"></script>"#)
}

/// Returns a temporary directory with a build of one file in `dist`.
fn project() -> Dist {
    let manifest = manifest("one.js");
    Dist::new(&[("dist/.vite/manifest.json", manifest.as_str()), ("dist/one.js", "")])
}

fn watched(project: &Dist) -> Vite {
    let builder = Builder::new(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    builder.watch(true).open().expect("a build")
}

fn tags(vite: &Vite) -> String {
    html(vite.tags("src/main.ts"))
}

/// Waits until a burst of events has ended and a lasting error is in the log.
fn a_while() {
    thread::sleep(Duration::from_millis(400));
}

#[test]
fn the_first_build_is_used_even_if_the_folder_above_it_was_missing() {
    let project = Dist::new(&[]);
    let builder = Builder::new(project.path().join("out/web")).read_environment(false).mode(Mode::Production);
    let vite = builder.watch(true).on_missing(OnMissing::Comment).open().expect("a view");
    assert!(tags(&vite).starts_with("<!-- "));
    project.write("out/web/one.js", "");
    project.write("out/web/.vite/manifest.json", &manifest("one.js"));
    until("the first build", || tags(&vite) == script("/one.js"));
}

#[test]
fn a_new_build_is_used_and_existing_pages_keep_the_old_one() {
    let project = project();
    let vite = watched(&project);
    let page = vite.page();
    for file in ["two.js", "three.js"] {
        project.write(&format!("dist/{file}"), "");
        project.write("dist/.vite/manifest.json", &manifest(file));
        until("the new build", || tags(&vite) == script(&format!("/{file}")));
    }
    assert_eq!(html(page.tags("src/main.ts")), script("/one.js"));
}

#[test]
fn an_incomplete_build_is_not_used_until_its_files_exist() {
    let project = project();
    let vite = watched(&project);
    project.write("dist/.vite/manifest.json", &manifest("late.js"));
    a_while();
    assert_eq!(tags(&vite), script("/one.js"), "its file is still missing");
    project.write("dist/late.js", "");
    until("the new build", || tags(&vite) == script("/late.js"));
}

#[test]
fn a_new_manifest_waits_for_its_build_info() {
    let project = project();
    project.write("dist/.vite/bridge.json", &info(&manifest("one.js"), "/one/"));
    let vite = watched(&project);
    assert_eq!(tags(&vite), script("/one/one.js"));
    // Vite empties the directory first. The plugin writes the build info last.
    fs::remove_file(project.path().join("dist/.vite/bridge.json")).expect("removed");
    let two = manifest("two.js");
    project.write("dist/two.js", "");
    project.write("dist/.vite/manifest.json", &two);
    a_while();
    assert_eq!(tags(&vite), script("/one/one.js"), "the plugin has not written yet");
    project.write("dist/.vite/bridge.json", &info(&two, "/two/"));
    until("the new build", || tags(&vite) == script("/two/two.js"));
    project.write("dist/.vite/manifest.json", &manifest("one.js"));
    a_while();
    assert_eq!(tags(&vite), script("/two/two.js"), "the build info belongs to another build");
}

#[test]
fn a_build_that_lost_its_build_info_is_used_after_a_pause() {
    let project = project();
    project.write("dist/.vite/bridge.json", &info(&manifest("one.js"), "/one/"));
    let vite = watched(&project);
    fs::remove_file(project.path().join("dist/.vite/bridge.json")).expect("removed");
    until("the build without build info", || tags(&vite) == script("/one.js"));
}

#[test]
fn a_broken_build_is_rejected_with_one_log_line() {
    log();
    let project = project();
    let vite = watched(&project);
    project.write("dist/.vite/manifest.json", "{ half");
    a_while();
    project.write("dist/.vite/manifest.json", r#"{"src/main.ts": {"file": "not-there.js"}}"#);
    let why = || log().lines().filter(|line| line.contains("not-there.js")).count();
    until("a line", || why() > 0);
    a_while();
    assert_eq!(why(), 1, "{}", log());
    assert!(!log().contains("half"), "an outdated error is not logged: {}", log());
    assert!(log().contains("cannot load the new build: the previous one stays"), "{}", log());
    assert_eq!(tags(&vite), script("/one.js"));
    project.write("dist/not-there.js", "");
    until("the build is complete", || tags(&vite) == script("/not-there.js"));
}

#[test]
fn the_output_directory_can_be_removed_and_replaced() {
    let project = project();
    let vite = watched(&project);
    for name in ["two", "three"] {
        let file = format!("{name}.js");
        project.write(&format!("{name}/.vite/manifest.json"), &manifest(&file));
        project.write(&format!("{name}/{file}"), "");
        fs::rename(project.path().join("dist"), project.path().join(format!("before-{name}")))
            .expect("moved away");
        a_while();
        fs::rename(project.path().join(name), project.path().join("dist")).expect("moved in");
        until("the other directory's build", || tags(&vite) == script(&format!("/{file}")));
    }
    project.write("dist/four.js", "");
    project.write("dist/.vite/manifest.json", &manifest("four.js"));
    until("a build in that directory", || tags(&vite) == script("/four.js"));
}

#[test]
fn a_manifest_path_can_be_watched_and_bytes_cannot() {
    let project = project();
    let file = project.path().join("dist/.vite/manifest.json");
    let vite = Builder::manifest_file(file).read_environment(false).watch(true).mode(Mode::Production);
    let vite = vite.open().expect("a build");
    project.write("dist/two.js", "");
    project.write("dist/.vite/manifest.json", &manifest("two.js"));
    until("the new build", || tags(&vite) == script("/two.js"));
    let bytes = Builder::manifest_bytes(manifest("x.js")).read_environment(false).watch(true);
    let text = fails(bytes.open(), ErrorKind::Unsupported);
    assert!(text.contains("open the output directory with `Vite::builder(dist)`"), "{text}");
}

#[test]
fn without_watch_the_build_stays_the_same() {
    let project = project();
    let vite = Builder::new(project.path().join("dist")).read_environment(false).mode(Mode::Production);
    let vite = vite.open().expect("a build");
    project.write("dist/two.js", "");
    project.write("dist/.vite/manifest.json", &manifest("two.js"));
    a_while();
    assert_eq!(tags(&vite), script("/one.js"));
}
