//! Integration with [axum](https://docs.rs/axum): the extractor for [`Page`](crate::Page), the
//! layer [`pages`], [`Vite::mount`](crate::Vite::mount), and an optional [`serve`].

#[cfg(any(feature = "proxy", feature = "serve"))]
mod mount;
mod page_layer;
#[cfg(any(feature = "proxy", feature = "serve"))]
mod routed;
mod serve;

pub use page_layer::{MissingPage, PageFuture, PageLayer, PageService, pages};
pub use serve::{Serve, serve};
