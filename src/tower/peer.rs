//! `Peer`: the address of the client.

use std::net::IpAddr;

use http::Extensions;

/// The IP address of the client, as an extension of the request.
///
/// The development proxy needs the address. It answers only clients on this machine and those that
/// [`Builder::allow_peer`](crate::Builder::allow_peer) names. Add a `Peer` to each request where
/// you accept connections, with the address that `accept` returned. With the feature `axum`,
/// axum's `ConnectInfo<SocketAddr>` works as well. Do not use headers such as `X-Forwarded-For`,
/// because any client can set them.
///
/// # Examples
///
/// ```
/// use std::net::SocketAddr;
/// use vite_bridge::tower::Peer;
///
/// let address = SocketAddr::from(([127, 0, 0, 1], 49152)); // from `accept`
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(Peer(address.ip()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(pub IpAddr);

impl Peer {
    pub(super) fn from_extensions(extensions: &Extensions) -> Option<IpAddr> {
        let own = extensions.get::<Self>().map(|Self(address)| *address);
        #[cfg(feature = "axum")]
        let own = own.or_else(|| {
            use axum::extract::ConnectInfo;
            extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|ConnectInfo(address)| address.ip())
        });
        own
    }
}
