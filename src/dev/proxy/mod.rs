//! The development proxy: forwards requests to Vite through the application's port.

mod client;
mod forward;
mod forwarded;
mod headers;
pub(crate) mod offline;
pub(crate) mod plan;
#[cfg(feature = "proxy-tls")]
mod tls;
mod tunnel;

pub(crate) use client::RequestBody;
pub(crate) use forward::{Answer, Proxy};
