//! `Vite::layer`: handles requests before the routes.

use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Extensions, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::{Body, BoxError};
use super::future::ResponseFuture;
use super::gate::Gate;
use super::peer::Peer;
use crate::route::Route;
use crate::vite::Vite;

impl Vite {
    /// Returns a tower layer to wrap around all routes, for frameworks other than axum.
    ///
    /// - In development, the layer forwards the HMR socket and Vite's ping to Vite. With a base
    ///   other than `/`, it also forwards all requests below the base.
    /// - In production, with a base other than `/`, it serves built files below the base.
    /// - It passes all other requests to the application.
    ///
    /// Use it together with [`service`](Self::service) as the fallback. Below the base `/`, only
    /// the fallback forwards other requests to Vite and serves built files.
    ///
    /// The development proxy needs the address of the client. Add a
    /// [`Peer`](crate::tower::Peer) to the extensions of each request. With the feature `proxy`,
    /// this call also makes development tags use the application's own origin.
    ///
    /// # With axum
    ///
    /// Use [`mount`](Self::mount), which does both. `router.layer(vite.layer())` compiles in axum,
    /// but it gives handlers no [`Page`](crate::Page) and serves no files for unmatched paths
    /// below the base `/`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower::ServiceBuilder;
    /// use vite_bridge::Vite;
    ///
    /// let vite = Vite::disabled();
    /// // This application has no routes. With a router, pass `vite.service()` as its fallback.
    /// let app = ServiceBuilder::new().layer(vite.layer()).service(vite.service());
    /// # fn is_service<S: tower::Service<http::Request<String>>>(_: S) {}
    /// # is_service(app);
    /// ```
    #[must_use]
    pub fn layer(&self) -> ViteLayer {
        ViteLayer::new(self, |_| Route::Unknown)
    }
}

/// A tower layer that handles Vite's requests before the application does. See [`Vite::layer`].
#[derive(Clone, Debug)]
pub struct ViteLayer {
    gate: Gate,
    route: for<'a> fn(&'a Extensions) -> Route<'a>,
}

impl ViteLayer {
    /// Creates a layer. `route` returns the route of a request.
    ///
    /// If the route is [`Route::Unknown`], requests without a route reach the service that
    /// [`Vite::service`] returns.
    pub(crate) fn new(vite: &Vite, route: for<'a> fn(&'a Extensions) -> Route<'a>) -> Self {
        let gate = Gate::new(vite);
        #[cfg(feature = "proxy")]
        gate.open();
        Self { gate, route }
    }
}

impl<S> Layer<S> for ViteLayer {
    type Service = ViteMiddleware<S>;

    fn layer(&self, inner: S) -> ViteMiddleware<S> {
        ViteMiddleware { inner, layer: self.clone() }
    }
}

/// The service that [`ViteLayer`] creates around an inner service.
#[derive(Clone, Debug)]
pub struct ViteMiddleware<S> {
    inner: S,
    layer: ViteLayer,
}

impl<S, R, B> Service<Request<R>> for ViteMiddleware<S>
where
    S: Service<Request<R>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<Body<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let extensions = request.extensions();
        let route = (self.layer.route)(extensions);
        let action = self.layer.gate.action(&request, Peer::from_extensions(extensions), route);
        ResponseFuture::new(action, request, &mut self.inner)
    }
}
