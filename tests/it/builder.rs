//! Options of the builder. Their order does not matter, and an option without effect is an error.

#[cfg(feature = "proxy")]
use std::net::Ipv4Addr;
#[cfg(feature = "serve")]
use std::time::Duration;

use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, proptest};
#[cfg(feature = "serve")]
use vite_bridge::Sourcemaps;
use vite_bridge::tags::ElementKind;
use vite_bridge::{Builder, Crossorigin, CssOrder, Digest, ErrorKind, Integrity, Mode, OnMissing, Vite};

use crate::support::{Dist, fails};

type Change = fn(Builder) -> Builder;

/// One call of every option, with its name. Some have an effect in production, others in
/// development. The two attributes have the same name, because a rule for one kind must win over a
/// rule for all.
const CHANGES: &[(&str, Change)] = &[
    ("base", |builder| builder.base("/static/")),
    ("css_order", |builder| builder.css_order(CssOrder::EntryFirst)),
    ("integrity", |builder| builder.integrity(Integrity::Compute(Digest::Sha256))),
    ("crossorigin", |builder| builder.crossorigin(Crossorigin::Anonymous)),
    ("modulepreload", |builder| builder.modulepreload(false)),
    ("strict_entries", |builder| builder.strict_entries(true)),
    ("on_missing", |builder| builder.on_missing(OnMissing::Comment)),
    ("attribute", |builder| builder.attribute(ElementKind::Script, "data-x", "of scripts")),
    ("attribute_on_all", |builder| builder.attribute_on_all("data-x", "of all")),
    ("verify_files", |builder| builder.verify_files(false)),
    ("require_manifest", |builder| builder.require_manifest(false)),
    ("mode", |builder| builder.mode(Mode::Production)),
    ("read_environment", |builder| builder.read_environment(false)),
    ("dev_server", |builder| builder.dev_server("http://127.0.0.1:1/static/")),
    ("react", |builder| builder.react(true)),
    #[cfg(feature = "proxy")]
    ("allow_host", |builder| builder.allow_host("myapp.test")),
    #[cfg(feature = "proxy")]
    ("allow_peer", |builder| builder.allow_peer(PEER.into())),
    #[cfg(feature = "proxy")]
    ("allow_peers", |builder| builder.allow_peers("10.0.0.0/8")),
    #[cfg(feature = "proxy")]
    ("deny_path", |builder| builder.deny_path("/@fs/")),
    #[cfg(feature = "embed")]
    ("embedded", |builder| builder.embedded::<Demo>()),
    #[cfg(feature = "watch")]
    ("watch", |builder| builder.watch(true)),
    #[cfg(feature = "serve")]
    ("serve_files", |builder| builder.serve_files(true)),
    #[cfg(feature = "serve")]
    ("max_age", |builder| builder.max_age(Duration::from_secs(7))),
    #[cfg(feature = "serve")]
    ("immutable_if", |builder| builder.immutable_if(|file, _| file == "main.js")),
    #[cfg(feature = "serve")]
    ("header", |builder| builder.header("*", "x-rule", "set")),
    #[cfg(feature = "serve")]
    ("media_type", |builder| builder.media_type("*.txt", "text/x-own")),
    #[cfg(feature = "serve")]
    ("sourcemaps", |builder| builder.sourcemaps(Sourcemaps::deny())),
    #[cfg(feature = "serve")]
    ("cors", |builder| builder.cors(false)),
    #[cfg(feature = "serve")]
    ("index_files", |builder| builder.index_files(true)),
    #[cfg(feature = "serve")]
    ("well_known", |builder| builder.well_known(true)),
    #[cfg(feature = "serve")]
    ("in_memory_up_to", |builder| builder.in_memory_up_to(1)),
];

/// An address of another machine, from a range for documentation (RFC 5737).
#[cfg(feature = "proxy")]
const PEER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

const FILES: [(&str, &str); 9] = [
    (
        ".vite/manifest.json",
        r#"{"src/main.ts": {"file": "main.js", "css": ["a.css"], "imports": ["b.ts"], "isEntry": true},
            "b.ts": {"file": "b.js", "css": ["b.css"]}}"#,
    ),
    ("main.js", "x"),
    ("main.js.map", "{}"),
    ("a.css", ""),
    ("b.js", ""),
    ("b.css", ""),
    ("robots.txt", "hi"),
    ("docs/index.html", "<p>"),
    (".well-known/x", "y"),
];

/// The demo inside the binary. It has an entry with the same name.
#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "examples/demo/dist"]
struct Demo;

fn dist() -> Dist {
    Dist::new(&FILES)
}

/// Returns the tags of several names, the policy, and some responses.
fn behaviour(vite: &Vite) -> String {
    let tags = ["src/main.ts", "b.ts", "gone.ts"].map(|name| match vite.tags(name) {
        Ok(tags) => tags.to_string(),
        Err(error) => error.to_string(),
    });
    let text = format!("{}\n{}", tags.join("\n"), vite.csp());
    #[cfg(all(feature = "serve", feature = "proxy", feature = "axum"))]
    let text = text + &answers(vite);
    text
}

/// Sends requests from another machine.
#[cfg(all(feature = "serve", feature = "proxy", feature = "axum"))]
fn answers(vite: &Vite) -> String {
    use tower::ServiceExt as _;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let names = ["robots.txt", "main.js", "main.js.map", "docs/", ".well-known/x", "@vite/client", "@fs/x"];
    let mut text = String::new();
    for name in names {
        let request = http::Request::get(format!("/static/{name}")).header("host", "myapp.test");
        let mut request = request.body(axum::body::Body::empty()).expect("a request");
        let peer = std::net::SocketAddr::from((PEER, 1));
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        let answer = runtime.block_on(vite.mount(axum::Router::new()).oneshot(request)).expect("an answer");
        let mut headers: Vec<_> =
            answer.headers().iter().filter(|(name, _)| *name != "last-modified").collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        text.push_str(&format!("\n{name} {} {headers:?}", answer.status()));
    }
    text
}

/// Calls the options in this order and opens the build in a mode.
fn opened(dist: &Dist, order: &[usize], mode: Mode) -> String {
    let builder = order.iter().fold(Builder::new(dist.path()), |builder, at| match CHANGES[*at] {
        ("mode", _) => builder.mode(mode),
        (_, change) => change(builder),
    });
    behaviour(&builder.open().expect("a build"))
}

/// Returns the options except some. `embedded` excludes `watch` and `in_memory_up_to`.
fn options_without(names: &[&str]) -> Vec<usize> {
    (0..CHANGES.len()).filter(|at| !names.contains(&CHANGES[*at].0)).collect()
}

const INSIDE: [&str; 2] = ["watch", "in_memory_up_to"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn different_options_commute(
        on_disk in Just(options_without(&["embedded"])).prop_shuffle(),
        inside in Just(options_without(&INSIDE)).prop_shuffle(),
    ) {
        let dist = dist();
        for mode in [Mode::Production, Mode::Development] {
            let (on_disk, inside) = (opened(&dist, &on_disk, mode), opened(&dist, &inside, mode));
            prop_assert_eq!(on_disk, opened(&dist, &options_without(&["embedded"]), mode));
            prop_assert_eq!(inside, opened(&dist, &options_without(&INSIDE), mode));
        }
    }
}

#[test]
fn each_option_of_the_list_has_an_effect() {
    let dist = dist();
    let production = opened(&dist, &options_without(&["embedded"]), Mode::Production);
    let development = opened(&dist, &options_without(&["embedded"]), Mode::Development);
    for part in [
        "href=\"/static/a.css\"",
        "integrity=\"sha256-",
        "crossorigin=\"anonymous\"",
        "data-x=\"of scripts\"",
        "data-x=\"of all\"",
        "<!-- vite-bridge: \"b.ts\"",
        "<!-- vite-bridge: unknown entry",
    ] {
        assert!(production.contains(part), "{part}: {production}");
    }
    assert!(!production.contains("modulepreload"), "{production}");
    assert!(development.contains("@react-refresh"), "{development}");
    #[cfg(all(feature = "serve", feature = "proxy", feature = "axum"))]
    {
        for part in [
            "\nrobots.txt 200 OK",
            "\nmain.js.map 404",
            "\ndocs/ 200",
            "\n.well-known/x 200",
            "public, max-age=7\"",
            "immutable",
            "(\"x-rule\", \"set\")",
            "\"text/x-own\"",
        ] {
            assert!(production.contains(part), "{part}: {production}");
        }
        assert!(!production.contains("access-control"), "{production}");
        assert!(development.contains("\n@vite/client 200"), "{development}");
        assert!(development.contains("\n@fs/x 403"), "{development}");
    }
}

/// A new option must get into the list above.
#[cfg(all(feature = "embed", feature = "watch", feature = "serve", feature = "proxy"))]
#[test]
fn the_list_contains_every_option() {
    let pattern = regex::Regex::new(r"pub fn (\w+)(?:<[^>]*>)?\(\s*(?:mut )?self,?[^&)]").expect("a pattern");
    let mut options = Vec::new();
    for file in ["builder.rs", "builder_proxy.rs", "builder_serve.rs"] {
        let path = crate::support::tests_dir().join("../src/load").join(file);
        let text = std::fs::read_to_string(path).expect("a file");
        options.extend(pattern.captures_iter(&text).map(|all| all[1].to_owned()));
    }
    options.push("embedded".to_owned());
    let mut listed: Vec<_> = CHANGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    options.sort();
    listed.sort();
    assert_eq!(options, listed);
}

#[test]
fn an_attribute_for_one_kind_wins_over_one_for_all() {
    let dist = dist();
    let builder = || dist.builder().verify_files(false);
    let first = builder().attribute(ElementKind::Script, "x", "one").attribute_on_all("x", "all");
    let last = builder().attribute_on_all("x", "all").attribute(ElementKind::Script, "x", "one");
    for builder in [first, last] {
        let tags = builder.open().expect("a build").tags("src/main.ts").expect("tags").to_string();
        assert!(tags.contains("main.js\" x=\"one\"") && tags.contains("a.css\" x=\"all\""), "{tags}");
    }
}

#[test]
fn the_last_call_of_one_option_wins() {
    let dist = dist();
    let vite = dist.builder().base("/a/").base("/b/").open().expect("a build");
    assert!(vite.tags("src/main.ts").expect("tags").to_string().contains("\"/b/main.js"));
}

/// Asserts that `open` returns an error with this beginning in every mode.
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
fn a_mode_may_ignore_an_option() {
    let dist = dist();
    for mode in [Mode::Production, Mode::Disabled] {
        let builder = dist.builder().mode(mode).dev_server("http://localhost:5173").react(true);
        assert!(builder.open().is_ok(), "{mode}");
    }
}
