//! Allocations of a request. Printing the tags of an entry allocates nothing.

use std::fmt::Write as _;

use serde_json::json;
use vite_bridge::{Builder, Page, Vite};

fn vite() -> Vite {
    let manifest = json!({
        "src/main.ts": {"file": "main-1.js", "name": "main", "isEntry": true, "imports": ["_s.js"], "css": ["main-1.css"]},
        "_s.js": {"file": "s-1.js", "css": ["s-1.css"]},
        "src/logo.svg": {"file": "logo-1.svg"},
    });
    Builder::manifest_bytes(manifest.to_string()).read_environment(false).open().expect("a build")
}

fn allocations(page: &Page, print: impl Fn(&Page, &mut String)) -> u64 {
    let mut out = String::with_capacity(4096);
    // The first call may fill caches.
    print(page, &mut out);
    out.clear();
    let counted = allocation_counter::measure(|| print(page, &mut out));
    assert!(!out.is_empty());
    counted.count_total
}

#[test]
fn tags_of_an_entry_allocate_nothing_with_or_without_a_nonce() {
    let print = |page: &Page, out: &mut String| {
        for tags in [page.tags("src/main.ts"), page.styles("src/main.ts"), page.scripts("src/main.ts")] {
            write!(out, "{}", tags.expect("tags")).expect("a string");
        }
    };
    assert_eq!(allocations(&vite().page(), print), 0);
    assert_eq!(allocations(&vite().page().with_nonce("n"), print), 0);
}

#[test]
fn repeated_calls_for_lists_names_and_urls_allocate_nothing() {
    let page = vite().page();
    let lists = |page: &Page, out: &mut String| {
        write!(out, "{}", page.tags(["src/main.ts", "/src/main.ts"]).expect("tags")).expect("a string");
        write!(out, "{}", page.tags("main").expect("tags")).expect("a string");
        write!(out, "{}", page.asset("src/logo.svg").expect("a URL")).expect("a string");
    };
    assert_eq!(allocations(&page, lists), 0);
}

#[test]
fn creating_a_page_allocates_nothing() {
    let vite = vite();
    // The first access from a thread registers the thread.
    drop(vite.page());
    assert_eq!(allocation_counter::measure(|| drop(vite.page())).count_total, 0);
}

/// Counts the allocations for one file, from the head of the request to the end of the response.
#[cfg(feature = "serve")]
mod serving {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use bytes::Bytes;
    use http::Request;
    use http_body::Body as _;
    use http_body_util::Empty;
    use tower::Service as _;
    use vite_bridge::{Builder, Mode};

    /// Returns the allocations of one response, its status and the size of its body.
    fn answer(dist: &std::path::Path, headers: &[(&str, &str)]) -> (u64, u16, usize) {
        let builder =
            Builder::new(dist).read_environment(false).mode(Mode::Production).require_manifest(false);
        let mut service = builder.open().expect("a directory").service();
        let ask = || {
            let request = Request::get("/a.js");
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        let mut run = || {
            let request = ask().body(Empty::<Bytes>::new()).expect("a request");
            let mut seen = (0, 0);
            let counted = allocation_counter::measure(|| {
                let mut context = Context::from_waker(Waker::noop());
                let Poll::Ready(Ok(answer)) = pin!(service.call(request)).poll(&mut context) else { return };
                let (head, body) = answer.into_parts();
                let mut body = pin!(body);
                let mut size = 0;
                while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
                    size += frame.into_data().map_or(0, |data| data.len());
                }
                seen = (head.status.as_u16(), size);
            });
            (counted.count_total, seen.0, seen.1)
        };
        // The first use of a header value makes it shareable, which allocates.
        run();
        run()
    }

    #[test]
    fn serving_a_file_allocates_only_its_header_table() {
        let dist = tempfile::tempdir().expect("a directory");
        std::fs::write(dist.path().join("a.js"), "x".repeat(100_000)).expect("a file");
        std::fs::write(dist.path().join("a.js.br"), "x".repeat(1000)).expect("a file");
        let plain = answer(dist.path(), &[]);
        let brotli = answer(dist.path(), &[("accept-encoding", "gzip, deflate, br;q=0.9, zstd")]);
        let unchanged = answer(dist.path(), &[("if-none-match", "*")]);
        println!("allocations: plain {}, brotli {}, 304 {}", plain.0, brotli.0, unchanged.0);
        assert_eq!(plain, (2, 200, 100_000));
        assert_eq!(brotli, (2, 200, 1000));
        assert_eq!(unchanged, (2, 304, 0));
    }
}
