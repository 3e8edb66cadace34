//! The additions to a Content Security Policy in development. Production adds nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use vite_bridge::csp::Csp;
use vite_bridge::{Builder, Mode, Vite};

use crate::support::build;

fn dev() -> Builder {
    let builder = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    builder.dev_server("http://localhost:5173/static/")
}

/// Returns the policy of a handle after `mount`.
#[cfg(all(feature = "proxy", feature = "axum"))]
fn mounted() -> Csp {
    let vite = dev().open().expect("dev");
    let _app = vite.mount(axum::Router::<()>::new());
    vite.csp()
}

#[test]
fn in_production_a_policy_is_unchanged() {
    let policy = "default-src  'none' ;script-src 'nonce-{nonce}'";
    let built = build(&json!({"a.ts": {"file": "a.js", "isEntry": true}})).mode(Mode::Production);
    for csp in [built.open().expect("a build").csp(), Vite::disabled().csp(), Csp::default()] {
        assert_eq!(csp.extend(policy), policy);
        assert_eq!(csp.to_string(), "");
    }
}

#[cfg(all(feature = "proxy", feature = "axum"))]
#[test]
fn each_directive_gets_the_sources_that_it_lacks() {
    let cases = [
        // A missing restriction stays missing.
        ("", ""),
        ("object-src 'none'", "object-src 'none'"),
        ("script-src 'self'", "script-src 'self'; worker-src 'self' blob:"),
        // A missing directive starts with the sources of the directive that it falls back to.
        (
            "default-src 'none'",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; \
             connect-src 'self'; worker-src 'self' blob:",
        ),
        (
            "default-src 'self' https://cdn.test; connect-src 'none'; img-src data:",
            "default-src 'self' https://cdn.test; connect-src 'self'; img-src data: 'self'; \
             script-src 'self' https://cdn.test; style-src 'self' https://cdn.test 'unsafe-inline'; \
             font-src 'self' https://cdn.test; worker-src 'self' https://cdn.test blob:",
        ),
        // Styles get the nonce of the scripts, because Vite's client uses it for the styles that it
        // inserts. With a nonce, browsers ignore 'unsafe-inline', so a policy never gets both.
        (
            "Script-Src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'",
            "Script-Src 'nonce-{nonce}' 'strict-dynamic' 'self'; style-src 'self' 'nonce-{nonce}'; worker-src 'self' blob:",
        ),
        (
            "script-src 'self' 'nonce-a'; style-src 'self' 'unsafe-inline'; worker-src https://x.test",
            "script-src 'self' 'nonce-a'; style-src 'self' 'unsafe-inline'; worker-src https://x.test 'self' blob:",
        ),
        ("child-src https://x.test", "child-src https://x.test; worker-src https://x.test 'self' blob:"),
    ];
    let csp = mounted();
    for (policy, extended) in cases {
        assert_eq!(csp.extend(policy), extended, "{policy}");
        assert_eq!(csp.extend(extended), extended, "a second call changes nothing: {policy}");
    }
    let all = "script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self' blob:";
    assert_eq!(csp.to_string(), all);
}

#[test]
fn the_address_of_vite_is_allowed_when_it_is_not_mounted() {
    let csp = dev().open().expect("dev").csp();
    let policy = csp.extend("default-src 'self'; connect-src https://api.test");
    for part in [
        "script-src 'self' http://localhost:5173;",
        "connect-src https://api.test http://localhost:5173 ws://localhost:5173;",
        "worker-src 'self' http://localhost:5173 blob:",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
}

#[test]
fn the_react_preamble_is_allowed_by_its_hash() {
    let vite = dev().react(true).open().expect("dev");
    let tags = vite.page().client();
    let preamble = tags.elements().find_map(|element| element.content()).expect("a preamble");
    let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(preamble.as_bytes())));
    assert!(
        tags.to_string().contains(&format!(">{preamble}</script>")),
        "the hash covers the printed preamble: {tags}"
    );
    assert!(vite.csp().extend("script-src 'self'").contains(&hash));
    assert!(
        !vite.csp().extend("script-src 'unsafe-inline'").contains("sha256"),
        "browsers ignore 'unsafe-inline' next to a hash"
    );
}
