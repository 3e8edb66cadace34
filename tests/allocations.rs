//! What a request costs: no allocation for the tags of an entry.
#![allow(clippy::expect_used, reason = "a test fails by a panic")]

use std::fmt::Write as _;

use serde_json::json;
use vite_bridge::{Builder, Page, Vite};

fn vite() -> Vite {
    let manifest = json!({
        "src/main.ts": {"file": "main-1.js", "name": "main", "isEntry": true, "imports": ["_s.js"], "css": ["main-1.css"]},
        "_s.js": {"file": "s-1.js", "css": ["s-1.css"]},
        "src/logo.svg": {"file": "logo-1.svg"},
    });
    Builder::manifest_bytes(manifest.to_string()).environment(false).open().expect("a build")
}

fn allocations(page: &Page, print: impl Fn(&Page, &mut String)) -> u64 {
    let mut out = String::with_capacity(4096);
    // The first use may prepare.
    print(page, &mut out);
    out.clear();
    let counted = allocation_counter::measure(|| print(page, &mut out));
    assert!(!out.is_empty());
    counted.count_total
}

#[test]
fn tags_of_an_entry_allocate_nothing_with_and_without_a_nonce() {
    let print = |page: &Page, out: &mut String| {
        for tags in [page.tags("src/main.ts"), page.styles("src/main.ts"), page.scripts("src/main.ts")] {
            write!(out, "{}", tags.expect("tags")).expect("a string");
        }
    };
    assert_eq!(allocations(&vite().page(), print), 0);
    assert_eq!(allocations(&vite().page().with_nonce("n"), print), 0);
}

#[test]
fn lists_names_and_urls_asked_for_again_allocate_nothing() {
    let page = vite().page();
    let lists = |page: &Page, out: &mut String| {
        write!(out, "{}", page.tags(["src/main.ts", "/src/main.ts"]).expect("tags")).expect("a string");
        write!(out, "{}", page.tags("main").expect("tags")).expect("a string");
        write!(out, "{}", page.asset("src/logo.svg").expect("a URL")).expect("a string");
    };
    assert_eq!(allocations(&page, lists), 0);
}

#[test]
fn a_page_costs_no_allocation_either() {
    let vite = vite();
    // A thread's first look at the handle registers the thread.
    drop(vite.page());
    assert_eq!(allocation_counter::measure(|| drop(vite.page())).count_total, 0);
}
