//! Served: a file as a loader found it, and how files are served.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

/// A file to be served.
#[derive(Debug)]
pub(crate) struct Served {
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

/// Whether source maps are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sourcemaps {
    /// As any other file.
    #[default]
    Serve,
    /// As if they were not there.
    Deny,
}

/// How files are served.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// How long a file may be kept whose name carries no hash; no `Cache-Control` where there is none.
    pub(crate) max_age: Option<Duration>,
    pub(crate) sourcemaps: Sourcemaps,
    pub(crate) cors: bool,
    /// Whether `x/index.html` is found at `/x/`.
    pub(crate) index_files: bool,
    pub(crate) well_known: bool,
    /// The most bytes of a file that is held in memory.
    pub(crate) in_memory: u64,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            max_age: Some(Duration::from_secs(60)),
            sourcemaps: Sourcemaps::default(),
            cors: true,
            index_files: false,
            well_known: false,
            in_memory: 1024 * 1024,
        }
    }
}
