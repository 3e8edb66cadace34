//! A small site whose tags come from a real Vite build: `cargo run --example demo`.
//!
//! With `npm run dev` beside it the tags come from Vite, through this very port, hot updates included. `npm run build` builds its
//! front end again; `PORT` chooses another port than 3000.

use std::io::{IsTerminal as _, stderr};

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use vite_bridge::{Page, Vite};

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/demo/dist");
/// A strict policy; in development `csp` adds what Vite's client needs.
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
    // What the page shows as text; without the nonce, which is nobody's business.
    let printed = vite.tags("src/main.ts").map(|tags| {
        tags.elements()
            .filter_map(|element| Some(format!("{:<13} {}", element.kind().as_str(), element.href()?)))
            .collect::<Vec<_>>()
    });
    match printed {
        Ok(lines) => page(&Home { vite, path: "/", printed: lines.join("\n") }),
        Err(error) => failure(&error),
    }
}

async fn about(vite: Page) -> Response {
    page(&About { vite, path: "/about" })
}

fn page(template: &impl Template) -> Response {
    template.render().map_or_else(|error| failure(&error), |html| Html(html).into_response())
}

fn failure(error: &dyn std::error::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response()
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
    let app = vite.mount(routes)?;
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(vite_bridge::axum::serve(listener, app).with_graceful_shutdown(stop()).await?)
}

async fn stop() {
    // Ctrl-C ends the program; where it cannot be heard, the program runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
