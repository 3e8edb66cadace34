//! `Vite::mount`: adds Vite to an axum router.

use axum::{Extension, Router};

use super::routed::{Routed, route};
use crate::axum::pages;
use crate::tower::ViteLayer;
use crate::vite::Vite;

impl Vite {
    /// Adds Vite to a router: pages for handlers, the development proxy, and the built files.
    ///
    /// Call it last. axum applies a layer only to the routes and the fallback that were added
    /// before it. Handlers can then take a [`Page`](crate::Page) as an argument. Layers that must
    /// also cover built files and Vite's responses, such as security headers, go around the
    /// result: `vite.mount(router).layer(..)`.
    ///
    /// # Development
    ///
    /// The page's requests reach Vite through the application's own port, and tags contain URLs of
    /// the application's own origin.
    ///
    /// - Before all routes: the HMR socket, Vite's ping and, with a base other than `/`, all
    ///   requests below the base.
    /// - With the base `/`, after routes whose first segment is literal: Vite's own paths (`/@..`,
    ///   `/__..`, `/node_modules/..`) and its public files.
    /// - After nested services: requests that can be a file, if a route such as `/{slug}` matched
    ///   them. If no route matched, all GET and HEAD requests except `/`.
    ///
    /// If Vite does not have the file, the route or the fallback answers.
    /// [Development](crate::guide::development) has the table.
    ///
    /// The proxy answers only clients on this machine, so it needs the address of the client. Serve
    /// the router with axum's own `serve` and
    /// [`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info), as the
    /// example below does, or with [`serve`](crate::axum::serve).
    ///
    /// # Production
    ///
    /// Built files are served from an index that was created when the build was loaded. With a base
    /// other than `/` they come before the routes. With the base `/` they come after routes whose
    /// first segment is literal, and before all others. So a layer on a route such as `/{*rest}`
    /// does not guard the built files.
    ///
    /// - Browsers keep hashed files for a year and other files for
    ///   [`max_age`](crate::Builder::max_age). They revalidate HTML for each request.
    /// - If the build is [watched](crate::Builder::watch), tags and files change together.
    /// - A hashed file of another build is a 404, and the fallback is not called.
    ///
    /// Set `TCP_NODELAY`, as the example below does. Without it, a streamed body can wait 40 ms for
    /// a delayed acknowledgment.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::SocketAddr;
    /// use axum::{Router, routing::get, serve::ListenerExt as _};
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let vite = vite_bridge::Vite::open("dist")?;
    /// let app = vite.mount(Router::new().route("/", get(|| async { "home" })));
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    /// axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mount<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        let vite = ViteLayer::new(self, route);
        // The page layer is inside the other one, because requests for Vite need no page.
        let router = router.layer(pages(self)).layer(vite);
        // Unlike the layer of Vite, this one does not cover the fallback. axum panics if it covers
        // nothing.
        if router.has_routes() { router.route_layer(Extension(Routed)) } else { router }
    }
}
