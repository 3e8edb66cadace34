//! An application in one container, and Vite in another. README.md explains the settings.

use std::net::{Ipv4Addr, SocketAddr};

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use vite_bridge::{Page, Vite};

#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Containers</title>
<link rel="icon" href="data:,">
{{ vite.tags("src/main.js")? }}
</head><body><h1>Vite does not answer</h1></body></html>
"#,
    ext = "html"
)]
struct Home {
    vite: Page,
}

async fn home(vite: Page) -> Response {
    match (Home { vite }).render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_ansi(false).init();
    // VITE_BRIDGE_DEV_SERVER, VITE_BRIDGE_ALLOW_PEERS and VITE_BRIDGE_ALLOW_HOSTS need no code.
    let vite = Vite::open("examples/containers/dist")?;
    let app = vite.mount(Router::new().route("/", get(home)));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 3000)).await?;
    println!("http://{}/", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
