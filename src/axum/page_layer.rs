//! The extractor of [`Page`], and the layer that makes it.

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

/// The layer that gives each request a [`Page`], so that handlers take it as an argument.
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
/// let pages = vite_bridge::axum::pages(&vite).csp("script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'")?;
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

/// See [`pages`].
#[derive(Clone, Debug)]
pub struct PageLayer {
    vite: Vite,
    policy: Option<String>,
}

impl PageLayer {
    /// Creates the layer. The function [`pages`] does the same.
    #[must_use]
    pub fn new(vite: &Vite) -> Self {
        Self { vite: vite.clone(), policy: None }
    }

    /// Sends `template` as `Content-Security-Policy`, each `{nonce}` in it replaced by a nonce made for the request,
    /// which is on every element that the page prints: 128 bits from the operating system, in base64 (CSP Level 3,
    /// 2.3.1). A policy that a handler set itself is left as it is. Without `{nonce}` pages have none. In development the
    /// policy also allows what Vite's client needs ([`Csp`](crate::csp::Csp)).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidHeader`] for a template that no header can carry, such as one with a line break.
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

    /// The page of a request, and its policy.
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

/// The service of [`PageLayer`].
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
            // Without randomness there is no nonce, and a guessable one would be worse than no answer.
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

/// The answer to a handler that takes a [`Page`] on a route without the layer: 500, with the line to add.
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
