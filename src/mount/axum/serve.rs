//! `axum::serve` with the socket set up right.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::middleware::AddExtension;
use axum::serve::{ListenerExt as _, TapIo};
use tokio::net::{TcpListener, TcpStream};

/// `axum::serve` with two things that it leaves out: `TCP_NODELAY`, without which a streamed body waits 40 ms for a
/// delayed acknowledgement on a kept connection, and the peer's address ([`ConnectInfo`]), by which the development
/// proxy knows that a request comes from this machine.
///
/// # Examples
///
/// ```no_run
/// # async fn run() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// vite_bridge::axum::serve(listener, axum::Router::new()).await
/// # }
/// ```
pub fn serve(listener: TcpListener, app: Router) -> Serve {
    let listener = listener.tap_io(set_nodelay as fn(&mut TcpStream));
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
}

/// What [`serve`] gives: a future, and `with_graceful_shutdown`.
pub type Serve = axum::serve::Serve<
    TapIo<TcpListener, fn(&mut TcpStream)>,
    IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    AddExtension<Router, ConnectInfo<SocketAddr>>,
>;

fn set_nodelay(stream: &mut TcpStream) {
    // A connection that refuses the option works all the same, only slower.
    let _ = stream.set_nodelay(true);
}

#[cfg(test)]
mod tests {
    use super::{TcpListener, TcpStream, set_nodelay};

    #[tokio::test]
    async fn an_accepted_connection_sends_without_delay() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let _client = TcpStream::connect(listener.local_addr()?).await?;
        let (mut stream, _) = listener.accept().await?;
        assert!(!stream.nodelay()?, "the system's default");
        set_nodelay(&mut stream);
        assert!(stream.nodelay()?);
        Ok(())
    }
}
