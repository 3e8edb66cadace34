//! Performs a plan: sends a request to Vite and streams both bodies.

use std::time::Duration;

use http::header::{CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::client::legacy::Error as ClientError;
use hyper_util::rt::TokioIo;

use super::client::{Client, RequestBody};
use super::plan::Guess;
use super::{headers, offline, tunnel};
use crate::error::{Error, ErrorKind};
use crate::url::DevServerUrl;

/// The time limit of a handshake. Vite never answers a handshake that it does not know.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The time limit of the response to a guess. The first request to a large project takes seconds.
const GUESS: Duration = Duration::from_secs(30);

/// The interval at which a held ping tries to reach Vite.
const PING: Duration = Duration::from_millis(250);

/// The longest time for which a ping is held. A graceful shutdown waits for it.
const HOLD: Duration = Duration::from_millis(1500);

/// An HTTP client for one dev server.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    client: Client,
    origin: DevServerUrl,
    host: HeaderValue,
}

/// The result of a request to Vite.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The response of Vite, streamed.
    Vite(Response<Incoming>),
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
        let client = Client::new(&url).map_err(|error| {
            Error::new(ErrorKind::InvalidDevServer, format!("cannot create a client for {origin}"))
                .with_source(error)
        })?;
        let host = HeaderValue::from_str(client.authority().as_str());
        let host = host.unwrap_or_else(|_| HeaderValue::from_static("localhost"));
        Ok(Self { client, origin: origin.clone(), host })
    }

    pub(crate) fn origin(&self) -> &DevServerUrl {
        &self.origin
    }

    /// Forwards a request. Both bodies are streamed, and path and query are sent byte for byte. A
    /// guess that Vite does not have is a miss.
    pub(crate) async fn forward(
        &self,
        head: &Parts,
        body: Option<RequestBody>,
        guess: Option<Guess>,
    ) -> Answer {
        let is_optional = guess.is_some_and(Guess::is_optional);
        let target = head.uri.path_and_query();
        let answer = if is_optional {
            // A Vite that hangs must not stop the application.
            match tokio::time::timeout(GUESS, self.ask(head, body)).await {
                Ok(answer) => answer,
                Err(_) => return Answer::Miss,
            }
        } else {
            self.ask(head, body).await
        };
        let target = target.map_or("/", PathAndQuery::as_str);
        match answer {
            Ok(answer) => answer_of(plain(answer), target, guess),
            Err(_) if is_optional => Answer::Miss,
            Err(error) => Answer::Own(self.unreachable(&head.headers, &head.method, target, &error)),
        }
    }

    /// Sends a request, and repeats it if that is safe.
    async fn ask(&self, head: &Parts, body: Option<RequestBody>) -> Result<Response<Incoming>, ClientError> {
        let may_repeat = body.is_none() && head.method.is_idempotent();
        match self.send(head, body).await {
            // The usual cause is an idle connection that Vite had closed already. No response head
            // has arrived. The error does not tell whether parts of it did, but an idempotent
            // request may be repeated in both cases (RFC 9110, 9.2.2).
            Err(error) if may_repeat && !error.is_connect() => self.send(head, None).await,
            answer => answer,
        }
    }

    async fn send(&self, head: &Parts, body: Option<RequestBody>) -> Result<Response<Incoming>, ClientError> {
        let headers = headers::upstream(head.headers.clone(), &self.host);
        let body = body.unwrap_or_default();
        self.client.send(head.method.clone(), head.uri.path_and_query(), headers, body).await
    }

    async fn get(&self, target: &Uri, headers: HeaderMap) -> Result<Response<Incoming>, ClientError> {
        self.client.send(Method::GET, target.path_and_query(), headers, RequestBody::default()).await
    }

    /// Waits a short time for an answer of Vite. Vite's client takes any response as a sign that Vite
    /// is back, so the last response is one that fails in the browser. The client then asks again,
    /// and may reach a Vite at another port.
    pub(crate) async fn ping(&self, request: Request<()>) -> Answer {
        let sent = headers::upstream(request.headers().clone(), &self.host);
        let answer = async {
            loop {
                match self.get(request.uri(), sent.clone()).await {
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
        let sent = headers::handshake(request.headers().clone(), &self.host);
        let answer = match tokio::time::timeout(HANDSHAKE, self.get(request.uri(), sent)).await {
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
        let switching = switching(answer.headers().clone(), request.method());
        tokio::spawn(async move {
            if let (Ok(client), Ok(vite)) = (client.await, hyper::upgrade::on(answer).await) {
                tunnel::tunnel(TokioIo::new(client), TokioIo::new(vite)).await;
            }
        });
        Answer::Own(switching)
    }

    fn unreachable(
        &self,
        headers: &HeaderMap,
        method: &Method,
        target: &str,
        error: &ClientError,
    ) -> Response<String> {
        if offline::is_client(method, target) {
            return offline::client();
        }
        offline::unreachable(headers, self.origin.as_str(), &reason(error))
    }
}

/// Turns a response into an answer. A 200 response with HTML is Vite's fallback to index.html, so
/// Vite does not have the file. Documents come from the application.
fn answer_of(answer: Response<Incoming>, target: &str, guess: Option<Guess>) -> Answer {
    let status = answer.status();
    let is_html =
        answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // The pages of Vite's tools are real documents. Their paths contain `/__`, like `/__inspect/`.
    let is_tool = target.split('?').next().is_some_and(|path| path.contains("/__"));
    let is_document = is_tool || matches!(guess, Some(Guess::PublicFile | Guess::Known));
    let is_fallback = is_html && status == StatusCode::OK && !is_document;
    let is_miss = match guess {
        None | Some(Guess::Known) => false,
        Some(Guess::OwnPath | Guess::PublicFile) => is_fallback || status == StatusCode::NOT_FOUND,
        // Vite also rejects files that it must not serve.
        Some(Guess::File) => is_fallback || matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
    };
    if is_miss {
        Answer::Miss
    } else if is_fallback {
        Answer::Own(offline::nothing(target))
    } else {
        Answer::Vite(answer)
    }
}

/// Removes the headers that belong to the connection to Vite.
fn plain(mut answer: Response<Incoming>) -> Response<Incoming> {
    headers::remove_hop_by_hop(answer.headers_mut());
    answer
}

/// Accepts a handshake. HTTP/2 does it with 200 and without the headers of the upgrade (RFC 8441,
/// 5).
fn switching(mut headers: HeaderMap, method: &Method) -> Response<String> {
    let mut switching = Response::new(String::new());
    if method == Method::CONNECT {
        headers::remove_hop_by_hop(&mut headers);
        headers.remove(SEC_WEBSOCKET_ACCEPT);
    } else {
        *switching.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    }
    *switching.headers_mut() = headers;
    switching
}

/// Returns the innermost cause: "Connection refused" is clearer than "client error (Connect)".
fn reason(error: &ClientError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
