//! tower, for frameworks other than axum: [`Vite::layer`](crate::Vite::layer) goes around the routes,
//! [`Vite::service`](crate::Vite::service) is their fallback.

mod body;
#[cfg(feature = "proxy")]
mod dev;
mod future;
mod gate;
mod layer;
mod peer;
mod service;

pub use body::{Body, BodyError};
pub use future::ResponseFuture;
pub use layer::{ViteLayer, ViteMiddleware};
pub use peer::Peer;
pub use service::{NotFound, ViteService};
