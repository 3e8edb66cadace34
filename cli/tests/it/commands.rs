//! The commands on a build: output, errors, exit statuses.

use std::fs;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use vite_bridge::ErrorKind;

use crate::support::dist::Dist;

fn run(dist: &Dist, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let (name, rest) = args.split_first().expect("a command");
    // This variable belongs to the application and must not change the result.
    command.env("VITE_BRIDGE_MODE", "disabled").arg(name).arg("--dist").arg(dist.path()).args(rest);
    // This directory contains no templates.
    command.current_dir(dist.path());
    command.output().expect("the program")
}

/// Runs a command that needs no build.
fn run_bare(dist: &Dist, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    command.args(args).current_dir(dist.path()).output().expect("the program")
}

#[track_caller]
fn stdout(dist: &Dist, args: &[&str], status: i32) -> String {
    let output = run(dist, args);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(status), "{text}{}", String::from_utf8_lossy(&output.stderr));
    dist.hide(&text)
}

fn complete() -> Dist {
    Dist::new(&[
        (
            ".vite/manifest.json",
            &json!({
                "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "name": "main", "isEntry": true, "imports": ["_s.js"],
                                "dynamicImports": ["src/lazy.ts"], "css": ["assets/main-C3d4B1a2.css"]},
                "_s.js": {"file": "assets/s-D4c3B2a1.js", "imports": ["_s.js"]},
                "src/lazy.ts": {"file": "assets/lazy-E5f6A7b8.js", "isDynamicEntry": true, "imports": ["_s.js"],
                                "css": ["assets/lazy-F6a7B8c9.css"]},
                "src/logo.svg": {"file": "assets/logo-A7b8C9d0.svg"},
            })
            .to_string(),
        ),
        ("assets/main-B1a2C3d4.js", "main"),
        ("assets/s-D4c3B2a1.js", "sh"),
        ("assets/lazy-E5f6A7b8.js", "lazy!"),
        ("assets/main-C3d4B1a2.css", "a{background:url(/assets/logo-A7b8C9d0.svg)}"),
        ("assets/lazy-F6a7B8c9.css", ""),
        ("assets/logo-A7b8C9d0.svg", "<svg/>"),
    ])
}

const MAIN: &str = "<link rel=\"stylesheet\" href=\"/assets/main-C3d4B1a2.css\">\n\
    <script type=\"module\" src=\"/assets/main-B1a2C3d4.js\"></script>\n\
    <link rel=\"modulepreload\" href=\"/assets/s-D4c3B2a1.js\">\n";

#[test]
fn tags_prints_html_json_or_a_link_header() {
    let dist = complete();
    assert_eq!(stdout(&dist, &["tags", "src/main.ts"], 0), MAIN);
    assert_eq!(stdout(&dist, &["tags", "--", "main"], 0), MAIN);
    assert_eq!(stdout(&dist, &["tags"], 0), "");
    assert_eq!(stdout(&dist, &["tags", "--format", "json"], 0), "[]\n");
    let json: Value = serde_json::from_str(&stdout(
        &dist,
        &["tags", "--format=json", "--nonce", "n", "--no-modulepreload", "main"],
        0,
    ))
    .expect("JSON");
    assert_eq!(
        json[1],
        json!({"kind": "script", "href": "/assets/main-B1a2C3d4.js", "attrs": {"type": "module", "nonce": "n"}})
    );
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    let link =
        stdout(&dist, &["tags", "--format", "link", "--crossorigin=use-credentials", "src/lazy.ts"], 0);
    assert!(
        link.starts_with(
            "</assets/lazy-F6a7B8c9.css>; rel=preload; as=style; crossorigin=\"use-credentials\", "
        ),
        "{link}"
    );
    assert_eq!(
        stdout(&dist, &["tags", "--format", "link", "--dev-url", "http://localhost:5173", "a.ts"], 0),
        ""
    );
}

#[test]
fn tags_reports_an_error_as_text_and_as_json() {
    let dist = complete();
    let output = run(&dist, &["tags", "--format", "json", "src/mian.ts"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["error"]["kind"], "unknown_entry");
    assert_eq!(json["error"]["suggestions"], json!(["src/main.ts"]));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    let more = "  = for more: vite-bridge explain unknown_entry";
    let message = json["error"]["message"].as_str().expect("a message");
    let help = json["error"]["help"].as_str().map(|help| format!("  = help: {help}\n")).unwrap_or_default();
    assert_eq!(text, format!("error[unknown_entry]: {message}\n{help}{more}\n"));
    assert!(json["error"]["url"].as_str().expect("a URL").ends_with("#unknown_entry"));
}

#[test]
fn explain_prints_a_code_and_suggests_similar_codes() {
    let dist = complete();
    let explained = |args: &[&str]| String::from_utf8(run_bare(&dist, args).stdout).expect("UTF-8");
    let text = explained(&["explain", "unknown_entry"]);
    assert!(["Cause", "Example", "Cure"].iter().all(|part| text.contains(&format!("**{part}**"))), "{text}");
    let all = explained(&["explain"]);
    assert!(ErrorKind::ALL.iter().all(|kind| all.lines().any(|line| line == kind.as_str())), "{all}");
    let output = run_bare(&dist, &["explain", "entry"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    let expected = "error: unknown code \"entry\"\n  = help: use one of the similar codes: unknown_entry, ";
    assert!(text.starts_with(expected), "{text}");
    let output = run_bare(&dist, &["explain", "xyz"]);
    let text = String::from_utf8_lossy(&output.stderr);
    let expected = "error: unknown code \"xyz\"\n  = help: run `vite-bridge explain` to list all codes\n";
    assert_eq!(text, expected);
}

#[test]
fn the_exit_status_names_the_cause() {
    let dist = complete();
    assert_eq!(run(&dist, &["tags", "src/mian.ts"]).status.code(), Some(1), "an error of the project");
    assert_eq!(run(&dist, &["tags", "--no-such-option"]).status.code(), Some(2), "a usage error");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(&dist, &["serve", "--addr", &address]);
    assert_eq!(output.status.code(), Some(3), "a port in use");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&format!("error[cannot_listen]: cannot listen on {address}: ")), "{text}");
    assert!(text.contains("  = help: choose another address with `--addr`\n"), "{text}");
    let output = run_bare(&dist, &["dev"]);
    assert_eq!(output.status.code(), Some(3), "no Vite to start");
}

#[test]
fn a_usage_error_has_status_2_and_a_suggestion() {
    let dist = complete();
    let output = run(&dist, &["tags", "--none", "n"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains("a similar argument exists: '--nonce'"), "{text}");
    assert_eq!(run(&dist, &["tags", "--crossorigin=yes", "x"]).status.code(), Some(2));
    assert_eq!(run(&dist, &["tags", "--react", "x"]).status.code(), Some(2));
    assert_eq!(run(&dist, &["tags", "--manifest", "x"]).status.code(), Some(2));
}

#[test]
fn tags_verifies_files_only_when_asked() {
    let dist = complete();
    std::fs::remove_file(dist.path().join("assets/logo-A7b8C9d0.svg")).expect("removed");
    assert_eq!(stdout(&dist, &["tags", "src/main.ts"], 0), MAIN);
    let output = run(&dist, &["tags", "--verify-files", "src/main.ts"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("assets/logo-A7b8C9d0.svg"));
}

#[test]
fn check_succeeds_for_a_complete_build() {
    assert_eq!(stdout(&complete(), &["check"], 0), "no problems in 4 chunks of DIST\n");
    assert_eq!(stdout(&complete(), &["check", "--json"], 0), "[]\n");
}

#[test]
fn check_prints_a_line_for_each_missing_import_and_file() {
    let dist = Dist::new(&[(
        "manifest.json",
        r#"{"a.ts": {"file": "a.js", "imports": ["_x.js", "_y.js"], "dynamicImports": ["z.ts"], "css": ["../out.css"]}}"#,
    )]);
    assert_eq!(
        stdout(&dist, &["check"], 1),
        "a.ts: missing_import: imports \"_x.js\", which is missing from the manifest\n\
         a.ts: missing_import: imports \"_y.js\", which is missing from the manifest\n\
         a.ts: missing_import: dynamically imports \"z.ts\", which is missing from the manifest\n\
         a.ts: asset_file_missing: the file \"../out.css\" is outside the output directory\n\
         a.ts: asset_file_missing: the file \"a.js\" is missing\n  = help: run `npm run build` again, or copy the complete output directory\n"
    );
    let json: Value = serde_json::from_str(&stdout(&dist, &["check", "--json"], 1)).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(5));
    let output = run(&dist, &["check"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(dist.hide(&text).starts_with("5 errors in 1 chunk of DIST\n"), "{text}");
}

#[test]
fn check_warns_of_a_relative_base_and_fails_for_another_base() {
    let dist = complete();
    let text = stdout(&dist, &["check", "--base", "./"], 0);
    assert!(text.starts_with("./: warning: base_mismatch: "), "{text}");
    assert!(text.ends_with("\n1 warning in 4 chunks of DIST\n"), "{text}");
    let manifest = fs::read(dist.path().join(".vite/manifest.json")).expect("a manifest");
    let info =
        json!({"version": 1, "buildId": vite_bridge::manifest::build_id(&manifest), "base": "/static/"});
    dist.write(".vite/bridge.json", &info.to_string());
    let text = stdout(&dist, &["check", "--base", "/x/"], 1);
    assert!(text.starts_with("/x/: base_mismatch: "), "{text}");
    let json: Value =
        serde_json::from_str(&stdout(&dist, &["check", "--base", "./", "--json"], 0)).expect("JSON");
    assert_eq!((&json[0]["severity"], &json[0]["kind"]), (&json!("warning"), &json!("base_mismatch")));
}

#[test]
fn check_finds_unversioned_files_below_the_base_in_built_css() {
    let css = "@import \"/static/plain.css\";\na{background:url(/static/x.png)}\n\
        b{background:image-set(\"y.png\" 1x, url(\"./z-B1a2C3d4.png\") 2x)}/* url(/static/no.png) */\n\
        @media print{c{src:url( '/static/deep/f.woff2?v=1#x' )}}\n\
        d{content:\"url(/static/no.png)\";e:url(data:image/png;base64,AA)}f{g:url(#id);h:url(/other/x.png);i:url(https://x.test/static/x.png)}";
    let dist = Dist::new(&[
        ("manifest.json", r#"{"a.css": {"file": "assets/a-B1a2C3d4.css", "isEntry": true}}"#),
        ("assets/a-B1a2C3d4.css", css),
    ]);
    let found = stdout(&dist, &["check", "--base", "/static/"], 1);
    let places: Vec<_> =
        found.lines().filter_map(|line| line.split_once(": \"").map(|(place, _)| place)).collect();
    assert_eq!(
        places,
        [
            "DIST/assets/a-B1a2C3d4.css:1:9: unversioned_reference",
            "DIST/assets/a-B1a2C3d4.css:2:14: unversioned_reference",
            "DIST/assets/a-B1a2C3d4.css:3:24: unversioned_reference",
            "DIST/assets/a-B1a2C3d4.css:4:25: unversioned_reference",
        ],
        "{found}"
    );
    let message =
        "\"/static/deep/f.woff2?v=1#x\" is a file of the build without a hash in its name\n  = help: import ";
    assert!(found.contains(message), "{found}");
}

#[test]
fn check_without_a_build_is_an_error() {
    let output = run(&Dist::new(&[]), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error[manifest_not_found]: "));
}

#[test]
fn check_reports_build_info_of_another_build() {
    let dist = complete();
    dist.write(".vite/bridge.json", r#"{"version": 1, "buildId": "0123456789abcdef"}"#);
    let text = stdout(&dist, &["check"], 1);
    assert!(text.starts_with("DIST: build_info_mismatch: ") && text.contains("0123456789abcdef"), "{text}");
}

#[test]
fn inspect_shows_the_tree_and_the_sizes_of_an_entry() {
    let text = stdout(&complete(), &["inspect", "src/main.ts"], 0);
    let lines: Vec<_> = text.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "",
            "src/main.ts",
            "  script assets/main-B1a2C3d4.js 4 B",
            "  style  assets/main-C3d4B1a2.css 44 B",
            "  imports _s.js",
            "    script assets/s-D4c3B2a1.js 2 B",
            "    imports _s.js (shown elsewhere)",
            "  later: src/lazy.ts",
            "    script assets/lazy-E5f6A7b8.js 5 B",
            "    style  assets/lazy-F6a7B8c9.css 0 B",
            "    imports _s.js (shown elsewhere)",
            "at once: 50 B (2 scripts, 1 stylesheet)",
            "later:   5 B (1 script, 1 stylesheet)",
        ]
    );
    assert!(!text.contains('\u{1b}'), "colors in a pipe");
}

fn compress(dist: &Dist, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let output = command.arg("compress").arg(dist.path()).args(args).output().expect("the program");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), dist.hide(&String::from_utf8(text).expect("UTF-8")))
}

#[test]
fn compress_writes_and_checks_files_and_inspect_shows_their_sizes() {
    let dist = complete();
    dist.write("assets/main-B1a2C3d4.js", &"export const a = 1;\n".repeat(200));
    let (status, text) = compress(&dist, &["--check"]);
    assert_eq!(status, Some(1));
    assert_eq!(
        text,
        "assets/main-B1a2C3d4.js.br: stale: missing or out of date\n\
         assets/main-B1a2C3d4.js.gz: stale: missing or out of date\n\
         error[compressed_outdated]: 2 stale compressed files in DIST\n  \
         = help: run `vite-bridge compress DIST`\n  \
         = for more: vite-bridge explain compressed_outdated\n"
    );
    let (status, text) = compress(&dist, &[]);
    assert_eq!(status, Some(0));
    assert!(
        text.starts_with("1 .br     4 kB to ") && text.ends_with("2 written, 0 unchanged, 0 removed\n"),
        "{text}"
    );
    assert_eq!(compress(&dist, &["--check"]).0, Some(0));
    fs::remove_file(dist.path().join("assets/main-B1a2C3d4.js.gz")).expect("removed");
    let (_, json) = compress(&dist, &["--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["files"][1]["file"], "assets/main-B1a2C3d4.js.gz");
    assert_eq!(
        (&json["files"][0]["state"], &json["files"][1]["state"]),
        (&json!("unchanged"), &json!("written"))
    );
    let (br, gzip) = (&json["files"][0]["size"], &json["files"][1]["size"]);
    let text = stdout(&dist, &["inspect", "src/main.ts"], 0);
    assert!(text.contains(&format!("assets/main-B1a2C3d4.js 4 kB (br {br} B, gzip {gzip} B)")), "{text}");
    let sent = br.as_u64().expect("a size") + 46;
    assert!(
        text.contains(&format!("at once: 4.05 kB, {sent} B compressed (2 scripts, 1 stylesheet)")),
        "{text}"
    );
    let missing = run(&Dist::new(&[]), &["compress"]);
    assert_eq!(missing.status.code(), Some(2), "DIST is not an option");
}

#[test]
fn inspect_names_the_source_of_the_base() {
    let dist = complete();
    let first = |args: &[&str]| stdout(&dist, args, 0).lines().next().unwrap_or_default().to_owned();
    assert!(
        first(&["inspect"])
            .starts_with("base \"/\" (assumed, because the manifest does not record it; pass the `base`")
    );
    assert_eq!(first(&["inspect", "--base", "/x/"]), "base \"/x/\" (from --base)");
    assert!(
        first(&["inspect", "--base", "./"])
            .contains("relative, so tags are correct only on pages in the output directory")
    );
}

#[test]
fn inspect_prints_json_for_all_entries() {
    let json: Value = serde_json::from_str(&stdout(&complete(), &["inspect", "--json"], 0)).expect("JSON");
    assert_eq!(json["base"], "/");
    assert_eq!(json["entries"][0]["entry"], "src/main.ts");
    assert_eq!(
        json["entries"][0]["later"][0],
        json!({"file": "assets/lazy-E5f6A7b8.js", "kind": "script", "size": 5})
    );
    assert_eq!(json["entries"][0]["tree"][1]["key"], "_s.js");
}

#[test]
fn a_file_that_loads_at_once_is_not_listed_as_later() {
    let dist = Dist::new(&[(
        "manifest.json",
        &json!({
            "a.ts": {"file": "a.js", "isEntry": true, "imports": ["_x.js", "_y.js"], "dynamicImports": ["l.ts"]},
            "_x.js": {"file": "x.js", "dynamicImports": ["l.ts"]},
            "_y.js": {"file": "y.js", "imports": ["_s.js"]},
            "_s.js": {"file": "s.js"},
            "l.ts": {"file": "l.js", "imports": ["_y.js", "_s.js"]},
        })
        .to_string(),
    )]);
    let json: Value = serde_json::from_str(&stdout(&dist, &["inspect", "--json", "a.ts"], 0)).expect("JSON");
    let files = |when: &str| -> Vec<String> {
        let list = json["entries"][0][when].as_array().expect("a list");
        list.iter().map(|file| file["file"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(files("now"), ["a.js", "s.js", "x.js", "y.js"]);
    assert_eq!(files("later"), ["l.js"]);
}

/// Returns the whole response to a request, as text.
#[cfg(unix)]
fn get(address: &str, path: &str) -> String {
    use std::io::{Read as _, Write as _};

    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("written");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

#[cfg(unix)]
#[test]
fn serve_prints_its_address_serves_the_build_and_ends_on_sigterm() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let dist = complete();
    dist.write("robots.txt", "User-agent: *");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let args = [
        "serve",
        "--log",
        "debug",
        "--addr",
        "127.0.0.1:0",
        "--max-age",
        "5",
        "--base",
        "/static/",
        "--dist",
    ];
    let command = command.args(args).arg(dist.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().expect("the program");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let public = get(&address, "/static/robots.txt");
    assert!(
        public.starts_with("HTTP/1.1 200 ") && public.contains("cache-control: public, max-age=5\r\n"),
        "{public}"
    );
    let nothing = get(&address, "/static/gone.svg");
    assert!(
        nothing.starts_with("HTTP/1.1 404 ") && nothing.contains("cache-control: no-store\r\n"),
        "{nothing}"
    );
    let kill = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    assert_eq!(server.wait().expect("an end").code(), Some(0));
    let mut log = String::new();
    server.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
    assert!(log.contains("served method=GET path=\"/static/robots.txt\" status=200"), "{log}");
    assert!(log.contains("file not found method=GET path=\"/static/gone.svg\" status=404"), "{log}");
    assert!(!log.contains('\u{1b}'), "colors in a pipe");
    let wrong = run(&dist, &["serve", "--max-age", "soon"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn another_version_of_the_library_in_cargo_lock_is_a_warning() {
    let dist = complete();
    let lock = |version: &str, source: &str| {
        format!("version = 4\n\n[[package]]\nname = \"vite-bridge\"\nversion = \"{version}\"\n{source}\n")
    };
    let registry = "source = \"registry+https://example.com/index\"";
    let own = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "warning: this program is version {own}, but Cargo.lock has vite-bridge 9.8.7\n  \
         = help: run `cargo install vite-bridge-cli --version 9.8.7`\n"
    );
    // A file in a parent folder counts, too.
    dist.write("front/package.json", "{}");
    for (text, expected) in [
        (lock("9.8.7", registry), expected.as_str()),
        (lock(own, registry), ""),
        (lock("9.8.7", ""), ""),
        ("not a lock file".to_owned(), ""),
    ] {
        dist.write("Cargo.lock", &text);
        for folder in ["", "front"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
            command.args(["tags", "main", "--dist"]).arg(dist.path());
            let output = command.current_dir(dist.path().join(folder)).output().expect("the program");
            assert_eq!(String::from_utf8_lossy(&output.stderr), expected, "{text}");
            assert_eq!(output.status.code(), Some(0));
        }
    }
    dist.write("Cargo.lock", &lock("9.8.7", registry));
    let output = run_bare(&dist, &["explain"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "`explain` needs no project");
}
