//! axum: the extractor of [`Page`](crate::Page), the layer that makes it, `Vite::mount`, and `serve`.

#[cfg(any(feature = "proxy", feature = "serve"))]
mod mount;
mod page_layer;
mod serve;

pub use page_layer::{MissingPage, PageFuture, PageLayer, PageService, pages};
pub use serve::{Serve, serve};
