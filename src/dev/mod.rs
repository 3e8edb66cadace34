//! Development: tags that name a Vite dev server's modules, and the proxy that carries requests to it.

pub mod csp;
pub(crate) mod info;
#[cfg(feature = "proxy")]
pub(crate) mod proxy;
pub(crate) mod server;
