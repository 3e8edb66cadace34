//! Collecting: what is done to a build between Vite and its server.

mod compress;
mod encode;
mod record;
mod variant;

pub use compress::{Compress, Compressed, CompressedFile};
pub use variant::FileState;
