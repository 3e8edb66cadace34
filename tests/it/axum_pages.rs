//! The extractor `Page`, the layer with nonce and policy, and `serve`.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower::ServiceExt as _;
use vite_bridge::axum::pages;
use vite_bridge::{Builder, ErrorKind, Page, Vite};

fn vite() -> Vite {
    let manifest = r#"{"src/main.ts": {"file": "main-1.js", "isEntry": true}}"#;
    Builder::manifest_bytes(manifest).read_environment(false).open().expect("a build")
}

async fn home(vite: Page) -> String {
    vite.tags("src/main.ts").map_or_else(|error| error.to_string(), |tags| tags.to_string())
}

async fn answer(app: Router, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn a_handler_extracts_a_page() {
    let app = Router::new().route("/", get(home)).layer(pages(&vite()));
    let (status, headers, body) = answer(app, "/").await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::OK, r#"<script type="module" src="/main-1.js"></script>"#)
    );
    assert!(!headers.contains_key(header::CONTENT_SECURITY_POLICY));
}

#[tokio::test]
async fn each_request_has_its_own_nonce_in_tags_and_policy() {
    let layer = pages(&vite())
        .csp("script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'")
        .expect("a policy");
    let app = Router::new().route("/", get(home)).layer(layer);
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (_, headers, body) = answer(app.clone(), "/").await;
        let nonce = body
            .split("nonce=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a nonce")
            .to_owned();
        assert_eq!(nonce.len(), 24, "128 bits in base64");
        assert_eq!(
            headers[header::CONTENT_SECURITY_POLICY],
            format!("script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'")
        );
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn a_handlers_own_policy_is_kept_and_a_policy_without_a_placeholder_is_unchanged() {
    let own = || async { ([(header::CONTENT_SECURITY_POLICY, "default-src 'none'")], "").into_response() };
    let layer = pages(&vite()).csp("object-src 'none'").expect("a policy");
    let app = Router::new().route("/", get(home)).route("/own", get(own)).layer(layer);
    let (_, headers, _) = answer(app.clone(), "/own").await;
    assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'");
    let (_, headers, body) = answer(app, "/").await;
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "object-src 'none'");
    assert!(!body.contains("nonce"));
}

#[test]
fn an_invalid_policy_header_is_an_error() {
    let error = pages(&vite()).csp("script-src\n'self'").expect_err("a line break");
    assert_eq!(error.kind(), ErrorKind::InvalidHeader);
    assert!(error.to_string().contains("help: write the policy on one line"), "{error}");
}

#[tokio::test]
async fn the_error_of_a_route_without_the_layer_names_the_line_to_add() {
    let (status, _, body) = answer(Router::new().route("/", get(home)), "/").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("add `.layer(vite_bridge::axum::pages(&vite))` after the route"), "{body}");
}

#[tokio::test]
async fn an_optional_page_is_none_without_the_layer() {
    let handler = |vite: Option<Page>| async move { vite.is_some().to_string() };
    let app = Router::new().route("/", get(handler));
    assert_eq!(answer(app.clone(), "/").await.2, "false");
    assert_eq!(answer(app.layer(pages(&vite())), "/").await.2, "true");
}

#[tokio::test]
async fn serve_passes_the_peer_to_handlers_and_shuts_down_gracefully() {
    let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = vite_bridge::axum::serve(listener, Router::new().route("/", get(peer)));
    let server =
        tokio::spawn(server.with_graceful_shutdown(async { stopped.await.unwrap_or(()) }).into_future());
    let mut client = tokio::net::TcpStream::connect(address).await.expect("a connection");
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("written");
    let mut text = String::new();
    client.read_to_string(&mut text).await.expect("an answer");
    assert!(text.ends_with(&client.local_addr().expect("an address").to_string()), "{text}");
    stop.send(()).expect("a server");
    server.await.expect("no panic").expect("a clean end");
}

#[cfg(feature = "proxy")]
#[tokio::test]
async fn in_development_the_policy_allows_vites_client() {
    let vite =
        vite_bridge::Builder::new("no/build").read_environment(false).mode(vite_bridge::Mode::Development);
    let vite = vite.dev_server("http://localhost:5173/").open().expect("dev");
    let policy = "default-src 'none'; script-src 'nonce-{nonce}'";
    let layer = vite_bridge::axum::pages(&vite).csp(policy).expect("a policy");
    let app = vite.mount(Router::new().route("/", get(|| async { "" })).layer(layer));
    let response = app.oneshot(Request::new(Body::empty())).await.expect("an answer");
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    let nonce = policy.split('\'').find(|part| part.starts_with("nonce-")).expect("a nonce");
    assert_eq!(policy.matches(nonce).count(), 2, "scripts and styles have the same: {policy}");
    assert!(policy.contains("; connect-src 'self'; worker-src 'self' blob:"), "{policy}");
}
