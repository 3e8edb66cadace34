//! Body: the application's, or Vite's.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::future::BoxError;

pin_project_lite::pin_project! {
    /// The body of an answer: the application's, or one that is streamed from Vite.
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
        Vite { #[pin] body: reqwest::Body },
    }
}

impl<B> Body<B> {
    pub(super) fn application(body: B) -> Self {
        Self { source: Source::Application { body } }
    }

    pub(super) fn vite(body: reqwest::Body) -> Self {
        Self { source: Source::Vite { body } }
    }
}

impl<B> http_body::Body for Body<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.project().source.project() {
            Projection::Application { body } => body.poll_frame(cx).map_err(Into::into),
            Projection::Vite { body } => body.poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Application { body } => body.is_end_stream(),
            Source::Vite { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Application { body } => body.size_hint(),
            Source::Vite { body } => body.size_hint(),
        }
    }
}
