//! Sends any method, path and headers to a build in memory. Each response must follow the rules of
//! HTTP and contain indexed files only.
//!
//! An input is a request as text: `GET /path`, then a header on each line.
//!
//! ```sh
//! cargo +nightly fuzz run serve fuzz/corpus/serve fuzz/seeds/serve -- \
//!   -max_total_time=600 -dict=fuzz/seeds/serve.dict
//! ```
#![no_main]

use std::convert::Infallible;
use std::fs;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, LOCATION,
    RANGE,
};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body::Body as _;
use http_body_util::Empty;
use libfuzzer_sys::fuzz_target;
use tower_service::Service;
use vite_bridge::tower::{Body, ViteService};
use vite_bridge::{Mode, Sourcemaps, Vite};

/// Name and content of each served file. Any shorter bytes can stand for an encoding.
const FILES: [(&str, &str); 8] = [
    ("assets/main-B1a2C3d4.js", "export const main = 'a script that is long enough';"),
    ("assets/main-B1a2C3d4.js.br", "its brotli"),
    ("assets/main-B1a2C3d4.js.gz", "its gzip encoding"),
    ("assets/main-B1a2C3d4.js.map", "{\"a map\": 1}"),
    ("plain file.txt", "0123456789"),
    ("empty.txt", ""),
    ("index.html", "<p>the first page"),
    ("docs/index.html", "<p>another page"),
];
const HIDDEN: [(&str, &str); 3] = [
    (
        ".vite/manifest.json",
        r#"{"src/main.ts": {"file": "assets/main-B1a2C3d4.js", "isEntry": true, "name": "SECRET"}}"#,
    ),
    (".env", "SECRET"),
    ("docs/.hidden/a.txt", "SECRET"),
];

/// The application behind the build. Its body identifies its responses.
#[derive(Clone)]
struct Application;

const OWN: &str = "the application's";

impl Service<Request<Empty<Bytes>>> for Application {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Empty<Bytes>>) -> Self::Future {
        ready(Ok(Response::new(OWN.to_owned())))
    }
}

fn service() -> ViteService<Application> {
    static SERVICE: OnceLock<ViteService<Application>> = OnceLock::new();
    SERVICE.get_or_init(make).clone()
}

fn make() -> ViteService<Application> {
    let dist = tempfile::tempdir().expect("a directory");
    for (name, text) in FILES.iter().chain(&HIDDEN) {
        let path = dist.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    // The directory is removed on return, so every file must be in memory by then.
    let builder = Vite::builder(dist.path()).read_environment(false).mode(Mode::Production);
    let builder = builder.base("/static/").index_files(true);
    let builder =
        builder.sourcemaps(Sourcemaps::authorized(|request| request.headers.contains_key("cookie")));
    builder.open().expect("a build").service().fallback(Application)
}

fuzz_target!(|text: &[u8]| {
    let Some(request) = request(text) else { return };
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (has_range, has_cookie) =
        (request.headers().contains_key(RANGE), request.headers().contains_key("cookie"));
    let accepts = request.headers().contains_key(ACCEPT_ENCODING);
    let Poll::Ready(answer) = pin!(service().call(request)).poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("{method} {path}: no answer at once")
    };
    let (head, body) = answer.expect("an answer").into_parts();
    let body = read(body);
    if body == OWN.as_bytes() {
        return;
    }
    let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let length = header(CONTENT_LENGTH).map(|length| length.parse::<usize>().expect("a length"));
    assert!(path.starts_with("/static/"), "{path} is not below the mount");
    assert!(!body.windows(6).any(|part| part == b"SECRET"));
    match head.status.as_u16() {
        200 => {
            let content = content(header(CONTENT_ENCODING));
            assert!(accepts || header(CONTENT_ENCODING).is_none());
            assert!(header(ETAG).is_some_and(|etag| etag.starts_with('"') && etag.len() > 2));
            assert!(content.iter().any(|content| Some(content.len()) == length));
            if method == Method::HEAD {
                assert!(body.is_empty());
            } else {
                assert_eq!(Some(body.len()), length);
                assert!(content.iter().any(|content| *content == body), "the body differs from every file");
            }
        }
        206 => {
            assert!(has_range && method == Method::GET);
            let range =
                header(CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes ")).expect("a range");
            let (range, size) = range.split_once('/').expect("a size");
            let (first, last) = range.split_once('-').expect("two ends");
            let (first, last): (usize, usize) =
                (first.parse().expect("a number"), last.parse().expect("a number"));
            let size: usize = size.parse().expect("a number");
            assert!(
                first <= last && last < size && body.len() == last - first + 1 && length == Some(body.len())
            );
            let is_part =
                |content: &&[u8]| content.len() == size && content.get(first..=last) == Some(&body[..]);
            assert!(
                content(header(CONTENT_ENCODING)).iter().any(is_part),
                "the part differs from every file"
            );
        }
        304 => assert!(body.is_empty() && header(ETAG).is_some() && length.is_none()),
        307 => {
            let place = header(LOCATION).expect("a place");
            assert!(place.starts_with("/static/") && !place.starts_with("//"), "{place}");
            assert!(body.is_empty());
        }
        404 => assert_eq!(header(CACHE_CONTROL), Some("no-store")),
        405 => {
            assert_eq!(header(ALLOW), Some("GET, HEAD"));
            assert!(method != Method::GET && method != Method::HEAD && body.is_empty());
        }
        412 => assert!(body.is_empty()),
        416 => assert!(
            body.is_empty()
                && has_range
                && header(CONTENT_RANGE).is_some_and(|range| range.starts_with("bytes */"))
        ),
        other => panic!("{method} {path}: {other}"),
    }
    assert!(
        has_cookie || !body.windows(5).any(|part| part == b"a map"),
        "a source map without authorization"
    );
});

fn request(text: &[u8]) -> Option<Request<Empty<Bytes>>> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, path) = first.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(path).body(Empty::new()).ok()?;
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..at]).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(line[at + 1..].trim_ascii()).ok()?);
    }
    Some(request)
}

/// Returns the possible bodies of a response with this encoding.
fn content(encoding: Option<&str>) -> Vec<&'static [u8]> {
    let ending = |end: &str| -> Vec<&'static [u8]> {
        let files = FILES.iter().filter(|(name, _)| name.ends_with(end));
        files.map(|(_, text)| text.as_bytes()).collect()
    };
    match encoding {
        None => FILES
            .iter()
            .filter(|(name, _)| !name.ends_with(".br") && !name.ends_with(".gz"))
            .map(|(_, text)| text.as_bytes())
            .collect(),
        Some("br") => ending(".br"),
        Some("gzip") => ending(".gz"),
        Some(other) => panic!("unknown encoding {other}"),
    }
}

fn read(body: Body<String>) -> Vec<u8> {
    let (mut body, mut bytes) = (pin!(body), Vec::new());
    loop {
        match body.as_mut().poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(None) => return bytes,
            Poll::Ready(Some(frame)) => bytes.extend(frame.expect("a frame").into_data().expect("data")),
            Poll::Pending => panic!("the body is not ready"),
        }
    }
}
