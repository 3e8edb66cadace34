//! `Body`: the response body of the application, of a built file, or of Vite.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

pub(super) type BoxError = Box<dyn StdError + Send + Sync>;

/// The body of Vite, streamed, or of the proxy itself.
#[cfg(feature = "proxy")]
pub(super) type ViteBody = http_body_util::Either<hyper::body::Incoming, http_body_util::Full<Bytes>>;

/// Returns the body of a response of the proxy itself.
#[cfg(feature = "proxy")]
pub(super) fn own(text: String) -> ViteBody {
    ViteBody::Right(text.into())
}

/// The error of a [`Body`]: the application's own error, an unreadable file, or a dev server that
/// stopped.
///
/// The error is a concrete type because `Box<dyn Error>` does not implement `std::error::Error`.
/// The tower bridges of poem and salvo require that trait.
#[derive(Debug)]
pub struct BodyError(BoxError);

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

impl BodyError {
    fn new(error: impl Into<BoxError>) -> Self {
        Self(error.into())
    }
}

pin_project_lite::pin_project! {
    /// The response body of [`ViteMiddleware`](super::ViteMiddleware) and
    /// [`ViteService`](super::ViteService).
    ///
    /// It holds the application's body `B`, a built file, or a body that is streamed from Vite.
    #[derive(Debug)]
    pub struct Body<B> {
        #[pin]
        source: Source<B>,
    }
}

pin_project_lite::pin_project! {
    #[project = Projection]
    #[derive(Debug)]
    enum Source<B> {
        Application { #[pin] body: B },
        Own { body: Own },
    }
}

/// The bodies that this crate creates. They are `Unpin`, so they need no pin projection.
#[derive(Debug)]
enum Own {
    #[cfg(feature = "proxy")]
    Vite(ViteBody),
    #[cfg(feature = "serve")]
    File(crate::serve::Body),
}

impl<B> Body<B> {
    pub(super) fn application(body: B) -> Self {
        Self { source: Source::Application { body } }
    }

    #[cfg(feature = "proxy")]
    pub(super) fn vite(body: ViteBody) -> Self {
        Self { source: Source::Own { body: Own::Vite(body) } }
    }

    #[cfg(feature = "serve")]
    pub(super) fn file(body: crate::serve::Body) -> Self {
        Self { source: Source::Own { body: Own::File(body) } }
    }
}

impl<B> HttpBody for Body<B>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.project().source.project() {
            Projection::Application { body } => body.poll_frame(cx).map_err(BodyError::new),
            Projection::Own { body } => match body {
                #[cfg(feature = "proxy")]
                Own::Vite(body) => Pin::new(body).poll_frame(cx).map_err(BodyError::new),
                #[cfg(feature = "serve")]
                Own::File(body) => Pin::new(body).poll_frame(cx).map_err(BodyError::new),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Application { body } => body.is_end_stream(),
            Source::Own { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Application { body } => body.size_hint(),
            Source::Own { body } => body.size_hint(),
        }
    }
}

impl Own {
    fn is_end_stream(&self) -> bool {
        match self {
            #[cfg(feature = "proxy")]
            Self::Vite(body) => body.is_end_stream(),
            #[cfg(feature = "serve")]
            Self::File(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            #[cfg(feature = "proxy")]
            Self::Vite(body) => body.size_hint(),
            #[cfg(feature = "serve")]
            Self::File(body) => body.size_hint(),
        }
    }
}
