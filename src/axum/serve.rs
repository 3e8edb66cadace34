//! `serve`: a server for a router that sets up its sockets and answers requests during shutdown.

use std::convert::Infallible;
use std::future::{Future, IntoFuture, pending};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tower_service::Service as _;

/// How long an accepted connection may take to send its first byte after shutdown has begun.
const FIRST_BYTES: Duration = Duration::from_millis(100);

/// Serves a router like [`axum::serve()`], with the connection settings that Vite needs.
///
/// Use it with [`Vite::mount`](crate::Vite::mount). It adds three things to axum's own function:
///
/// - It sets `TCP_NODELAY`. Without it, a streamed body on a kept-alive connection can wait 40 ms
///   for a delayed acknowledgment.
/// - It adds the address of the client ([`ConnectInfo<SocketAddr>`](ConnectInfo)) to each request.
///   The development proxy needs the address, because it answers only clients on this machine.
/// - During a graceful shutdown, it also answers connections that were accepted just before. A
///   connection has 100 ms to send its first byte; hyper alone would close it at once.
///
/// Unlike axum's function, it takes only a [`TcpListener`] and a [`Router`]. Both functions serve
/// HTTP/1 and HTTP/2.
///
/// [Start](crate::guide::start) uses axum's own function with
/// [`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info) and sets
/// `TCP_NODELAY` itself. That is enough if a lost connection during shutdown is acceptable.
///
/// # Examples
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// vite_bridge::axum::serve(listener, axum::Router::new()).await
/// # }
/// ```
#[must_use = "a server does nothing until it is awaited"]
pub fn serve(listener: TcpListener, app: Router) -> Serve {
    Serve { listener, app, signal: Box::pin(pending()) }
}

/// The future returned by [`serve`]. It never resolves to an error.
///
/// It resolves only after a [graceful shutdown](Self::with_graceful_shutdown). If the system
/// refuses to accept a connection, the server waits and tries again, as axum does.
#[must_use = "a server does nothing until it is awaited"]
pub struct Serve {
    listener: TcpListener,
    app: Router,
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Serve {
    /// Shuts the server down gracefully when `signal` completes.
    ///
    /// The server then accepts no more connections, answers the requests that have begun, and
    /// closes idle connections. Open requests have no time limit.
    pub fn with_graceful_shutdown(self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { signal: Box::pin(signal), ..self }
    }

    /// Returns the local address of the listener.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    async fn run(self) -> io::Result<()> {
        let Self { mut listener, app, mut signal } = self;
        let app = app.with_state(());
        // Each connection has a receiver. It sees the shutdown, and the sender is closed when the
        // last connection drops its receiver.
        let (shutdown, receiver) = watch::channel(false);
        loop {
            tokio::select! {
                // axum's `accept` waits and tries again if the system refuses a connection.
                (stream, peer) = Listener::accept(&mut listener) => {
                    tokio::spawn(connection(stream, peer, app.clone(), receiver.clone()));
                }
                () = &mut signal => break,
            }
        }
        drop((listener, receiver));
        shutdown.send_replace(true);
        shutdown.closed().await;
        Ok(())
    }
}

impl IntoFuture for Serve {
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl std::fmt::Debug for Serve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Serve").field("listener", &self.listener).finish_non_exhaustive()
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, mut shutdown: watch::Receiver<bool>) {
    set_nodelay(&stream);
    // On shutdown, hyper closes a connection from which it has not read anything yet, although its
    // request may be on the way. So wait for the first byte before hyper takes the connection.
    let has_begun = tokio::select! {
        has_begun = has_begun(&stream) => has_begun,
        () = shutdown_begun(&mut shutdown) => {
            timeout(FIRST_BYTES, has_begun(&stream)).await.unwrap_or(false)
        }
    };
    if !has_begun {
        return;
    }
    let service = service_fn(move |request| answer(app.clone(), peer, request));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().enable_connect_protocol();
    let mut serving = pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let result = tokio::select! {
        // Poll the connection first, so that hyper reads the first bytes before the shutdown.
        biased;
        result = serving.as_mut() => result,
        () = shutdown_begun(&mut shutdown) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = result {
        tracing::trace!(%peer, error, "a connection broke");
    }
}

/// Waits for the first byte. Returns `false` if the connection is closed before.
///
/// `peek` is used because `readable` may report readiness although there is nothing to read.
async fn has_begun(stream: &TcpStream) -> bool {
    stream.peek(&mut [0]).await.is_ok_and(|size| size > 0)
}

async fn shutdown_begun(shutdown: &mut watch::Receiver<bool>) {
    // `wait_for` fails if the sender is gone. The server is then shutting down as well.
    drop(shutdown.wait_for(|has_begun| *has_begun).await);
}

async fn answer(
    mut app: Router,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    app.call(request).await
}

fn set_nodelay(stream: &TcpStream) {
    // If the system refuses the option, the connection still works, but is slower.
    let _ = stream.set_nodelay(true);
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use std::future::IntoFuture as _;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    use super::{Router, TcpListener, TcpStream, serve, set_nodelay};

    #[tokio::test]
    async fn an_accepted_connection_sends_without_delay() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let _client = TcpStream::connect(listener.local_addr()?).await?;
        let (stream, _) = listener.accept().await?;
        assert!(!stream.nodelay()?, "the system's default");
        set_nodelay(&stream);
        assert!(stream.nodelay()?);
        Ok(())
    }

    #[tokio::test]
    async fn shutdown_answers_a_silent_connection_that_sends_a_request_and_closes_an_idle_one()
    -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (shutdown, signal) = oneshot::channel::<()>();
        let app = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let server = serve(listener, app);
        let address = server.local_addr()?;
        let running = tokio::spawn(server.with_graceful_shutdown(async { drop(signal.await) }).into_future());
        let (mut late, mut idle) = (TcpStream::connect(address).await?, TcpStream::connect(address).await?);
        // The server accepts in order, so it has accepted both when it answers a third connection.
        let mut third = TcpStream::connect(address).await?;
        third.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
        let mut begun = [0; 8];
        third.read_exact(&mut begun).await?;
        shutdown.send(()).expect("a server that waits");
        tokio::task::yield_now().await;
        late.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
        let mut answer = String::new();
        late.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        assert_eq!(idle.read(&mut begun).await?, 0);
        running.await.expect("no panic")
    }
}
