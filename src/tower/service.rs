//! `Vite::service`: handles requests that no route matched.

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
use crate::route::Route;
use crate::vite::Vite;

impl Vite {
    /// Returns a tower service for requests that no route matched.
    ///
    /// - In development, the service asks Vite for the file: for GET and HEAD requests other than
    ///   `/`, and for all requests to Vite's own paths (`/@..`, `/__..`, `/node_modules/..`).
    /// - In production, it serves the built files.
    ///
    /// If Vite or the build does not have the file, the service calls
    /// [`fallback`](ViteService::fallback), which is a 404 without a body by default.
    ///
    /// Use it together with [`layer`](Self::layer) around the routes. For axum,
    /// [`mount`](Self::mount) does both.
    #[must_use]
    pub fn service(&self) -> ViteService {
        ViteService { gate: Gate::new(self), fallback: NotFound }
    }
}

/// A tower service for requests that no route matched. See [`Vite::service`].
#[derive(Clone, Debug)]
pub struct ViteService<F = NotFound> {
    gate: Gate,
    fallback: F,
}

impl<F> ViteService<F> {
    /// Sets the service that answers if neither Vite nor the build has the file. Default:
    /// [`NotFound`].
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::service_fn;
    /// use vite_bridge::Vite;
    ///
    /// let not_found = service_fn(async |_: Request<String>| {
    ///     Ok::<_, std::io::Error>(Response::new("Not found".to_owned()))
    /// });
    /// let service = Vite::disabled().service().fallback(not_found);
    /// # fn is_service<S: tower::Service<Request<String>>>(_: S) {}
    /// # is_service(service);
    /// ```
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
        let action = self.gate.action(&request, Peer::from_extensions(request.extensions()), Route::None);
        ResponseFuture::new(action, request, &mut self.fallback)
    }
}

/// A service that answers 404 without a body, the default of [`ViteService::fallback`].
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
