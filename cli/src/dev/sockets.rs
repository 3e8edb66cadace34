//! Listening sockets that stay open while the application restarts.
//!
//! The application receives them as from systemd: their number in `LISTEN_FDS`, the first one as
//! descriptor 3. This needs Unix. On other systems `--listen` is an error, so there are no sockets
//! to pass on.

use std::io;
use std::net::TcpListener;
use std::process::Command;

use crate::cli_error::CliError;
use crate::code;

/// The sockets of `--listen`. Dropping the value closes them.
#[derive(Debug)]
pub(super) struct Sockets(Vec<TcpListener>);

impl Sockets {
    /// Opens a socket for each address. On systems other than Unix, any address is an error.
    pub(super) fn open(addresses: &[String]) -> Result<Self, CliError> {
        if cfg!(not(unix)) && !addresses.is_empty() {
            let message = "cannot pass a socket to the application on this system";
            return Err(CliError::unavailable(code::CANNOT_LISTEN, message).with_help("remove `--listen`"));
        }
        let open =
            |address: &String| TcpListener::bind(address).map_err(|error| cannot_listen(address, &error));
        addresses.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the URL of the first socket.
    pub(super) fn url(&self) -> Option<String> {
        let address = self.0.first()?.local_addr().ok()?;
        let mut url = url::Url::parse("http://localhost/").ok()?;
        // A browser cannot open the address of all interfaces.
        if !address.ip().is_unspecified() {
            url.set_ip_host(address.ip()).ok()?;
        }
        url.set_port(Some(address.port())).ok()?;
        Some(url.into())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all(&self) -> &[TcpListener] {
        &self.0
    }

    /// Passes the sockets to a program.
    #[cfg(unix)]
    pub(super) fn pass_to(&self, command: &mut Command) -> io::Result<()> {
        use command_fds::{CommandFdExt as _, FdMapping};

        // A service manager may have set these variables for this process. Without `LISTEN_PID`,
        // listenfd accepts the sockets in any process.
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

    /// Does nothing: `open` accepts no addresses on this system.
    #[cfg(not(unix))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the signature is the same on Unix")]
    pub(super) fn pass_to(&self, _: &mut Command) -> io::Result<()> {
        Ok(())
    }
}

/// The first descriptor, `SD_LISTEN_FDS_START` in systemd.
#[cfg(unix)]
const FIRST: std::os::fd::RawFd = 3;

fn cannot_listen(address: &str, source: &io::Error) -> CliError {
    let message = format!("cannot listen on {address}");
    let error = CliError::unavailable(code::CANNOT_LISTEN, message).with_source(source);
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            error.with_help("end the program that uses the port, or choose another address with `--listen`")
        }
        io::ErrorKind::InvalidInput => {
            error.with_help("write the address as HOST:PORT, for example 127.0.0.1:3000")
        }
        _ => error,
    }
}
