//! A minimal application: one page that loads the entries in its arguments.
//!
//! Run it with `cargo run --example page -- web/dist src/main.ts`. In development, run
//! `npm run dev` as well. A new build is shown without a restart. Environment variables:
//!
//! - `PORT`: the port (default: 3000)
//! - `HOST_NAME`: an additional host name that the development proxy allows
//! - `POLICY`: a Content Security Policy, with `{nonce}` for the nonce
//! - `TLS`: a PEM file with a certificate and its key, for HTTPS and HTTP/2

use std::env::{args, var};
use std::io::{IsTerminal as _, stderr};
use std::net::SocketAddr;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum_server::tls_rustls::RustlsConfig;
use tokio::net::TcpListener;
use vite_bridge::axum::pages;
use vite_bridge::{Page, Vite};

#[derive(Template)]
#[template(path = "page.html")]
struct Home {
    vite: Page,
    entries: Vec<String>,
}

async fn home(State(entries): State<Vec<String>>, vite: Page) -> Response {
    let errors = vite.clone();
    let home = Home { vite, entries };
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
    tracing_subscriber::fmt().with_ansi(stderr().is_terminal()).with_writer(stderr).init();
    let mut arguments = args().skip(1);
    let dist = arguments.next().ok_or("the first argument is Vite's output directory")?;
    let mut builder = Vite::builder(dist).watch(true);
    if let Ok(name) = var("HOST_NAME") {
        builder = builder.allow_host(name);
    }
    let vite = builder.open()?;
    let mut routes = Router::new().route("/", get(home));
    if let Ok(policy) = var("POLICY") {
        routes = routes.layer(pages(&vite).csp(policy)?);
    }
    let app = vite.mount(routes).with_state(arguments.collect());
    let port = var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    if let Ok(pem) = var("TLS") {
        let config = RustlsConfig::from_pem_file(&pem, &pem).await?;
        let mut server = axum_server::from_tcp_rustls(listener.into_std()?, config)?;
        // Browsers then open the HMR socket on the connection of the page (RFC 8441).
        server.http_builder().http2().enable_connect_protocol();
        println!("https://{address}/");
        return Ok(server.serve(service).await?);
    }
    println!("http://{address}/");
    // Without TCP_NODELAY, a streamed body can wait 40 ms for a delayed acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, service).await?)
}
