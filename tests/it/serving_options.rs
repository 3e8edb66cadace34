//! Options for serving: cache times, headers, media types, source maps.

use vite_bridge::{Builder, ErrorKind, Mode, Sourcemaps};

use crate::support::exchange::over_socket;
use crate::support::served::{app, build, get_};
use crate::support::{Dist, fails};

#[tokio::test]
async fn only_hashed_files_are_immutable() {
    let dist = build();
    let app = app(&dist.builder().open().expect("a build"));
    for (path, policy) in [
        ("/assets/main-B1a2C3d4.js", "public, max-age=31536000, immutable"),
        ("/assets/main-B1a2C3d4.js.map", "public, max-age=31536000, immutable"),
        ("/plain.js", "public, max-age=60"),
        ("/site.webmanifest", "public, max-age=60"),
        ("/page.html", "no-cache"),
    ] {
        let reply = over_socket(app.clone(), get_(path, &[])).await;
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(policy)), "{path}");
    }
}

/// Vite's `entryFileNames` allows names of any form, such as `dot.HASH.js` or `js/HASH/x-HASH.mjs`.
#[tokio::test]
async fn hashed_names_of_every_pattern_are_recognised() {
    let manifest = r#"{
        "src/dot.ts": {"file": "dot.B1a2C3d4.js", "name": "dot", "isEntry": true, "css": ["style.css"]},
        "src/plain.ts": {"file": "inter-variable.js", "name": "inter-variable", "isEntry": true},
        "src/folder.ts": {"file": "js/C3d4B1a2/x-D4c3B2a1.mjs", "name": "x", "isEntry": true}
    }"#;
    let dist = Dist::new(&[(".vite/manifest.json", manifest)]);
    let files = [
        "dot.B1a2C3d4.js",
        "style.css",
        "inter-variable.js",
        "js/C3d4B1a2/x-D4c3B2a1.mjs",
        "vendor-B1a2C3d4.min.css",
    ];
    files.iter().for_each(|file| dist.write(file, "x"));
    let app = app(&dist.builder().open().expect("a build"));
    for (path, is_immutable) in files.iter().zip([true, false, false, true, false]) {
        let reply = over_socket(app.clone(), get_(&format!("/{path}"), &[])).await;
        let policy = if is_immutable { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(policy)), "{path}");
    }
}

#[tokio::test]
async fn rules_set_headers_and_media_types_by_pattern() {
    let dist = build();
    dist.write("docs/a.pdf", "%PDF");
    dist.write("docs/deep/shader.wgsl", "@vertex");
    dist.write("apple-app-site-association", "{}");
    dist.write("plain.js.br", "b");
    let builder = dist.builder().header("*.pdf", "Content-Disposition", "attachment");
    let builder = builder.header("docs/*", "Cache-Control", "no-cache").header("docs/*", "vary", "cookie");
    let builder =
        builder.header("plain.js", "cache-control", "no-store").header("plain.js", "vary", "cookie");
    let builder = builder.header("*.js", "Cross-Origin-Resource-Policy", "cross-origin");
    let builder =
        builder.media_type("*.wgsl", "text/wgsl").media_type("docs/**/*.wgsl", "text/x; charset=utf-8");
    let app =
        app(&builder.media_type("apple-app-site-association", "application/json").open().expect("a build"));
    for (path, name, value) in [
        ("/docs/a.pdf", "content-disposition", Some("attachment")),
        ("/docs/a.pdf", "cache-control", Some("no-cache")),
        ("/docs/a.pdf", "vary", Some("cookie")),
        ("/docs/deep/shader.wgsl", "cache-control", Some("public, max-age=60")),
        ("/docs/deep/shader.wgsl", "content-type", Some("text/x; charset=utf-8")),
        ("/apple-app-site-association", "content-type", Some("application/json")),
        ("/plain.js", "cache-control", Some("no-store")),
        ("/plain.js", "vary", Some("cookie, accept-encoding")),
        ("/assets/main-B1a2C3d4.js", "cross-origin-resource-policy", Some("cross-origin")),
        ("/page.html", "cross-origin-resource-policy", None),
    ] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.header(name), value, "{path}");
    }
    let unchanged = over_socket(app, get_("/docs/a.pdf", &[("If-None-Match", "*")])).await;
    assert_eq!(unchanged.status, 304);
    assert_eq!(unchanged.header("content-disposition"), None);
    assert_eq!(unchanged.header("cache-control"), Some("no-cache"));
    assert_eq!(unchanged.header("vary"), Some("cookie"));
}

#[test]
fn an_invalid_rule_is_an_error_of_open_in_every_mode() {
    let refused = |change: fn(Builder) -> Builder, kind| {
        let builder = Builder::new("no/such/folder").read_environment(false).mode(Mode::Disabled);
        fails(change(builder).open(), kind)
    };
    let pattern = refused(
        |builder| builder.header("a[", "x-a", "b").header("*", "a b", "c"),
        ErrorKind::InvalidPattern,
    );
    assert!(pattern.starts_with("invalid pattern \"a[\"\n"), "{pattern}");
    for (change, text) in [
        (
            (|builder| builder.header("*", "a b", "c")) as fn(Builder) -> Builder,
            "invalid header name \"a b\" (RFC 9110, 5.1)",
        ),
        (|builder| builder.header("*", "x-a", "b\n"), "invalid value \"b\\n\" of the header x-a"),
        (
            |builder| builder.header("*", "etag", "\"1\""),
            "etag follows from the file and cannot be set by a rule",
        ),
        (
            |builder| builder.header("*", "Content-Type", "text/css"),
            "content-type is set by the media type\nhelp: use `.media_type(..)`",
        ),
        (
            |builder| builder.media_type("*", "text"),
            "invalid media type \"text\"\nhelp: write a media type such as \"text/wgsl\"",
        ),
    ] {
        assert_eq!(refused(change, ErrorKind::InvalidHeader), text);
    }
}

#[tokio::test]
async fn a_predicate_decides_which_files_are_immutable() {
    let dist = build();
    dist.write("fonts/v1/inter.woff2", "font");
    let builder = dist.builder().immutable_if(|file, is_hashed| {
        is_hashed && !file.ends_with(".map") || file.starts_with("fonts/v1/")
    });
    let app = app(&builder.open().expect("a build"));
    for (path, is_immutable) in [
        ("/assets/main-B1a2C3d4.js", true),
        ("/assets/main-B1a2C3d4.js.map", false),
        ("/fonts/v1/inter.woff2", true),
        ("/plain.js", false),
    ] {
        let reply = over_socket(app.clone(), get_(path, &[])).await;
        let policy = if is_immutable { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
        assert_eq!(reply.header("cache-control"), Some(policy), "{path}");
    }
}

/// Accepted requests get `Cache-Control: private`. Other requests get a 404.
#[tokio::test]
async fn source_maps_are_served_if_the_predicate_accepts_the_request() {
    let dist = build();
    let maps = Sourcemaps::authorized(|request| {
        request.headers.get("cookie").is_some_and(|cookie| cookie == "developer") && request.method == "GET"
    });
    let app = app(&dist.builder().sourcemaps(maps).open().expect("a build"));
    let map = "/assets/main-B1a2C3d4.js.map";
    let admitted = over_socket(app.clone(), get_(map, &[("Cookie", "developer")])).await;
    assert_eq!((admitted.status, admitted.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(admitted.header("cache-control"), Some("private, max-age=31536000, immutable"));
    for headers in [&[][..], &[("Cookie", "visitor")], &[("If-None-Match", "*")]] {
        let denied = over_socket(app.clone(), get_(map, headers)).await;
        assert_eq!(denied.status, 404, "{headers:?}");
        assert_eq!(denied.header("etag"), None);
    }
    let script = over_socket(app, get_("/assets/main-B1a2C3d4.js", &[])).await;
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
}
