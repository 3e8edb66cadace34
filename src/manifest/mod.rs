//! Vite's manifest: its records, what the plugin records beside it, and what file names tell.

mod build_info;
mod chunk;
pub(crate) mod content_hash;
mod diagnose;
mod file_kind;
mod manifest;

pub use build_info::{BuildInfo, build_id};
pub use chunk::Chunk;
pub use file_kind::FileKind;
pub(crate) use file_kind::PreloadAs;
pub use manifest::Manifest;
