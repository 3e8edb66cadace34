//! Body: bytes in memory, or a file that is read at the client's pace.

use std::fs::File;
use std::future::Future as _;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::PollSemaphore;

use super::file::Content;

/// The memory in bytes that all bodies of files on disk share before they switch to small pieces.
///
/// A server buffers the pieces that it is given, so each slow client costs several of them. With
/// pieces of 64 KiB, 5,000 slow clients cost 2.5 GB. With this budget, they cost less than their
/// connections. A single client gets pieces of 128 KiB, which are read at 1.4 GB/s.
const BUDGET: u64 = 8 * 1024 * 1024;
const LARGEST: u64 = 128 * 1024;
const SMALLEST: u64 = 8 * 1024;

/// The number of open bodies of files on disk. It is a static because memory is a resource of the
/// process.
static OPEN: AtomicU64 = AtomicU64::new(0);

/// The body of a response.
pub(crate) enum Body {
    Memory(Bytes),
    Disk(Disk),
}

/// A range of a file on disk.
pub(crate) struct Disk {
    state: State,
    left: u64,
    /// A semaphore with one permit, which the piece that is being sent holds.
    unsent: PollSemaphore,
    _open: OpenBody,
}

/// Counts a body as open until it is dropped.
struct OpenBody;

impl OpenBody {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for OpenBody {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns the number of bytes to read at once.
fn piece_size() -> u64 {
    (BUDGET / OPEN.load(Ordering::Relaxed).max(1)).clamp(SMALLEST, LARGEST)
}

enum State {
    /// `None` after an error.
    Waiting(Option<Rest>),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
}

/// The rest of the file.
enum Rest {
    Unopened(PathBuf, u64),
    Open(File),
}

/// A piece of a file. The next piece is read when the server has sent and dropped this one.
struct Piece {
    bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body {
    pub(super) fn empty() -> Self {
        Self::Memory(Bytes::new())
    }

    pub(super) fn text(text: &'static str) -> Self {
        Self::Memory(Bytes::from_static(text.as_bytes()))
    }

    /// Returns the body of a range, which must be within the content.
    pub(super) fn range(content: &Content, range: Range<u64>) -> Self {
        match content {
            Content::Memory(bytes) => {
                let at = |end: u64| usize::try_from(end).unwrap_or(usize::MAX).min(bytes.len());
                Self::Memory(bytes.slice(at(range.start)..at(range.end)))
            }
            Content::Disk { path, .. } => {
                let state = State::Waiting(Some(Rest::Unopened(path.clone(), range.start)));
                let unsent = PollSemaphore::new(Arc::new(Semaphore::new(1)));
                Self::Disk(Disk { state, left: range.end - range.start, unsent, _open: OpenBody::new() })
            }
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Memory(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Memory(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Disk(disk) => disk.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Memory(bytes) => bytes.is_empty(),
            Self::Disk(disk) => disk.left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(disk) => disk.left,
        })
    }
}

impl Disk {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            match &mut self.state {
                State::Waiting(_) if self.left == 0 => return Poll::Ready(None),
                State::Waiting(rest) => {
                    let permit = ready!(self.unsent.poll_acquire(cx));
                    let (Some(permit), Some(rest)) = (permit, rest.take()) else { return Poll::Ready(None) };
                    let most = self.left.min(piece_size());
                    // Runs on a thread that may block on the disk.
                    self.state = State::Reading(spawn_blocking(move || rest.read(most, permit)));
                }
                State::Reading(reading) => {
                    let read = ready!(Pin::new(reading).poll(cx));
                    self.state = State::Waiting(None);
                    let (file, bytes) = read.map_err(io::Error::other)??;
                    self.left -= bytes.len() as u64;
                    self.state = State::Waiting(Some(Rest::Open(file)));
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
            }
        }
    }
}

impl Rest {
    /// Reads up to `most` bytes. Fails at the end of the file, because `Content-Length` has
    /// promised more bytes.
    fn read(self, most: u64, permit: OwnedSemaphorePermit) -> io::Result<(File, Bytes)> {
        let mut file = match self {
            Self::Open(file) => file,
            Self::Unopened(path, start) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                file
            }
        };
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
        file.by_ref().take(most).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((file, Bytes::from_owner(Piece { bytes, _permit: permit })))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}
