//! The options of the development proxy.

use std::net::IpAddr;

use super::builder::Builder;

/// Options of the development proxy. Production ignores them.
impl Builder {
    /// Allows an additional host name for the development proxy. The port is ignored.
    ///
    /// By default, the proxy answers requests for `localhost`, `*.localhost` and IP addresses. The
    /// environment variable `VITE_BRIDGE_ALLOW_HOSTS` allows further names, separated by commas.
    ///
    /// The name is also allowed as the origin of the HMR socket. Requests for it may come through a
    /// reverse proxy or a tunnel, whatever address they were forwarded for.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    /// use vite_bridge::Vite;
    ///
    /// let builder = Vite::builder("dist")
    ///     .allow_host("myapp.test")
    ///     .allow_peer(Ipv4Addr::new(192, 168, 1, 20).into())
    ///     .deny_path("/@fs/");
    /// ```
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.access.hosts.push(name.into());
        self
    }

    /// Allows another machine to use the development proxy, such as a phone on the same network.
    ///
    /// By default, the proxy answers requests from this machine only. Vite serves the source code
    /// of the project, so allow only machines that may read it.
    pub fn allow_peer(self, peer: IpAddr) -> Self {
        self.allow_peers(peer.to_string())
    }

    /// Allows the machines of a network to use the development proxy: `192.168.0.0/16`, or a single
    /// address.
    ///
    /// Use it for containers, virtual machines and phones. The environment variable
    /// `VITE_BRIDGE_ALLOW_PEERS` allows further networks, separated by commas. [`open`](Self::open)
    /// returns an error if a network is invalid.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Vite;
    ///
    /// let builder = Vite::builder("dist").allow_peers("172.16.0.0/12").allow_peers("fd00::/8");
    /// ```
    pub fn allow_peers(mut self, network: impl Into<String>) -> Self {
        self.peers.push(network.into());
        self
    }

    /// Denies requests for paths with this prefix, below the base. Default: no path is denied.
    ///
    /// Examples are `/@fs/` (files outside of Vite's root) and `/__open-in-editor`.
    pub fn deny_path(mut self, path: impl Into<String>) -> Self {
        self.access.denied_paths.push(path.into());
        self
    }
}
