//! Attributes of tags: nonce, `crossorigin`, integrity, and attributes of the application.

use serde_json::json;
use vite_bridge::tags::ElementKind;
use vite_bridge::{Builder, Crossorigin, Digest, ErrorKind, Integrity};

use crate::support::small::{manifest, open};
use crate::support::{Dist, build, fails, html, real_manifest};

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
    assert!(!html(page.tags("src/main.ts")).contains("<meta"), "only `csp_meta` prints the meta element");
    assert_eq!(open().page().csp_meta().to_string(), "");
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
