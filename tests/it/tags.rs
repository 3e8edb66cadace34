//! The HTML of tags: order, escaping, attributes, nonce, integrity, import map, assets.

use serde_json::{Value, json};
use vite_bridge::tags::ElementKind;
use vite_bridge::url::{Base, DevServerUrl};
use vite_bridge::{Builder, Crossorigin, Digest, ErrorKind, Integrity, Mode, OnMissing, Page, Tags, Vite};

use crate::support::{Dist, build, fails, html, lines, real_manifest, tests_dir};

fn manifest() -> Value {
    json!({
        "src/main.ts": {"file": "assets/main-1.js", "isEntry": true, "imports": ["_s.js"], "css": ["assets/main-1.css"]},
        "_s.js": {"file": "assets/s-1.js"},
        "src/logo.svg": {"file": "assets/logo-1.svg", "src": "src/logo.svg"},
        "src/inter.woff2": {"file": "assets/inter-1.woff2", "src": "src/inter.woff2"},
        "src/lazy.ts": {"file": "assets/lazy-1.js", "isDynamicEntry": true},
    })
}

fn open() -> Vite {
    build(&manifest()).open().expect("a build")
}

#[test]
fn each_element_has_a_line_with_type_or_rel_before_the_url() {
    assert_eq!(
        html(open().tags("src/main.ts")),
        "<link rel=\"stylesheet\" href=\"/assets/main-1.css\">\n\
         <script type=\"module\" src=\"/assets/main-1.js\"></script>\n\
         <link rel=\"modulepreload\" href=\"/assets/s-1.js\">"
    );
}

#[test]
fn styles_scripts_and_preloads_are_the_parts_of_tags() {
    let vite = open();
    assert_eq!(
        html(vite.page().styles("src/main.ts")),
        r#"<link rel="stylesheet" href="/assets/main-1.css">"#
    );
    assert_eq!(
        html(vite.page().scripts("src/main.ts")),
        r#"<script type="module" src="/assets/main-1.js"></script>"#
    );
    assert_eq!(
        html(vite.page().preloads("src/main.ts")),
        r#"<link rel="modulepreload" href="/assets/s-1.js">"#
    );
    assert!(vite.page().client().is_empty(), "no client in production (D6)");
}

#[test]
fn names_are_accepted_as_strings_and_lists() {
    let vite = open();
    let owned = "src/main.ts".to_owned();
    let expected = html(vite.tags("src/main.ts"));
    assert_eq!(html(vite.tags(&owned)), expected);
    assert_eq!(html(vite.tags(owned.clone())), expected);
    assert_eq!(html(vite.tags(["src/main.ts"])), expected);
    assert_eq!(html(vite.tags([&owned])), expected);
    assert_eq!(html(vite.tags(vec![owned.clone(), owned.clone()])), expected);
    assert_eq!(html(vite.tags(&["src/main.ts"][..])), expected);
    assert_eq!(html(vite.tags(&[owned])), expected);
    assert_eq!(html(vite.tags(Vec::<String>::new())), "");
}

#[test]
fn every_element_has_the_escaped_nonce() {
    let page = open().page().with_nonce("a\"b&c");
    assert_eq!(
        html(page.tags("src/main.ts")),
        "<link rel=\"stylesheet\" href=\"/assets/main-1.css\" nonce=\"a&quot;b&amp;c\">\n\
         <script type=\"module\" src=\"/assets/main-1.js\" nonce=\"a&quot;b&amp;c\"></script>\n\
         <link rel=\"modulepreload\" href=\"/assets/s-1.js\" nonce=\"a&quot;b&amp;c\">"
    );
    assert_eq!(page.nonce(), Some("a\"b&c"));
    assert!(!format!("{page:?}").contains("a\\\"b"), "a nonce stays out of logs");
    let meta = page.csp_meta().to_string();
    assert_eq!(meta, r#"<meta property="csp-nonce" nonce="a&quot;b&amp;c">"#);
    assert!(!html(page.tags("src/main.ts")).contains("<meta"), "the meta element is a call of its own");
    assert_eq!(open().page().csp_meta().to_string(), "");
}

#[test]
fn base_accepts_every_form_of_vite_and_rejects_others() {
    let cases = [
        ("/", "/assets/s-1.js"),
        ("/build", "/build/assets/s-1.js"),
        ("/build/", "/build/assets/s-1.js"),
        ("/a b/", "/a%20b/assets/s-1.js"),
        ("./", "./assets/s-1.js"),
        ("", "assets/s-1.js"),
        ("https://cdn.example.com", "https://cdn.example.com/assets/s-1.js"),
        ("https://cdn.example.com/x/", "https://cdn.example.com/x/assets/s-1.js"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x/assets/s-1.js"),
        ("//cdn.example.com/x/", "//cdn.example.com/x/assets/s-1.js"),
        ("//cdn.example.com:443", "//cdn.example.com:443/assets/s-1.js"),
    ];
    for (base, expected) in cases {
        let vite = build(&manifest()).base(base).open().expect(base);
        assert_eq!(
            lines(vite.page().preloads("src/main.ts")),
            [format!("modulepreload {expected}")],
            "{base}"
        );
    }
    for (base, why) in [
        ("static/", "it must start with"),
        ("ftp://x/", "its scheme is neither http nor https"),
        ("/x/?a=1", "it contains a query"),
        ("/x/#a", "it contains a fragment"),
        ("https://user:pw@x/", "it contains a user name"),
        ("https://", "empty host"),
        ("\\x\\", "it contains a backslash"),
    ] {
        let text = fails(build(&manifest()).base(base).open(), ErrorKind::InvalidBase);
        assert!(text.contains(why), "{base}: {text}");
    }
}

#[test]
fn a_url_is_percent_encoded_and_then_html_escaped() {
    let manifest = json!({
        "a": {"file": "assets/with space-é日.js", "isEntry": true},
        "b": {"file": "a/it's (1) & \"x\" <y> #h ?q 100% [i]~@+,;=:$!*|^`{}.js", "isEntry": true},
        "c": {"file": "/leading/slash.js", "isEntry": true},
        "d": {"file": "back\\slash.js", "isEntry": true},
    });
    let vite = build(&manifest).open().expect("a build");
    let src = |name: &str| {
        html(vite.tags(name)).replace("<script type=\"module\" src=\"", "").replace("\"></script>", "")
    };
    assert_eq!(src("a"), "/assets/with%20space-%C3%A9%E6%97%A5.js");
    assert_eq!(
        src("b"),
        "/a/it&#39;s%20(1)%20&amp;%20%22x%22%20%3Cy%3E%20%23h%20%3Fq%20100%25%20[i]~@+,;=:$!*|%5E%60%7B%7D.js"
    );
    assert_eq!(src("c"), "/leading/slash.js");
    assert_eq!(src("d"), "/back/slash.js");
    assert_eq!(vite.asset("b").expect("a URL").as_str().matches('\'').count(), 1, "a Url is not HTML yet");
}

#[test]
fn extra_attributes_are_bare_valued_or_omitted_and_escaped() {
    let vite = build(&manifest())
        .crossorigin(Crossorigin::Anonymous)
        .attribute_on_all("data-turbo-track", "reload")
        .attribute(ElementKind::Script, "async", true)
        .attribute(ElementKind::Script, "data-x", "a\"<b>'")
        .attribute(ElementKind::Stylesheet, "media", String::from("print"))
        .attribute(ElementKind::Stylesheet, "crossorigin", false)
        .attribute(ElementKind::Modulepreload, "data-turbo-track", None::<&str>)
        .open()
        .expect("a build");
    assert_eq!(
        html(vite.tags("src/main.ts")),
        "<link rel=\"stylesheet\" href=\"/assets/main-1.css\" data-turbo-track=\"reload\" media=\"print\">\n\
         <script type=\"module\" src=\"/assets/main-1.js\" crossorigin=\"anonymous\" data-turbo-track=\"reload\" async data-x=\"a&quot;&lt;b&gt;&#39;\"></script>\n\
         <link rel=\"modulepreload\" href=\"/assets/s-1.js\" crossorigin=\"anonymous\">"
    );
}

#[test]
fn an_invalid_attribute_name_is_an_error() {
    for (name, why) in [
        ("on load=x", "it contains ' '"),
        ("a>b", "it contains '>'"),
        ("a\"", "it contains '\"'"),
        ("", "it is empty"),
        ("SRC", "vite-bridge sets it"),
        ("nonce", "use `Page::with_nonce`"),
    ] {
        let builder = build(&manifest()).attribute(ElementKind::Script, name, "1");
        let text = fails(builder.open(), ErrorKind::InvalidAttributeName);
        assert!(text.contains(why), "{name}: {text}");
    }
}

#[test]
fn crossorigin_is_off_unless_set_or_needed_for_integrity() {
    let manifest = json!({"a.ts": {"file": "a.js", "isEntry": true, "integrity": "sha384-A", "imports": ["_b.js"]}, "_b.js": {"file": "b.js"}});
    let tags = |builder: Builder| html(builder.open().expect("a build").tags("a.ts"));
    let own = tags(build(&manifest));
    assert!(!own.contains("crossorigin"), "{own}");
    assert_eq!(
        tags(build(&manifest).base("https://cdn.example.com/")),
        "<script type=\"module\" src=\"https://cdn.example.com/a.js\" integrity=\"sha384-A\" crossorigin></script>\n\
         <link rel=\"modulepreload\" href=\"https://cdn.example.com/b.js\">"
    );
    let bare = tags(build(&manifest).crossorigin(Crossorigin::Bare).integrity(Integrity::Off));
    assert_eq!(
        bare,
        "<script type=\"module\" src=\"/a.js\" crossorigin></script>\n<link rel=\"modulepreload\" href=\"/b.js\" crossorigin>"
    );
    let with = tags(build(&manifest).crossorigin(Crossorigin::UseCredentials));
    assert!(with.contains("crossorigin=\"use-credentials\""), "{with}");
}

#[test]
fn integrity_is_read_from_the_manifest_by_file_or_in_parallel_lists() {
    let manifest = json!({
        "a.ts": {"file": "a.js", "isEntry": true, "css": ["own.css", "a.css", "b.css"], "integrity": "sha384-A sha512-A",
                 "cssIntegrity": [null, "sha384-C1", "sha384-C2"]},
        "own.css": {"file": "own.css", "integrity": "sha384-OWN"},
    });
    let tags = html(build(&manifest).open().expect("a build").tags("a.ts"));
    let values: Vec<_> =
        tags.split("integrity=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(values, ["sha384-OWN", "sha384-C1", "sha384-C2", "sha384-A sha512-A"]);
}

#[test]
fn integrity_of_vite_5_to_8_builds_covers_scripts_and_their_css() {
    for major in 5..=8 {
        let manifest = real_manifest(&format!("vite-{major}-sri"));
        let vite = Builder::manifest_bytes(manifest).read_environment(false).open().expect("a build");
        let tags = vite.tags("src/main.ts").expect("tags");
        let without = tags.elements().filter(|element| element.attribute("integrity").is_none()).count();
        assert!(tags.elements().count() > 4 && without <= 1, "vite-{major}: {tags}");
    }
}

#[test]
fn integrity_can_be_computed_at_load() {
    let dist = Dist::new(&[
        (
            "manifest.json",
            r#"{"a.ts": {"file": "a.js", "isEntry": true, "css": ["a.css"], "integrity": "sha384-WRONG"}}"#,
        ),
        ("a.js", "alert(1)"),
        ("a.css", ""),
    ]);
    let tags = |digest: Digest| {
        let vite = dist.builder().integrity(Integrity::Compute(digest)).open().expect("a build");
        html(vite.page().scripts("a.ts"))
    };
    // printf 'alert(1)' | openssl dgst -sha384 -binary | openssl base64 -A
    assert!(
        tags(Digest::Sha256).contains("integrity=\"sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=\"")
    );
    assert!(
        tags(Digest::Sha384).contains(
            "integrity=\"sha384-HT2E9NfWiuQ/w1PRai+hTyqW16NIoCGA/m8VQDUopfAtcz6YQjtsMmQd5uRbVDpW\""
        ),
        "{}",
        tags(Digest::Sha384)
    );
    assert!(tags(Digest::Sha512).contains("integrity=\"sha512-"));
    let gone = build(&json!({"a.ts": {"file": "a.js"}})).integrity(Integrity::Compute(Digest::Sha384));
    fails(gone.open(), ErrorKind::Unsupported);
}

#[test]
fn an_import_map_comes_before_every_element_that_loads_a_module() {
    let map = std::fs::read_to_string(tests_dir().join("manifests/vite-8-importmap.importmap.json"))
        .expect("a map");
    let manifest = String::from_utf8(real_manifest("vite-8-importmap")).expect("UTF-8");
    let dist = Dist::new(&[(".vite/manifest.json", &manifest), ("importmap.json", &map)]);
    let vite = dist.builder().verify_files(false).open().expect("a build");
    let page = vite.page().with_nonce("n");
    let all = html(page.tags("src/main.ts"));
    assert!(all.starts_with("<script type=\"importmap\" nonce=\"n\">{\"imports\":{\""), "{all}");
    assert_eq!(all.matches("importmap").count(), 1);
    for part in [page.scripts("src/main.ts"), page.preloads("src/main.ts")] {
        assert!(html(part).starts_with("<script type=\"importmap\""));
    }
    assert!(!html(page.styles("src/main.ts")).contains("importmap"));
    assert!(!html(page.tags("src/theme.css")).contains("importmap"), "a stylesheet loads no module");
    let content: Value = serde_json::from_str(
        page.tags("src/main.ts").expect("tags").elements().next().and_then(|e| e.content()).expect("content"),
    )
    .expect("JSON");
    assert_eq!(content, serde_json::from_str::<Value>(&map).expect("JSON"));
    let data = serde_json::to_value(page.tags("src/main.ts").expect("tags")).expect("JSON");
    assert_eq!(data[0]["content"], content, "an import map's content is JSON in JSON");
}

#[test]
fn an_import_map_cannot_close_its_element_and_an_invalid_one_is_an_error() {
    let manifest = r#"{"a.ts": {"file": "a.js", "isEntry": true}}"#;
    let dist = Dist::new(&[
        ("manifest.json", manifest),
        ("importmap.json", r#"{"imports": {"</script><b>": "/x&y"}}"#),
    ]);
    let tags = html(dist.builder().verify_files(false).open().expect("a build").tags("a.ts"));
    assert!(tags.contains(r#"{"imports":{"\u003c/script\u003e\u003cb\u003e":"/x\u0026y"}}"#), "{tags}");
    dist.write("importmap.json", "[]");
    fails(dist.builder().verify_files(false).open(), ErrorKind::ImportMapInvalid);
}

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
        // Vite's default: what is smaller than 4 KiB.
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

#[test]
fn urls_are_a_list_or_json_for_a_service_worker() {
    let manifest = json!({"a.ts": {"file": "</script>.js", "isEntry": true, "css": ["a.css"]}});
    let urls = build(&manifest).open().expect("a build").page().urls("a.ts").expect("urls");
    assert_eq!(urls.iter().collect::<Vec<_>>(), ["/a.css", "/%3C/script%3E.js"]);
    assert_eq!(urls.to_json().as_str(), r#"["/a.css","/%3C/script%3E.js"]"#);
    assert_eq!(urls.into_iter().count(), 2);
}

#[test]
fn a_link_header_has_no_nonce_and_is_empty_without_files() {
    let page = open().page().with_nonce("secret");
    let tags = page.tags("src/main.ts").expect("tags");
    assert_eq!(
        tags.link_header(),
        "</assets/main-1.css>; rel=preload; as=style, </assets/main-1.js>; rel=modulepreload, </assets/s-1.js>; rel=modulepreload"
    );
    assert_eq!(page.client().link_header(), "");
    let manifest = json!({"a.ts": {"file": "a.js", "integrity": "sha384-A"}});
    let tags =
        build(&manifest).crossorigin(Crossorigin::Bare).open().expect("a build").tags("a.ts").expect("tags");
    assert_eq!(tags.link_header(), "</a.js>; rel=modulepreload; crossorigin; integrity=\"sha384-A\"");
}

#[test]
fn a_page_repeats_tags_and_once_does_not() {
    let page = open().page();
    assert_eq!(html(page.tags("src/main.ts")), html(page.tags("src/main.ts")));
    let once = page.once();
    assert_eq!(html(once.tags("src/main.ts")), html(page.tags("src/main.ts")));
    assert_eq!(html(once.tags("src/main.ts")), "");
    assert_eq!(html(once.clone().styles("src/main.ts")), "", "clones share the memory");
    assert_ne!(html(page.once().tags("src/main.ts")), "", "another view has its own");
}

#[test]
fn once_remembers_calls_but_a_preload_does_not_suppress_a_script() {
    let manifest = json!({
        "a.ts": {"file": "a.js", "isEntry": true, "imports": ["b.ts"], "css": ["x.css"]},
        "b.ts": {"file": "b.js", "isEntry": true, "css": ["x.css", "y.css"]},
    });
    let vite = build(&manifest).open().expect("a build");
    let page = vite.page().once();
    assert_eq!(
        lines(page.tags("a.ts")),
        ["stylesheet /x.css", "stylesheet /y.css", "script /a.js", "modulepreload /b.js"]
    );
    assert_eq!(lines(page.tags("b.ts")), ["script /b.js"], "preloaded before, a script now");
    let page = vite.page().once();
    let not_printed: Tags = page.scripts("b.ts").expect("tags");
    assert_eq!(lines(page.tags("a.ts")), ["stylesheet /x.css", "stylesheet /y.css", "script /a.js"]);
    drop(not_printed);
    let page = vite.page().once();
    assert_eq!(lines(page.styles("b.ts")).len(), 2);
    assert_eq!(lines(page.preload("b.ts")), ["modulepreload /b.js"]);
    assert!(lines(page.preload("b.ts")).is_empty());
}

#[test]
fn once_does_not_preload_a_loaded_stylesheet() {
    let manifest =
        json!({"a.css": {"file": "a-1.css", "src": "a.css"}, "b.css": {"file": "b-1.css", "src": "b.css"}});
    let page = build(&manifest).open().expect("a build").page().once();
    assert_eq!(lines(page.styles("a.css")), ["stylesheet /a-1.css"]);
    assert!(lines(page.preload("a.css")).is_empty());
    assert_eq!(lines(page.preload("b.css")), ["preload /b-1.css"]);
    assert_eq!(lines(page.styles("b.css")), ["stylesheet /b-1.css"], "a preload loads nothing");
}

#[test]
fn several_calls_on_one_page_print_the_dev_client_once() {
    let vite = build(&json!({}))
        .mode(Mode::Development)
        .dev_server("http://localhost:5173")
        .react(true)
        .open()
        .expect("dev");
    let page = vite.page().once();
    assert_eq!(lines(Ok(page.client())).len(), 2);
    assert_eq!(lines(page.tags("app.js")), ["script http://localhost:5173/app.js"]);
    assert_eq!(lines(page.tags("other.js")), ["script http://localhost:5173/other.js"]);
}

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

#[test]
fn require_lists_all_missing_names() {
    let vite = open();
    vite.require(["src/main.ts", "src/logo.svg", "/src/main.ts"]).expect("all there");
    let text = fails(vite.require(["src/main.ts", "src/gone.ts", "src/logo.gif"]), ErrorKind::UnknownEntry);
    assert_eq!(text.lines().count(), 3, "two messages and a help line: {text}");
    assert!(text.contains("\"src/gone.ts\"") && text.contains("\"src/logo.gif\""), "{text}");
}

#[test]
fn on_missing_comment_prints_comments_instead_of_errors() {
    let vite = build(&manifest()).on_missing(OnMissing::Comment).open().expect("a build");
    let comment = html(vite.tags("--> <script>alert(1)</script>"));
    assert!(
        comment.starts_with("<!-- vite-bridge: unknown entry ") && comment.ends_with(" -->"),
        "{comment}"
    );
    assert_eq!(comment.matches("-->").count(), 1, "{comment}");
    assert!(!comment.contains("<script"), "{comment}");
    assert_eq!(vite.asset("gone.png").expect("a URL").as_str(), "about:invalid");
    assert!(vite.page().inline("gone.svg").expect("a comment").as_str().starts_with("<!--"));
    let strict = vite.page().on_missing(OnMissing::Error);
    fails(strict.tags("gone.ts"), ErrorKind::UnknownEntry);
    let once = html(vite.page().once().tags("gone.ts"));
    assert!(once.starts_with("<!--"), "{once}");
    for part in
        [vite.page().styles("gone.ts"), vite.page().scripts("gone.ts"), vite.page().preloads("gone.ts")]
    {
        assert!(html(part).starts_with("<!--"), "the error belongs to every part");
    }
}

#[test]
fn a_missing_build_is_an_error_of_open_and_optional_for_error_pages() {
    let builder = || Builder::new("no/such/directory").read_environment(false).mode(Mode::Production);
    fails(builder().open(), ErrorKind::ManifestNotFound);
    let vite = builder().on_missing(OnMissing::Comment).open().expect("a handle");
    assert!(
        html(vite.tags("a.ts"))
            .starts_with("<!-- vite-bridge: no manifest at no/such/directory/.vite/manifest.json")
    );
    fails(vite.require("a.ts"), ErrorKind::ManifestNotFound);
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
fn tags_can_be_read_as_elements() {
    let vite = build(&manifest()).attribute(ElementKind::Script, "async", true).open().expect("a build");
    let tags = vite.page().with_nonce("n").scripts("src/main.ts").expect("tags");
    assert_eq!(
        serde_json::to_value(&tags).expect("JSON"),
        json!([{"kind": "script", "href": "/assets/main-1.js", "attrs": {"type": "module", "async": true, "nonce": "n"}}])
    );
}

#[test]
fn modulepreload_can_be_turned_off() {
    let vite = build(&manifest()).modulepreload(false).open().expect("a build");
    assert_eq!(
        lines(vite.tags("src/main.ts")),
        ["stylesheet /assets/main-1.css", "script /assets/main-1.js"]
    );
}

#[test]
fn base_and_origin_print_their_values() {
    let base = |text: &str| text.parse::<Base>().expect("a base");
    for (text, as_str, is_relative, is_cross_origin) in [
        ("/", "/", false, false),
        ("/static", "/static/", false, false),
        ("./", "./", true, false),
        ("", "", true, false),
        ("https://cdn.example.com", "https://cdn.example.com/", false, true),
        ("//cdn.example.com", "//cdn.example.com/", false, true),
    ] {
        let base = base(text);
        let seen = (base.as_str(), base.is_relative(), base.is_cross_origin());
        assert_eq!(seen, (as_str, is_relative, is_cross_origin), "{text:?}");
        assert_eq!(base.to_string(), as_str);
    }
    for secret in ["https://user@x/", "https://:pw@x/"] {
        let text = fails(secret.parse::<Base>(), ErrorKind::InvalidBase);
        assert!(text.contains("it contains a user name or password"), "{text}");
    }
    let origin: DevServerUrl = "http://[::1]:5173/static".parse().expect("an origin");
    assert_eq!((origin.as_str(), origin.base().as_str()), ("http://[::1]:5173/static/", "/static/"));
}

#[test]
fn a_group_prints_one_entry_and_a_group_of_stylesheets_prints_no_script() {
    use sha2::Digest as _;
    let key = |parts: &[&str]| {
        let digest = sha2::Sha256::digest(parts.join("\n"));
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!(".vite-bridge/group-{hash}.js")
    };
    let (mixed, styles) = (["src/a.ts", "src/b.scss"], ["src/b.scss", "src/c.css"]);
    let vite = build(&json!({
        key(&mixed): {"file": "assets/mixed-1.js", "isEntry": true, "css": ["assets/b-1.css"]},
        key(&styles): {"file": "assets/styles-1.js", "isEntry": true, "css": ["assets/bc-1.css"]},
    }));
    let vite = vite.open().expect("a build");
    assert_eq!(lines(vite.page().group(mixed)), ["stylesheet /assets/b-1.css", "script /assets/mixed-1.js"]);
    assert_eq!(lines(vite.page().group(["/src/a.ts", "./src/b.scss"])), lines(vite.page().group(mixed)));
    assert_eq!(lines(vite.page().group(styles)), ["stylesheet /assets/bc-1.css"]);
    // The same parts as entries are another question.
    fails(vite.tags(mixed), ErrorKind::UnknownEntry);
    assert_eq!(
        fails(vite.page().group(["src/b.scss", "src/a.ts"]), ErrorKind::UnknownEntry),
        "unknown group [\"src/b.scss\", \"src/a.ts\"]: the build does not contain it\nhelp: write the list as a literal in a template that the plugin reads (its option `templates`), then run `npm run build`"
    );
    let page = vite.page().once();
    assert_eq!(lines(page.group(mixed)).len(), 2);
    assert_eq!(lines(page.group(mixed)), [""; 0]);
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
