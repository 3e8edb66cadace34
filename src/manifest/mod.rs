//! The manifest of a Vite build and the build info of the npm plugin, as data.
//!
//! - [`Manifest`] is the file `.vite/manifest.json`, with one [`Chunk`] for each key.
//! - [`BuildInfo`] is the file `.vite/bridge.json`.
//! - [`FileKind`] is the kind of a file by its extension.
//!
//! [`build::Graph`](crate::build::Graph) resolves the imports of a manifest.

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
