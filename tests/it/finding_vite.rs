//! Finding Vite: the place of the dev file, the nonce, servers that do not answer, pages that wait.

use std::net::TcpListener;

use serde_json::{Value, json};
use vite_bridge::{Builder, ErrorKind, Vite};

use crate::support::log::log;
use crate::support::small_vite::SmallVite;
use crate::support::{Dist, html, until};

const MANIFEST: &str = r#"{"src/main.ts": {"file": "main-1.js", "isEntry": true}}"#;
const BUILT: &str = r#"<script type="module" src="/main-1.js"></script>"#;

/// Returns a project with a build in `dist`.
fn project() -> Dist {
    Dist::new(&[("Cargo.toml", ""), ("dist/.vite/manifest.json", MANIFEST), ("dist/main-1.js", "")])
}

fn dev_file(project: &Dist, dist: &str, url: &str, nonce: &str) -> String {
    let dist = project.path().join(dist);
    json!({"version": 1, "url": url, "root": project.path(), "outDir": dist, "nonce": nonce, "inputs": ["src/main.ts"]})
        .to_string()
}

fn open(project: &Dist, dist: &str) -> Vite {
    Builder::new(project.path().join(dist)).read_environment(false).open().expect("a view")
}

fn tags(vite: &Vite) -> String {
    html(vite.tags("src/main.ts"))
}

fn uses(vite: &Vite, url: &str) -> bool {
    tags(vite).contains(&format!("{url}src/main.ts"))
}

/// Tells whether pages wait: they contain only Vite's client, from the application.
fn waits(vite: &Vite) -> bool {
    tags(vite) == r#"<script type="module" src="/@vite/client"></script>"#
}

#[test]
fn each_output_directory_has_its_own_dev_file_in_the_project_folder() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/dev-files.json")).expect("the cases");
    for case in &cases {
        let text = |name: &str| case[name].as_str().expect("a text").to_owned();
        let project = Dist::new(&[]);
        for file in case["files"].as_array().expect("a list") {
            project.write(file.as_str().expect("a text"), "");
        }
        let file = Builder::new(project.path().join(text("dist"))).dev_file().expect("a place");
        assert_eq!(file, project.path().join(text("devFile")), "{}", text("name"));
    }
    assert_eq!(cases.len(), 12);
}

#[test]
fn two_front_ends_of_a_repository_find_their_own_servers() {
    let project = Dist::new(&[("Cargo.toml", "")]);
    let (first, second) = (SmallVite::new("first"), SmallVite::new("second"));
    let write = |dist: &str, vite: &SmallVite| {
        let file = Builder::new(project.path().join(dist)).dev_file().expect("a place");
        let name = file.strip_prefix(project.path()).expect("below the project");
        project.write(&name.display().to_string(), &dev_file(&project, dist, &vite.url(), &dist[5..]));
    };
    write("dist/first", &first);
    write("dist/second", &second);
    assert!(uses(&open(&project, "dist/first"), &first.url()));
    assert!(uses(&open(&project, "dist/second"), &second.url()));
}

#[test]
fn a_dev_file_of_the_usual_name_counts_unless_it_is_for_another_directory() {
    let vite = SmallVite::new("n0nce");
    let project = Dist::new(&[("package.json", "{}")]);
    project.write(".vite-bridge/dev.json", &dev_file(&project, "web/out", &vite.url(), "n0nce"));
    assert!(uses(&open(&project, "web/out"), &vite.url()));
    assert!(waits(&open(&project, "web/other")));
}

#[test]
fn a_server_without_the_nonce_of_the_dev_file_is_not_used() {
    let log_before = log().len();
    let other = SmallVite::new("the nonce of another project");
    let project = project();
    project.write(".vite-bridge/dev.json", &dev_file(&project, "dist", &other.url(), "n0nce"));
    let vite = open(&project, "dist");
    assert!(waits(&vite), "pages do not show the build: {}", tags(&vite));
    assert_eq!(vite.dev_server_url(), None);
    let error = vite.asset("logo.svg").expect_err("no server");
    assert_eq!(error.kind(), ErrorKind::DevServerSilent);
    let reason =
        format!("names {}, and another program answers, or the Vite of another project", other.url());
    assert!(error.message().contains(&reason), "{error}");
    until("the server is asked again", || other.asked() > 3);
    let lines = log()[log_before..].lines().filter(|line| line.contains(&reason)).count();
    assert_eq!(lines, 1, "one warning");
    let own = SmallVite::new("n0nce");
    project.write(".vite-bridge/dev.json", &dev_file(&project, "dist", &own.url(), "n0nce"));
    until("the right server is used", || uses(&vite, &own.url()));
}

#[test]
fn a_server_that_hangs_is_asked_again_until_it_answers() {
    let hung = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", hung.local_addr().expect("an address"));
    let project = project();
    project.write(".vite-bridge/dev.json", &dev_file(&project, "dist", &url, "n0nce"));
    let vite = open(&project, "dist");
    assert!(waits(&vite), "{}", tags(&vite));
    let error = vite.asset("logo.svg").expect_err("no server");
    assert!(error.message().ends_with(&format!("names {url}, and it does not answer")), "{error}");
    // The dev file does not change.
    let _running = SmallVite::at(hung, "n0nce");
    until("the server is used", || uses(&vite, &url));
}

#[test]
fn a_build_is_used_beside_a_stale_dev_file_until_its_server_is_back() {
    let place = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let project = project();
    let file = dev_file(&project, "dist", &format!("http://{place}/"), "n0nce");
    project.write(".vite-bridge/dev.json", &file);
    let vite = open(&project, "dist");
    assert_eq!(tags(&vite), BUILT);
    let back = SmallVite::at(TcpListener::bind(place).expect("the port again"), "n0nce");
    until("the server is used", || uses(&vite, &back.url()));
}

#[test]
fn pages_that_wait_for_a_silent_server_use_the_build_when_its_dev_file_is_removed() {
    let hung = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", hung.local_addr().expect("an address"));
    let project = project();
    project.write(".vite-bridge/dev.json", &dev_file(&project, "dist", &url, "n0nce"));
    let vite = open(&project, "dist");
    assert!(waits(&vite));
    std::fs::remove_file(project.path().join(".vite-bridge/dev.json")).expect("removed");
    until("the build is used", || tags(&vite) == BUILT);
}

#[test]
fn each_start_of_vite_is_logged_once() {
    let project = project();
    let vite = open(&project, "dist");
    // As the plugin does: a partial file would be an error.
    let replace = |text: &str| {
        let folder = project.path().join(".vite-bridge");
        project.write(".vite-bridge/draft", text);
        std::fs::rename(folder.join("draft"), folder.join("dev.json")).expect("renamed");
    };
    let count = |url: &str| {
        let log = log();
        log.lines().filter(|line| line.contains("pages load from Vite") && line.contains(url)).count()
    };
    log();
    for nonce in ["first", "second"] {
        let server = SmallVite::new(nonce);
        let file = dev_file(&project, "dist", &server.url(), nonce);
        replace(&file);
        until("the server is used", || uses(&vite, &server.url()));
        // The plugin writes the file again when inputs change. The log does not mention it.
        let changed = file.replace("src/main.ts", "src/main.ts\",\"src/other.ts");
        replace(&changed);
        until("the new input is known", || vite.require("src/other.ts").is_ok());
        assert_eq!(count(&server.url()), 1);
    }
}

#[test]
fn without_a_build_and_without_vite_errors_say_what_to_start() {
    let project = Dist::new(&[("Cargo.toml", "")]);
    let vite = open(&project, "dist");
    assert!(waits(&vite));
    let error = vite.asset("logo.svg").expect_err("neither");
    let expected = "Vite does not run, and there is no manifest at DIST/dist/.vite/manifest.json or \
        DIST/dist/manifest.json: the directory does not exist\n\
        help: start Vite with `npm run dev`, or build with `npm run build`";
    assert_eq!(project.hide(&error.to_string()), expected);
}

#[cfg(all(feature = "proxy", feature = "axum"))]
#[tokio::test]
async fn while_pages_wait_the_application_answers_everything_but_vites_own_paths() {
    use crate::support::mounted::{handshake, serve};
    use crate::support::upstream::{get_raw, header, raw};

    let project = Dist::new(&[("package.json", "{}")]);
    let address = serve(&open(&project, "dist")).await;
    let client = get_raw(address, "/@vite/client", "").await;
    assert!(client.starts_with("HTTP/1.1 200 ") && client.contains("location.reload()"), "{client}");
    assert!(
        client.contains(r#"const notice = "Vite is not running. Start it with `npm run dev`"#),
        "{client}"
    );
    let module = get_raw(address, "/@id/x", "").await;
    assert!(module.starts_with("HTTP/1.1 503 "), "{module}");
    assert!(module.ends_with("Start it with `npm run dev`, and this page reloads.\n"), "{module}");
    let file = get_raw(address, "/src/main.ts", "").await;
    assert!(file.ends_with("the application's fallback"), "{file}");
    let ping = get_raw(address, "/", "Accept: text/x-vite-ping\n").await;
    assert!(ping.starts_with("HTTP/1.1 307 "), "{ping}");
    assert_eq!(header(&ping, "location"), Some("data:,"));
    let own = handshake("Origin: http://localhost:3000\r\nConnection: close\r\n", "vite-hmr");
    let socket = raw(address, &own.replace("\r\n", "\n").replace("Connection: Upgrade\n", "")).await;
    assert!(socket.starts_with("HTTP/1.1 503 "), "{socket}");
}
