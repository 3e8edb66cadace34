//! What answers at the sockets of `--listen` while there is no application: why, and that one has only to wait.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONNECTION, REFRESH};
use tokio::sync::oneshot;

/// Answers as long as it is there.
#[derive(Debug)]
pub(super) struct Waiting {
    text: Arc<Mutex<String>>,
    _ends: Vec<oneshot::Sender<()>>,
}

impl Waiting {
    pub(super) fn at(sockets: &[TcpListener], text: &str) -> io::Result<Self> {
        let text = Arc::new(Mutex::new(text.to_owned()));
        let ends = sockets.iter().map(|socket| answer(socket.try_clone()?, Arc::clone(&text)));
        Ok(Self { _ends: ends.collect::<io::Result<_>>()?, text })
    }

    pub(super) fn say(&self, text: &str) {
        text.clone_into(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// In a thread of its own, until the other end is dropped.
fn answer(socket: TcpListener, text: Arc<Mutex<String>>) -> io::Result<oneshot::Sender<()>> {
    let (end, ended) = oneshot::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    socket.set_nonblocking(true)?;
    let app = Router::new().fallback(move || {
        let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // The next request is for the application, and a page looks again by itself.
        let headers = [(CONNECTION, "close"), (REFRESH, "1"), (CACHE_CONTROL, "no-store")];
        async move { (StatusCode::SERVICE_UNAVAILABLE, headers, text) }
    });
    let serve = async move {
        let listener = tokio::net::TcpListener::from_std(socket)?;
        vite_bridge::axum::serve(listener, app).with_graceful_shutdown(async { drop(ended.await) }).await
    };
    std::thread::Builder::new().name("vite-bridge waiting".to_owned()).spawn(move || {
        if let Err(fault) = runtime.block_on(serve) {
            tracing::warn!(%fault, "nobody answers while there is no application");
        }
    })?;
    Ok(end)
}
