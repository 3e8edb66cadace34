//! Precompression: [`Compress`] writes Brotli, gzip and zstd encodings next to built files.

mod compress;
mod encode;
mod record;
mod variant;

pub use compress::{Compress, Compressed, CompressedFile};
pub use variant::FileState;
