//! A build inside the binary, embedded by the macro of rust-embed.

use rust_embed::RustEmbed;
use vite_bridge::{Builder, ErrorKind, Mode, Vite};

use crate::support::{fails, html};

#[derive(RustEmbed)]
#[folder = "examples/demo/dist"]
struct Assets;

/// An embedded folder without a build.
#[derive(RustEmbed)]
#[folder = "docs"]
struct Pictures;

fn builder() -> Builder {
    Builder::new("no/such/folder").read_environment(false).mode(Mode::Production)
}

#[test]
fn an_embedded_build_has_the_tags_assets_and_contents_of_its_directory() {
    let embedded = builder().embedded::<Assets>().open().expect("a build");
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/demo/dist");
    let disk = Builder::new(dist).read_environment(false).mode(Mode::Production).open().expect("a build");
    for entry in ["src/main.ts", "src/about.ts"] {
        assert_eq!(html(embedded.tags(entry)), html(disk.tags(entry)));
    }
    assert_eq!(embedded.build_id(), disk.build_id());
    assert_eq!(embedded.asset("favicon.svg").expect("a URL"), disk.asset("favicon.svg").expect("a URL"));
    let mark = "src/assets/mark.svg";
    assert_eq!(embedded.page().inline(mark).expect("content"), disk.page().inline(mark).expect("content"));
    assert!(Vite::embedded::<Assets>().is_ok());
}

#[test]
fn an_embedded_type_without_a_build_is_an_error_with_help() {
    let text = fails(builder().embedded::<Pictures>().open(), ErrorKind::ManifestNotFound);
    assert!(text.contains(".vite/manifest.json in it::embedded::Pictures or manifest.json in "), "{text}");
    assert!(text.contains("run `npm run build` before `cargo build`"), "{text}");
    assert!(builder().embedded::<Pictures>().require_manifest(false).open().is_ok());
}

#[cfg(feature = "watch")]
#[test]
fn an_embedded_build_cannot_be_watched() {
    let text = fails(builder().embedded::<Assets>().watch(true).open(), ErrorKind::Unsupported);
    assert!(text.starts_with("`.watch(true)` has no effect: the build is inside the binary"), "{text}");
}

#[cfg(all(feature = "serve", feature = "axum"))]
#[tokio::test]
async fn embedded_files_have_the_etags_of_the_directory() {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;

    let vite = builder().embedded::<Assets>().open().expect("a build");
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/demo/dist");
    let disk = Builder::new(dist).read_environment(false).mode(Mode::Production).open().expect("a build");
    let mut tags = Vec::new();
    for vite in [vite, disk] {
        let app = vite.mount(axum::Router::<()>::new());
        let request = Request::builder().uri("/favicon.svg").body(Body::empty()).expect("a request");
        let response = app.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 200);
        tags.push(response.headers().get("etag").cloned());
    }
    assert!(
        tags.first().is_some_and(|tag| tag.is_some() && tags.iter().all(|other| other == tag)),
        "{tags:?}"
    );
}
