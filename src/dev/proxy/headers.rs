//! Which headers go on, and as what.

use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::plan::is_vites_own_host;

/// Says to the plugin that a request came through the proxy.
pub(super) const FORWARDED: HeaderName = HeaderName::from_static("x-vite-bridge");

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// Headers that belong to one connection (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    KEEP_ALIVE,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What Vite has no use for and must not see.
const PRIVATE: [HeaderName; 2] = [COOKIE, AUTHORIZATION];

/// The head that Vite gets: all but what belongs to the connection or to the application.
///
/// Host goes on where Vite takes it by itself; for a configured name it is Vite's own, since the proxy has checked it.
pub(super) fn upstream(mut headers: HeaderMap, own_host: &HeaderValue) -> HeaderMap {
    remove_hop_by_hop(&mut headers);
    PRIVATE.iter().for_each(|name| drop(headers.remove(name)));
    let keeps = headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(is_vites_own_host);
    if !keeps {
        headers.insert(HOST, own_host.clone());
    }
    headers.insert(FORWARDED, HeaderValue::from_static("1"));
    headers
}

/// The handshake of the HMR socket: as any head, and with the upgrade.
pub(super) fn handshake(headers: HeaderMap, own_host: &HeaderValue) -> HeaderMap {
    let mut headers = upstream(headers, own_host);
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers
}

/// Removes what belongs to one connection, the headers that `Connection` names among it.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    named.iter().chain(&HOP_BY_HOP).for_each(|name| drop(headers.remove(name)));
}
