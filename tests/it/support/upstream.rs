//! A test server that replaces Vite, and requests as raw bytes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use vite_bridge::{Builder, Mode};

/// A server that replaces Vite. A function turns the head and body of each request into the bytes
/// of the response.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    pub(crate) async fn new(answer: impl Fn(&str) -> String + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seen_by_task = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen_by_task), answer.clone());
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    while let Some(request) = read_message(&mut stream).await {
                        let text = answer(&request);
                        seen.lock().expect("a list").push(request);
                        if stream.get_mut().write_all(text.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn vite(&self, base: &str) -> Builder {
        Builder::new("no/build")
            .read_environment(false)
            .mode(Mode::Development)
            .dev_server(format!("http://{}{base}", self.address))
    }

    pub(crate) fn last(&self) -> String {
        self.seen.lock().expect("a list").last().cloned().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().expect("a list").len()
    }
}

/// Reads the head of a message, then as many bytes as its `Content-Length` says.
pub(crate) async fn read_message(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        if stream.read_line(&mut text).await.ok()? == 0 {
            return None;
        }
    }
    let length = header(&text, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    text.push_str(&String::from_utf8_lossy(&body));
    Some(text)
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}

pub(crate) fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a raw request and returns all bytes up to the end of the connection.
pub(crate) async fn raw(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(head.replace('\n', "\r\n").as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn get_raw(address: SocketAddr, target: &str, headers: &str) -> String {
    raw(address, &format!("GET {target} HTTP/1.1\nHost: localhost:3000\nConnection: close\n{headers}\n"))
        .await
}
