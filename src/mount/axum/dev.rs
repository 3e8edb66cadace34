//! The development proxy around an axum router.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arc_swap::ArcSwapOption;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use tower_layer::Layer;
use tower_service::Service;

use crate::error::Error;
use crate::mount::axum::pages;
use crate::proxy::plan::{Head, Plan, Rules, plan};
use crate::proxy::{Answer, Proxy, down};
use crate::url::Origin;
use crate::view::View;
use crate::vite::Vite;

impl Vite {
    /// Mounts Vite into a router; call it last, after every route and fallback.
    ///
    /// Handlers may take a [`Page`](crate::Page). In development the page's requests are carried to Vite through the
    /// application's own port: in front of the routes only the HMR socket, Vite's ping and, with a base other than `/`, what
    /// lies below the base; behind them what no route takes. Where Vite has nothing, the router's own fallback answers.
    /// Tags then have URLs of the application's own origin. In production it is inert.
    ///
    /// Serve the router with [`serve`](crate::axum::serve): the proxy answers this machine only, and has to see who asks.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDevServer`](crate::ErrorKind::InvalidDevServer) for a server that the proxy cannot speak to,
    /// such as one with https without the feature `proxy-tls`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::{Router, routing::get};
    /// use vite_bridge::{Mode, Vite};
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let vite = Vite::builder("dist").mode(Mode::Development).dev_server("http://localhost:5173/").open()?;
    /// let app = vite.mount(Router::new().route("/", get(|| async { "home" })))?;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// vite_bridge::axum::serve(listener, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mount<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Result<Router<S>, Error> {
        let layer = MountLayer { vite: self.clone(), proxy: Arc::new(ArcSwapOption::empty()) };
        if let View::Development(server) = &*self.view() {
            layer.proxy(server.origin())?;
        }
        self.set_mounted();
        Ok(router.layer(layer).layer(pages(self)))
    }
}

/// The layer of [`Vite::mount`].
#[derive(Clone, Debug)]
pub struct MountLayer {
    vite: Vite,
    /// The client of the server that was asked last.
    proxy: Arc<ArcSwapOption<Proxy>>,
}

impl MountLayer {
    fn proxy(&self, origin: &Origin) -> Result<Arc<Proxy>, Error> {
        match self.proxy.load_full() {
            Some(proxy) if proxy.origin() == origin => Ok(proxy),
            _ => {
                let proxy = Arc::new(Proxy::new(origin)?);
                self.proxy.store(Some(Arc::clone(&proxy)));
                Ok(proxy)
            }
        }
    }

    /// What is to be done with a request, and by whom; nothing in production.
    fn plan(&self, request: &Request) -> Option<(Plan, Arc<Proxy>)> {
        let view = self.vite.view();
        let View::Development(server) = &*view else { return None };
        let rules = Rules { base: server.base().as_str(), access: server.access() };
        let head = Head {
            method: request.method(),
            target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
            headers: request.headers(),
            peer: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip()),
            is_routed: request.extensions().get::<MatchedPath>().is_some(),
        };
        let proxy = self
            .proxy(server.origin())
            .inspect_err(|error| tracing::warn!(%error, "nothing is carried to Vite"));
        Some((plan(&head, rules), proxy.ok()?))
    }
}

impl<S> Layer<S> for MountLayer {
    type Service = MountService<S>;

    fn layer(&self, inner: S) -> MountService<S> {
        MountService { inner, layer: self.clone() }
    }
}

/// The service of [`MountLayer`].
#[derive(Clone, Debug)]
pub struct MountService<S> {
    inner: S,
    layer: MountLayer,
}

impl<S> Service<Request> for MountService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = MountFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.layer.plan(&request) {
            None | Some((Plan::Pass, _)) => MountFuture::Application { future: self.inner.call(request) },
            Some((plan, proxy)) => {
                // The service that was polled ready is the one to call.
                let inner = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, inner);
                MountFuture::Vite { future: Box::pin(perform(plan, proxy, request, inner)) }
            }
        }
    }
}

async fn perform<S>(
    plan: Plan,
    proxy: Arc<Proxy>,
    request: Request,
    mut inner: S,
) -> Result<Response, Infallible>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let answer = match plan {
        Plan::Pass => return inner.call(request).await,
        Plan::Refuse(refusal) => Answer::Own(down::refused(refusal)),
        Plan::Forward => proxy.forward(request.map(upstream_body), false).await,
        Plan::Try => {
            let (parts, body) = request.into_parts();
            let guess = Request::from_parts(parts.clone(), None);
            match proxy.forward(guess, true).await {
                Answer::Miss => return inner.call(Request::from_parts(parts, body)).await,
                answer => answer,
            }
        }
        Plan::Ping => proxy.ping(request.map(drop)).await,
        Plan::Tunnel => tunnel(&proxy, request).await,
    };
    Ok(match answer {
        Answer::Vite(response) => response.map(Body::new),
        Answer::Own(response) => response.map(Body::from),
        Answer::Miss => down::nothing("that address").map(Body::from),
    })
}

async fn tunnel(proxy: &Proxy, mut request: Request) -> Answer {
    match request.extensions_mut().remove::<OnUpgrade>() {
        Some(client) => proxy.tunnel(request.map(drop), client).await,
        // A server without upgrades, such as one over HTTP/2 alone.
        None => Answer::Own(down::nothing("an upgrade that this server does not know")),
    }
}

/// The request's body as a stream; none where there is none, so that no length is invented.
fn upstream_body(body: Body) -> Option<reqwest::Body> {
    use axum::body::HttpBody as _;
    (!body.is_end_stream()).then(|| reqwest::Body::wrap_stream(body.into_data_stream()))
}

pin_project_lite::pin_project! {
    /// The future of [`MountService`].
    #[project = Projection]
    #[allow(missing_docs, missing_debug_implementations, reason = "the macro gives the fields no place for a doc")]
    pub enum MountFuture<F> {
        #[doc(hidden)]
        Application { #[pin] future: F },
        #[doc(hidden)]
        Vite { future: Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>> },
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for MountFuture<F> {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projection::Application { future } => future.poll(cx),
            Projection::Vite { future } => future.as_mut().poll(cx),
        }
    }
}
