//! A request to an application, through a real socket or through tower, and the reply.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// The method, target and headers of a request.
pub(crate) type Asked = (String, String, Vec<(String, String)>);

pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Sends the request as raw bytes through a socket.
pub(crate) async fn over_socket(app: Router, (method, target, headers): Asked) -> Reply {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(vite_bridge::axum::serve(listener, app).into_future());
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(format!("{head}\r\n").as_bytes()).await.expect("written");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    server.abort();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Reply { status: status.expect("a status"), headers, body: bytes[end + 4..].to_vec() }
}

/// Calls the application as a tower service. Returns `None` for a target that the crate `http`
/// rejects.
pub(crate) async fn through_tower(app: Router, (method, target, headers): Asked) -> Option<Reply> {
    let mut request = Request::builder().method(method.as_str()).uri(target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = app.oneshot(request.body(Body::empty()).ok()?).await.expect("an answer");
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers = headers.collect();
    let body = response.into_body().collect().await.expect("a body").to_bytes().to_vec();
    Some(Reply { status, headers, body })
}
