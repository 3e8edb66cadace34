//! The development proxy when Vite is down, slow or disconnects.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use vite_bridge::{Builder, ErrorKind, Mode};

use crate::support::mounted::{handshake, serve};
use crate::support::upstream::{get_raw, header, ok, raw, read_message};

/// Returns an address without a listener.
async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

#[tokio::test]
async fn while_vite_is_down_a_stub_client_waits_and_other_paths_explain_it() {
    let down = free_address().await;
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{down}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let client = get_raw(address, "/@vite/client", "").await;
    assert!(client.starts_with("HTTP/1.1 200 ") && client.contains("location.reload()"), "{client}");
    assert_eq!(header(&client, "cache-control"), Some("no-store"));
    let module = get_raw(address, "/@id/x.ts", "Accept: */*\n").await;
    assert!(
        module.starts_with("HTTP/1.1 502 ") && module.contains("Start it with `npm run dev`."),
        "{module}"
    );
    let page = get_raw(address, "/__inspect/", "Accept: text/html\n").await;
    assert!(page.starts_with("HTTP/1.1 502 ") && page.contains("<h1>Vite does not answer</h1>"), "{page}");
    assert!(get_raw(address, "/", "").await.ends_with("home"));
    let page = get_raw(address, "/about", "Accept: text/html\n").await;
    assert!(page.ends_with("the application's fallback"), "the page may be the application's: {page}");
}

#[tokio::test]
async fn a_ping_waits_until_vite_answers() {
    let place = free_address().await;
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{place}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let ping = tokio::spawn(async move { get_raw(address, "/", "Accept: text/x-vite-ping\n").await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!ping.is_finished(), "for Vite's client, any response means that the server runs");
    let listener = TcpListener::bind(place).await.expect("the port again");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        read_message(&mut stream).await;
        stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("written");
    });
    assert!(ping.await.expect("an answer").starts_with("HTTP/1.1 204 "));
}

#[tokio::test]
async fn an_upstream_failure_in_the_body_aborts_the_response() {
    let short = "HTTP/1.1 200 OK\r\ncontent-type: text/css\r\ncontent-length: 1000\r\n\r\nhalf";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        read_message(&mut stream).await;
        stream.get_mut().write_all(short.as_bytes()).await.expect("written");
    });
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{upstream}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let mut client = TcpStream::connect(address).await.expect("a connection");
    client.write_all(b"GET /@id/x HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut answer = Vec::new();
    // The connection must end, by a reset or otherwise. If it stayed open, the page would wait for
    // the other 996 bytes.
    let _ =
        tokio::time::timeout(Duration::from_secs(5), client.read_to_end(&mut answer)).await.expect("an end");
    assert!(String::from_utf8_lossy(&answer).ends_with("half"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_safe_request_lost_on_a_reused_connection_is_retried_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        // Each connection answers its first request. It closes after the second one without a
        // response.
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            for has_answer in [true, false] {
                if read_message(&mut stream).await.is_none() {
                    break;
                }
                *count.lock().expect("a count") += 1;
                if has_answer {
                    stream.get_mut().write_all(ok("x").as_bytes()).await.expect("written");
                }
            }
        }
    });
    let vite = Builder::new("no/build")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server(format!("http://{upstream}/"));
    let address = serve(&vite.open().expect("dev")).await;
    let send = |method: &'static str| async move {
        raw(address, &format!("{method} /@id/x HTTP/1.1\nHost: localhost\nConnection: close\n\n")).await
    };
    assert!(send("GET").await.starts_with("HTTP/1.1 200 "));
    let again = send("GET").await;
    assert!(again.starts_with("HTTP/1.1 200 "), "{again}");
    assert_eq!(*asked.lock().expect("a count"), 3, "lost once, sent again");
    let unsafe_to_repeat = send("POST").await;
    assert!(unsafe_to_repeat.starts_with("HTTP/1.1 502 "), "{unsafe_to_repeat}");
    assert_eq!(*asked.lock().expect("a count"), 4, "sent once");
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_handshake_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let upstream = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok(connection) = listener.accept().await {
            held.push(connection);
        }
    });
    let vite = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    let address = serve(&vite.dev_server(format!("http://{upstream}/")).open().expect("dev")).await;
    let mut socket = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    let text = handshake("Origin: http://localhost:3000\r\n", "vite-hmr");
    socket.get_mut().write_all(text.as_bytes()).await.expect("written");
    let answer = read_message(&mut socket).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.ends_with("Vite did not answer the handshake\n"), "{answer}");
}

#[cfg(not(feature = "proxy-tls"))]
#[test]
fn an_https_dev_server_without_the_feature_is_an_error() {
    let vite = Builder::new("x")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server("https://localhost:5173/");
    let error = vite.open().expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::InvalidDevServer);
    assert!(error.to_string().contains("enable the feature `proxy-tls`"), "{error}");
}

#[cfg(feature = "proxy-tls")]
#[test]
fn an_https_dev_server_works_with_the_feature() {
    let vite = Builder::new("x")
        .read_environment(false)
        .mode(Mode::Development)
        .dev_server("https://localhost:5173/");
    assert!(vite.open().is_ok());
    assert_eq!(ErrorKind::InvalidDevServer.as_str(), "invalid_dev_server");
}

#[tokio::test(start_paused = true)]
async fn a_ping_ends_within_two_seconds_and_fails_in_the_browser() {
    let down = free_address().await;
    let vite = Builder::new("no/build").read_environment(false).mode(Mode::Development);
    let address = serve(&vite.dev_server(format!("http://{down}/")).open().expect("dev")).await;
    let start = tokio::time::Instant::now();
    let answer = get_raw(address, "/", "Accept: text/x-vite-ping\n").await;
    assert!(start.elapsed() <= Duration::from_secs(2), "a graceful shutdown waits for it");
    assert!(answer.starts_with("HTTP/1.1 307 "), "{answer}");
    assert_eq!(header(&answer, "location"), Some("data:,"));
}
