//! `vite.layer()`: in front of the routes.

use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Extensions, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::{Body, BoxError};
use super::future::ResponseFuture;
use super::gate::Gate;
use super::peer::Peer;
use crate::vite::Vite;

impl Vite {
    /// A tower layer around all routes: in development it carries the HMR socket, Vite's ping and, with a base other than `/`,
    /// what lies below the base to Vite; in production it serves the build's files below such a base. The rest is the
    /// application's.
    ///
    /// Its other half is [`service`](Self::service). For axum, [`mount`](Self::mount) is both. The request needs a
    /// [`Peer`](crate::tower::Peer) among its extensions. Tags then have URLs of the application's own origin.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower::ServiceBuilder;
    /// use vite_bridge::Vite;
    ///
    /// let vite = Vite::disabled();
    /// // Where a router has a fallback, that is the place of the service; here there are no routes.
    /// let app = ServiceBuilder::new().layer(vite.layer()).service(vite.service());
    /// # fn is_service<S: tower::Service<http::Request<String>>>(_: S) {}
    /// # is_service(app);
    /// ```
    #[must_use]
    pub fn layer(&self) -> ViteLayer {
        ViteLayer::new(self, |_| true)
    }
}

/// The layer of [`Vite::layer`].
#[derive(Clone, Debug)]
pub struct ViteLayer {
    gate: Gate,
    is_routed: fn(&Extensions) -> bool,
}

impl ViteLayer {
    /// `is_routed` tells what no route takes from the rest, where the layer sees that. Elsewhere everything counts as routed, and
    /// what no route takes comes to the service.
    pub(crate) fn new(vite: &Vite, is_routed: fn(&Extensions) -> bool) -> Self {
        let gate = Gate::new(vite);
        #[cfg(feature = "proxy")]
        gate.open();
        Self { gate, is_routed }
    }
}

impl<S> Layer<S> for ViteLayer {
    type Service = ViteMiddleware<S>;

    fn layer(&self, inner: S) -> ViteMiddleware<S> {
        ViteMiddleware { inner, layer: self.clone() }
    }
}

/// The service of [`ViteLayer`].
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
        let is_routed = (self.layer.is_routed)(extensions);
        let action = self.layer.gate.action(&request, Peer::from_extensions(extensions), is_routed);
        ResponseFuture::new(action, request, &mut self.inner)
    }
}
