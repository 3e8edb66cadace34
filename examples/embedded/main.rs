//! One binary with its front end inside: `cargo build --release --features embed --example embedded`, then run it from anywhere.
//!
//! In a debug build rust-embed reads the build from the disk. `PORT` chooses another port than 3000.

use askama::Template;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
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

async fn home(vite: Page) -> Html<String> {
    let errors = vite.clone();
    Html(Home { vite }.render().unwrap_or_else(|error| errors.error_page(&error)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vite = Vite::builder("dist").embedded::<Assets>().mode(Mode::Production).open()?;
    let app = vite.mount(Router::new().route("/", get(home)))?;
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(vite_bridge::axum::serve(listener, app).await?)
}
