//! The future of an answer: the application's, the build's, or Vite's and then perhaps the application's.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;
#[cfg(feature = "proxy")]
use tracing::Instrument as _;

use super::body::{Body, BoxError};
#[cfg(feature = "proxy")]
use super::dev::{Outcome, perform};
use super::gate::Action;

type Answer<B, E> = Result<Response<Body<B>>, E>;

pin_project_lite::pin_project! {
    /// The future of [`ViteMiddleware`](super::ViteMiddleware) and [`ViteService`](super::ViteService).
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
    /// Does what the gate says; what is the application's, or Vite has not after all, goes to `inner`, which is ready.
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
            Some(Action::Ask(plan, proxy)) => {
                // The service that was polled ready is the one to call.
                let another = inner.clone();
                let mut inner = std::mem::replace(inner, another);
                let span =
                    tracing::debug_span!("vite", method = %request.method(), path = request.uri().path());
                let asking = async move {
                    match perform(plan, proxy, request).await {
                        Outcome::Answer(answer) => Ok(answer.map(Body::vite)),
                        Outcome::Miss(request) => Ok(inner.call(request).await?.map(Body::application)),
                    }
                };
                Kind::Vite { future: Box::pin(asking.instrument(span)) }
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
            // Polled once; a second time would be the caller's fault, and waits for ever.
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
