//! Servers of one build: `vite-bridge-serving NAME PORT`, from the folder of this crate; see `benches/serving.js`.

use std::error::Error;
use std::fs;
use std::net::Ipv4Addr;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use vite_bridge::{Mode, Vite};

const DIST: &str = "app/dist";

#[derive(vite_rs::Embed)]
#[root = "./app"]
struct Embedded;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, port] = arguments.as_slice() else { return Err("a name and a port".into()) };
    let app = match name.as_str() {
        "vite-bridge" => bridge()?,
        "floor" => floor()?,
        "memory-serve" => memory_serve::load!().into_router(),
        "vite-rs" => {
            let service = vite_rs_axum_0_8::ViteServe::new(Embedded::boxed());
            Router::new().route_service("/{*path}", service)
        }
        "ServeDir" => {
            Router::new().fallback_service(ServeDir::new(DIST).precompressed_br().precompressed_gzip())
        }
        other => return Err(format!("{other:?} is none of them").into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    // All of them with TCP_NODELAY.
    Ok(vite_bridge::axum::serve(listener, app).await?)
}

fn bridge() -> Result<Router, Box<dyn Error>> {
    let vite = Vite::builder(DIST).environment(false).mode(Mode::Production).open()?;
    Ok(vite.mount(Router::new())?)
}

/// What axum costs with nothing to decide: a route for each file and each encoding, `/br/...` and `/304/...` too.
fn floor() -> Result<Router, Box<dyn Error>> {
    let mut app = Router::new();
    for entry in fs::read_dir(format!("{DIST}/assets"))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
        let bytes: &'static [u8] = Box::leak(fs::read(&path)?.into_boxed_slice());
        app = match name.strip_suffix(".br") {
            Some(name) => app.route(&format!("/br/assets/{name}"), get(move || encoded(bytes))),
            None => app.route(&format!("/assets/{name}"), get(move || plain(bytes))),
        };
        app = app.route(&format!("/304/assets/{name}"), get(|| async { StatusCode::NOT_MODIFIED }));
    }
    Ok(app)
}

async fn plain(bytes: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], bytes)
}

async fn encoded(bytes: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CONTENT_ENCODING, "br")], bytes)
}
