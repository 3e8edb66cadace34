//! FoundFile: a file as a loader found it.

use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;

/// A file to be served.
#[derive(Debug)]
pub(crate) struct FoundFile {
    /// Relative to the output directory, with `/`.
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) modified: Option<SystemTime>,
    /// The SHA-256 of the content, where a macro has computed it.
    pub(crate) digest: Option<[u8; 32]>,
}

/// Where a file's bytes are.
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
