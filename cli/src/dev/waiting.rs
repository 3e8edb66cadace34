//! The server at the sockets of `--listen` while no application runs. It says why, and the page
//! reloads by itself.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONNECTION, REFRESH};
use tokio::sync::oneshot;

/// A server that answers every request with a text. Dropping the value ends it.
#[derive(Debug)]
pub(super) struct Waiting {
    text: Arc<Mutex<String>>,
    _stops: Vec<oneshot::Sender<()>>,
}

impl Waiting {
    pub(super) fn start(sockets: &[TcpListener], text: &str) -> io::Result<Self> {
        let text = Arc::new(Mutex::new(text.to_owned()));
        let stops = sockets.iter().map(|socket| answer(socket.try_clone()?, Arc::clone(&text)));
        Ok(Self { _stops: stops.collect::<io::Result<_>>()?, text })
    }

    /// Replaces the text.
    pub(super) fn say(&self, text: &str) {
        text.clone_into(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Serves a socket in a new thread until the returned sender is dropped.
fn answer(socket: TcpListener, text: Arc<Mutex<String>>) -> io::Result<oneshot::Sender<()>> {
    let (stop, stopped) = oneshot::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    socket.set_nonblocking(true)?;
    let app = Router::new().fallback(move || {
        let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // `Connection: close` makes the next request reach the application. `Refresh` reloads the
        // page after a second.
        let headers = [(CONNECTION, "close"), (REFRESH, "1"), (CACHE_CONTROL, "no-store")];
        async move { (StatusCode::SERVICE_UNAVAILABLE, headers, text) }
    });
    let serve = async move {
        let listener = tokio::net::TcpListener::from_std(socket)?;
        vite_bridge::axum::serve(listener, app).with_graceful_shutdown(async { drop(stopped.await) }).await
    };
    std::thread::Builder::new().name("vite-bridge waiting".to_owned()).spawn(move || {
        if let Err(error) = runtime.block_on(serve) {
            tracing::warn!(%error, "cannot answer requests while no application runs");
        }
    })?;
    Ok(stop)
}
