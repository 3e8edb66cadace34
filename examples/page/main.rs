//! The smallest application with Vite: one page of the entries that are named as arguments.
//!
//! `cargo run --example page -- web/dist src/main.ts`, in development with `npm run dev` beside it. `PORT` chooses another port
//! than 3000.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use vite_bridge::{Page, Vite};

#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<link rel="icon" href="data:,">
{{ vite.tags(entries)? }}
</head><body><div id="app"></div></body></html>
"#,
    ext = "html"
)]
struct Home {
    vite: Page,
    entries: Vec<String>,
}

async fn home(State(entries): State<Vec<String>>, vite: Page) -> Html<String> {
    Html(Home { vite, entries }.render().unwrap_or_else(|error| error.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let dist = arguments.next().ok_or("the first argument is Vite's output directory")?;
    let vite = Vite::open(dist)?;
    let app = vite.mount(Router::new().route("/", get(home)))?.with_state(arguments.collect());
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(vite_bridge::axum::serve(listener, app).await?)
}
