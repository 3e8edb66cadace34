//! A small site whose tags come from a Vite build. Run it with `cargo run --example demo`.
//!
//! If `npm run dev` is running, the page loads Vite's modules through the port of the demo, with
//! hot updates. `npm run build` rebuilds the front end. `PORT` sets the port (default: 3000).
//!
//! The demo accepts a listening socket from systemd or `vite-bridge dev --listen` (`LISTEN_FDS`).
//! So no connection is refused while a new process of the demo replaces the old one.

use std::io::{self, IsTerminal as _, stderr};
use std::net::SocketAddr;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use listenfd::ListenFd;
use tokio::net::TcpListener;
use vite_bridge::{Page, Vite};

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/demo/dist");
/// A strict policy. In development, `PageLayer::csp` adds the sources that Vite's client needs.
const POLICY: &str = "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    vite: Page,
    path: &'a str,
    printed: String,
}

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    vite: Page,
    path: &'a str,
}

async fn home(vite: Page) -> Response {
    // The page shows these lines as text. They must not contain the nonce, which is secret.
    let printed = vite.tags("src/main.ts").map(|tags| {
        tags.elements()
            .filter_map(|element| Some(format!("{:<13} {}", element.kind().as_str(), element.href()?)))
            .collect::<Vec<_>>()
    });
    match printed {
        Ok(lines) => page(&vite.clone(), &Home { vite, path: "/", printed: lines.join("\n") }),
        Err(error) => failure(&vite, &error),
    }
}

async fn about(vite: Page) -> Response {
    page(&vite.clone(), &About { vite, path: "/about" })
}

fn page(vite: &Page, template: &impl Template) -> Response {
    template.render().map_or_else(|error| failure(vite, &error), |html| Html(html).into_response())
}

fn failure(vite: &Page, error: &dyn std::error::Error) -> Response {
    let own = || "<!doctype html><title>Error</title><h1>Something went wrong</h1>".to_owned();
    let page = vite.dev_error_page(error).unwrap_or_else(own);
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_target(false).with_ansi(stderr().is_terminal()).with_writer(stderr).init();
    let vite = Vite::open(DIST)?;
    vite.require(["src/main.ts", "src/about.ts"])?;
    let routes = Router::new()
        .route("/", get(home))
        .route("/about", get(about))
        .layer(vite_bridge::axum::pages(&vite).csp(POLICY)?);
    let app = vite.mount(routes);
    let listener = listen().await?;
    println!("http://{}/", listener.local_addr()?);
    // Without TCP_NODELAY, a streamed body can wait 40 ms for a delayed acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, app).with_graceful_shutdown(stop()).await?)
}

async fn listen() -> io::Result<TcpListener> {
    if let Some(listener) = ListenFd::from_env().take_tcp_listener(0)? {
        listener.set_nonblocking(true)?;
        return TcpListener::from_std(listener);
    }
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    TcpListener::bind(format!("127.0.0.1:{port}")).await
}

/// Completes on Ctrl-C, and on Unix also on SIGTERM. The server then answers the open requests.
async fn stop() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = terminated => {}
        () = interrupted => {}
    }
}
