//! Who may use the development proxy, from the builder and the environment.

use std::net::IpAddr;

use ipnet::IpNet;

use super::builder::Builder;
use super::mode::Mode;
use crate::dev::server::Access;
use crate::error::{Error, ErrorKind};

const HOSTS: &str = "VITE_BRIDGE_ALLOW_HOSTS";
const PEERS: &str = "VITE_BRIDGE_ALLOW_PEERS";

impl Builder {
    /// Returns the hosts and networks of the builder, and those of the environment if the mode can use
    /// a dev server. A variable must not stop an application in production.
    pub(super) fn access(&self, mode: Mode) -> Result<Access, Error> {
        let mut access = self.access.clone();
        for network in &self.peers {
            access.peers.push(parse(network, "allow_peers(..)")?);
        }
        let may_develop = match mode {
            Mode::Auto => self.dist_in_development().is_some(),
            Mode::Development => true,
            Mode::Production | Mode::Disabled => false,
        };
        if self.reads_environment && may_develop {
            access.hosts.extend(list(HOSTS));
            for network in list(PEERS) {
                access.peers.push(parse(&network, PEERS)?);
            }
        }
        Ok(access)
    }
}

/// Returns the items of a variable, which are separated by commas.
fn list(variable: &str) -> Vec<String> {
    let text = std::env::var(variable).unwrap_or_default();
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Parses a network. A single address is a network of one machine.
fn parse(text: &str, place: &str) -> Result<IpNet, Error> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| address()).map_err(|_| {
        Error::new(ErrorKind::InvalidPeer, format!("invalid network {text:?} in `{place}`"))
            .with_help("write an address or a network, such as 192.168.1.20 or 192.168.0.0/16")
    })
}
