//! The source of a page's tags: a build, a dev server, or none of them.

use std::sync::Arc;

use crate::build::snapshot::Snapshot;
use crate::dev::csp::Csp;
use crate::dev::server::Server;
use crate::dev::waiting::Waiting;
use crate::error::Error;
use crate::tags::prepared::Prepared;

/// Immutable. A new build replaces the view, so that a page never mixes two builds.
#[derive(Debug)]
pub(crate) enum View {
    Built(Box<Snapshot>),
    Development(Box<Server>),
    /// A dev server is expected and does not answer yet.
    Waiting(Box<Waiting>),
    Disabled,
    /// The build cannot be loaded, but [`OnMissing::Comment`](crate::OnMissing) lets pages render.
    Missing(Error),
}

impl View {
    pub(crate) fn tags(&self, names: &[&str]) -> Result<Arc<Prepared>, Error> {
        match self {
            Self::Built(build) => build.tags(names),
            Self::Development(server) => server.tags(names),
            Self::Waiting(_) if names.is_empty() => Ok(Arc::default()),
            Self::Waiting(waiting) => Ok(waiting.client()),
            Self::Disabled => Ok(Arc::default()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn group(&self, parts: &[&str]) -> Result<Arc<Prepared>, Error> {
        match self {
            Self::Built(build) => build.group(parts),
            // Groups exist in builds only; Vite serves each part separately.
            Self::Development(server) => server.tags(parts),
            Self::Waiting(_) => self.tags(parts),
            Self::Disabled => Ok(Arc::default()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn preload(&self, name: &str) -> Result<Arc<Prepared>, Error> {
        match self {
            Self::Built(build) => build.preload(name),
            Self::Development(server) => Ok(server.preload(name)),
            Self::Waiting(_) | Self::Disabled => Ok(Arc::default()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn client(&self) -> Arc<Prepared> {
        match self {
            Self::Development(server) => server.client(),
            Self::Waiting(waiting) => waiting.client(),
            Self::Built(_) | Self::Disabled | Self::Missing(_) => Arc::default(),
        }
    }

    pub(crate) fn csp(&self) -> Csp {
        match self {
            Self::Development(server) => server.csp(),
            Self::Waiting(_) => Csp::development(None, None),
            Self::Built(_) | Self::Disabled | Self::Missing(_) => Csp::default(),
        }
    }

    pub(crate) fn url(&self, name: &str) -> Result<Arc<str>, Error> {
        match self {
            Self::Built(build) => build.url(name),
            Self::Development(server) => server.url(name),
            Self::Waiting(waiting) => Err(waiting.error().clone()),
            Self::Disabled => Ok("".into()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn inline(&self, name: &str) -> Result<Arc<str>, Error> {
        match self {
            Self::Built(build) => build.inline(name),
            Self::Development(server) => server.inline(name),
            Self::Waiting(waiting) => Err(waiting.error().clone()),
            Self::Disabled => Ok("".into()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn require(&self, name: &str) -> Result<(), Error> {
        match self {
            Self::Built(build) => build.require(name),
            Self::Development(server) => server.check(crate::build::graph::bare_name(name)),
            // The names can be checked when the server runs.
            Self::Waiting(_) | Self::Disabled => Ok(()),
            Self::Missing(error) => Err(error.clone()),
        }
    }

    pub(crate) fn is_development(&self) -> bool {
        matches!(self, Self::Development(_) | Self::Waiting(_))
    }

    /// Returns whether the build has the build info of the npm plugin.
    #[cfg_attr(not(feature = "watch"), allow(dead_code, reason = "only watching uses it"))]
    pub(crate) fn has_build_info(&self) -> bool {
        matches!(self, Self::Built(build) if build.info().is_some())
    }

    pub(crate) fn build_id(&self) -> Option<&str> {
        match self {
            Self::Built(build) => Some(build.build_id()),
            Self::Development(_) | Self::Waiting(_) | Self::Disabled | Self::Missing(_) => None,
        }
    }
}
