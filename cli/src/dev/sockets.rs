//! Listening sockets that outlive the application: handed on as systemd does (`LISTEN_FDS`, from descriptor 3).

use std::io;
use std::net::TcpListener;
use std::process::Command;

use super::failure::Failure;
use crate::code;

/// Those of `--listen`, open as long as this value.
#[derive(Debug)]
pub(super) struct Sockets(Vec<TcpListener>);

impl Sockets {
    pub(super) fn open(addresses: &[String]) -> Result<Self, Failure> {
        if cfg!(not(unix)) && !addresses.is_empty() {
            return Err(Failure::Other(
                code::CANNOT_LISTEN,
                "--listen hands a socket on as Unix does; leave it out here".to_owned(),
            ));
        }
        let open = |address: &String| {
            TcpListener::bind(address)
                .map_err(|fault| Failure::Other(code::CANNOT_LISTEN, cannot_listen(address, &fault)))
        };
        addresses.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all(&self) -> &[TcpListener] {
        &self.0
    }

    /// Gives a program its share of them.
    #[cfg(unix)]
    pub(super) fn hand_to(&self, command: &mut Command) -> io::Result<()> {
        use command_fds::{CommandFdExt as _, FdMapping};

        // What was meant for us is not for it; without a process id they are for whoever has them.
        command.env_remove("LISTEN_PID").env_remove("LISTEN_FDNAMES").env_remove("LISTEN_FDS");
        if self.is_empty() {
            return Ok(());
        }
        let mapping = |(socket, child_fd): (&TcpListener, _)| {
            Ok(FdMapping { parent_fd: socket.try_clone()?.into(), child_fd })
        };
        let mappings = self.0.iter().zip(FIRST..).map(mapping).collect::<io::Result<_>>()?;
        command.env("LISTEN_FDS", self.0.len().to_string());
        command.fd_mappings(mappings).map(|_| ()).map_err(io::Error::other)
    }

    #[cfg(not(unix))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "there are none")]
    pub(super) fn hand_to(&self, _: &mut Command) -> io::Result<()> {
        Ok(())
    }
}

/// `SD_LISTEN_FDS_START`, as systemd counts them.
#[cfg(unix)]
const FIRST: std::os::fd::RawFd = 3;

fn cannot_listen(address: &str, fault: &io::Error) -> String {
    let cure = match fault.kind() {
        io::ErrorKind::AddrInUse => {
            ": another program has it, an application left over, say; end it, or name another"
        }
        io::ErrorKind::InvalidInput => ": it is HOST:PORT, 127.0.0.1:3000, say",
        _ => "",
    };
    format!("cannot listen at {address} ({fault}){cure}")
}
