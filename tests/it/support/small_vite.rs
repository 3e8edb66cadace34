//! A server that answers as the plugin in a running Vite does.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub(crate) struct SmallVite {
    pub(crate) address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl SmallVite {
    /// Answers each request with a text, on a free port.
    pub(crate) fn new(text: &str) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").expect("a port"), text)
    }

    pub(crate) fn at(listener: TcpListener, text: &str) -> Self {
        let address = listener.local_addr().expect("an address");
        let (asked, text) = (Arc::new(AtomicUsize::new(0)), text.to_owned());
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                count.fetch_add(1, Ordering::Relaxed);
                // The head is short, so one read returns it. An error is a closed connection.
                let _ = stream.read(&mut [0; 2048]);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", text.len());
                let _ = stream.write_all(format!("{head}{text}").as_bytes());
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Returns the number of connections so far.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}
