//! The development proxy with a test server as its upstream: requests to Vite and responses to the
//! page.

use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use vite_bridge::{Builder, Mode};

use crate::support::Dist;
use crate::support::mounted::{SWITCH, app, as_peer, handshake, router, serve};
use crate::support::upstream::{Upstream, get_raw, header, ok, raw, read_message};

#[tokio::test]
async fn path_and_query_reach_vite_byte_for_byte() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for target in [
        "/src/a%23b%3Fc.ts?import&t=1",
        "/@fs//x/y.ts?v=a%2Fb&&=",
        "/%e6%97%a5.js?x=1?y",
        "/a//b.css?direct",
        // hyper itself answers 400 to `<`, `>` and a backtick in a path.
        "/src/it's{a}\"b\"|^[c].ts?x='y'&z={`}",
    ] {
        let answer = get_raw(address, target, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{target}: {answer}");
        assert_eq!(upstream.last().lines().next(), Some(format!("GET {target} HTTP/1.1").as_str()));
    }
}

#[tokio::test]
async fn vite_gets_the_headers_except_secrets_and_hop_by_hop_headers() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let headers = "Accept: text/css\nSec-Fetch-Dest: style\nCookie: a=b\nAuthorization: x\nX-Hop: 1\nKeep-Alive: 5\n\
                   Connection: x-hop\nIf-None-Match: W/\"1\"\nRange: bytes=0-1\n";
    get_raw(address, "/src/x.css", headers).await;
    let head = upstream.last();
    for (name, value) in [
        ("accept", "text/css"),
        ("sec-fetch-dest", "style"),
        ("host", "localhost:3000"),
        ("if-none-match", "W/\"1\""),
        ("range", "bytes=0-1"),
        ("x-vite-bridge", "1"),
    ] {
        assert_eq!(header(&head, name), Some(value), "{head}");
    }
    for name in ["cookie", "authorization", "x-hop", "keep-alive", "connection", "accept-encoding"] {
        assert_eq!(header(&head, name), None, "{head}");
    }
}

#[tokio::test]
async fn the_page_gets_vites_status_and_headers() {
    let upstream = Upstream::new(|request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        match target {
            "/@id/cookies" => "HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-hop: 1\r\nconnection: x-hop\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "/@id/moved" => "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "/@id/same" => "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned(),
            "/@id/broken" => "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\n<h1>x".to_owned(),
            "/@id/denied" => "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_owned(),
            _ => "HTTP/1.1 504 Outdated Optimize Dep\r\ncontent-length: 0\r\n\r\n".to_owned(),
        }
    })
    .await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let answer = get_raw(address, "/@id/cookies", "").await;
    assert_eq!(answer.matches("set-cookie: ").count(), 2, "{answer}");
    assert!(!answer.contains("x-hop"), "{answer}");
    for (target, status) in [("moved", 302), ("same", 304), ("broken", 500), ("denied", 403), ("dep", 504)] {
        let before = upstream.count();
        let answer = get_raw(address, &format!("/@id/{target}"), "").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert_eq!(upstream.count(), before + 1, "one request for {target}");
    }
}

#[tokio::test]
async fn a_head_response_has_a_length_and_no_body() {
    let upstream = Upstream::new(|_| "HTTP/1.1 200 OK\r\ncontent-length: 42\r\n\r\n".to_owned()).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let answer = raw(address, "HEAD /src/x.png HTTP/1.1\nHost: localhost\nConnection: close\n\n").await;
    assert_eq!(header(&answer, "content-length"), Some("42"), "{answer}");
    assert!(upstream.last().starts_with("HEAD /src/x.png "));
}

#[tokio::test]
async fn routes_come_before_vite_and_the_fallback_after_it() {
    let upstream = Upstream::new(|request| match request.split(' ').nth(1) {
        Some("/index-fallback" | "/index-fallback?x=/__tool") => {
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>".to_owned()
        }
        Some("/robots.txt") => ok("vite's"),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    })
    .await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for (target, body) in [
        ("/", "home"),
        ("/api/none", "the API's own"),
        ("/robots.txt", "vite's"),
        ("/nope.js", "the application's fallback"),
        ("/index-fallback", "the application's fallback"),
        ("/index-fallback?x=/__tool", "the application's fallback"),
    ] {
        let answer = get_raw(address, target, "").await;
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{target}: {answer}");
    }
    assert_eq!(upstream.count(), 4, "requests for routes do not reach Vite");
}

#[tokio::test]
async fn a_request_body_is_forwarded_or_kept_for_the_fallback() {
    let upstream = Upstream::new(|_| ok("vite's")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let post = |target: &str| {
        format!("POST {target} HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 5\n\nhello")
    };
    assert!(raw(address, &post("/api/echo")).await.ends_with("\r\n\r\nhello"));
    assert!(raw(address, &post("/api/unknown")).await.ends_with("the application's fallback"));
    assert_eq!(upstream.count(), 0);
    assert!(raw(address, &post("/@tool/x")).await.ends_with("vite's"));
    assert!(upstream.last().ends_with("\r\n\r\nhello"), "{}", upstream.last());
    assert_eq!(header(&upstream.last(), "content-length"), Some("5"));
}

#[tokio::test]
async fn a_guess_with_a_body_leaves_the_connection_to_vite_usable() {
    let upstream = Upstream::new(|request| match request.split(' ').nth(1) {
        Some("/src/main.ts") => ok("vite's"),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    })
    .await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let get = "GET /gone.ts HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 5\n\nhello";
    assert!(raw(address, get).await.ends_with("the application's fallback"));
    assert_eq!(header(&upstream.last(), "content-length"), None, "the body stays with the application");
    assert!(get_raw(address, "/src/main.ts", "").await.ends_with("vite's"));
    assert!(upstream.last().starts_with("GET /src/main.ts "), "{}", upstream.last());
}

#[tokio::test]
async fn a_public_page_below_a_base_is_vites() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let upstream = Upstream::new(move |_| page.to_owned()).await;
    let project = Dist::new(&[("package.json", "{}")]);
    let url = format!("http://{}/static/", upstream.address);
    let file = json!({"version": 1, "url": url, "root": project.path(), "public": ["about.html"]});
    project.write(".vite-bridge/dev.json", &file.to_string());
    let vite = Builder::new(project.path().join("dist")).read_environment(false).open().expect("dev");
    let address = serve(&vite).await;
    assert!(get_raw(address, "/static/about.html", "").await.ends_with("<html>"));
    let other = get_raw(address, "/static/other.html", "").await;
    assert!(other.starts_with("HTTP/1.1 404 "), "Vite's fallback to index.html is no page: {other}");
}

#[tokio::test]
async fn vite_gets_only_requests_below_its_base() {
    let upstream =
        Upstream::new(|_| "HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\nvite's".to_owned()).await;
    let address = serve(&upstream.vite("/static/").open().expect("dev")).await;
    assert!(get_raw(address, "/static/src/x.ts", "").await.ends_with("vite's"));
    assert!(get_raw(address, "/src/x.ts", "").await.ends_with("the application's fallback"));
    assert!(get_raw(address, "/statics/x", "").await.ends_with("the application's fallback"));
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn the_hmr_socket_is_tunnelled_verbatim_in_both_directions() {
    let upstream =
        Upstream::new(|request| if request.starts_with("GET ") { SWITCH.to_owned() } else { String::new() })
            .await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    let text = handshake("Origin: http://localhost:3000\r\n", "vite-hmr");
    socket.get_mut().write_all(text.as_bytes()).await.expect("written");
    let head = read_message(&mut socket).await.expect("a head");
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert_eq!(header(&head, "sec-websocket-accept"), Some("abc"));
    assert_eq!(header(&head, "sec-websocket-protocol"), Some("vite-hmr"));
    let mut behind = [0; 11];
    socket.read_exact(&mut behind).await.expect("the bytes behind Vite's head");
    assert_eq!(&behind, b"behind-head");
    let seen = upstream.last();
    assert!(seen.starts_with("GET /?token=t0ken HTTP/1.1"), "{seen}");
    for (name, value) in [
        ("origin", "http://localhost:3000"),
        ("sec-websocket-key", "a2V5"),
        ("sec-websocket-version", "13"),
        ("upgrade", "websocket"),
    ] {
        assert_eq!(header(&seen, name), Some(value), "{seen}");
    }
    socket.get_mut().write_all(b"from the page\r\n\r\n").await.expect("written");
    for _ in 0..100 {
        if upstream.last() == "from the page\r\n\r\n" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing reached Vite: {:?}", upstream.last());
}

#[tokio::test]
async fn a_slow_stream_is_forwarded_at_once_and_a_closed_client_ends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{upstream}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let freed = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        read_message(&mut stream).await;
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: 1000000\r\n\r\nfirst";
        stream.get_mut().write_all(head).await.expect("written");
        // The rest of the body never follows. The proxy closes its connection when the page closes
        // its own.
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.map(|_| rest.len())
    });
    let mut client = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    client.get_mut().write_all(b"GET /@id/slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut first = Vec::new();
    while !first.ends_with(b"first") {
        first.push(client.read_u8().await.expect("a byte, though the answer is not complete"));
    }
    drop(client);
    assert!(freed.await.expect("no panic").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_concurrent_requests_are_all_answered() {
    let upstream = Upstream::new(|request| ok(request.split(' ').nth(1).unwrap_or_default())).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let requests: Vec<_> = (0..1000)
        .map(|at| tokio::spawn(async move { (at, get_raw(address, &format!("/src/{at}.ts"), "").await) }))
        .collect();
    for request in requests {
        let (at, answer) = request.await.expect("no panic");
        assert!(answer.ends_with(&format!("\r\n\r\n/src/{at}.ts")), "{at}: {answer}");
    }
}

#[tokio::test]
async fn after_mounting_tags_have_urls_of_the_applications_origin() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let vite = upstream.vite("/static/").react(true).open().expect("dev");
    let direct = vite.tags("src/main.tsx").expect("tags").to_string();
    assert!(direct.contains(&format!("src=\"http://{}/static/@vite/client\"", upstream.address)), "{direct}");
    let _app = app(&vite);
    let mounted = vite.tags("src/main.tsx").expect("tags").to_string();
    assert!(mounted.contains("from \"/static/@react-refresh\""), "{mounted}");
    assert!(
        mounted.contains("src=\"/static/@vite/client\"") && mounted.contains("src=\"/static/src/main.tsx\""),
        "{mounted}"
    );
}

#[tokio::test]
async fn in_production_the_mount_forwards_nothing() {
    let manifest = r#"{"a.ts": {"file": "a.js", "isEntry": true}}"#;
    let vite = Builder::manifest_bytes(manifest)
        .read_environment(false)
        .mode(Mode::Production)
        .open()
        .expect("a build");
    assert!(!vite.is_development());
    let (status, text) = as_peer(app(&vite), None, "evil.test", &[]).await;
    assert_eq!((status, text.as_str()), (StatusCode::NOT_FOUND, "the application's fallback"));
}

#[tokio::test]
async fn a_route_wins_over_a_public_file_in_both_modes() {
    let upstream = Upstream::new(|_| ok("vite's")).await;
    let dist = tempfile::tempdir().expect("a folder");
    std::fs::write(dist.path().join("manifest.json"), "{}").expect("a file");
    std::fs::write(dist.path().join("robots.txt"), "the build's").expect("a file");
    let built = Builder::new(dist.path()).read_environment(false).mode(Mode::Production);
    for vite in [upstream.vite("/").open().expect("dev"), built.open().expect("a build")] {
        let routes = router().route("/robots.txt", get(|| async { "the route's" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = vite.mount(routes);
        tokio::spawn(vite_bridge::axum::serve(listener, app).into_future());
        assert!(get_raw(address, "/robots.txt", "").await.ends_with("\r\n\r\nthe route's"));
        let own = get_raw(address, "/api/none", "").await;
        assert!(own.starts_with("HTTP/1.1 404 ") && own.ends_with("the API's own"), "{own}");
    }
    assert_eq!(upstream.count(), 0);
    let built = Builder::new(dist.path()).read_environment(false).mode(Mode::Production);
    for (vite, file) in [(upstream.vite("/"), "vite's"), (built, "the build's")] {
        let address = serve(&vite.open().expect("a view")).await;
        let answer = get_raw(address, "/robots.txt", "").await;
        assert!(cfg!(not(feature = "serve")) || answer.ends_with(&format!("\r\n\r\n{file}")), "{answer}");
    }
}

#[tokio::test]
async fn a_compressed_response_is_forwarded_unchanged() {
    let upstream = Upstream::new(|_| {
        "HTTP/1.1 200 OK\r\ncontent-type: text/css\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnogz"
            .to_owned()
    })
    .await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let answer = get_raw(address, "/@id/x", "Accept-Encoding: br, gzip\n").await;
    assert_eq!(header(&answer, "content-encoding"), Some("gzip"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nnogz"), "{answer}");
    assert_eq!(header(&upstream.last(), "accept-encoding"), Some("br, gzip"));
}

#[tokio::test]
async fn ipv4_and_ipv6_loopback_are_both_tried() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let listener = TcpListener::bind(address).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                read_message(&mut stream).await;
                stream.get_mut().write_all(ok("vite's").as_bytes()).await.expect("written");
            }
        });
        let vite = Builder::new("no/build").read_environment(false).mode(Mode::Development);
        let vite = vite.dev_server(format!("http://localhost:{port}/")).open().expect("dev");
        let answer = get_raw(serve(&vite).await, "/@id/x", "").await;
        assert!(answer.ends_with("vite's"), "{address}: {answer}");
    }
}

#[tokio::test]
async fn html_for_a_module_path_counts_as_a_miss() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let upstream = Upstream::new(move |_| page.to_owned()).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let module = get_raw(address, "/@id/gone.ts", "").await;
    assert!(module.starts_with("HTTP/1.1 404 "), "{module}");
    assert!(module.ends_with("\r\n\r\nVite has no file at /@id/gone.ts\n"), "{module}");
    let tool = get_raw(address, "/__inspect/", "").await;
    assert!(tool.ends_with("<html>"), "{tool}");
}
