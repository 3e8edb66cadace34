//! The schema of `dist/.vite/bridge.json`, and its effect on a build.

use std::fs;

use vite_bridge::manifest::{BuildInfo, build_id};
use vite_bridge::{ErrorKind, Integrity};

use crate::support::{Dist, fails, lines, tests_dir};

const MANIFEST: &str = r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "css": ["assets/main-D4c3B2a1.css"], "isEntry": true}}"#;

fn fixture() -> String {
    let text = fs::read_to_string(tests_dir().join("fixtures/bridge.json")).expect("the fixture");
    text.replace("BUILD_ID", &build_id(MANIFEST.as_bytes()))
}

fn dist(info: &str) -> Dist {
    Dist::new(&[
        (".vite/manifest.json", MANIFEST),
        (".vite/bridge.json", info),
        ("assets/main-B1a2C3d4.js", ""),
        ("assets/main-D4c3B2a1.css", ""),
        ("unrecorded.txt", ""),
    ])
}

#[test]
fn every_field_of_the_fixture_is_read() {
    let info = BuildInfo::from_slice(fixture().as_bytes()).expect("build info");
    assert_eq!(info.build_id(), build_id(MANIFEST.as_bytes()));
    assert_eq!(info.vite(), Some("8.3.8"));
    assert_eq!(info.base(), Some("/static/"));
    assert!(info.has_react());
    assert_eq!(info.hashed().map(std::collections::BTreeSet::len), Some(2));
    assert!(info.public().contains("robots.txt"));
    assert_eq!(info.integrity()["assets/main-B1a2C3d4.js"], "sha384-JS");
}

#[test]
fn written_build_info_can_be_read_back() {
    let info = BuildInfo::from_slice(fixture().as_bytes()).expect("build info");
    let text = serde_json::to_vec(&info).expect("JSON");
    assert_eq!(BuildInfo::from_slice(&text).expect("build info"), info);
}

#[test]
fn base_integrity_and_public_files_come_from_build_info() {
    let dist = dist(&fixture());
    let vite = dist.builder().open().expect("a build");
    let tags = vite.tags("src/main.ts").expect("tags").to_string();
    assert_eq!(
        tags,
        "<link rel=\"stylesheet\" href=\"/static/assets/main-D4c3B2a1.css\" integrity=\"sha384-CSS\">\n\
         <script type=\"module\" src=\"/static/assets/main-B1a2C3d4.js\" integrity=\"sha384-JS\"></script>"
    );
    assert_eq!(vite.asset("/favicon.svg").expect("a public file").as_str(), "/static/favicon.svg");
    fails(vite.asset("unrecorded.txt"), ErrorKind::UnknownAsset);
    let id = build_id(MANIFEST.as_bytes());
    assert_eq!(vite.page().build_id(), Some(id.as_str()));
    assert_eq!(vite.build_id(), Some(id));
}

#[test]
fn builder_options_override_build_info() {
    let dist = dist(&fixture());
    let vite = dist.builder().base("/other/").integrity(Integrity::Off).open().expect("a build");
    let expected = ["stylesheet /other/assets/main-D4c3B2a1.css", "script /other/assets/main-B1a2C3d4.js"];
    let tags = vite.tags("src/main.ts");
    assert!(!tags.as_ref().expect("tags").to_string().contains("integrity"));
    assert_eq!(lines(tags), expected);
}

#[test]
fn build_info_of_another_build_is_an_error() {
    let dist = dist(&fixture().replace(&build_id(MANIFEST.as_bytes()), "0123456789abcdef"));
    let text = dist.hide(&fails(dist.builder().open(), ErrorKind::BuildInfoMismatch));
    assert!(
        text.starts_with(
            "bridge.json belongs to build 0123456789abcdef, but DIST/.vite/manifest.json is build "
        ),
        "{text}"
    );
}

#[test]
fn invalid_build_info_is_an_error_that_names_the_file() {
    let cases = [
        ("{", "caused by: EOF"),
        (r#"{"buildId": "x"}"#, "missing field `version`"),
        (r#"{"version": 1}"#, "missing field `buildId`"),
        (r#"{"version": 2, "buildId": "x"}"#, "has version 2, but this crate reads version 1"),
        (r#"{"version": 1, "buildId": "x", "hashed": "all"}"#, "invalid type: string"),
    ];
    for (info, why) in cases {
        let error = dist(info).builder().open().expect_err("invalid build info");
        assert_eq!(error.kind(), ErrorKind::BuildInfoInvalid);
        let text = format!("{error:?}");
        assert!(text.contains("bridge.json beside ") && text.contains(why), "{text}");
    }
}
