//! The development proxy for clients that speak HTTP/2, over real connections with prior knowledge.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::mounted::{SWITCH, serve};
use crate::support::upstream::{Upstream, header, ok};

async fn connect(address: SocketAddr) -> SendRequest<Body> {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (client, connection) =
        handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a handshake");
    tokio::spawn(connection);
    client
}

/// Returns a handshake of the HMR socket (RFC 8441, 5).
fn socket(url: &str, origin: &str, protocol: &str) -> Request<Body> {
    Request::builder()
        .method(Method::CONNECT)
        .uri(url)
        .header("origin", origin)
        .header("sec-websocket-version", "13")
        .header("sec-websocket-protocol", protocol)
        .extension(Protocol::from_static("websocket"))
        .body(Body::empty())
        .expect("a request")
}

#[tokio::test]
async fn the_host_is_in_the_uri() {
    let upstream = Upstream::new(|_| ok("x")).await;
    let address = serve(&upstream.vite("/").allow_host("myapp.test").open().expect("dev")).await;
    for (authority, status) in [
        ("localhost:3000", StatusCode::OK),
        ("myapp.test", StatusCode::OK),
        ("evil.test", StatusCode::FORBIDDEN),
    ] {
        let request = Request::get(format!("http://{authority}/@id/x"));
        let request = request.body(Body::empty()).expect("a request");
        let answer = connect(address).await.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), status, "{authority}");
    }
    assert_eq!(upstream.count(), 2);
    assert_eq!(header(&upstream.last(), "host"), Some(upstream.address.to_string().as_str()));
}

#[tokio::test]
async fn the_hmr_socket_opens_with_an_extended_connect() {
    let upstream = Upstream::new(|_| SWITCH.to_owned()).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    let request = socket("http://localhost:3000/?token=t0ken", "http://localhost:3000", "vite-hmr");
    let answer = connect(address).await.send_request(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers().get("sec-websocket-protocol").expect("a protocol"), "vite-hmr");
    for name in ["upgrade", "connection", "sec-websocket-accept"] {
        assert_eq!(answer.headers().get(name), None, "{name}");
    }
    let sent = upstream.last();
    assert!(sent.starts_with("GET /?token=t0ken HTTP/1.1\r\n"), "{sent}");
    assert_eq!(header(&sent, "upgrade"), Some("websocket"), "{sent}");
    assert!(header(&sent, "sec-websocket-key").is_some_and(|key| key.len() == 24), "{sent}");
    let mut stream = TokioIo::new(hyper::upgrade::on(answer).await.expect("an upgrade"));
    stream.write_all(b"hello\r\n\r\n").await.expect("written");
    let mut text = vec![0; "behind-head".len() + "HTTP".len()];
    stream.read_exact(&mut text).await.expect("both messages of Vite");
    assert_eq!(String::from_utf8_lossy(&text), "behind-headHTTP");
    assert_eq!(upstream.last(), "hello\r\n\r\n");
}

#[tokio::test]
async fn a_foreign_origin_and_another_protocol_are_not_forwarded() {
    let upstream = Upstream::new(|_| SWITCH.to_owned()).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for (origin, protocol, status) in [
        ("http://evil.test", "vite-hmr", StatusCode::FORBIDDEN),
        ("null", "vite-hmr", StatusCode::FORBIDDEN),
        // The application has only a GET route there.
        ("http://localhost:3000", "graphql-ws", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = socket("http://localhost:3000/", origin, protocol);
        let answer = connect(address).await.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), status, "{origin} {protocol}");
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        assert_eq!(status == StatusCode::FORBIDDEN, !body.is_empty());
    }
    assert_eq!(upstream.count(), 0);
}
