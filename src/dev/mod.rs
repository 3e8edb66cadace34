//! Development: tags with URLs of the dev server, and the proxy that forwards requests to it.

mod bundle;
pub mod csp;
pub(crate) mod info;
#[cfg(feature = "proxy")]
pub(crate) mod proxy;
pub(crate) mod server;
pub(crate) mod waiting;
