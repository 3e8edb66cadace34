//! Peer: who asks.

use std::net::IpAddr;

use http::Extensions;

/// The other end of a connection, as a request's extension: the development proxy answers this machine only.
///
/// Whoever accepts connections puts it there, from the address that `accept` gave. Axum's `ConnectInfo<SocketAddr>` does as
/// well. Headers such as `X-Forwarded-For` are no evidence.
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
