//! Performs what the plan says: one request to Vite, streamed both ways.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::plan::Refusal;
use super::{down, headers, tunnel};
use crate::error::{Error, ErrorKind};
use crate::url::Origin;

/// How long Vite may take for a handshake: it leaves one that it does not know without an answer.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How often Vite is looked for while a ping is held.
const PING: Duration = Duration::from_millis(250);

/// Node closes a kept connection after 5 s; ours goes a little before.
const IDLE: Duration = Duration::from_secs(4);

/// A client of one Vite.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    client: reqwest::Client,
    origin: Origin,
    /// `scheme://host:port`, before the path.
    root: String,
    host: HeaderValue,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Vite's answer, streamed.
    Vite(Response<reqwest::Body>),
    /// Ours.
    Own(Response<String>),
    /// Vite has nothing of that name.
    Miss,
}

impl Proxy {
    pub(crate) fn new(origin: &Origin) -> Result<Self, Error> {
        let url: url::Url = origin.as_str().parse().map_err(|fault| {
            Error::with_source(ErrorKind::InvalidDevServer, format!("{origin} is no URL"), fault)
        })?;
        if url.scheme() == "https" && !cfg!(feature = "proxy-tls") {
            let what = format!(
                "{origin} speaks https: add the feature `proxy-tls` of vite-bridge, or drop `server.https`"
            );
            return Err(Error::new(ErrorKind::InvalidDevServer, what));
        }
        // Node listens on whichever family its resolver names first.
        let loopbacks =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .http1_only()
            .resolve_to_addrs("localhost", &loopbacks)
            .build();
        let client = client
            .map_err(|fault| Error::with_source(ErrorKind::InvalidDevServer, fault.to_string(), fault))?;
        let root = url.origin().ascii_serialization();
        let authority = root.split_once("://").map_or("", |(_, authority)| authority);
        let host = HeaderValue::from_str(authority).unwrap_or_else(|_| HeaderValue::from_static("localhost"));
        Ok(Self { client, origin: origin.clone(), root, host })
    }

    /// The server that it speaks to.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// One request, streamed both ways, its path and query byte for byte. A guess that Vite has nothing for is a miss.
    pub(crate) async fn forward(&self, request: Request<Option<reqwest::Body>>, is_guess: bool) -> Answer {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(down::refused(Refusal::Target)) };
        let sent = headers::upstream(parts.headers.clone(), &self.host);
        let build = || self.client.request(parts.method.clone(), url.clone()).headers(sent.clone());
        let answer = match body {
            Some(body) => build().body(body).send().await,
            None => match build().send().await {
                // Most often a kept connection that Vite had closed already. No head of an answer has come; whether some
                // bytes of one did, reqwest does not tell, and safe methods may be sent again in either case.
                Err(fault) if parts.method.is_idempotent() && fault.is_request() && !fault.is_connect() => {
                    build().send().await
                }
                answer => answer,
            },
        };
        match answer {
            Ok(answer) => answer_of(plain(answer), target, is_guess),
            Err(fault) => Answer::Own(self.unreachable(&parts.headers, &parts.method, target, &fault)),
        }
    }

    /// Waits until Vite answers: for its client any answer at all means that it is back.
    pub(crate) async fn ping(&self, request: Request<()>) -> Answer {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(down::refused(Refusal::Target)) };
        let sent = headers::upstream(request.headers().clone(), &self.host);
        loop {
            match self.client.get(url.clone()).headers(sent.clone()).send().await {
                Ok(answer) => return Answer::Vite(plain(answer)),
                Err(_) => tokio::time::sleep(PING).await,
            }
        }
    }

    /// The handshake, carried as it is; then bytes both ways.
    pub(crate) async fn tunnel(&self, request: Request<()>, client: OnUpgrade) -> Answer {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let Some(url) = self.url(target) else { return Answer::Own(down::refused(Refusal::Target)) };
        let sent = headers::handshake(request.headers().clone(), &self.host);
        let answer = match tokio::time::timeout(HANDSHAKE, self.client.get(url).headers(sent).send()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(fault)) => {
                return Answer::Own(down::unreachable(
                    &HeaderMap::new(),
                    self.origin.as_str(),
                    &reason(&fault),
                ));
            }
            Err(_) => return Answer::Own(down::silent()),
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

    /// The URL of a target, where it is the very same text; the url crate would rewrite some.
    fn url(&self, target: &str) -> Option<url::Url> {
        let text = format!("{}{target}", self.root);
        let url = url::Url::parse(&text).ok()?;
        (url.as_str() == text).then_some(url)
    }

    fn unreachable(
        &self,
        headers: &HeaderMap,
        method: &Method,
        target: &str,
        fault: &reqwest::Error,
    ) -> Response<String> {
        let path = target.split('?').next().unwrap_or_default();
        if method == Method::GET && path.ends_with("/@vite/client") {
            return down::client();
        }
        down::unreachable(headers, self.origin.as_str(), &reason(fault))
    }
}

/// Documents are the application's: HTML for a module's name is Vite's fallback to index.html, so it has nothing.
fn answer_of(answer: Response<reqwest::Body>, target: &str, is_guess: bool) -> Answer {
    let is_html =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // Pages of Vite's tools, such as `/__inspect/`, are below this family.
    let is_tool = target.split('?').next().is_some_and(|path| path.contains("/__"));
    let is_fallback = is_html && answer.status() == StatusCode::OK && !is_tool;
    match is_fallback || answer.status() == StatusCode::NOT_FOUND {
        true if is_guess => Answer::Miss,
        true if is_fallback => Answer::Own(down::nothing(target)),
        _ => Answer::Vite(answer),
    }
}

/// The answer without what belongs to the connection to Vite.
fn plain(answer: reqwest::Response) -> Response<reqwest::Body> {
    let mut answer = Response::<reqwest::Body>::from(answer);
    headers::remove_hop_by_hop(answer.headers_mut());
    answer
}

/// The innermost cause: "Connection refused" says more than "error sending request".
fn reason(fault: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = fault;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
