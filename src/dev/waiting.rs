//! Waiting: the tags of pages that wait for a dev server.
#![cfg_attr(not(feature = "proxy"), allow(dead_code, reason = "only the proxy asks for notice and access"))]

use std::sync::Arc;

use super::server::{Access, Settings, finish};
use crate::error::Error;
use crate::tags::prepared::Prepared;
use crate::tags::{Element, ElementKind};

/// The state of a debug build whose dev server does not answer. Its address is unknown or not
/// trusted, so nothing is sent to it.
#[derive(Debug)]
pub(crate) struct Waiting {
    client: Arc<Prepared>,
    /// The error of calls that need a build or a server.
    error: Error,
    /// The text at the top of the page.
    notice: String,
    access: Access,
}

impl Waiting {
    pub(crate) fn new(error: Error, notice: String, settings: Settings) -> Self {
        let mut client = Element::linking(ElementKind::Script, "/@vite/client".to_owned());
        finish(&mut client, &settings.options);
        Self { client: Arc::new(Prepared::new(vec![client])), error, notice, access: settings.access }
    }

    /// Returns Vite's client. The proxy answers with a replacement, which reloads the page when Vite
    /// answers.
    pub(crate) fn client(&self) -> Arc<Prepared> {
        Arc::clone(&self.client)
    }

    pub(crate) fn error(&self) -> &Error {
        &self.error
    }

    pub(crate) fn notice(&self) -> &str {
        &self.notice
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }
}
