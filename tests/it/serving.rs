//! Serving a build: routes and files, encodings, conditions, ranges, new builds, links.

use std::fs;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use vite_bridge::{Builder, Mode};

use crate::support::exchange::over_socket;
use crate::support::served::{MANIFEST, OWN, app, build, get_, set_time};
use crate::support::{Dist, html};

#[tokio::test]
async fn a_miss_goes_to_the_application_but_a_file_of_another_build_is_a_404() {
    let dist = build();
    let vite = dist.builder().open().expect("a build");
    let reply = over_socket(app(&vite), get_("/assets/main-Z9y8X7w6.js", &[])).await;
    assert_eq!((reply.status, reply.header("cache-control")), (404, Some("no-store")));
    assert_ne!(reply.body, OWN.as_bytes());
    for path in ["/other/main-Z9y8X7w6.js", "/assets/unhashed.js", "/"] {
        assert_eq!(over_socket(app(&vite), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
    let post = ("POST".to_owned(), "/assets/main-Z9y8X7w6.js".to_owned(), vec![]);
    assert_eq!(
        over_socket(app(&vite), post).await.body,
        OWN.as_bytes(),
        "a POST to an unknown file goes to the application"
    );
}

#[tokio::test]
async fn routes_win_at_base_slash_and_files_win_below_any_other_base() {
    let dist = build();
    for (base, path, winner) in [("/", "/plain.js", "the route's"), ("/static/", "/static/plain.js", "plain")]
    {
        let vite = dist.builder().base(base).open().expect("a build");
        let app = vite.mount(Router::new().route(path, get(|| async { "the route's" })));
        let reply = over_socket(app, get_(path, &[])).await;
        assert_eq!(String::from_utf8_lossy(&reply.body), winner, "{base}");
    }
}

#[tokio::test]
async fn with_a_cdn_base_its_url_path_is_served() {
    let dist = build();
    for (base, path) in [
        ("https://cdn.example.com", "/plain.js"),
        ("https://cdn.example.com/app/", "/app/plain.js"),
        ("//cdn.example.com/app", "/app/plain.js"),
        ("./", "/plain.js"),
    ] {
        let app = app(&dist.builder().base(base).open().expect("a build"));
        assert_eq!(over_socket(app, get_(path, &[])).await.body, b"plain", "{base}");
    }
}

#[tokio::test]
async fn a_large_file_is_streamed_from_disk_in_full_or_by_range() {
    let dist = build();
    let text: String = (0..50_000).map(|n| format!("{n} ")).collect();
    dist.write("large.txt", &text);
    let app = app(&dist.builder().in_memory_up_to(1000).open().expect("a build"));
    let whole = over_socket(app.clone(), get_("/large.txt", &[])).await;
    assert_eq!(whole.body, text.as_bytes());
    let etag = whole.header("etag").expect("a tag").to_owned();
    let part = over_socket(
        app.clone(),
        get_("/large.txt", &[("Range", "bytes=100000-200000"), ("If-Range", &etag)]),
    )
    .await;
    assert_eq!((part.status, part.body.as_slice()), (206, &text.as_bytes()[100_000..=200_000]));
    assert_eq!(over_socket(app, get_("/large.txt", &[("If-None-Match", &etag)])).await.status, 304);
}

#[tokio::test]
async fn weights_then_sizes_select_an_encoding() {
    let dist = build();
    dist.write("a.js", &"a".repeat(100));
    dist.write("a.js.br", "br");
    dist.write("a.js.gz", "gzip");
    dist.write("a.js.zst", "z");
    dist.write("b.js", "b");
    dist.write("b.js.gz", "larger than its file");
    let app = app(&dist.builder().open().expect("a build"));
    for (accepted, encoding) in [
        ("br, gzip, zstd", Some("zstd")),
        ("br, gzip", Some("br")),
        ("br;q=0.5, gzip", Some("gzip")),
        ("br;q=0.5, gzip;q=0.8, identity", None),
        ("br;q=0", None),
        ("identity;q=0, gzip;q=0.001", Some("gzip")),
        ("identity;q=0", None),
        ("*", None),
        ("br;q=2", None),
    ] {
        let reply = over_socket(app.clone(), get_("/a.js", &[("Accept-Encoding", accepted)])).await;
        assert_eq!((reply.status, reply.header("content-encoding")), (200, encoding), "{accepted}");
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
    }
    let reply = over_socket(app, get_("/b.js", &[("Accept-Encoding", "gzip")])).await;
    assert_eq!(
        (reply.header("content-encoding"), reply.header("vary")),
        (None, None),
        "an encoding that is not smaller"
    );
}

#[tokio::test]
async fn preconditions_are_evaluated_in_the_order_of_the_rfc() {
    let dist = build();
    set_time(&dist.path().join("plain.js"), 1_700_000_000);
    let app = app(&dist.builder().open().expect("a build"));
    let first = over_socket(app.clone(), get_("/plain.js", &[])).await;
    let (etag, date) = (first.header("etag").expect("a tag"), first.header("last-modified").expect("a date"));
    let weak = format!("\"x\", W/{etag}");
    let past = "Wed, 11 Apr 2001 11:47:06 GMT";
    for (headers, status) in [
        (vec![("If-None-Match", weak.as_str())], 304),
        (vec![("If-Match", etag)], 200),
        (vec![("If-Match", "*")], 200),
        (vec![("If-Match", weak.as_str())], 412),
        (vec![("If-Match", etag), ("If-Unmodified-Since", past)], 200),
        (vec![("If-Match", etag), ("If-None-Match", etag)], 304),
        (vec![("If-Unmodified-Since", date)], 200),
        (vec![("If-None-Match", "\"x\""), ("If-Modified-Since", date)], 200),
        (vec![("If-Modified-Since", past)], 200),
        (vec![("Range", "bytes=0-1"), ("If-Range", date)], 206),
        (vec![("Range", "bytes=0-1"), ("If-None-Match", etag)], 304),
        (vec![("If-None-Match", "\u{e9}")], 200),
    ] {
        let reply = over_socket(app.clone(), get_("/plain.js", &headers)).await;
        assert_eq!(reply.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_new_build_replaces_tags_and_files_together_and_keeps_old_hashed_files() {
    let dist = build();
    let vite = dist.builder().watch(true).open().expect("a build");
    let app = app(&vite);
    fs::remove_file(dist.path().join("assets/main-B1a2C3d4.js")).expect("removed");
    fs::remove_file(dist.path().join("plain.js")).expect("removed");
    dist.write("assets/main-E5f6G7h8.js", "new");
    dist.write(
        ".vite/manifest.json",
        r#"{"src/main.ts": {"file": "assets/main-E5f6G7h8.js", "isEntry": true}}"#,
    );
    for _ in 0..500 {
        if html(vite.tags("src/main.ts")).contains("E5f6G7h8") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(over_socket(app.clone(), get_("/assets/main-E5f6G7h8.js", &[])).await.body, b"new");
    assert_eq!(over_socket(app.clone(), get_("/assets/main-B1a2C3d4.js", &[])).await.body, b"main");
    // A new file loads the same build again, for example after `vite-bridge compress`.
    dist.write("late.txt", "late");
    for _ in 0..500 {
        if over_socket(app.clone(), get_("/late.txt", &[])).await.body == b"late" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(over_socket(app.clone(), get_("/late.txt", &[])).await.body, b"late");
    assert_eq!(over_socket(app.clone(), get_("/assets/main-B1a2C3d4.js", &[])).await.body, b"main");
    assert_eq!(over_socket(app, get_("/plain.js", &[])).await.body, OWN.as_bytes());
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_outside_in_circles_or_nowhere_are_not_served() {
    let dist = build();
    let outside = Dist::new(&[("secret.txt", "secret"), ("folder/secret.txt", "secret")]);
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, dist.path().join(name)).expect("a link");
    };
    link(&outside.path().join("secret.txt"), "secret.txt");
    link(&outside.path().join("folder"), "folder");
    link(dist.path(), "circle");
    link(Path::new("nowhere"), "dangling");
    link(&dist.path().join("plain.js"), "inside.js");
    let app = app(&dist.builder().open().expect("a build"));
    for path in ["/secret.txt", "/folder/secret.txt", "/circle/plain.js", "/dangling"] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
    assert_eq!(over_socket(app, get_("/inside.js", &[])).await.body, b"plain");
}

/// A fuzz target found this case: HTTP implementations accept raw UTF-8 in a request target.
#[tokio::test]
async fn a_redirect_is_ascii_for_every_query() {
    let dist = build();
    dist.write("docs/index.html", "<p>");
    let app = app(&dist.builder().index_files(true).open().expect("a build"));
    let reply = over_socket(app, get_("/docs?q=\u{444}%20+&b", &[])).await;
    assert_eq!((reply.status, reply.header("location")), (307, Some("/docs/?q=%D1%84%20+&b")));
}

#[tokio::test]
async fn encodings_of_the_manifest_are_not_served() {
    let dist = Dist::new(&[
        ("manifest.json", MANIFEST),
        ("manifest.json.br", "b"),
        ("assets/main-B1a2C3d4.js", "main"),
    ]);
    dist.write("plain.js", "plain");
    let app = app(&dist.builder().open().expect("a build"));
    for path in ["/manifest.json", "/manifest.json.br"] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
}

#[test]
fn a_missing_root_is_an_error_of_open() {
    let builder = Builder::new("no/such/folder").read_environment(false).mode(Mode::Production);
    let error = builder.require_manifest(false).open().expect_err("nothing to serve");
    assert!(error.to_string().contains("no/such/folder"), "{error}");
}
