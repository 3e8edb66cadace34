//! Tags in development and in disabled mode.

use serde_json::json;
use vite_bridge::tags::ElementKind;
use vite_bridge::{Builder, Crossorigin, ErrorKind, Mode, Page, Vite};

use crate::support::small::open;
use crate::support::{build, fails, html, lines};

#[test]
fn development_prints_preamble_client_styles_and_scripts_in_order() {
    let dev = |url: &str| build(&json!({})).mode(Mode::Development).dev_server(url);
    let vite = dev("http://127.0.0.1:5173/build").open().expect("dev");
    let expected = [
        "script http://127.0.0.1:5173/build/@vite/client",
        "stylesheet http://127.0.0.1:5173/build/src/a.scss",
        "stylesheet http://127.0.0.1:5173/build/b.module.css",
        "script http://127.0.0.1:5173/build/src/App%20x.vue",
    ];
    assert_eq!(lines(vite.tags(["src/App x.vue", "/src/a.scss", "b.module.css", "./src/a.scss"])), expected);
    assert_eq!(vite.asset("/logo.png").expect("a URL").as_str(), "http://127.0.0.1:5173/build/logo.png");
    assert_eq!(html(vite.tags(Vec::<&str>::new())), "");
    let react = html(dev("http://localhost:5173").react(true).open().expect("dev").tags("a.tsx"));
    assert!(
        react.starts_with(
            "<script type=\"module\">\nimport RefreshRuntime from \"http://localhost:5173/@react-refresh\"\n"
        ),
        "{react}"
    );
    let data =
        serde_json::to_value(dev("http://x").react(true).open().expect("dev").page().client()).expect("JSON");
    assert!(data[0]["content"].as_str().is_some_and(|text| text.contains("RefreshRuntime")), "{data}");
    for url in ["localhost:5173", "ws://localhost", "http://x/?a", ""] {
        fails(dev(url).open(), ErrorKind::InvalidDevServer);
    }
    fails(build(&json!({})).mode(Mode::Development).open(), ErrorKind::InvalidMode);
    fails(vite.page().inline("a.svg"), ErrorKind::Unsupported);
}

#[test]
fn development_preloads_sources_and_writes_attributes() {
    let builder = build(&json!({})).mode(Mode::Development).dev_server("http://localhost:5173/");
    let vite = builder
        .crossorigin(Crossorigin::Bare)
        .attribute(ElementKind::Script, "async", true)
        .open()
        .expect("dev");
    assert_eq!(
        html(vite.page().preload("src/inter.woff2")),
        r#"<link rel="preload" href="http://localhost:5173/src/inter.woff2" as="font" type="font/woff2" crossorigin>"#
    );
    assert_eq!(
        html(vite.page().preload("src/lazy.ts")),
        r#"<link rel="modulepreload" href="http://localhost:5173/src/lazy.ts" crossorigin>"#
    );
    assert_eq!(
        vite.page().client().to_string(),
        r#"<script type="module" src="http://localhost:5173/@vite/client" crossorigin async></script>"#
    );
    assert!(vite.require("anything").is_ok());
    assert_eq!(vite.build_id(), None);
}

#[test]
fn in_development_a_group_prints_its_parts() {
    let server = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    let vite = server.dev_server("http://localhost:5173/").open().expect("a server");
    assert_eq!(
        lines(vite.page().group(["src/a.ts", "src/b.scss"])),
        [
            "script http://localhost:5173/@vite/client",
            "stylesheet http://localhost:5173/src/b.scss",
            "script http://localhost:5173/src/a.ts",
        ]
    );
    assert_eq!(lines(Vite::disabled().page().group(["src/a.ts"])), [""; 0]);
}

#[test]
fn the_error_page_shows_details_only_in_development() {
    let error = open().tags("<gone>.ts").expect_err("unknown");
    assert_eq!(open().page().dev_error_page(&error), None, "visitors must not see the error");
    let vite =
        build(&json!({})).mode(Mode::Development).dev_server("http://localhost:5173").open().expect("dev");
    let page = vite.page().dev_error_page(&error).expect("a page");
    assert!(page.contains("unknown entry &quot;&lt;gone&gt;.ts&quot; in the manifest"), "{page}");
    assert!(page.contains("src=\"http://localhost:5173/@vite/client\""), "it reloads by itself: {page}");
}

#[test]
fn disabled_mode_needs_no_build_and_prints_nothing() {
    let vite = Builder::new("no/such/directory")
        .read_environment(false)
        .mode(Mode::Disabled)
        .open()
        .expect("disabled");
    let page: Page = vite.page().with_nonce("n");
    assert_eq!(html(page.tags(["a", "b"])), "");
    assert_eq!(page.asset("x.svg").expect("nothing").as_str(), "");
    assert_eq!(page.inline("x.svg").expect("nothing").as_str(), "");
    assert!(vite.require("anything").is_ok());
    assert_eq!(html(Page::disabled().tags("a")), "");
}
