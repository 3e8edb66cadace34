//! An application with the development proxy, and requests to it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use vite_bridge::Vite;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "home" }))
        .route("/api/none", get(|| async { (StatusCode::NOT_FOUND, "the API's own") }))
        .route("/api/echo", post(|body: String| async move { body }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "the application's fallback") })
}

pub(crate) fn app(vite: &Vite) -> Router {
    vite.mount(router())
}

/// Serves the application on a free port.
pub(crate) async fn serve(vite: &Vite) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(vite_bridge::axum::serve(listener, app(vite)).into_future());
    address
}

/// Sends a request for a path of Vite from a peer with this address through tower.
pub(crate) async fn as_peer(
    app: Router,
    peer: Option<&str>,
    host: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, String) {
    let mut request = Request::builder().uri("/@id/x").header("host", host);
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

pub(crate) const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: abc\r\nsec-websocket-protocol: vite-hmr\r\n\r\nbehind-head";

pub(crate) fn handshake(origin: &str, protocol: &str) -> String {
    format!(
        "GET /?token=t0ken HTTP/1.1\r\nHost: localhost:3000\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: a2V5\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
    )
}
