//! The options of the development proxy.

use std::net::IpAddr;

use super::builder::Builder;

/// Options of the development proxy.
impl Builder {
    /// A host name beyond localhost, `*.localhost` and addresses that the development proxy answers to, port aside.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.access.hosts.push(name.into());
        self
    }

    /// A peer beyond this machine that the development proxy answers, such as a telephone on the same network. Vite serves
    /// the sources of the project: allow whom you would show them to.
    pub fn allow_peer(mut self, peer: IpAddr) -> Self {
        self.access.peers.push(peer);
        self
    }

    /// The beginning of paths that the development proxy does not forward, such as `/@fs/` (files outside of Vite's root) or
    /// `/__open-in-editor`, below the base.
    pub fn deny_path(mut self, path: impl Into<String>) -> Self {
        self.access.denied_paths.push(path.into());
        self
    }
}
