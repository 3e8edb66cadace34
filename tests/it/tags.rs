//! The HTML and the URLs of tags: order, escaping, base, import map, groups.

use serde_json::{Value, json};
use vite_bridge::tags::ElementKind;
use vite_bridge::url::{Base, DevServerUrl};
use vite_bridge::{Crossorigin, ErrorKind};

use crate::support::small::{manifest, open};
use crate::support::{Dist, build, fails, html, lines, real_manifest, tests_dir};

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
    assert!(vite.page().client().is_empty(), "no client in production");
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
    // Without a group, the same names are two unknown entries.
    fails(vite.tags(mixed), ErrorKind::UnknownEntry);
    assert_eq!(
        fails(vite.page().group(["src/b.scss", "src/a.ts"]), ErrorKind::UnknownEntry),
        "unknown group [\"src/b.scss\", \"src/a.ts\"]: the build does not contain it\nhelp: write the list as a literal in a template that the plugin reads (its option `templates`), then run `npm run build`"
    );
    let page = vite.page().once();
    assert_eq!(lines(page.group(mixed)).len(), 2);
    assert_eq!(lines(page.group(mixed)), [""; 0]);
}
