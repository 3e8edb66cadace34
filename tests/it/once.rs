//! `Page::once` prints each element of a page once.

use serde_json::json;
use vite_bridge::{Mode, Tags};

use crate::support::small::open;
use crate::support::{build, html, lines};

#[test]
fn a_page_repeats_tags_and_once_does_not() {
    let page = open().page();
    assert_eq!(html(page.tags("src/main.ts")), html(page.tags("src/main.ts")));
    let once = page.once();
    assert_eq!(html(once.tags("src/main.ts")), html(page.tags("src/main.ts")));
    assert_eq!(html(once.tags("src/main.ts")), "");
    assert_eq!(html(once.clone().styles("src/main.ts")), "", "clones share the memory");
    assert_ne!(html(page.once().tags("src/main.ts")), "", "another view has a separate memory");
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
