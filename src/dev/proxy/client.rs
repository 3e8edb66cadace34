//! `Client`: an HTTP client for one dev server. It sends path and query byte for byte.

use std::error::Error as StdError;
use std::future::{Future, ready};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{io, vec};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body::Body as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::{self, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

pub(crate) type RequestBody = UnsyncBoxBody<Bytes, Box<dyn StdError + Send + Sync>>;

#[cfg(feature = "proxy-tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector<Resolver>>;
#[cfg(not(feature = "proxy-tls"))]
type Connector = HttpConnector<Resolver>;

/// Node closes an idle connection after 5 s, so the client closes it a little earlier.
const IDLE: Duration = Duration::from_secs(4);

/// The time limit of a connection. The dev server may be on another machine that is off.
const CONNECT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub(super) struct Client {
    connections: legacy::Client<Connector, RequestBody>,
    scheme: Scheme,
    authority: Authority,
}

impl Client {
    pub(super) fn new(url: &url::Url) -> Result<Self, io::Error> {
        let uri: Uri = url.origin().ascii_serialization().parse().map_err(io::Error::other)?;
        let parts = uri.into_parts();
        let mut http = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT));
        http.enforce_http(false);
        #[cfg(feature = "proxy-tls")]
        let http = super::tls::connector(http, url).map_err(io::Error::other)?;
        let connections = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(http);
        let (scheme, authority) =
            parts.scheme.zip(parts.authority).ok_or_else(|| io::Error::other("the address has no host"))?;
        Ok(Self { connections, scheme, authority })
    }

    /// The host and port of the server.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(super) async fn send(
        &self,
        method: Method,
        target: Option<&PathAndQuery>,
        mut headers: HeaderMap,
        body: RequestBody,
    ) -> Result<Response<Incoming>, Error> {
        // hyper keeps a length without its body, and Vite would read the next request as the body.
        if body.is_end_stream() {
            headers.remove(CONTENT_LENGTH);
            headers.remove(EXPECT);
        }
        let mut request = Request::new(body);
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target.cloned().unwrap_or_else(|| PathAndQuery::from_static("/")));
        // All three parts are present, so the conversion cannot fail.
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        self.connections.request(request).await
    }
}

/// Resolves `localhost` to both loopback addresses: Node listens on one address family only, the
/// first that its resolver returns.
#[derive(Debug, Clone)]
pub(super) struct Resolver(GaiResolver);

const LOOPBACKS: [SocketAddr; 2] = [
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if name.as_str() == "localhost" {
            return Box::pin(ready(Ok(LOOPBACKS.to_vec().into_iter())));
        }
        let addresses = self.0.call(name);
        Box::pin(async { Ok(addresses.await?.collect::<Vec<_>>().into_iter()) })
    }
}
