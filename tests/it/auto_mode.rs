//! `Mode::Auto`: the plugin's dev file gives an address, and a connection confirms it.

use std::net::TcpListener;

use serde_json::json;
use vite_bridge::{Builder, ErrorKind, Mode};

#[cfg(all(feature = "watch", debug_assertions))]
use crate::support::until;
use crate::support::{Dist, fails, html};

const MANIFEST: &str = r#"{"src/main.ts": {"file": "main-1.js", "isEntry": true}}"#;
const BUILT: &str = r#"<script type="module" src="/main-1.js"></script>"#;

/// Returns a project with a build and a dev file that contains this address.
fn project(url: &str) -> Dist {
    let project = Dist::new(&[
        ("package.json", "{}"),
        ("web/dist/.vite/manifest.json", MANIFEST),
        ("web/dist/main-1.js", ""),
        ("icon.svg", "<svg/>"),
        ("public/logo.svg", "<svg>logo</svg>"),
        ("photo.png", "\u{fffd}"),
        ("src/a.css", "a{}</style>"),
        ("src/a.scss", ""),
    ]);
    project.write(".vite-bridge/dev.json", &dev_file(&project, url));
    project
}

fn dev_file(project: &Dist, url: &str) -> String {
    let inputs = ["src/main.ts", "virtual:entry", "../outside/x.ts"];
    json!({"version": 1, "url": url, "root": project.path(), "inputs": inputs, "react": true}).to_string()
}

fn auto(project: &Dist) -> Builder {
    Builder::new(project.path().join("web/dist")).read_environment(false)
}

#[test]
fn a_debug_build_uses_a_dev_server_that_answers() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let project = project(&format!("http://{}/static/", server.local_addr().expect("an address")));
    let vite = auto(&project).open().expect("dev");
    // A release build never uses the dev server, so this test also passes with `--release`.
    assert_eq!(vite.is_development(), cfg!(debug_assertions));
    if vite.is_development() {
        let tags = html(vite.tags("src/main.ts"));
        assert!(tags.contains("/static/@react-refresh") && tags.contains("/static/src/main.ts"), "{tags}");
        assert_eq!(vite.page().inline("/icon.svg").expect("a source").as_str(), "<svg/>");
        assert_eq!(vite.page().inline("logo.svg").expect("a public file").as_str(), "<svg>logo</svg>");
        assert_eq!(vite.page().inline("src/a.css").expect("a stylesheet").as_str(), "a{}<\\/style>");
        for compiled in ["src/main.ts", "src/a.scss", "gone.svg"] {
            assert!(vite.page().inline(compiled).is_err(), "{compiled}");
        }
    }
    assert_eq!(
        html(auto(&project).mode(Mode::Production).open().expect("a build").tags("src/main.ts")),
        BUILT
    );
}

#[cfg(debug_assertions)]
#[test]
fn in_development_an_entry_is_an_input_or_a_file_below_the_root() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}/", server.local_addr().expect("an address"));
    let project = project(&origin);
    project.write("src/not-an-input.ts", "");
    let vite = auto(&project).open().expect("dev");
    let last = |name: &str| html(vite.page().scripts(name)).lines().last().unwrap_or_default().to_owned();
    let script = |path: &str| format!(r#"<script type="module" src="{origin}{path}"></script>"#);
    assert_eq!(last("/src/not-an-input.ts"), script("src/not-an-input.ts"));
    assert_eq!(last("virtual:entry"), script("@id/virtual:entry"));
    let outside = project.path().parent().expect("a parent").join("outside/x.ts").display().to_string();
    assert_eq!(last("../outside/x.ts"), script(&format!("@fs{outside}")));
    let error = vite.tags(["src/main.ts", "src/mian.ts"]).expect_err("neither");
    assert_eq!(error.kind(), ErrorKind::UnknownEntry);
    assert_eq!(error.suggestions(), ["src/main.ts"]);
    // Files that git does not ignore are suggested too.
    #[cfg(feature = "proxy")]
    {
        project.write(".gitignore", "made");
        project.write("made/other.ts", "");
        project.write("node_modules/other.ts", "");
        project.write("deep/other.ts", "");
        assert_eq!(vite.tags("src/other.ts").expect_err("unknown").suggestions(), ["deep/other.ts"]);
    }
    assert!(error.to_string().contains("it is neither an input of Vite nor a file below "), "{error}");
    fails(vite.require(["src/main.ts", "src/mian.ts"]), ErrorKind::UnknownEntry);
}

#[test]
fn a_dev_file_of_a_stopped_server_is_only_a_hint() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let project = project(&format!("http://{gone}/"));
    assert_eq!(html(auto(&project).open().expect("a build").tags("src/main.ts")), BUILT);
}

#[test]
fn an_unreadable_dev_file_is_ignored() {
    let project = project("http://localhost:1/");
    for text in [
        "{",
        "{}",
        r#"{"version": 2, "url": "http://127.0.0.1:1/", "root": "/"}"#,
        r#"{"version": 1, "url": "file:///etc", "root": "/"}"#,
    ] {
        project.write(".vite-bridge/dev.json", text);
        assert_eq!(html(auto(&project).open().expect("a build").tags("src/main.ts")), BUILT, "{text}");
    }
}

#[test]
fn a_missing_build_is_an_error_without_a_server_or_a_project() {
    let nothing = Dist::new(&[]);
    let error = auto(&nothing).open().expect_err("neither");
    assert_eq!(error.kind(), ErrorKind::ManifestNotFound);
}

#[cfg(all(feature = "watch", debug_assertions))]
#[test]
fn a_later_or_moved_server_is_followed_and_a_stopped_one_is_kept() {
    let project = project("http://127.0.0.1:1/");
    std::fs::remove_dir_all(project.path().join(".vite-bridge")).expect("removed");
    let vite = auto(&project).open().expect("a build");
    let page = vite.page();
    assert_eq!(html(vite.tags("src/main.ts")), BUILT);
    for _ in 0..2 {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}/", server.local_addr().expect("an address"));
        project.write(".vite-bridge/dev.json", &dev_file(&project, &origin));
        until("the server is followed", || {
            html(vite.tags("src/main.ts")).contains(&format!("{origin}@vite/client"))
        });
    }
    std::fs::remove_file(project.path().join(".vite-bridge/dev.json")).expect("removed");
    assert!(vite.is_development());
    assert_eq!(html(page.tags("src/main.ts")), BUILT, "a page keeps the build that it began with");
}

#[cfg(all(feature = "watch", debug_assertions))]
#[test]
fn without_a_server_or_a_build_pages_wait_and_then_recover() {
    let project = Dist::new(&[("package.json", "{}")]);
    let vite = auto(&project).open().expect("pages that wait");
    let tags = html(vite.tags("src/main.ts"));
    assert!(tags.contains("@vite/client") && !tags.contains("src/main.ts"), "{tags}");
    for error in
        [vite.asset("x.svg").expect_err("no build"), vite.page().inline("x.svg").expect_err("no build")]
    {
        assert_eq!(error.kind(), ErrorKind::ManifestNotFound);
    }
    let production = auto(&project).mode(Mode::Production).open().expect_err("no build");
    assert_eq!(production.kind(), ErrorKind::ManifestNotFound);
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}/", server.local_addr().expect("an address"));
    project.write(".vite-bridge/dev.json", &dev_file(&project, &origin));
    until("the page comes alive", || {
        html(vite.tags("src/main.ts")).contains(&format!("{origin}src/main.ts"))
    });
    assert!(vite.asset("x.svg").is_ok());
}

#[cfg(all(feature = "proxy", feature = "axum", debug_assertions))]
#[tokio::test]
async fn a_visit_records_the_address_of_the_application_for_vites_own_port() {
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::Request;
    use tower::ServiceExt as _;

    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let project = project(&format!("http://{}/", server.local_addr().expect("an address")));
    let app = auto(&project).open().expect("dev").mount(axum::Router::new());
    let visit = async |host: &str, accept: &str, peer: &str| {
        let request = Request::builder().uri("/").header("host", host).header("accept", accept);
        let mut request = request.body(Body::empty()).expect("a request");
        let peer: std::net::SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request).await.expect("an answer");
        let file = std::fs::read(project.path().join(".vite-bridge/app.json")).ok()?;
        let json: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        Some(json.get("url")?.as_str()?.to_owned())
    };
    assert_eq!(visit("localhost:3000", "*/*", "127.0.0.1:5").await, None, "not a page");
    assert_eq!(visit("evil.test", "text/html", "127.0.0.1:5").await, None, "an unknown host");
    assert_eq!(visit("localhost:3000", "text/html", "192.168.1.9:5").await, None, "another machine");
    for host in ["localhost:3000", "app.localhost:4000"] {
        let url = visit(host, "text/html,*/*", "127.0.0.1:5").await;
        assert_eq!(url, Some(format!("http://{host}/")));
    }
}

#[cfg(all(feature = "proxy", feature = "axum", debug_assertions))]
#[tokio::test]
async fn the_socket_is_at_the_path_in_the_dev_file() {
    use crate::support::mounted::{SWITCH, handshake, serve};
    use crate::support::upstream::Upstream;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let upstream = Upstream::new(|_| SWITCH.to_owned()).await;
    let origin = format!("http://{}/static/", upstream.address);
    let project = project(&origin);
    let file = json!({"version": 1, "url": origin, "root": project.path(), "socket": "/static/hmr"});
    project.write(".vite-bridge/dev.json", &file.to_string());
    let address = serve(&auto(&project).open().expect("dev")).await;
    for (path, status) in [("/static/hmr", "101"), ("/static/", "404"), ("/hmr", "404")] {
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let head = handshake("Origin: http://localhost:3000\r\n", "vite-hmr");
        let head = head.replace("GET /?", &format!("GET {path}?"));
        socket.write_all(head.as_bytes()).await.expect("written");
        let mut start = [0; 12];
        socket.read_exact(&mut start).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&start), format!("HTTP/1.1 {status}"), "{path}");
    }
    assert_eq!(upstream.count(), 1);
}

#[cfg(debug_assertions)]
#[test]
fn imported_stylesheets_are_linked_with_the_ids_of_vites_client() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}/static/", server.local_addr().expect("an address"));
    let project = project(&origin);
    let main = json!([{"url": "/src/a b.css", "id": "/p/a b.css"}, {"url": "/src/X.vue?vue&lang.css", "id": "/p/X.vue?vue"}]);
    let other = json!([{"url": "/src/a b.css", "id": "/p/a b.css"}]);
    let file = json!({"version": 1, "url": origin, "root": project.path(), "inputs": ["src/main.ts", "src/other.ts", "src/x.css"],
        "styles": {"src/main.ts": main, "src/other.ts": other}});
    project.write(".vite-bridge/dev.json", &file.to_string());
    let vite = auto(&project).open().expect("dev");
    let expected = [
        format!(r#"<script type="module" src="{origin}@vite/client"></script>"#),
        format!(r#"<link rel="stylesheet" href="{origin}src/a%20b.css" data-vite-dev-id="/p/a b.css">"#),
        format!(
            r#"<link rel="stylesheet" href="{origin}src/X.vue?vue&amp;lang.css" data-vite-dev-id="/p/X.vue?vue">"#
        ),
        format!(r#"<link rel="stylesheet" href="{origin}src/x.css">"#),
        format!(r#"<script type="module" src="{origin}src/main.ts"></script>"#),
        format!(r#"<script type="module" src="{origin}src/other.ts"></script>"#),
    ];
    assert_eq!(html(vite.tags(["src/main.ts", "src/x.css", "/src/other.ts"])), expected.join("\n"));
}

#[cfg(all(feature = "watch", debug_assertions))]
#[test]
fn a_changed_dev_file_of_the_same_server_is_read_again() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}/", server.local_addr().expect("an address"));
    let project = project(&origin);
    let vite = auto(&project).open().expect("dev");
    assert!(vite.tags("virtual:later").is_err());
    let file = json!({"version": 1, "url": origin, "root": project.path(), "inputs": ["virtual:later"]});
    project.write(".vite-bridge/dev.json", &file.to_string());
    until("the new input is known", || vite.tags("virtual:later").is_ok());
}
