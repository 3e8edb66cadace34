//! The options of the development proxy.

use std::net::IpAddr;

use super::builder::Builder;

/// Options of the development proxy. Production ignores them.
impl Builder {
    /// Allows an additional host name for the development proxy. The port is ignored.
    ///
    /// By default, the proxy answers requests for `localhost`, `*.localhost` and IP addresses.
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
    pub fn allow_peer(mut self, peer: IpAddr) -> Self {
        self.access.peers.push(peer);
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
