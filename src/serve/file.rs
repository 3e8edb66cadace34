//! `FoundFile`: a file that a loader has found.

use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;

/// A file to serve.
#[derive(Debug)]
pub(crate) struct FoundFile {
    /// The path relative to the output directory, with `/` as the separator.
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) modified: Option<SystemTime>,
    /// The SHA-256 digest of the content, if rust-embed has computed it.
    pub(crate) digest: Option<[u8; 32]>,
}

/// The content of a file, in memory or on disk.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Memory(Bytes),
    Disk { path: PathBuf, size: u64 },
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { size, .. } => *size,
        }
    }
}
