//! Layers and services for web frameworks based on [tower](https://docs.rs/tower).
//!
//! Wrap the routes in [`Vite::layer`](crate::Vite::layer) and use
//! [`Vite::service`](crate::Vite::service) as their fallback. For axum, use
//! [`Vite::mount`](crate::Vite::mount), which does both.

mod body;
#[cfg(feature = "proxy")]
mod dev;
mod future;
mod gate;
mod layer;
mod peer;
mod service;
mod shadows;

pub use body::{Body, BodyError};
pub use future::ResponseFuture;
pub use layer::{ViteLayer, ViteMiddleware};
pub use peer::Peer;
pub use service::{NotFound, ViteService};
