//! Access to the development proxy: clients, hosts, paths, origins.

use axum::http::StatusCode;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use vite_bridge::{ErrorKind, Mode, Vite};

use crate::support::log::Log;
use crate::support::mounted::{SWITCH, app, as_peer, handshake, serve};
use crate::support::upstream::{Upstream, get_raw, header, ok, read_message};

#[tokio::test]
async fn ambiguous_request_targets_are_rejected() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for rest in ["src/../x.ts", "./x.ts", "src/%2e%2E/x.ts", "a%5cb.ts", "a\\b.ts"] {
        let answer = get_raw(address, &format!("/@id/{rest}"), "").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{rest}: {answer}");
        let answer = get_raw(address, &format!("/{rest}"), "").await;
        assert!(answer.ends_with("the application's fallback"), "{rest}: {answer}");
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
    assert!(text.contains("the client is 192.168.1.9"), "{text}");
    assert!(text.contains("call `.allow_peers(\"192.168.1.9\")` on the builder"), "{text}");
    assert!(text.contains("set VITE_BRIDGE_ALLOW_PEERS=192.168.1.9"), "{text}");
    let (status, text) = as_peer(open(), None, "localhost", &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(text.contains("into_make_service_with_connect_info::<SocketAddr>()"), "{text}");
    let allowed =
        upstream.vite("/").allow_peer("192.168.1.9".parse().expect("an address")).open().expect("dev");
    assert_eq!(as_peer(app(&allowed), Some("192.168.1.9:5"), "localhost", &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_network_allows_its_machines() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let vite = upstream.vite("/").allow_peers("192.168.0.0/16").allow_peers("fd00::/8").open().expect("dev");
    for (peer, status) in [
        ("192.168.1.9:5", StatusCode::OK),
        ("[::ffff:192.168.7.7]:5", StatusCode::OK),
        ("[fd12::1]:5", StatusCode::OK),
        ("192.169.0.1:5", StatusCode::FORBIDDEN),
        ("[fe80::1]:5", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(as_peer(app(&vite), Some(peer), "localhost", &[]).await.0, status, "{peer}");
    }
}

#[test]
fn an_invalid_network_is_an_error() {
    for network in ["192.168.0.0/33", "phone", ""] {
        let builder = Vite::builder("no/build").read_environment(false).mode(Mode::Development);
        let error =
            builder.dev_server("http://localhost:5173/").allow_peers(network).open().expect_err(network);
        assert_eq!(error.kind(), ErrorKind::InvalidPeer);
        assert_eq!(error.message(), format!("invalid network {network:?} in `allow_peers(..)`"));
    }
}

#[tokio::test]
async fn each_address_that_a_request_was_forwarded_for_is_checked() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let vite = upstream.vite("/").allow_peers("10.0.0.0/8").allow_host("myapp.test").open().expect("dev");
    for (host, name, value, status) in [
        ("localhost", "x-forwarded-for", "127.0.0.1, 10.1.2.3", StatusCode::OK),
        ("localhost", "forwarded", "for=\"[::1]:4711\";proto=http", StatusCode::OK),
        ("localhost", "x-forwarded-for", "203.0.113.7, 127.0.0.1", StatusCode::FORBIDDEN),
        ("localhost", "forwarded", "for=127.0.0.1, for=203.0.113.7", StatusCode::FORBIDDEN),
        ("localhost", "forwarded", "for=unknown", StatusCode::FORBIDDEN),
        ("localhost", "forwarded", "for=\"\"", StatusCode::FORBIDDEN),
        ("localhost", "x-forwarded-for", "not an address", StatusCode::FORBIDDEN),
        ("myapp.test", "x-forwarded-for", "203.0.113.7", StatusCode::OK),
        ("evil.test", "x-forwarded-for", "127.0.0.1", StatusCode::FORBIDDEN),
    ] {
        let (found, text) = as_peer(app(&vite), Some("127.0.0.1:5"), host, &[(name, value)]).await;
        assert_eq!(found, status, "{host} {name}: {value}: {text}");
    }
    let (_, text) =
        as_peer(app(&vite), Some("127.0.0.1:5"), "localhost", &[("x-forwarded-for", "203.0.113.7")]).await;
    assert!(text.contains("forwarded for 203.0.113.7"), "{text}");
    assert!(text.contains("VITE_BRIDGE_ALLOW_PEERS=203.0.113.7"), "{text}");
}

#[tokio::test]
async fn only_known_hosts_are_answered_and_vite_sees_its_own_host() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let vite = upstream.vite("/").allow_host("myapp.test:8080").open().expect("dev");
    for host in ["localhost", "a.localhost:3000", "127.0.0.1:3000", "[::1]:3000", "192.168.1.2"] {
        assert_eq!(as_peer(app(&vite), Some("127.0.0.1:5"), host, &[]).await.0, StatusCode::OK, "{host}");
        assert_eq!(header(&upstream.last(), "host"), Some(host));
    }
    assert_eq!(as_peer(app(&vite), Some("127.0.0.1:5"), "MyApp.test:3000", &[]).await.0, StatusCode::OK);
    assert_eq!(header(&upstream.last(), "host"), Some(upstream.address.to_string().as_str()));
    // Vite refuses the last two, too.
    let foreign = ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "myapp.test.evil"];
    for host in foreign.into_iter().chain(["LOCALHOST", "[127.0.0.1]"]) {
        let (status, text) = as_peer(app(&vite), Some("127.0.0.1:5"), host, &[]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{host}");
        assert!(text.contains(&format!("`.allow_host(\"{host}\")`")), "{text}");
        assert!(text.contains(&format!("VITE_BRIDGE_ALLOW_HOSTS={host}")), "{text}");
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
async fn an_origin_may_differ_from_the_host_as_reverse_proxies_change_it() {
    let upstream = Upstream::new(|_| SWITCH.to_owned()).await;
    let address = serve(&upstream.vite("/").allow_host("myapp.test").open().expect("dev")).await;
    for (host, origin, status) in [
        ("localhost:3000", "http://LOCALHOST:3000", 101),
        ("localhost", "http://localhost:8080", 101),
        ("localhost", "https://localhost", 101),
        ("127.0.0.1:3000", "https://myapp.test:8443", 101),
        ("myapp.test", "https://myapp.test:8443", 101),
        ("localhost:3000", "https://localhost:8443", 403),
        ("localhost", "http://localhost.evil.test", 403),
        ("localhost", "http://evil.test", 403),
    ] {
        let own = handshake(&format!("Origin: {origin}\r\n"), "vite-hmr");
        let own = own.replace("Host: localhost:3000", &format!("Host: {host}"));
        let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
        socket.get_mut().write_all(own.as_bytes()).await.expect("written");
        let answer = read_message(&mut socket).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host} {origin}: {answer}");
    }
}

#[tokio::test]
async fn each_reason_of_refusal_is_logged_once() {
    let (log, _guard) = Log::start();
    let upstream = Upstream::new(|_| ok("vite's")).await;
    let vite = upstream.vite("/").open().expect("dev");
    let app = app(&vite);
    for _ in 0..3 {
        as_peer(app.clone(), None, "localhost", &[]).await;
    }
    for peer in ["192.168.1.9:5", "192.168.1.10:5"] {
        as_peer(app.clone(), Some(peer), "localhost", &[]).await;
    }
    let text = log.text();
    assert_eq!(text.matches("the address of the client is unknown").count(), 1, "{text}");
    assert_eq!(text.matches("into_make_service_with_connect_info::<SocketAddr>()").count(), 1, "{text}");
    assert_eq!(text.matches("the client is 192.168.1.").count(), 1, "{text}");
}
