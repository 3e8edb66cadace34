//! The development proxy without axum: a layer in front of the routes of a hyper server, and a
//! service as their fallback.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tower::util::BoxCloneService;
use tower::{Service as _, ServiceBuilder, ServiceExt as _, service_fn};
use vite_bridge::tower::{Peer, ViteService};
use vite_bridge::{Mode, Vite};

use crate::support::upstream::{Upstream, get_raw, header, ok, raw, read_message};

type Body =
    http_body_util::combinators::UnsyncBoxBody<bytes::Bytes, Box<dyn std::error::Error + Send + Sync>>;
type App = BoxCloneService<Request<Incoming>, Response<Body>, Infallible>;

fn text(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}

/// Returns an application with two routes. Vite's layer wraps the routes. Vite's service is their
/// fallback, and it has a fallback, too.
fn app(vite: &Vite, peer: Option<IpAddr>) -> App {
    let fallback = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(text(StatusCode::NOT_FOUND, "the application's fallback"))
    });
    let behind: ViteService<_> = vite.service().fallback(fallback);
    let routes = service_fn(move |request: Request<Incoming>| {
        let mut behind = behind.clone();
        async move {
            match request.uri().path() {
                "/" => Ok::<_, Infallible>(text(StatusCode::OK, "home").map(boxed)),
                "/api/echo" => {
                    let body = request.into_body().collect().await.expect("a body").to_bytes();
                    Ok(text(StatusCode::OK, &String::from_utf8_lossy(&body)).map(boxed))
                }
                _ => behind.ready().await?.call(request).await.map(|response| response.map(boxed)),
            }
        }
    });
    let app = ServiceBuilder::new()
        .map_request(move |mut request: Request<Incoming>| {
            if let Some(peer) = peer {
                request.extensions_mut().insert(Peer(peer));
            }
            request
        })
        .layer(vite.layer())
        .service(routes);
    BoxCloneService::new(app.map_response(|response| response.map(boxed)))
}

fn boxed<B>(body: B) -> Body
where
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    body.map_err(Into::into).boxed_unsync()
}

async fn serve(vite: &Vite) -> SocketAddr {
    serve_to(vite, Some([127, 0, 0, 1].into())).await
}

async fn serve_to(vite: &Vite, peer: Option<IpAddr>) -> SocketAddr {
    let app = app(vite, peer);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(app.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                server.serve_connection_with_upgrades(TokioIo::new(stream), service).await.map_err(|_| ())
            });
        }
    });
    address
}

fn vites(request: &str) -> String {
    match request.split(' ').nth(1) {
        Some("/src/main.ts" | "/static/src/main.ts" | "/@fs/x") => ok("vite's"),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    }
}

#[tokio::test]
async fn routes_come_before_vite_and_the_fallback_after_it_on_tower() {
    let upstream = Upstream::new(vites).await;
    let address = serve(&upstream.vite("/").open().expect("dev")).await;
    for (target, body) in [
        ("/", "home"),
        ("/src/main.ts", "vite's"),
        ("/@fs/x", "vite's"),
        ("/nope.js", "the application's fallback"),
    ] {
        let answer = get_raw(address, target, "").await;
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{target}: {answer}");
    }
    assert_eq!(upstream.count(), 3);
    for (target, body) in [("/api/echo", "hello"), ("/api/unknown", "the application's fallback")] {
        let post =
            format!("POST {target} HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 5\n\nhello");
        assert!(raw(address, &post).await.ends_with(body), "{target}");
    }
    assert_eq!(upstream.count(), 3, "a body is never consumed for a guess");
}

#[tokio::test]
async fn below_another_base_the_layer_alone_forwards_requests_and_the_socket() {
    let switch =
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\nbehind-head";
    let upstream =
        Upstream::new(
            move |request| if request.contains("pgrade: ") { switch.to_owned() } else { vites(request) },
        )
        .await;
    let vite = upstream.vite("/static/").open().expect("dev");
    let address = serve(&vite).await;
    assert!(vite.tags("src/main.ts").expect("tags").to_string().contains("src=\"/static/src/main.ts\""));
    assert!(get_raw(address, "/static/src/main.ts", "").await.ends_with("vite's"));
    assert!(get_raw(address, "/src/main.ts", "").await.ends_with("the application's fallback"));
    let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    let head = "GET /static/?token=t HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: Upgrade\r\n\
                Upgrade: websocket\r\nSec-WebSocket-Protocol: vite-hmr\r\n\r\n";
    socket.get_mut().write_all(head.as_bytes()).await.expect("written");
    let answer = read_message(&mut socket).await.expect("a head");
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let mut behind = [0; 11];
    socket.read_exact(&mut behind).await.expect("the bytes behind Vite's head");
    assert_eq!(&behind, b"behind-head");
    assert_eq!(header(&upstream.last(), "sec-websocket-protocol"), Some("vite-hmr"));
}

#[tokio::test]
async fn only_known_hosts_and_loopback_peers_are_answered() {
    let upstream = Upstream::new(vites).await;
    let vite = upstream.vite("/").open().expect("dev");
    for (peer, text) in [
        (None, "add a `vite_bridge::tower::Peer` to the extensions"),
        (Some([192, 168, 1, 9].into()), "call `.allow_peers(\"192.168.1.9\")` on the builder"),
    ] {
        let answer = get_raw(serve_to(&vite, peer).await, "/@id/x", "").await;
        assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains(text), "{answer}");
    }
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn in_production_layer_and_service_forward_nothing() {
    let manifest = r#"{"a.ts": {"file": "a.js", "isEntry": true}}"#;
    let builder = vite_bridge::Builder::manifest_bytes(manifest).read_environment(false);
    let vite = builder.mode(Mode::Production).open().expect("a build");
    let address = serve_to(&vite, None).await;
    assert!(get_raw(address, "/@vite/client", "").await.ends_with("the application's fallback"));
    let alone = vite.service().oneshot(Request::new(String::new())).await.expect("an answer");
    assert_eq!(alone.status(), StatusCode::NOT_FOUND);
}
