//! Vite around an axum router.

use axum::Router;
use axum::extract::MatchedPath;

use crate::axum::pages;
use crate::tower::ViteLayer;
use crate::vite::Vite;

impl Vite {
    /// Mounts Vite into a router; call it last, after every route and fallback.
    ///
    /// Handlers may take a [`Page`](crate::Page). In development the page's requests are carried to Vite through the
    /// application's own port: in front of the routes only the HMR socket, Vite's ping and, with a base other than `/`, what
    /// lies below the base; behind them what no route takes. Where Vite has nothing, the router's own fallback answers.
    /// Tags then have URLs of the application's own origin.
    ///
    /// In production the build's files are served, from an index made when the build was loaded: with a base other than `/` in
    /// front of the routes, else behind them. Hashed files are kept by browsers for a year, others for
    /// [`max_age`](crate::Builder::max_age), HTML is asked for again each time; tags and files change together when a new build is
    /// [watched](crate::Builder::watch). A name that only another build can have had is answered with 404, never by the fallback.
    ///
    /// Serve the router with [`serve`](crate::axum::serve): the proxy answers this machine only, and has to see who asks; and without
    /// `TCP_NODELAY`, which it sets, a streamed body waits 40 ms for an acknowledgement.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::{Router, routing::get};
    /// use vite_bridge::{Mode, Vite};
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let vite = Vite::builder("dist").mode(Mode::Development).dev_server("http://localhost:5173/").open()?;
    /// let app = vite.mount(Router::new().route("/", get(|| async { "home" })));
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// vite_bridge::axum::serve(listener, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn mount<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        // A layer around a router goes around its fallback too, where no path has matched.
        let vite = ViteLayer::new(self, |request| request.get::<MatchedPath>().is_some());
        // Pages are for handlers: what goes to Vite needs none.
        router.layer(pages(self)).layer(vite)
    }
}
