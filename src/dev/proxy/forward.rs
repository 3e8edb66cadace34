//! Performs a plan: sends a request to Vite and streams both bodies.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::plan::Refusal;
use super::{headers, offline, tunnel};
use crate::error::{Error, ErrorKind};
use crate::url::DevServerUrl;

/// The time limit of a handshake. Vite never answers a handshake that it does not know.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The interval at which a held ping tries to reach Vite.
const PING: Duration = Duration::from_millis(250);

/// The longest time for which a ping is held. A graceful shutdown waits for it.
const HOLD: Duration = Duration::from_millis(1500);

/// Node closes an idle connection after 5 s, so the proxy closes it a little earlier.
const IDLE: Duration = Duration::from_secs(4);

/// An HTTP client for one dev server.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    client: reqwest::Client,
    origin: DevServerUrl,
    /// The URL of the server. Each request sets path and query on a copy.
    root: url::Url,
    host: HeaderValue,
}

/// The result of a request to Vite.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The response of Vite, streamed.
    Vite(Response<reqwest::Body>),
    /// A response of the proxy itself.
    Own(Response<String>),
    /// Vite does not have the requested file.
    Miss,
}

impl Proxy {
    pub(crate) fn new(origin: &DevServerUrl) -> Result<Self, Error> {
        let url: url::Url = origin.as_str().parse().map_err(|error| {
            Error::new(ErrorKind::InvalidDevServer, format!("invalid address of a dev server: {origin}"))
                .with_source(error)
        })?;
        if url.scheme() == "https" && !cfg!(feature = "proxy-tls") {
            let message = format!("the dev server {origin} uses https, and the feature `proxy-tls` is off");
            return Err(Error::new(ErrorKind::InvalidDevServer, message)
                .with_help("enable the feature `proxy-tls` of vite-bridge, or remove `server.https`"));
        }
        // Node listens on one address family only, the first that its resolver returns.
        let loopbacks =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .http1_only()
            .resolve_to_addrs("localhost", &loopbacks);
        // Dev servers have self-signed certificates. On this machine no other host can impersonate
        // the server.
        #[cfg(feature = "proxy-tls")]
        let client = client.tls_danger_accept_invalid_certs(is_this_machine(&url));
        let client = client.build().map_err(|error| {
            Error::new(ErrorKind::InvalidDevServer, format!("cannot create a client for {origin}"))
                .with_source(error)
        })?;
        let text = url.origin().ascii_serialization();
        let authority = text.split_once("://").map_or("", |(_, authority)| authority);
        let host = HeaderValue::from_str(authority).unwrap_or_else(|_| HeaderValue::from_static("localhost"));
        Ok(Self { client, origin: origin.clone(), root: url, host })
    }

    pub(crate) fn origin(&self) -> &DevServerUrl {
        &self.origin
    }

    /// Forwards a request. Both bodies are streamed, and path and query are sent byte for byte. A
    /// guess that Vite does not have is a miss.
    pub(crate) async fn forward(&self, head: &Parts, body: Option<reqwest::Body>, is_guess: bool) -> Answer {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(offline::refused(&Refusal::Target)) };
        let may_repeat = body.is_none() && head.method.is_idempotent();
        let answer = match self.send(head, url, body).await {
            // The usual cause is an idle connection that Vite had closed already. No response head
            // has arrived. reqwest does not tell whether parts of it did, but an idempotent request
            // may be repeated in both cases (RFC 9110, 9.2.2).
            Err(error) if may_repeat && error.is_request() && !error.is_connect() => match self.url(target) {
                Some(url) => self.send(head, url, None).await,
                None => Err(error),
            },
            answer => answer,
        };
        match answer {
            Ok(answer) => answer_of(plain(answer), target, is_guess),
            Err(error) => Answer::Own(self.unreachable(&head.headers, &head.method, target, &error)),
        }
    }

    async fn send(
        &self,
        head: &Parts,
        url: url::Url,
        body: Option<reqwest::Body>,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let mut request = reqwest::Request::new(head.method.clone(), url);
        // All headers at once: the builder would hash each name again.
        *request.headers_mut() = headers::upstream(head.headers.clone(), &self.host);
        *request.body_mut() = body;
        self.client.execute(request).await
    }

    /// Waits a short time for an answer of Vite. Vite's client takes any response as a sign that Vite
    /// is back, so the last response is one that fails in the browser. The client then asks again,
    /// and may reach a Vite at another port.
    pub(crate) async fn ping(&self, request: Request<()>) -> Answer {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(offline::refused(&Refusal::Target)) };
        let sent = headers::upstream(request.headers().clone(), &self.host);
        let answer = async {
            loop {
                match self.client.get(url.clone()).headers(sent.clone()).send().await {
                    Ok(answer) => return Answer::Vite(plain(answer)),
                    Err(_) => tokio::time::sleep(PING).await,
                }
            }
        };
        let no_answer = |_| Answer::Own(offline::no_sign_of_life());
        tokio::time::timeout(HOLD, answer).await.unwrap_or_else(no_answer)
    }

    /// Forwards the handshake of the HMR socket, then copies bytes in both directions.
    pub(crate) async fn tunnel(&self, request: Request<()>, client: OnUpgrade) -> Answer {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(offline::refused(&Refusal::Target)) };
        let sent = headers::handshake(request.headers().clone(), &self.host);
        let answer = match tokio::time::timeout(HANDSHAKE, self.client.get(url).headers(sent).send()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                return Answer::Own(offline::unreachable(
                    &HeaderMap::new(),
                    self.origin.as_str(),
                    &reason(&error),
                ));
            }
            Err(_) => return Answer::Own(offline::silent()),
        };
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Answer::Vite(plain(answer));
        }
        let mut switching = Response::new(String::new());
        *switching.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *switching.headers_mut() = answer.headers().clone();
        tokio::spawn(async move {
            if let (Ok(client), Ok(vite)) = (client.await, answer.upgrade().await) {
                tunnel::tunnel(TokioIo::new(client), vite).await;
            }
        });
        Answer::Own(switching)
    }

    /// Returns the URL of a target, or `None` if the url crate would rewrite its text.
    fn url(&self, target: &str) -> Option<url::Url> {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let mut url = self.root.clone();
        url.set_path(path);
        url.set_query(query);
        (url.path() == path && url.query() == query).then_some(url)
    }

    fn unreachable(
        &self,
        headers: &HeaderMap,
        method: &Method,
        target: &str,
        error: &reqwest::Error,
    ) -> Response<String> {
        if offline::is_client(method, target) {
            return offline::client();
        }
        offline::unreachable(headers, self.origin.as_str(), &reason(error))
    }
}

#[cfg(feature = "proxy-tls")]
fn is_this_machine(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Turns a response into an answer. A 200 response with HTML is Vite's fallback to index.html, so
/// Vite does not have the file. Documents come from the application.
fn answer_of(answer: Response<reqwest::Body>, target: &str, is_guess: bool) -> Answer {
    let is_html =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // The pages of Vite's tools are real documents. Their paths contain `/__`, like `/__inspect/`.
    let is_tool = target.split('?').next().is_some_and(|path| path.contains("/__"));
    let is_fallback = is_html && answer.status() == StatusCode::OK && !is_tool;
    if is_guess && (is_fallback || answer.status() == StatusCode::NOT_FOUND) {
        Answer::Miss
    } else if is_fallback {
        Answer::Own(offline::nothing(target))
    } else {
        Answer::Vite(answer)
    }
}

/// Removes the headers that belong to the connection to Vite.
fn plain(answer: reqwest::Response) -> Response<reqwest::Body> {
    let mut answer = Response::<reqwest::Body>::from(answer);
    headers::remove_hop_by_hop(answer.headers_mut());
    answer
}

/// Returns the innermost cause: "Connection refused" is clearer than "error sending request".
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
