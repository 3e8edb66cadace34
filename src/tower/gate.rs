//! `Gate`: decides for each request whether the application, the build, or Vite answers it.

use std::net::IpAddr;
use std::sync::Arc;

use http::Request;

#[cfg(feature = "proxy")]
use super::dev::{Dev, is_contested};
use super::shadows::Shadows;
#[cfg(feature = "serve")]
use crate::build::snapshot::Snapshot;
#[cfg(feature = "proxy")]
use crate::dev::proxy::{
    Proxy,
    plan::{Head, Plan},
};
use crate::route::Route;
#[cfg(feature = "serve")]
use crate::serve;
use crate::view::View;
use crate::vite::Vite;

/// Decides who answers a request. One `Arc` holds everything, because frameworks clone the gate for
/// each request and contended reference counts are expensive.
#[derive(Clone, Debug)]
pub(super) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vite: Vite,
    shadows: Shadows,
    #[cfg(feature = "proxy")]
    dev: Dev,
}

/// The action for a request that the application does not answer.
#[allow(clippy::large_enum_variant, reason = "a box would cost an allocation for each served file")]
pub(super) enum Action {
    /// The proxy performs the plan.
    #[cfg(feature = "proxy")]
    Proxy(Plan, Arc<Proxy>),
    /// The response of the proxy itself, while pages wait for Vite.
    #[cfg(feature = "proxy")]
    Own(http::Response<String>),
    /// The response comes from the build.
    #[cfg(feature = "serve")]
    Answer(http::Response<serve::Body>),
}

impl Gate {
    pub(super) fn new(vite: &Vite) -> Self {
        Self(Arc::new(Inner {
            vite: vite.clone(),
            shadows: Shadows::default(),
            #[cfg(feature = "proxy")]
            dev: Dev::default(),
        }))
    }

    /// Makes development tags use the application's own origin from now on.
    #[cfg(feature = "proxy")]
    pub(super) fn open(&self) {
        self.0.vite.set_mounted();
    }

    /// Decides about a request. Returns `None` if the application answers it.
    #[cfg_attr(not(feature = "proxy"), allow(unused_variables, reason = "only the proxy checks the peer"))]
    pub(super) fn action<B>(
        &self,
        request: &Request<B>,
        peer: Option<IpAddr>,
        route: Route<'_>,
    ) -> Option<Action> {
        match &*self.0.vite.view() {
            #[cfg(feature = "proxy")]
            View::Development(server) => {
                let head = Head::of(request, peer, route);
                if is_contested(server, &head) {
                    self.0.shadows.warn(route, head.path());
                }
                self.0.dev.plan(server, &head).map(|(plan, proxy)| Action::Proxy(plan, proxy))
            }
            #[cfg(feature = "proxy")]
            View::Waiting(waiting) => {
                self.0.dev.answer(waiting, &Head::of(request, peer, route)).map(Action::Own)
            }
            #[cfg(feature = "serve")]
            View::Built(build) => self.serve(request, build, route).map(Action::Answer),
            _ => None,
        }
    }

    /// Answers a request with a file of the build. The order of routes and files is the same as in
    /// development: only below the base `/` do some routes come before files.
    #[cfg(feature = "serve")]
    fn serve<B>(
        &self,
        request: &Request<B>,
        build: &Snapshot,
        route: Route<'_>,
    ) -> Option<http::Response<serve::Body>> {
        let (index, mount) = (build.index()?, build.base().mount());
        let is_shared = mount == "/";
        let plan = serve::plan(request, index, mount);
        let path = request.uri().path();
        if is_shared && plan.is_file() {
            self.0.shadows.warn(route, path);
        }
        if is_shared && !plan.precedes(route) {
            return None;
        }
        let answer = serve::response(plan)?;
        tracing::debug!(method = %request.method(), path, status = answer.status().as_u16(), "served");
        Some(answer)
    }
}
