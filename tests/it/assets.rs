//! Assets: URLs, preloads, and inlined content.

use serde_json::json;
use vite_bridge::{Builder, ErrorKind};

use crate::support::small::{manifest, open};
use crate::support::{Dist, build, fails, html, real_manifest};

#[test]
fn an_asset_is_a_url_of_the_build_or_of_a_public_file() {
    let dist = Dist::new(&[
        (".vite/manifest.json", &manifest().to_string()),
        ("favicon.svg", "<svg/>"),
        ("img/a b.png", ""),
        ("assets/main-1.js", ""),
    ]);
    let vite = dist.builder().verify_files(false).base("/static/").open().expect("a build");
    vite.require(["src/main.ts", "favicon.svg"]).expect("an entry and a public file");
    assert_eq!(vite.asset("src/logo.svg").expect("built").as_str(), "/static/assets/logo-1.svg");
    for name in ["favicon.svg", "/favicon.svg", "./favicon.svg"] {
        assert_eq!(vite.asset(name).expect("public").as_str(), "/static/favicon.svg");
    }
    assert_eq!(vite.asset("img/a b.png").expect("public").as_str(), "/static/img/a%20b.png");
    for hidden in [".vite/manifest.json", "../x", "assets/main-1.js", "assets", ""] {
        fails(vite.asset(hidden), ErrorKind::UnknownAsset);
    }
    let error = vite.asset("src/logo.png").expect_err("unknown");
    assert_eq!(error.suggestions(), ["src/logo.svg"]);
}

#[test]
fn an_asset_input_gives_the_asset_and_not_its_stub_script() {
    let manifest = json!({"src/banner.png": {"file": "assets/banner-1.js", "isEntry": true, "assets": ["assets/x-1.svg", "assets/banner-2.png"]}});
    let vite = build(&manifest).open().expect("a build");
    assert_eq!(vite.asset("src/banner.png").expect("a URL").as_str(), "/assets/banner-2.png");
    for major in 5..=8 {
        let manifest = real_manifest(&format!("vite-{major}"));
        let vite = Builder::manifest_bytes(manifest).read_environment(false).open().expect("a build");
        let url = vite.asset("src/assets/banner.png").expect("a URL");
        assert!(url.as_str().ends_with(".png"), "vite-{major}: {url}");
    }
}

#[test]
fn an_inlined_asset_is_an_error_that_explains_it() {
    let dist = Dist::new(&[("dist/manifest.json", "{}"), ("src/tiny.svg", "<svg/>")]);
    let vite = Builder::new(dist.path().join("dist")).read_environment(false).open().expect("a build");
    let text = fails(vite.asset("src/tiny.svg"), ErrorKind::UnknownAsset);
    assert!(text.contains("its 6 bytes are below `build.assetsInlineLimit`"), "{text}");
    for (size, is_inlined) in [(4095, true), (4096, false)] {
        // By default, Vite inlines assets that are smaller than 4 KiB.
        dist.write("src/edge.svg", &"x".repeat(size));
        let text = fails(vite.asset("src/edge.svg"), ErrorKind::UnknownAsset);
        assert_eq!(text.contains(&format!("its {size} bytes are below")), is_inlined, "{text}");
    }
    let text = fails(vite.asset("src/none.svg"), ErrorKind::UnknownAsset);
    assert!(text.contains("help: import it in a script or stylesheet"), "{text}");
}

#[test]
fn preload_sets_as_and_type_and_fonts_get_crossorigin() {
    let vite = open();
    assert_eq!(
        html(vite.page().with_nonce("n").preload("src/inter.woff2")),
        r#"<link rel="preload" href="/assets/inter-1.woff2" as="font" type="font/woff2" crossorigin nonce="n">"#
    );
    assert_eq!(
        html(vite.page().preload("src/logo.svg")),
        r#"<link rel="preload" href="/assets/logo-1.svg" as="image" type="image/svg+xml">"#
    );
    assert_eq!(
        html(vite.page().preload("src/lazy.ts")),
        r#"<link rel="modulepreload" href="/assets/lazy-1.js">"#
    );
    fails(vite.page().preload("gone.png"), ErrorKind::UnknownAsset);
}

#[test]
fn inline_returns_content_that_cannot_close_its_element() {
    let manifest = json!({
        "i.svg": {"file": "i.svg"}, "c.css": {"file": "c.css"}, "j.ts": {"file": "j.js"}, "p.png": {"file": "p.png"},
        "gone.svg": {"file": "gone.svg"},
    });
    let dist = Dist::new(&[
        ("manifest.json", &manifest.to_string()),
        ("i.svg", "<svg>&amp;</svg>\n"),
        ("c.css", "a::after{content:\"</STYLE>\"}"),
        ("j.js", "x=\"</script>\";y=\"<!--\""),
    ]);
    std::fs::write(dist.path().join("p.png"), [0x89, b'P', 0xff]).expect("a file");
    let vite = dist.builder().verify_files(false).open().expect("a build");
    assert_eq!(vite.page().inline("i.svg").expect("text").as_str(), "<svg>&amp;</svg>\n");
    assert_eq!(vite.page().inline("c.css").expect("text").as_str(), "a::after{content:\"<\\/STYLE>\"}");
    assert_eq!(vite.page().inline("j.ts").expect("text").as_str(), "x=\"<\\/script>\";y=\"<\\!--\"");
    let text = fails(vite.page().inline("p.png"), ErrorKind::NotText);
    assert!(text.contains("use `asset(\"p.png\")`"), "{text}");
    fails(vite.page().inline("gone.svg"), ErrorKind::AssetFileMissing);
    fails(vite.page().inline("none.svg"), ErrorKind::UnknownAsset);
    fails(open().page().inline("src/logo.svg"), ErrorKind::Unsupported);
}
