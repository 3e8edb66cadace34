//! Body: bytes in memory, or a file that is read as the client takes it.

use std::future::Future;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::fs::File;
use tokio::io::AsyncSeekExt as _;
use tokio_util::io::poll_read_buf;

use crate::served::Content;

/// How much of a file is read at once.
const PIECE: usize = 64 * 1024;

/// The body of an answer.
pub(crate) enum Body {
    Memory(Bytes),
    Disk(Disk),
}

/// A part of a file.
pub(crate) struct Disk {
    state: State,
    left: u64,
}

enum State {
    Opening(Pin<Box<dyn Future<Output = io::Result<File>> + Send>>),
    Open(File),
}

impl Body {
    pub(super) fn empty() -> Self {
        Self::Memory(Bytes::new())
    }

    pub(super) fn text(text: &'static str) -> Self {
        Self::Memory(Bytes::from_static(text.as_bytes()))
    }

    /// A range within the content.
    pub(super) fn of(content: &Content, range: Range<u64>) -> Self {
        match content {
            Content::Memory(bytes) => {
                let at = |end: u64| usize::try_from(end).unwrap_or(usize::MAX).min(bytes.len());
                Self::Memory(bytes.slice(at(range.start)..at(range.end)))
            }
            Content::Disk { path, .. } => {
                let (path, start) = (path.clone(), range.start);
                let opening = async move {
                    let mut file = File::open(path).await?;
                    file.seek(SeekFrom::Start(start)).await?;
                    Ok(file)
                };
                Self::Disk(Disk { state: State::Opening(Box::pin(opening)), left: range.end - range.start })
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
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let file = match &mut self.state {
            State::Open(file) => file,
            State::Opening(opening) => {
                let file = ready!(opening.as_mut().poll(cx))?;
                self.state = State::Open(file);
                return self.poll_frame(cx);
            }
        };
        let most = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = BytesMut::with_capacity(most);
        let size = ready!(poll_read_buf(Pin::new(file), cx, &mut piece))?;
        if size == 0 {
            // The head has promised more.
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        piece.truncate(most);
        self.left -= piece.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(piece.freeze()))))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}
