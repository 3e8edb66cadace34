//! The future of an answer: the application's, or Vite's and then perhaps the application's.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::body::Body;
use crate::mount::gate::{Outcome, perform};
use crate::proxy::Proxy;
use crate::proxy::plan::Plan;

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
        Vite { future: Pin<Box<dyn Future<Output = Answer<B, E>> + Send>> },
    }
}

impl<F, B, E> ResponseFuture<F, B, E> {
    pub(super) fn application(future: F) -> Self {
        Self { kind: Kind::Application { future } }
    }

    /// Performs a plan; what is not Vite's after all goes to `inner`, which is ready.
    pub(super) fn vite<S, R>(plan: Plan, proxy: Arc<Proxy>, request: Request<R>, mut inner: S) -> Self
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
        S: Service<Request<R>, Response = Response<B>, Error = E> + Send + 'static,
        S::Future: Send,
    {
        let future = async move {
            match perform(plan, proxy, request).await {
                Outcome::Answer(answer) => Ok(answer.map(Body::vite)),
                Outcome::Miss(request) => Ok(inner.call(request).await?.map(Body::application)),
            }
        };
        Self { kind: Kind::Vite { future: Box::pin(future) } }
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
            Projection::Vite { future } => future.as_mut().poll(cx),
        }
    }
}

impl<F, B, E> std::fmt::Debug for ResponseFuture<F, B, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResponseFuture")
    }
}
