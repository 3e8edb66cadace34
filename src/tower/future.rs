//! `ResponseFuture`: resolves to a response of the application, of the build, or of Vite.
//!
//! If Vite does not have the file, the future then calls the application.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;
#[cfg(feature = "proxy")]
use tracing::Instrument as _;

#[cfg(feature = "proxy")]
use super::body::own;
use super::body::{Body, BoxError};
#[cfg(feature = "proxy")]
use super::dev::{Outcome, perform};
use super::gate::Action;

type Answer<B, E> = Result<Response<Body<B>>, E>;

pin_project_lite::pin_project! {
    /// The response future of [`ViteMiddleware`](super::ViteMiddleware) and
    /// [`ViteService`](super::ViteService).
    pub struct ResponseFuture<F, B, E> {
        #[pin]
        kind: Kind<F, B, E>,
    }
}

pin_project_lite::pin_project! {
    #[project = Projection]
    enum Kind<F, B, E> {
        Application { #[pin] future: F },
        Ready { answer: Option<Answer<B, E>> },
        Vite { future: Pin<Box<dyn Future<Output = Answer<B, E>> + Send>> },
    }
}

impl<F, B, E> ResponseFuture<F, B, E> {
    /// Performs `action`. Calls `inner` without an action, or if Vite does not have the file.
    /// `inner` must be ready.
    pub(super) fn new<S, R>(action: Option<Action>, request: Request<R>, inner: &mut S) -> Self
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
        S: Service<Request<R>, Response = Response<B>, Error = E, Future = F> + Clone + Send + 'static,
        F: Future<Output = Result<Response<B>, E>> + Send,
    {
        let kind = match action {
            None => Kind::Application { future: inner.call(request) },
            #[cfg(feature = "serve")]
            Some(Action::Answer(answer)) => Kind::Ready { answer: Some(Ok(answer.map(Body::file))) },
            #[cfg(feature = "proxy")]
            Some(Action::Own(answer)) => {
                Kind::Ready { answer: Some(Ok(answer.map(|text| Body::vite(own(text))))) }
            }
            #[cfg(feature = "proxy")]
            Some(Action::Proxy(plan, proxy)) => {
                // Only the service that was polled ready may be called, so the clone stays behind.
                let clone = inner.clone();
                let mut inner = std::mem::replace(inner, clone);
                let span =
                    tracing::debug_span!("vite", method = %request.method(), path = request.uri().path());
                let response = async move {
                    match perform(plan, proxy, request).await {
                        Outcome::Answer(answer) => Ok(answer.map(Body::vite)),
                        Outcome::Miss(request) => Ok(inner.call(request).await?.map(Body::application)),
                    }
                };
                Kind::Vite { future: Box::pin(response.instrument(span)) }
            }
        };
        Self { kind }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B, E>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Answer<B, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            Projection::Application { future } => {
                future.poll(cx).map_ok(|response| response.map(Body::application))
            }
            // A future must not be polled after it has resolved. If it is, it stays pending.
            Projection::Ready { answer } => answer.take().map_or(Poll::Pending, Poll::Ready),
            Projection::Vite { future } => future.as_mut().poll(cx),
        }
    }
}

impl<F, B, E> std::fmt::Debug for ResponseFuture<F, B, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResponseFuture")
    }
}
