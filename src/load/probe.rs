//! Asks the server at the address in a dev file whether it is the Vite that wrote the file.
//!
//! The crate has no blocking HTTP client, so this is a minimal one, for a single GET request.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use crate::dev::info::DevInfo;
use crate::url::DevServerUrl;

/// The path, below Vite's base, at which the plugin answers with the nonce of the dev file.
const PATH: &str = "@vite-bridge/nonce";

/// The time limit for a connection to a dev server on this machine.
const CONNECT: Duration = Duration::from_millis(300);

/// The time limit for the response, and the largest response in bytes.
const ANSWER: Duration = Duration::from_secs(1);
const LIMIT: usize = 4096;

/// The result of a probe.
pub(super) enum Probe {
    Vite,
    /// No program listens at the address.
    Refused,
    /// A program listens and does not answer as the Vite of the dev file.
    Other(String),
}

/// The process id in the file is not checked, because containers have separate ids.
pub(super) fn probe(info: &DevInfo) -> Probe {
    let stream = match connect(&info.origin) {
        Ok(stream) => stream,
        Err(error) if is_late(&error) => return Probe::Other("it accepts no connection".to_owned()),
        Err(_) => return Probe::Refused,
    };
    // A hand-written dev file has no nonce, and a build without TLS cannot ask an HTTPS server. A
    // connection must be enough then.
    let Some(nonce) = info.nonce.as_deref().filter(|_| info.origin.as_str().starts_with("http:")) else {
        return Probe::Vite;
    };
    match has_nonce(stream, &info.origin, nonce) {
        Ok(true) => Probe::Vite,
        Ok(false) => Probe::Other("another program answers, or the Vite of another project".to_owned()),
        Err(error) if is_late(&error) => Probe::Other("it does not answer".to_owned()),
        Err(error) => Probe::Other(format!("it does not answer: {error}")),
    }
}

/// Tries each address of the host. If one of them times out, the error says so.
fn connect(origin: &DevServerUrl) -> io::Result<TcpStream> {
    let mut failure = io::Error::from(io::ErrorKind::ConnectionRefused);
    for address in origin.authority().to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) if is_late(&error) => failure = error,
            Err(_) => {}
        }
    }
    Err(failure)
}

fn has_nonce(mut stream: TcpStream, origin: &DevServerUrl, nonce: &str) -> io::Result<bool> {
    let (path, host) = (origin.base(), origin.authority());
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    let request =
        format!("GET {}{PATH} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", path.as_str());
    stream.write_all(request.as_bytes())?;
    let end = Instant::now() + ANSWER;
    let (mut answer, mut part) = (Vec::new(), [0; 1024]);
    while answer.len() < LIMIT && Instant::now() < end {
        let length = stream.read(&mut part)?;
        answer.extend(part.iter().take(length));
        if length == 0 || String::from_utf8_lossy(&answer).contains(nonce) {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).contains(nonce))
}

/// The kind of a time limit depends on the system: `TimedOut` or `WouldBlock`.
fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}
