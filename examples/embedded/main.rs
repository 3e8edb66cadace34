//! One binary that contains its front end. It runs in any folder.
//!
//! Build it with `cargo build --release --features embed --example embedded`. In a debug build,
//! rust-embed reads the front end from disk. `PORT` sets the port (default: 3000).

use std::net::SocketAddr;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use rust_embed::RustEmbed;
use tokio::net::TcpListener;
use vite_bridge::{Mode, Page, Vite};

#[derive(RustEmbed)]
#[folder = "examples/demo/dist"]
struct Assets;

#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Embedded</title>
<link rel="icon" href="{{ vite.asset("favicon.svg")? }}">
{{ vite.tags("src/main.ts")? }}
</head><body><main><h1>One <em>binary</em></h1>
<button id="load-graph" type="button">Load the graph</button><div id="graph"></div>
<script type="application/json" id="urls">{{ vite.urls("src/main.ts")?.to_json() }}</script></main></body></html>
"#,
    ext = "html"
)]
struct Home {
    vite: Page,
}

async fn home(vite: Page) -> Response {
    let errors = vite.clone();
    let home = Home { vite };
    match home.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            let own = || "<!doctype html><title>Error</title><h1>Something went wrong</h1>".to_owned();
            let page = errors.dev_error_page(&error).unwrap_or_else(own);
            (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vite = Vite::builder("dist").embedded::<Assets>().mode(Mode::Production).open()?;
    let app = vite.mount(Router::new().route("/", get(home)));
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    // Without TCP_NODELAY, a streamed body can wait 40 ms for a delayed acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
