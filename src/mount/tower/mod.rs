//! tower: a layer in front of the routes, a service behind them.

mod body;
mod future;
mod layer;
mod peer;
mod service;

pub use body::Body;
pub use future::ResponseFuture;
pub use layer::{ViteLayer, ViteMiddleware};
pub use peer::Peer;
pub use service::{NotFound, ViteService};
