//! The development proxy: forwards requests to Vite through the application's port.

mod forward;
mod forwarded;
mod headers;
pub(crate) mod offline;
pub(crate) mod plan;
mod tunnel;

pub(crate) use forward::{Answer, Proxy};
