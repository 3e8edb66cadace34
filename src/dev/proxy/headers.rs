//! The request headers that Vite gets.

use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SEC_WEBSOCKET_KEY, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::plan::is_vites_own_host;

/// Tells the plugin that a request came through the proxy.
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

/// The application's credentials. Vite does not need them and must not see them.
const PRIVATE: [HeaderName; 2] = [COOKIE, AUTHORIZATION];

/// Returns the headers for Vite, without headers of the connection and credentials of the
/// application.
///
/// Host is kept if Vite accepts it by default. For a host that `allow_host` names, it becomes the
/// host of Vite, because the proxy has already checked the name.
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

/// Returns the headers of the HMR socket's handshake: the usual ones and the upgrade.
///
/// A handshake of HTTP/2 has no key. Any key will do, because Vite only turns it into the header
/// `Sec-WebSocket-Accept`, which HTTP/2 lacks, too (RFC 8441, 5).
pub(super) fn handshake(headers: HeaderMap, own_host: &HeaderValue) -> HeaderMap {
    let mut headers = upstream(headers, own_host);
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.entry(SEC_WEBSOCKET_KEY).or_insert(HeaderValue::from_static("dml0ZS1icmlkZ2UgcHJveA=="));
    headers
}

/// Removes the hop-by-hop headers, including the headers that `Connection` names (RFC 9110, 7.6.1).
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
