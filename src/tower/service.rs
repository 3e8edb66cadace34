//! `vite.service()`: behind the routes.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower_service::Service;

use super::body::{Body, BoxError};
use super::future::ResponseFuture;
use super::gate::Gate;
use super::peer::Peer;
use crate::vite::Vite;

impl Vite {
    /// A tower service for what no route took: in development Vite is asked, in production the build's files are served. What
    /// neither has goes to [`fallback`](ViteService::fallback), which is a plain 404 by default.
    ///
    /// Its other half is [`layer`](Self::layer). For axum, [`mount`](Self::mount) is both.
    #[must_use]
    pub fn service(&self) -> ViteService {
        ViteService { gate: Gate::new(self), fallback: NotFound }
    }
}

/// The service of [`Vite::service`].
#[derive(Clone, Debug)]
pub struct ViteService<F = NotFound> {
    gate: Gate,
    fallback: F,
}

impl<F> ViteService<F> {
    /// This service with the application's own answer to what nobody has.
    #[must_use]
    pub fn fallback<G>(self, fallback: G) -> ViteService<G> {
        ViteService { gate: self.gate, fallback }
    }
}

impl<F, R, B> Service<Request<R>> for ViteService<F>
where
    F: Service<Request<R>, Response = Response<B>> + Clone + Send + 'static,
    F::Future: Send,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<Body<B>>;
    type Error = F::Error;
    type Future = ResponseFuture<F::Future, B, F::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), F::Error>> {
        self.fallback.poll_ready(cx)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let action = self.gate.action(&request, Peer::from_extensions(request.extensions()), false);
        ResponseFuture::new(action, request, &mut self.fallback)
    }
}

/// 404 without a body: the default of [`ViteService::fallback`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct NotFound;

impl<R> Service<Request<R>> for NotFound {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<R>) -> Self::Future {
        let mut response = Response::new(String::new());
        *response.status_mut() = StatusCode::NOT_FOUND;
        ready(Ok(response))
    }
}
