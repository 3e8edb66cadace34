//! `PageLayer`: gives each request a [`Page`], and the extractor that handlers use.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_SECURITY_POLICY;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::error::{Error, ErrorKind};
use crate::page::Page;
use crate::vite::Vite;

const HOLE: &str = "{nonce}";

/// Returns a layer that gives each request a [`Page`], so that handlers can take it as an argument.
///
/// [`Vite::mount`](crate::Vite::mount) adds this layer, too. Add it yourself to send a
/// `Content-Security-Policy` with [`PageLayer::csp`], or if Vite is not mounted.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use vite_bridge::{Page, Vite};
///
/// async fn home(vite: Page) -> String {
///     vite.tags("src/main.ts").map_or_else(|error| error.to_string(), |tags| tags.to_string())
/// }
///
/// # fn app(vite: Vite) -> Result<Router, vite_bridge::Error> {
/// let policy = "script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'";
/// let pages = vite_bridge::axum::pages(&vite).csp(policy)?;
/// let app = Router::new().route("/", get(home)).layer(pages);
/// # Ok(app)
/// # }
/// # app(Vite::disabled())?;
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[must_use]
pub fn pages(vite: &Vite) -> PageLayer {
    PageLayer::new(vite)
}

/// A layer that gives each request a [`Page`]. See [`pages`].
#[derive(Clone, Debug)]
pub struct PageLayer {
    vite: Vite,
    policy: Option<String>,
}

impl PageLayer {
    /// Creates the layer, like the function [`pages`].
    #[must_use]
    pub fn new(vite: &Vite) -> Self {
        Self { vite: vite.clone(), policy: None }
    }

    /// Sends `template` as the header `Content-Security-Policy`. Default: no policy and no nonce.
    ///
    /// Each `{nonce}` in the template is replaced by a nonce, and the page writes the same nonce on
    /// each of its elements. The nonce is created for each request from 128 random bits of the
    /// operating system, in base64 (CSP Level 3, 2.3.1). Without `{nonce}` in the template, pages
    /// have no nonce. If randomness is not available, the response is a 500 with the cause.
    ///
    /// A policy that a handler sets itself takes precedence. In development, the policy is extended
    /// by the sources that Vite's client needs; see [`Csp`](crate::csp::Csp).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidHeader`] if the template is not a valid header value, for
    /// example because it contains a line break.
    pub fn csp(mut self, template: impl Into<String>) -> Result<Self, Error> {
        let template = template.into();
        HeaderValue::from_str(&template).map_err(|error| {
            Error::new(ErrorKind::InvalidHeader, format!("invalid Content-Security-Policy {template:?}"))
                .with_help("write the policy on one line, in ASCII")
                .with_source(error)
        })?;
        self.policy = Some(template);
        Ok(self)
    }

    /// Creates the page and the policy of a request.
    fn page(&self) -> Result<(Page, Option<HeaderValue>), getrandom::Error> {
        let page = self.vite.page();
        match self.policy.as_ref().map(|policy| page.csp().extend(policy)) {
            None => Ok((page, None)),
            Some(policy) if !policy.contains(HOLE) => Ok((page, HeaderValue::from_str(&policy).ok())),
            Some(policy) => {
                let mut bytes = [0; 16];
                getrandom::fill(&mut bytes)?;
                let nonce = STANDARD.encode(bytes);
                let header = HeaderValue::from_str(&policy.replace(HOLE, &nonce)).ok();
                Ok((page.with_nonce(&nonce), header))
            }
        }
    }
}

impl<S> Layer<S> for PageLayer {
    type Service = PageService<S>;

    fn layer(&self, inner: S) -> PageService<S> {
        PageService { inner, layer: self.clone() }
    }
}

/// The service that [`PageLayer`] creates around an inner service.
#[derive(Clone, Debug)]
pub struct PageService<S> {
    inner: S,
    layer: PageLayer,
}

impl<S, B> Service<Request<B>> for PageService<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = PageFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> PageFuture<S::Future> {
        match self.layer.page() {
            Ok((page, policy)) => {
                request.extensions_mut().insert(page);
                PageFuture { kind: Kind::Inner { future: self.inner.call(request), policy } }
            }
            // An error is safer than a nonce that an attacker could guess.
            Err(error) => {
                let text = format!("cannot create a nonce: {error}");
                let response = (StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
                PageFuture { kind: Kind::Refused { response: Some(response) } }
            }
        }
    }
}

pin_project_lite::pin_project! {
    /// The response future of [`PageService`].
    #[derive(Debug)]
    pub struct PageFuture<F> {
        #[pin]
        kind: Kind<F>,
    }
}

pin_project_lite::pin_project! {
    #[project = Projection]
    #[derive(Debug)]
    enum Kind<F> {
        Inner { #[pin] future: F, policy: Option<HeaderValue> },
        Refused { response: Option<Response> },
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for PageFuture<F> {
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            Projection::Refused { response } => Poll::Ready(Ok(response.take().unwrap_or_default())),
            Projection::Inner { future, policy } => {
                let mut response = ready!(future.poll(cx))?;
                if let Some(policy) = policy.take() {
                    response.headers_mut().entry(CONTENT_SECURITY_POLICY).or_insert(policy);
                }
                Poll::Ready(Ok(response))
            }
        }
    }
}

/// The rejection of the [`Page`] extractor on a route without the layer: a 500 whose text names
/// the line to add.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MissingPage;

impl IntoResponse for MissingPage {
    fn into_response(self) -> Response {
        let text = "the handler takes a `vite_bridge::Page`, but the request has none\nhelp: call `vite.mount(router)`, or add `.layer(vite_bridge::axum::pages(&vite))` after the route\n";
        (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = MissingPage;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingPage> {
        parts.extensions.get::<Self>().cloned().ok_or(MissingPage)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}
