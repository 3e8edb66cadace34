//! axum: pages as an extractor, the development proxy around a router, and a `serve` with the socket set up right.

#[cfg(any(feature = "proxy", feature = "serve"))]
mod dev;
mod pages;
mod serve;

pub use pages::{MissingPage, PageFuture, PageLayer, PageService, pages};
pub use serve::{Serve, serve};
