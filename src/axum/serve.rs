//! A server for a router: the socket set up right, and no request lost when it ends.

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

/// How long a connection that has not said anything may take to begin, once the server ends.
const FIRST_BYTES: Duration = Duration::from_millis(100);

/// As `axum::serve`, with three things that it leaves out: `TCP_NODELAY`, without which a streamed body waits 40 ms for a delayed
/// acknowledgement on a kept connection; the peer's address ([`ConnectInfo`]), by which the development proxy knows that a request
/// comes from this machine; and an end that loses no request: a connection that was accepted a moment before is answered too.
///
/// # Examples
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// vite_bridge::axum::serve(listener, axum::Router::new()).await
/// # }
/// ```
#[must_use = "a server runs when it is awaited"]
pub fn serve(listener: TcpListener, app: Router) -> Serve {
    Serve { listener, app, end: Box::pin(pending()) }
}

/// What [`serve`] gives: awaited, it runs; its result is an error never yet.
#[must_use = "a server runs when it is awaited"]
pub struct Serve {
    listener: TcpListener,
    app: Router,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Serve {
    /// Ends when that future does: no connection is accepted any more, what has begun is answered, idle connections are closed.
    pub fn with_graceful_shutdown(self, end: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { end: Box::pin(end), ..self }
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    async fn run(self) -> io::Result<()> {
        let Self { mut listener, app, mut end } = self;
        let app = app.with_state(());
        // Each connection has a receiver: it sees the end, and the sender sees when none is left.
        let (ending, seen) = watch::channel(false);
        loop {
            tokio::select! {
                // axum's own, which waits and tries again where the system refuses.
                (stream, peer) = Listener::accept(&mut listener) => {
                    tokio::spawn(connection(stream, peer, app.clone(), seen.clone()));
                }
                () = &mut end => break,
            }
        }
        drop((listener, seen));
        ending.send_replace(true);
        ending.closed().await;
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

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, mut end: watch::Receiver<bool>) {
    set_nodelay(&stream);
    // hyper gives up a connection on which it has read nothing yet; its request may be on the way.
    let has_begun = tokio::select! {
        has_begun = has_begun(&stream) => has_begun,
        () = ended(&mut end) => timeout(FIRST_BYTES, has_begun(&stream)).await.unwrap_or(false),
    };
    if !has_begun {
        return;
    }
    let service = service_fn(move |request| answer(app.clone(), peer, request));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().enable_connect_protocol();
    let mut serving = pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let result = tokio::select! {
        // First, so that it has read what there is.
        biased;
        result = serving.as_mut() => result,
        () = ended(&mut end) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = result {
        tracing::trace!(%peer, error, "a connection broke");
    }
}

/// Whether a first byte came, once it does; that it is readable may be said too early.
async fn has_begun(stream: &TcpStream) -> bool {
    stream.peek(&mut [0]).await.is_ok_and(|size| size > 0)
}

async fn ended(end: &mut watch::Receiver<bool>) {
    // Without a sender it is the end as well.
    drop(end.wait_for(|is_end| *is_end).await);
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
    // A connection that refuses the option works all the same, only slower.
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
    async fn a_connection_that_says_nothing_before_the_end_is_answered_and_an_idle_one_is_closed()
    -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (end, ended) = oneshot::channel::<()>();
        let app = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let server = serve(listener, app);
        let address = server.local_addr()?;
        let running = tokio::spawn(server.with_graceful_shutdown(async { drop(ended.await) }).into_future());
        let (mut late, mut idle) = (TcpStream::connect(address).await?, TcpStream::connect(address).await?);
        // Both are accepted when a third one has been answered.
        let mut third = TcpStream::connect(address).await?;
        third.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
        let mut begun = [0; 8];
        third.read_exact(&mut begun).await?;
        end.send(()).expect("a server that waits");
        tokio::task::yield_now().await;
        late.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
        let mut answer = String::new();
        late.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        assert_eq!(idle.read(&mut begun).await?, 0);
        running.await.expect("no panic")
    }
}
