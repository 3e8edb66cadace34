//! The responses of the proxy itself.

use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::plan::{Plan, Refusal, authority, host_name};
use crate::tags::html;

/// A replacement for Vite's client while Vite is down. It polls for the real client and reloads the
/// page.
///
/// The first words of the text mark this client, so that it can tell itself from Vite's. It exports
/// the names that modules import from Vite's client.
const CLIENT: &str = r#"// vite-bridge: Vite is not running
const again = async () => {
  const text = await fetch(import.meta.url, { cache: 'no-store' }).then((r) => r.text(), () => '// vite-bridge:');
  if (text.startsWith('// vite-bridge:')) setTimeout(again, 500);
  else location.reload();
};
setTimeout(again, 500);
const notice = NOTICE;
console.info(`[vite-bridge] ${notice}`);
const bar = Object.assign(document.createElement('p'), { id: 'vite-bridge-notice', textContent: notice });
// Properties, not an attribute, which a strict policy would refuse.
Object.assign(bar.style, { position: 'fixed', inset: '0 0 auto', zIndex: 99999, margin: 0, padding: '.6rem 1rem' });
Object.assign(bar.style, { font: '1rem/1.4 system-ui', color: '#fff', background: '#4f55e0' });
addEventListener('DOMContentLoaded', () => document.body.prepend(bar));
if (document.body) document.body.prepend(bar);
export const createHotContext = () => ({ accept() {}, dispose() {}, prune() {}, invalidate() {}, on() {}, off() {}, send() {}, data: {} });
export const updateStyle = () => {};
export const removeStyle = () => {};
export const injectQuery = (url) => url;
export class ErrorOverlay {}
"#;

/// The text at the top of a page whose server is down.
const DOWN: &str = "Vite is not running. Start it with `npm run dev`, and this page reloads.";

/// Returns the replacement for `@vite/client`.
pub(super) fn client() -> Response<String> {
    client_with(DOWN)
}

fn client_with(notice: &str) -> Response<String> {
    // A JSON string is a JavaScript string, and serializing a string cannot fail.
    let notice = serde_json::to_string(notice).unwrap_or_default();
    answer(StatusCode::OK, "text/javascript", CLIENT.replacen("NOTICE", &notice, 1))
}

/// Tells whether a request is for `@vite/client`, below any base.
pub(super) fn is_client(method: &Method, target: &str) -> bool {
    method == Method::GET && target.split('?').next().is_some_and(|path| path.ends_with("/@vite/client"))
}

/// Answers a request for Vite while pages wait for a server. Returns `None` for a request that the
/// application can answer.
pub(crate) fn waiting(plan: &Plan, method: &Method, target: &str, notice: &str) -> Option<Response<String>> {
    match plan {
        Plan::Forward | Plan::Try(_) if is_client(method, target) => Some(client_with(notice)),
        Plan::Refuse(refusal) => Some(refused(refusal)),
        Plan::Ping => Some(no_sign_of_life()),
        Plan::Forward | Plan::Tunnel => {
            Some(answer(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", format!("{notice}\n")))
        }
        Plan::Pass | Plan::Try(_) => None,
    }
}

/// Returns a response that fails in the browser: `fetch` follows redirects to HTTP only
/// (<https://fetch.spec.whatwg.org/#http-redirect-fetch>). The client of Vite 4 and 5 takes any
/// other response to its ping as a sign of life.
pub(super) fn no_sign_of_life() -> Response<String> {
    let text = "Vite does not answer yet\n".to_owned();
    let mut response = answer(StatusCode::TEMPORARY_REDIRECT, "text/plain; charset=utf-8", text);
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("data:,"));
    response
}

/// Returns 502 with an HTML page for a document and a line of text for other requests.
pub(super) fn unreachable(headers: &HeaderMap, origin: &str, why: &str) -> Response<String> {
    let is_document =
        headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    let text = format!("Vite does not answer at {origin} ({why}). Start it with `npm run dev`.");
    if is_document {
        let page = html::page("Vite does not answer", &text, "");
        return answer(StatusCode::BAD_GATEWAY, "text/html; charset=utf-8", page);
    }
    answer(StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// Returns 504. Vite accepts the connection but never answers a handshake that it does not know.
pub(super) fn silent() -> Response<String> {
    answer(
        StatusCode::GATEWAY_TIMEOUT,
        "text/plain; charset=utf-8",
        "Vite did not answer the handshake\n".to_owned(),
    )
}

/// Returns 404 for a file that Vite does not have.
pub(crate) fn nothing(target: &str) -> Response<String> {
    let text = format!("Vite has no file at {target}\n");
    answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", text)
}

/// Returns 501. The application's server has not put the upgrade into the request.
pub(crate) fn no_upgrade() -> Response<String> {
    let text = "the server of the application does not support WebSockets\n\
        help: serve the connections with upgrades, as `axum::serve` does\n";
    answer(StatusCode::NOT_IMPLEMENTED, "text/plain; charset=utf-8", text.to_owned())
}

pub(crate) fn refused(refusal: &Refusal) -> Response<String> {
    let status = match refusal {
        Refusal::Target => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    };
    answer(status, "text/plain; charset=utf-8", format!("vite-bridge: {}\n", explanation(refusal)))
}

/// Explains a refusal, with the line that allows the request.
pub(crate) fn explanation(refusal: &Refusal) -> String {
    match refusal {
        Refusal::UnknownPeer => {
            "the development proxy answers only this machine, and the address of the client is unknown\n\
             help: serve the application with `axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())`; \
             without axum, add a `vite_bridge::tower::Peer` to the extensions of the request"
                .to_owned()
        }
        Refusal::ForeignPeer(peer) => format!(
            "the development proxy answers only this machine, and the client is {peer}\n\
             help: call `.allow_peers(\"{peer}\")` on the builder, or set VITE_BRIDGE_ALLOW_PEERS={peer}"
        ),
        Refusal::Forwarded(address) if address.is_empty() => {
            "the header Forwarded has an empty address\nhelp: correct the reverse proxy that sends it".to_owned()
        }
        Refusal::Forwarded(address) => format!(
            "the request was forwarded for {address}, which is not this machine\n\
             help: call `.allow_peers(\"{address}\")` on the builder, or set VITE_BRIDGE_ALLOW_PEERS={address}; \
             for a tunnel, \
             call `.allow_host(..)` with its name, or set VITE_BRIDGE_ALLOW_HOSTS"
        ),
        Refusal::Host(host) if host.is_empty() => "the request has no Host".to_owned(),
        Refusal::Host(host) => {
            let name = host_name(host);
            format!(
                "the development proxy answers only to localhost, *.localhost and IP addresses, and the Host is {host}\n\
                 help: call `.allow_host(\"{name}\")` on the builder, or set VITE_BRIDGE_ALLOW_HOSTS={name}"
            )
        }
        Refusal::Origin(origin) => foreign_origin(origin),
        Refusal::DeniedPath => "the application denies this path with `.deny_path(..)`".to_owned(),
        Refusal::Target => "dot segments and backslashes in a path are not forwarded".to_owned(),
    }
}

/// Explains the refusal of the HMR socket. A page in a file or a sandboxed frame has the origin
/// `null`.
fn foreign_origin(origin: &str) -> String {
    let Some(authority) = authority(origin) else {
        return format!(
            "the HMR socket opens only for pages of this application, and the Origin is {origin:?}"
        );
    };
    let name = host_name(authority);
    format!(
        "the HMR socket opens only for pages with the Host of the request, and the Origin is {origin}\n\
         help: if the page is your own, call `.allow_host(\"{name}\")` on the builder, or set VITE_BRIDGE_ALLOW_HOSTS={name}"
    )
}

fn answer(status: StatusCode, media_type: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::{explanation, no_upgrade, nothing, silent, unreachable};
    use crate::dev::proxy::plan::Refusal;

    /// The page with the texts that a user can search for.
    const PAGE: &str = include_str!("../../../docs/network.md");

    #[test]
    fn the_guide_lists_the_text_of_every_response() {
        let refusals = [
            Refusal::UnknownPeer,
            Refusal::ForeignPeer([192, 168, 1, 20].into()),
            Refusal::Forwarded("203.0.113.7".to_owned()),
            Refusal::Forwarded(String::new()),
            Refusal::Host("myapp.test:3000".to_owned()),
            Refusal::Host(String::new()),
            Refusal::Origin("https://myapp.test:8443".to_owned()),
            Refusal::Origin("null".to_owned()),
            Refusal::DeniedPath,
            Refusal::Target,
        ];
        let origin = "http://localhost:5173/";
        let others = [
            nothing("/src/gone.ts").into_body(),
            unreachable(&http::HeaderMap::new(), origin, "Connection refused").into_body(),
            silent().into_body(),
            no_upgrade().into_body(),
        ];
        for text in refusals.iter().map(explanation).chain(others) {
            for line in text.lines() {
                assert!(PAGE.lines().any(|listed| listed == line), "docs/network.md does not list:\n{line}");
            }
        }
    }
}
