//! `Gate`: decides for each request whether the application, the build, or Vite answers it.

use std::net::IpAddr;
use std::sync::Arc;

use http::Request;

#[cfg(feature = "proxy")]
use super::dev::Dev;
#[cfg(feature = "proxy")]
use crate::dev::proxy::{Proxy, plan::Plan};
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
        is_routed: bool,
    ) -> Option<Action> {
        match &*self.0.vite.view() {
            #[cfg(feature = "proxy")]
            View::Development(server) => self
                .0
                .dev
                .plan(server, request, peer, is_routed)
                .map(|(plan, proxy)| Action::Proxy(plan, proxy)),
            #[cfg(feature = "proxy")]
            View::Waiting(waiting) => self.0.dev.answer(waiting, request, peer, is_routed).map(Action::Own),
            #[cfg(feature = "serve")]
            View::Built(build) => {
                let (index, mount) = (build.index()?, build.base().mount());
                // The same order as in development: below the base `/`, routes come before files.
                // Below any other base, files come first.
                if is_routed && mount == "/" {
                    return None;
                }
                let answer = serve::response(serve::plan(request, index, mount))?;
                tracing::debug!(method = %request.method(), path = request.uri().path(), status = answer.status().as_u16(), "served");
                Some(Action::Answer(answer))
            }
            _ => None,
        }
    }
}
