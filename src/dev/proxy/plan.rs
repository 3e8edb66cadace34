//! Decides from the head of a request who answers it in development.

use std::collections::BTreeSet;
use std::net::IpAddr;

use http::header::{ACCEPT, HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderMap, HeaderName, Method, Request};

use super::forwarded;
use crate::dev::server::Access;
use crate::request_path::name_below;
use crate::route::Route;

/// The parts of a request that the decision needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    /// Path and query as received, not decoded.
    pub(crate) target: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// The host and port of the URI. Requests of HTTP/2 have it in place of the header Host.
    pub(crate) authority: Option<&'a str>,
    /// Requests of HTTP/2 have the scheme in the URI.
    pub(crate) scheme: &'a str,
    /// The address at the other end of the connection. Forwarding headers can only restrict access
    /// further, because clients can forge them.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) route: Route<'a>,
}

impl<'a> Head<'a> {
    pub(crate) fn of<B>(request: &'a Request<B>, peer: Option<IpAddr>, route: Route<'a>) -> Self {
        let uri = request.uri();
        Self {
            method: request.method(),
            target: uri.path_and_query().map_or("/", |target| target.as_str()),
            headers: request.headers(),
            authority: uri.authority().map(http::uri::Authority::as_str),
            scheme: uri.scheme_str().unwrap_or("http"),
            peer,
            route,
        }
    }

    pub(crate) fn path(&self) -> &'a str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn is_read(&self) -> bool {
        matches!(*self.method, Method::GET | Method::HEAD)
    }
}

/// The configuration of the proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// The path of Vite's base, with a trailing slash.
    pub(crate) base: &'a str,
    /// The path of Vite's socket and ping: the base, or `server.hmr.path` below it.
    pub(crate) socket: &'a str,
    pub(crate) access: &'a Access,
    /// The files of Vite's public directory, as names below the base.
    pub(crate) public_files: &'a BTreeSet<String>,
}

/// The decision about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// The application answers.
    Pass,
    /// Vite answers.
    Forward,
    /// Vite answers, or the application if Vite does not have the file.
    Try(Guess),
    /// The request opens Vite's HMR socket.
    Tunnel,
    /// The ping of Vite 4 and 5. The client takes any response as a sign of life, so the proxy
    /// waits for Vite.
    Ping,
    /// The proxy refuses the request.
    Refuse(Refusal),
}

/// The reason to ask Vite first for a path that the application may have as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guess {
    /// The path begins as Vite's own paths do. So does a name such as `/@alice`.
    OwnPath,
    /// The file is in Vite's public directory.
    PublicFile,
    /// The same, below a base that belongs to Vite: the application is not asked.
    Known,
    /// The path can be one of Vite's files.
    File,
}

impl Guess {
    /// Whether the application answers if Vite is not running or must not be used.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Self::PublicFile | Self::File)
    }
}

/// The reason for a refusal, with the value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownPeer,
    ForeignPeer(IpAddr),
    /// An address in `Forwarded` or `X-Forwarded-For`.
    Forwarded(String),
    Host(String),
    Origin(String),
    Target,
    DeniedPath,
}

/// The subprotocols of Vite's socket. The application gets all other upgrades.
const PROTOCOLS: [&str; 2] = ["vite-hmr", "vite-ping"];

const PING: &str = "text/x-vite-ping";

/// Decides who answers a request. A request for Vite must also pass the access checks. The
/// application gets a request that does not pass and that only might be for Vite.
pub(crate) fn plan(head: &Head<'_>, rules: Rules<'_>) -> Plan {
    let plan = plan_without_access(head, rules);
    if plan == Plan::Pass {
        return plan;
    }
    match refusal(head, rules, plan == Plan::Tunnel) {
        None => plan,
        Some(_) if matches!(plan, Plan::Try(guess) if guess.is_optional()) => Plan::Pass,
        Some(refusal) => Plan::Refuse(refusal),
    }
}

/// Whether Vite and the application share the path of a request, below the base `/`: a route that
/// begins as Vite's own paths do, or a public file at the path of a route or service.
pub(crate) fn is_contested(head: &Head<'_>, rules: Rules<'_>) -> bool {
    let path = head.path();
    rules.base == "/"
        && match head.route {
            Route::Literal { .. } => is_own(path) || is_public(path, rules),
            Route::Nested => is_public(path, rules),
            Route::Parameter | Route::Unknown | Route::None => false,
        }
}

/// Returns the Host of a request for a page, if the client may use the dev server.
pub(crate) fn page_host<'a>(head: &Head<'a>, rules: Rules<'_>) -> Option<&'a str> {
    let is_page =
        head.method == Method::GET && text(head, ACCEPT).is_some_and(|types| types.contains("text/html"));
    let is_allowed = is_page && refusal(head, rules, false).is_none();
    host(head).filter(|_| is_allowed)
}

/// Decides without the access checks. The socket, the ping and a base other than `/` have
/// precedence over the application's routes.
fn plan_without_access(head: &Head<'_>, rules: Rules<'_>) -> Plan {
    let path = head.path();
    if is_upgrade(head) {
        return if path == rules.socket && is_vites_protocol(head) { Plan::Tunnel } else { Plan::Pass };
    }
    if path == rules.socket && head.method == Method::GET && text(head, ACCEPT) == Some(PING) {
        return Plan::Ping;
    }
    if rules.base != "/" {
        return match path.starts_with(rules.base) {
            true if head.is_read() && is_public(path, rules) => Plan::Try(Guess::Known),
            true => Plan::Forward,
            false => Plan::Pass,
        };
    }
    plan_of_shared_path(head, rules)
}

/// Decides below the base `/`, where Vite and the application share all paths.
fn plan_of_shared_path(head: &Head<'_>, rules: Rules<'_>) -> Plan {
    let path = head.path();
    if matches!(head.route, Route::Literal { .. } | Route::Unknown) {
        return Plan::Pass;
    }
    if is_own(path) {
        // A route such as `/{user}/follow` also matches `/@name/follow`.
        return match head.route {
            Route::None => Plan::Forward,
            _ if head.is_read() => Plan::Try(Guess::OwnPath),
            _ => Plan::Pass,
        };
    }
    // A guess must not consume a body that the application may need.
    if !head.is_read() || path == "/" {
        return Plan::Pass;
    }
    if is_public(path, rules) {
        return Plan::Try(Guess::PublicFile);
    }
    let is_tried = match head.route {
        Route::Parameter => !is_navigation(head) && has_extension(path),
        Route::None => true,
        Route::Literal { .. } | Route::Nested | Route::Unknown => false,
    };
    if is_tried { Plan::Try(Guess::File) } else { Plan::Pass }
}

/// Whether the path has a prefix that only Vite and its plugins use. Vite decodes a path once, so
/// `/%40fs/` is `/@fs/`.
fn is_own(path: &str) -> bool {
    let name = name_below(path, "/").unwrap_or(path.into());
    let name = name.trim_start_matches('/');
    ["@", "__", "node_modules/"].iter().any(|family| name.starts_with(family))
}

fn is_public(path: &str, rules: Rules<'_>) -> bool {
    name_below(path, rules.base).is_some_and(|name| rules.public_files.contains(&*name))
}

/// Whether the browser loads a page. Browsers tell it in `Sec-Fetch-Dest`, but not over plain HTTP
/// from another machine.
fn is_navigation(head: &Head<'_>) -> bool {
    match text(head, SEC_FETCH_DEST) {
        Some(destination) => ["document", "iframe", "frame", "fencedframe"].contains(&destination),
        None => text(head, ACCEPT).is_some_and(|types| types.contains("text/html")),
    }
}

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

fn has_extension(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.').is_some_and(|(_, extension)| !extension.is_empty())
}

fn refusal(head: &Head<'_>, rules: Rules<'_>, is_tunnel: bool) -> Option<Refusal> {
    let Some(peer) = head.peer else { return Some(Refusal::UnknownPeer) };
    if !is_allowed_peer(peer, rules) {
        return Some(Refusal::ForeignPeer(peer));
    }
    let host = host(head).unwrap_or_default();
    if !is_allowed_host(host, rules) {
        return Some(Refusal::Host(host.to_owned()));
    }
    if let Some(address) = foreign_address(head, rules).filter(|_| !is_named(host, rules)) {
        return Some(Refusal::Forwarded(address));
    }
    let origin = text(head, ORIGIN).unwrap_or_default();
    if is_tunnel && !is_own_origin(origin, host, rules) {
        return Some(Refusal::Origin(origin.to_owned()));
    }
    if !is_plain_target(head.target) {
        return Some(Refusal::Target);
    }
    is_denied(head.target, rules).then_some(Refusal::DeniedPath)
}

/// Returns the Host, or the authority of a request of HTTP/2 (RFC 9113, 8.3.1).
fn host<'a>(head: &Head<'a>) -> Option<&'a str> {
    text(head, HOST).or(head.authority)
}

fn is_allowed_peer(peer: IpAddr, rules: Rules<'_>) -> bool {
    let peer = peer.to_canonical();
    peer.is_loopback() || rules.access.peers.iter().any(|network| network.contains(&peer))
}

/// Returns the first address that the request was forwarded for and that is not allowed.
fn foreign_address(head: &Head<'_>, rules: Rules<'_>) -> Option<String> {
    forwarded::addresses(head.headers).find_map(|address| match address {
        Ok(address) if is_allowed_peer(address, rules) => None,
        Ok(address) => Some(address.to_string()),
        Err(text) => Some(text.to_owned()),
    })
}

/// Whether `allow_host` names the host.
fn is_named(host: &str, rules: Rules<'_>) -> bool {
    rules.access.hosts.iter().any(|known| host_name(known).eq_ignore_ascii_case(host_name(host)))
}

/// Whether the page that opens the socket is the application's. Vite checks its token only if there
/// is an Origin header, and it never checks the value. A reverse proxy may remove the port from
/// Host, or replace Host.
fn is_own_origin(origin: &str, host: &str, rules: Rules<'_>) -> bool {
    authority(origin).is_some_and(|origin| {
        let is_without_port = host_name(host) == host;
        origin.eq_ignore_ascii_case(host)
            || is_without_port && host_name(origin).eq_ignore_ascii_case(host)
            || is_named(origin, rules)
    })
}

/// Whether the request opens a WebSocket. HTTP/2 does it with CONNECT (RFC 8441, 4).
fn is_upgrade(head: &Head<'_>) -> bool {
    let is_websocket = |upgrade: &str| upgrade.eq_ignore_ascii_case("websocket");
    head.method == Method::CONNECT || text(head, UPGRADE).is_some_and(is_websocket)
}

fn is_vites_protocol(head: &Head<'_>) -> bool {
    text(head, SEC_WEBSOCKET_PROTOCOL).is_some_and(|protocol| PROTOCOLS.contains(&protocol.trim()))
}

/// Prevents DNS rebinding: a foreign domain that resolves to this machine appears in Host. Allowed
/// are the names that Vite allows by default (localhost, `*.localhost`, IP addresses) and
/// configured names.
fn is_allowed_host(host: &str, rules: Rules<'_>) -> bool {
    is_vites_own_host(host) || is_named(host, rules)
}

/// Tells whether Vite accepts a Host without `server.allowedHosts`. As in Vite, upper case does not
/// match, because browsers send names in lower case.
pub(crate) fn is_vites_own_host(host: &str) -> bool {
    let name = host_name(host);
    let address = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse().map(IpAddr::V6),
        None => name.parse().map(IpAddr::V4),
    };
    name == "localhost" || name.ends_with(".localhost") || address.is_ok()
}

/// Returns the name in `name:port`, with the brackets of an IPv6 address.
pub(super) fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Returns the `name:port` of an origin.
pub(super) fn authority(origin: &str) -> Option<&str> {
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
}

/// Compares the decoded path, because Vite decodes a path once: `/%40fs/` is `/@fs/`.
fn is_denied(target: &str, rules: Rules<'_>) -> bool {
    if rules.access.denied_paths.is_empty() {
        return false;
    }
    let path = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
    let below = path.strip_prefix(rules.base.trim_end_matches('/')).unwrap_or(&path).trim_start_matches('/');
    rules.access.denied_paths.iter().any(|denied| below.starts_with(denied.trim_start_matches('/')))
}

/// The dot segments of the URL Standard (4.4).
const DOTS: [&str; 6] = [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"];

/// Tells whether a target has the same meaning for every program on the way: no dot segments and no
/// backslash, plain or encoded.
fn is_plain_target(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let is_backslash = |part: &str| part.get(..2).is_some_and(|code| code.eq_ignore_ascii_case("5c"));
    let is_dots = |part: &str| DOTS.iter().any(|dots| part.eq_ignore_ascii_case(dots));
    !path.contains('\\') && !path.split('%').skip(1).any(is_backslash) && !path.split('/').any(is_dots)
}

fn text<'a>(head: &Head<'a>, name: HeaderName) -> Option<&'a str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}
