//! Names that the build does not contain, and a missing build.

use vite_bridge::{Builder, ErrorKind, Mode, OnMissing};

use crate::support::small::{manifest, open};
use crate::support::{build, fails, html};

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
