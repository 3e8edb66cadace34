//! Access to the development proxy: clients, hosts, paths, origins.

use axum::http::StatusCode;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::support::log::Log;
use crate::support::mounted::{SWITCH, app, as_peer, handshake, serve};
use crate::support::upstream::{Upstream, get_raw, header, ok, read_message};

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
    assert!(answer.ends_with("home"), "other sockets belong to the application: {answer}");
    assert_eq!(upstream.count(), 0);
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
