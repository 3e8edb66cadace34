//! The development proxy with a test server as its upstream: requests to Vite and responses to the page.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;
use vite_bridge::{Builder, ErrorKind, Mode, Vite};

use crate::support::log::Log;
use crate::support::upstream::{Upstream, get_raw, header, ok, raw, read_message};

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "home" }))
        .route("/api/none", get(|| async { (StatusCode::NOT_FOUND, "the API's own") }))
        .route("/api/echo", post(|body: String| async move { body }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "the application's fallback") })
}

fn app(vite: &Vite) -> Router {
    vite.mount(router())
}

/// Serves the application on a real port.
async fn serve(vite: &Vite) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(vite_bridge::axum::serve(listener, app(vite)).into_future());
    address
}

/// Sends a request as a peer with this address, without a socket.
async fn as_peer(
    app: Router,
    peer: Option<&str>,
    host: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, String) {
    let mut request = Request::builder().uri("/src/main.ts").header("host", host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer.parse().expect("an address")));
    }
    let response = app.oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn path_and_query_reach_vite_byte_for_byte() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for target in
        ["/src/a%23b%3Fc.ts?import&t=1", "/@fs//x/y.ts?v=a%2Fb&&=", "/%e6%97%a5.js?x=1?y", "/a//b.css?direct"]
    {
        let answer = get_raw(address, target, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{target}: {answer}");
        assert_eq!(upstream.last().lines().next(), Some(format!("GET {target} HTTP/1.1").as_str()));
    }
}

#[tokio::test]
async fn ambiguous_request_targets_are_rejected() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for target in ["/src/../x.ts", "/./x.ts", "/src/%2e%2E/x.ts", "/a%5cb.ts", "/a\\b.ts"] {
        let answer = get_raw(address, target, "").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{target}: {answer}");
    }
    assert_eq!(upstream.count(), 0);
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
        assert_eq!(upstream.count(), before + 1, "{target} was asked for once");
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
    assert_eq!(upstream.count(), 4, "routes are not asked for");
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
async fn only_loopback_and_allowed_peers_are_answered() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let open = || app(&upstream.vite("/").open().expect("dev"));
    for peer in ["127.0.0.1:5", "127.9.9.9:5", "[::1]:5", "[::ffff:127.0.0.1]:5"] {
        assert_eq!(as_peer(open(), Some(peer), "localhost", &[]).await.0, StatusCode::OK, "{peer}");
    }
    let (status, text) =
        as_peer(open(), Some("192.168.1.9:5"), "localhost", &[("x-forwarded-for", "127.0.0.1")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("allow another client with `.allow_peer(address)`"), "{text}");
    let (status, text) = as_peer(open(), None, "localhost", &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("into_make_service_with_connect_info::<SocketAddr>()"), "{text}");
    let allowed =
        upstream.vite("/").allow_peer("192.168.1.9".parse().expect("an address")).open().expect("dev");
    assert_eq!(as_peer(app(&allowed), Some("192.168.1.9:5"), "localhost", &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn only_known_hosts_are_answered_and_vite_sees_its_own_host() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let vite = upstream.vite("/").allow_host("myapp.test").open().expect("dev");
    for host in ["localhost", "a.localhost:3000", "127.0.0.1:3000", "[::1]:3000", "192.168.1.2"] {
        assert_eq!(as_peer(app(&vite), Some("127.0.0.1:5"), host, &[]).await.0, StatusCode::OK, "{host}");
        assert_eq!(header(&upstream.last(), "host"), Some(host));
    }
    assert_eq!(as_peer(app(&vite), Some("127.0.0.1:5"), "MyApp.test:3000", &[]).await.0, StatusCode::OK);
    assert_eq!(header(&upstream.last(), "host"), Some(upstream.address.to_string().as_str()));
    for host in ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "myapp.test.evil"] {
        let (status, text) = as_peer(app(&vite), Some("127.0.0.1:5"), host, &[]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{host}");
        assert!(text.contains("`.allow_host(name)`"), "{text}");
    }
}

#[tokio::test]
async fn denied_paths_are_rejected_in_every_spelling() {
    let upstream = Upstream::new(|_| ok("x")).await;
    for base in ["/", "/static/"] {
        let vite = upstream.vite(base).deny_path("/@fs/").deny_path("__open-in-editor").open().expect("dev");
        let address = serve(&vite).await;
        for path in
            ["@fs/etc/passwd", "%40fs/etc/passwd", "/@fs/x", "__open-in-editor?file=x", "%5f_open-in-editor"]
        {
            let answer = get_raw(address, &format!("{base}{path}"), "").await;
            assert!(answer.starts_with("HTTP/1.1 403 "), "{base}{path}: {answer}");
        }
        assert!(get_raw(address, &format!("{base}@vite/client"), "").await.starts_with("HTTP/1.1 200 "));
    }
}

const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: abc\r\nsec-websocket-protocol: vite-hmr\r\n\r\nbehind-head";

fn handshake(origin: &str, protocol: &str) -> String {
    format!(
        "GET /?token=t0ken HTTP/1.1\r\nHost: localhost:3000\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: a2V5\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
    )
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
async fn the_hmr_socket_needs_this_hosts_origin_and_a_protocol_of_vite() {
    let upstream = Upstream::new(|_| SWITCH.to_owned()).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for origin in
        ["", "Origin: http://evil.test\r\n", "Origin: http://localhost:4000\r\n", "Origin: null\r\n"]
    {
        let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
        socket.get_mut().write_all(handshake(origin, "vite-hmr").as_bytes()).await.expect("written");
        let answer = read_message(&mut socket).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 403 "), "{origin}: {answer}");
    }
    let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    let own = handshake("Origin: http://localhost:3000\r\n", "graphql-ws");
    socket.get_mut().write_all(own.as_bytes()).await.expect("written");
    let answer = read_message(&mut socket).await.expect("an answer");
    assert!(answer.ends_with("home"), "the application's own sockets stay its own: {answer}");
    assert_eq!(upstream.count(), 0);
}

/// An address without a listener.
async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

#[tokio::test]
async fn while_vite_is_down_a_stub_client_waits_and_other_paths_explain_it() {
    let down = nobody().await;
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{down}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let client = get_raw(address, "/@vite/client", "").await;
    assert!(client.starts_with("HTTP/1.1 200 ") && client.contains("location.reload()"), "{client}");
    assert_eq!(header(&client, "cache-control"), Some("no-store"));
    let module = get_raw(address, "/src/main.ts", "Accept: */*\n").await;
    assert!(
        module.starts_with("HTTP/1.1 502 ") && module.contains("Start it with `npm run dev`."),
        "{module}"
    );
    let page = get_raw(address, "/src/main.ts", "Accept: text/html\n").await;
    assert!(page.starts_with("HTTP/1.1 502 ") && page.contains("<h1>Vite does not answer</h1>"), "{page}");
    assert!(get_raw(address, "/", "").await.ends_with("home"));
}

#[tokio::test]
async fn a_ping_waits_until_vite_answers() {
    let place = nobody().await;
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{place}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let ping = tokio::spawn(async move { get_raw(address, "/", "Accept: text/x-vite-ping\n").await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!ping.is_finished(), "any answer would count as alive");
    let listener = TcpListener::bind(place).await.expect("the port again");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        read_message(&mut stream).await;
        stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("written");
    });
    assert!(ping.await.expect("an answer").starts_with("HTTP/1.1 204 "));
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
        // The rest never comes; the proxy's end of the connection closes when the page goes.
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

#[tokio::test]
async fn an_upstream_failure_in_the_body_aborts_the_response() {
    let short = "HTTP/1.1 200 OK\r\ncontent-type: text/css\r\ncontent-length: 1000\r\n\r\nhalf";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        read_message(&mut stream).await;
        stream.get_mut().write_all(short.as_bytes()).await.expect("written");
    });
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{upstream}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let mut client = TcpStream::connect(address).await.expect("a connection");
    client.write_all(b"GET /@id/x HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut answer = Vec::new();
    // The connection ends, whether by a reset or not; a kept one would leave the page waiting for 996 bytes.
    let _ =
        tokio::time::timeout(Duration::from_secs(5), client.read_to_end(&mut answer)).await.expect("an end");
    assert!(String::from_utf8_lossy(&answer).ends_with("half"), "{}", String::from_utf8_lossy(&answer));
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
async fn a_safe_request_lost_on_a_reused_connection_is_retried_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        // Each connection answers its first request, and takes the second without a word before it closes.
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            for has_answer in [true, false] {
                if read_message(&mut stream).await.is_none() {
                    break;
                }
                *count.lock().expect("a count") += 1;
                if has_answer {
                    stream.get_mut().write_all(ok("x").as_bytes()).await.expect("written");
                }
            }
        }
    });
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{upstream}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let send = |method: &'static str| async move {
        raw(address, &format!("{method} /@id/x HTTP/1.1\nHost: localhost\nConnection: close\n\n")).await
    };
    assert!(send("GET").await.starts_with("HTTP/1.1 200 "));
    let again = send("GET").await;
    assert!(again.starts_with("HTTP/1.1 200 "), "{again}");
    assert_eq!(*asked.lock().expect("a count"), 3, "swallowed once, sent once more");
    let unsafe_to_repeat = send("POST").await;
    assert!(unsafe_to_repeat.starts_with("HTTP/1.1 502 "), "{unsafe_to_repeat}");
    assert_eq!(*asked.lock().expect("a count"), 4, "sent once");
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
async fn each_reason_of_refusal_is_logged_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let upstream = Upstream::new(|_| ok("vite's")).await;
    let vite = upstream.vite("/").open().expect("dev");
    let app = app(&vite);
    for _ in 0..3 {
        as_peer(app.clone(), None, "localhost", &[]).await;
    }
    as_peer(app, Some("192.168.1.9:5"), "localhost", &[]).await;
    let text = log.text();
    assert_eq!(text.matches("the address of the client is unknown").count(), 1, "{text}");
    assert_eq!(text.matches("into_make_service_with_connect_info::<SocketAddr>()").count(), 1, "{text}");
    assert_eq!(text.matches(".allow_peer(address)").count(), 1, "{text}");
}

#[cfg(not(feature = "proxy-tls"))]
#[test]
fn an_https_dev_server_without_the_feature_is_an_error() {
    let vite = Builder::new("x")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server("https://localhost:5173/");
    let error = vite.open().expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::InvalidDevServer);
    assert!(error.to_string().contains("enable the feature `proxy-tls`"), "{error}");
}

#[cfg(feature = "proxy-tls")]
#[test]
fn an_https_dev_server_works_with_the_feature() {
    let vite = Builder::new("x")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server("https://localhost:5173/");
    assert!(vite.open().is_ok());
    assert_eq!(ErrorKind::InvalidDevServer.as_str(), "invalid_dev_server");
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

#[tokio::test(start_paused = true)]
async fn an_unanswered_handshake_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok(connection) = listener.accept().await {
            held.push(connection);
        }
    });
    let vite = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    let address = serve(&vite.dev_server(format!("http://{upstream}/")).open().expect("dev")).await;
    let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    let text = handshake("Origin: http://localhost:3000\r\n", "vite-hmr");
    socket.get_mut().write_all(text.as_bytes()).await.expect("written");
    let answer = read_message(&mut socket).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.ends_with("Vite did not answer the handshake\n"), "{answer}");
}
