//! The development proxies to measure: `forward vite-bridge|reqwest|axum-vite PORT UPSTREAM_PORT`.
//! `benches/throughput.js` starts it.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use reqwest::redirect::Policy;
use tokio::net::TcpListener;
use vite_bridge::{Mode, Vite};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, port, upstream] = arguments.as_slice() else { return Err("a name and two ports".into()) };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    let app = match name.as_str() {
        "vite-bridge" => bridge(upstream)?,
        "reqwest" => bare(upstream)?,
        "axum-vite" => axum_vite(upstream.parse()?),
        other => return Err(format!("unknown proxy {other:?}").into()),
    };
    Ok(vite_bridge::axum::serve(listener, app).await?)
}

fn bridge(upstream: &str) -> Result<Router, Box<dyn Error>> {
    let builder = Vite::builder("no/build").read_environment(false).mode(Mode::Development);
    let vite = builder.dev_server(format!("http://127.0.0.1:{upstream}/")).open()?;
    Ok(vite.mount(Router::new()))
}

/// Forwards with reqwest alone: no plan, no rules, no header handling. It shows the cost of the
/// HTTP library.
fn bare(upstream: &str) -> Result<Router, Box<dyn Error>> {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).http1_only().build()?;
    let origin = format!("http://127.0.0.1:{upstream}");
    Ok(Router::new().fallback(move |request: Request| {
        let (client, url) = (client.clone(), format!("{origin}{}", request.uri()));
        async move {
            let (parts, _) = request.into_parts();
            let answer = client.request(parts.method, url).headers(parts.headers).send().await;
            answer
                .map(Response::<reqwest::Body>::from)
                .map(|answer| answer.map(Body::new))
                .map_err(|_| StatusCode::BAD_GATEWAY)
        }
    }))
}

fn axum_vite(dev_port: u16) -> Router {
    let dev_host = "127.0.0.1".to_owned();
    axum_vite::router(axum_vite::ViteConfig {
        dev_port,
        dev_host,
        prefix: "/".to_owned(),
        ..Default::default()
    })
}
