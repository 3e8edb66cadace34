//! Servers for one build: `vite-bridge-serving NAME PORT`. `benches/serving.js` starts them in the
//! folder of this crate.

use std::error::Error;
use std::fs;
use std::net::Ipv4Addr;

use axum::Router;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
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
        "floor" => floor(&[])?,
        "floor-headers" => floor(&HEADERS)?,
        "memory-serve" => memory_serve::load!().into_router(),
        "vite-rs" => {
            let service = vite_rs_axum_0_8::ViteServe::new(Embedded::boxed());
            Router::new().route_service("/{*path}", service)
        }
        "ServeDir" => {
            Router::new().fallback_service(ServeDir::new(DIST).precompressed_br().precompressed_gzip())
        }
        other => return Err(format!("unknown server {other:?}").into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    // `serve` sets TCP_NODELAY, so every server here has it.
    Ok(vite_bridge::axum::serve(listener, app).await?)
}

fn bridge() -> Result<Router, Box<dyn Error>> {
    let vite = Vite::builder(DIST).read_environment(false).mode(Mode::Production).open()?;
    Ok(vite.mount(Router::new()))
}

/// The response headers that a browser and a cache need, as constants.
const HEADERS: [(HeaderName, &str); 7] = [
    (ACCEPT_RANGES, "bytes"),
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    (ETAG, "\"q1w2e3r4t5y6u7i8\""),
    (LAST_MODIFIED, "Sat, 21 Nov 2026 12:00:00 GMT"),
    (VARY, "accept-encoding"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Returns a router of plain axum that decides nothing: one route for each file, each encoding
/// (`/br/...`) and each 304 (`/304/...`).
fn floor(headers: &'static [(HeaderName, &str)]) -> Result<Router, Box<dyn Error>> {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    let mut app = Router::new();
    for entry in fs::read_dir(format!("{DIST}/assets"))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
        let bytes: &'static [u8] = Box::leak(fs::read(&path)?.into_boxed_slice());
        app = match name.strip_suffix(".br") {
            Some(name) => {
                let headers = headers.clone();
                app.route(&format!("/br/assets/{name}"), get(move || encoded(headers.clone(), bytes)))
            }
            None => {
                let headers = headers.clone();
                app.route(&format!("/assets/{name}"), get(move || plain(headers.clone(), bytes)))
            }
        };
        let headers = headers.clone();
        let unchanged = move || async move { (StatusCode::NOT_MODIFIED, headers.clone()) };
        app = app.route(&format!("/304/assets/{name}"), get(unchanged));
    }
    Ok(app)
}

async fn plain(headers: HeaderMap, bytes: &'static [u8]) -> impl IntoResponse {
    (headers, [(CONTENT_TYPE, "text/javascript; charset=utf-8")], bytes)
}

async fn encoded(headers: HeaderMap, bytes: &'static [u8]) -> impl IntoResponse {
    (headers, [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CONTENT_ENCODING, "br")], bytes)
}
