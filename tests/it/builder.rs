//! Options of the builder: their order does not matter, and one without effect is an error.

use std::time::Duration;

use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, proptest};
use serde_json::json;
use vite_bridge::tags::ElementKind;
use vite_bridge::{Builder, Crossorigin, CssOrder, ErrorKind, Mode, Vite};

use crate::support::{Dist, fails};

type Change = fn(Builder) -> Builder;

/// One call of every option that changes tags or answers. The names of options for all elements and for one kind are equal.
const CHANGES: &[Change] = &[
    |builder| builder.base("/static/"),
    |builder| builder.css_order(CssOrder::EntryFirst),
    |builder| builder.crossorigin(Crossorigin::Anonymous),
    |builder| builder.attribute(ElementKind::Script, "data-x", "of scripts"),
    |builder| builder.attribute_on_all("data-x", "of all"),
    |builder| builder.modulepreload(false),
    |builder| builder.verify_files(false),
    |builder| builder.mode(Mode::Production),
    |builder| builder.read_environment(false),
    #[cfg(feature = "serve")]
    |builder| builder.max_age(Duration::from_secs(7)),
    #[cfg(feature = "serve")]
    |builder| builder.header("*", "x-rule", "set"),
    #[cfg(feature = "serve")]
    |builder| builder.media_type("*.txt", "text/x-own"),
    #[cfg(feature = "serve")]
    |builder| builder.cors(false),
    #[cfg(feature = "serve")]
    |builder| builder.well_known(true),
];

fn dist() -> Dist {
    let manifest = json!({"src/main.ts": {"file": "main-B1a2C3d4.js", "css": ["a.css"], "isEntry": true}});
    Dist::new(&[
        (".vite/manifest.json", &manifest.to_string()),
        ("main-B1a2C3d4.js", "x"),
        ("a.css", ""),
        ("robots.txt", "hi"),
        (".well-known/x", "y"),
    ])
}

/// The tags of the entry, and the head and body of some answers.
fn behaviour(vite: &Vite) -> String {
    let tags = vite.tags("src/main.ts").expect("tags").to_string();
    #[cfg(all(feature = "serve", feature = "axum"))]
    let tags = tags + &answers(vite);
    tags
}

#[cfg(all(feature = "serve", feature = "axum"))]
fn answers(vite: &Vite) -> String {
    use tower::ServiceExt as _;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut text = String::new();
    for target in ["/static/robots.txt", "/static/main-B1a2C3d4.js", "/static/.well-known/x"] {
        let request = http::Request::get(target).body(axum::body::Body::empty()).expect("a request");
        let answer = runtime.block_on(vite.mount(axum::Router::new()).oneshot(request)).expect("an answer");
        text.push_str(&format!("\n{target} {} {:?}", answer.status(), answer.headers()));
    }
    text
}

fn opened(dist: &Dist, order: &[usize]) -> String {
    let builder = order.iter().fold(Builder::new(dist.path()), |builder, at| CHANGES[*at](builder));
    behaviour(&builder.open().expect("a build"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn different_options_commute(order in Just((0..CHANGES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let dist = dist();
        let in_order: Vec<_> = (0..CHANGES.len()).collect();
        prop_assert_eq!(opened(&dist, &order), opened(&dist, &in_order));
    }
}

#[test]
fn an_attribute_for_one_kind_wins_over_one_for_all() {
    let dist = dist();
    let builder = || dist.builder().verify_files(false);
    let first = builder().attribute(ElementKind::Script, "x", "one").attribute_on_all("x", "all");
    let last = builder().attribute_on_all("x", "all").attribute(ElementKind::Script, "x", "one");
    for builder in [first, last] {
        let tags = builder.open().expect("a build").tags("src/main.ts").expect("tags").to_string();
        assert!(
            tags.contains("main-B1a2C3d4.js\" x=\"one\"") && tags.contains("a.css\" x=\"all\""),
            "{tags}"
        );
    }
}

#[test]
fn the_last_call_of_one_option_wins() {
    let dist = dist();
    let vite = dist.builder().base("/a/").base("/b/").open().expect("a build");
    assert!(vite.tags("src/main.ts").expect("tags").to_string().contains("\"/b/main-"));
}

/// Each builder, and the beginning of its error in every mode.
fn refused(builder: &dyn Fn() -> Builder, text: &str) {
    for mode in [Mode::Auto, Mode::Development, Mode::Production, Mode::Disabled] {
        let builder = builder().mode(mode).read_environment(false).dev_server("http://localhost:5173");
        let error = fails(builder.open(), ErrorKind::Unsupported);
        assert!(error.starts_with(text) && error.contains("\nhelp: "), "{mode}: {error}");
    }
}

#[test]
fn an_option_without_effect_in_any_mode_is_an_error() {
    let bytes = || Builder::manifest_bytes("{}");
    refused(&|| bytes().verify_files(true), "`.verify_files(true)` has no effect: only a manifest is given");
    refused(&|| bytes().require_manifest(false), "`.require_manifest(false)` has no effect: only a manifest");
    let file = || Builder::manifest_file("dist/manifest.json").require_manifest(false);
    refused(&file, "`.require_manifest(false)` has no effect: the manifest is given by its path");
    #[cfg(feature = "watch")]
    refused(&|| bytes().watch(true), "`.watch(true)` has no effect: only a manifest is given");
}

#[cfg(feature = "serve")]
#[test]
fn an_option_for_serving_needs_files_that_are_served() {
    let changes: [(&str, Change); 4] = [
        ("max_age", |builder| builder.max_age(None)),
        ("header", |builder| builder.header("*", "x-a", "b")),
        ("cors", |builder| builder.cors(false)),
        ("index_files", |builder| builder.index_files(true)),
    ];
    for (name, change) in changes {
        let text = format!("`.{name}(..)` has no effect: files are not served");
        refused(&|| change(Builder::new("dist").serve_files(false)), &text);
        refused(&|| change(Builder::new("dist")).serve_files(false), &text);
        let text = format!("`.{name}(..)` has no effect: only a manifest is given");
        refused(&|| change(Builder::manifest_bytes("{}")), &text);
    }
}

#[test]
fn a_mode_that_ignores_an_option_is_no_error() {
    let dist = dist();
    for mode in [Mode::Production, Mode::Disabled] {
        let builder = dist.builder().mode(mode).dev_server("http://localhost:5173").react(true);
        assert!(builder.open().is_ok(), "{mode}");
    }
}
