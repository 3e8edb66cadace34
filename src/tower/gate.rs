//! The gate between an application and Vite, or Vite's build: the same for every framework.

use std::net::IpAddr;
use std::sync::Arc;

use http::Request;

#[cfg(feature = "proxy")]
use super::dev::Develop;
#[cfg(feature = "proxy")]
use crate::dev::proxy::{Proxy, plan::Plan};
#[cfg(feature = "serve")]
use crate::serve;
use crate::view::View;
use crate::vite::Vite;

/// Where requests leave the application. One count, since frameworks clone it for each request, on every core.
#[derive(Clone, Debug)]
pub(super) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vite: Vite,
    #[cfg(feature = "proxy")]
    develop: Develop,
}

/// What is done with a request that is not the application's.
#[allow(clippy::large_enum_variant, reason = "it is moved once; a box would be an allocation for each file")]
pub(super) enum Action {
    /// Asked of Vite.
    #[cfg(feature = "proxy")]
    Ask(Plan, Arc<Proxy>),
    /// Answered from the build.
    #[cfg(feature = "serve")]
    Answer(http::Response<serve::Body>),
}

impl Gate {
    pub(super) fn new(vite: &Vite) -> Self {
        Self(Arc::new(Inner {
            vite: vite.clone(),
            #[cfg(feature = "proxy")]
            develop: Develop::default(),
        }))
    }

    /// Lets tags name the application's own origin from now on.
    #[cfg(feature = "proxy")]
    pub(super) fn open(&self) {
        self.0.vite.set_mounted();
    }

    /// What is done with a request; nothing with what is the application's.
    #[cfg_attr(not(feature = "proxy"), allow(unused_variables, reason = "development asks who it is"))]
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
                .develop
                .plan(server, request, peer, is_routed)
                .map(|(plan, proxy)| Action::Ask(plan, proxy)),
            #[cfg(feature = "serve")]
            View::Built(build) => {
                let (index, mount) = (build.index()?, build.base().mount());
                // As in development: in front what lies below a base of its own, behind what no route takes.
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
