//! The future of an answer: the application's, the build's, or Vite's and then perhaps the application's.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::body::Body;
#[cfg(feature = "proxy")]
use crate::mount::develop::{Outcome, perform};
use crate::mount::gate::Action;

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;
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
    pub(super) fn application(future: F) -> Self {
        Self { kind: Kind::Application { future } }
    }

    /// Does what the gate says; what Vite has not after all goes to `inner`, which is ready.
    #[cfg_attr(
        not(feature = "proxy"),
        allow(
            unused_variables,
            unused_mut,
            clippy::needless_pass_by_value,
            reason = "Vite is asked in development"
        )
    )]
    pub(super) fn of<S, R>(action: Action, request: Request<R>, mut inner: S) -> Self
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
        S: Service<Request<R>, Response = Response<B>, Error = E> + Send + 'static,
        S::Future: Send,
    {
        let kind = match action {
            #[cfg(feature = "serve")]
            Action::Answer(answer) => Kind::Ready { answer: Some(Ok(answer.map(Body::file))) },
            #[cfg(feature = "proxy")]
            Action::Ask(plan, proxy) => Kind::Vite {
                future: Box::pin(async move {
                    match perform(plan, proxy, request).await {
                        Outcome::Answer(answer) => Ok(answer.map(Body::vite)),
                        Outcome::Miss(request) => Ok(inner.call(request).await?.map(Body::application)),
                    }
                }),
            },
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
