//! The development proxy: a request of the page, carried to Vite through the application's own port.

mod forward;
mod headers;
pub(crate) mod offline;
pub(crate) mod plan;
mod tunnel;

pub(crate) use forward::{Answer, Proxy};
