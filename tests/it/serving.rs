//! Serving a build: every case of tests/cases/static.json through tower and through a real socket, and further tests.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;
use vite_bridge::{Builder, ErrorKind, Mode, Sourcemaps, Vite};

use crate::support::exchange::{Reply, over_socket, through_tower};
use crate::support::{Dist, fails, html};

/// The response of the wrapped application to a path that is not in the build.
const OWN: &str = "the application's";

fn app(vite: &Vite) -> Router {
    vite.mount(Router::new().fallback(|| async { (StatusCode::NOT_FOUND, OWN) }))
}

fn write(root: &Path, files: &Value, outside: &Path) {
    let files = files.as_object().expect("files");
    let is_encoded =
        |spec: &Value| spec.get("br_of").or(spec.get("gzip_of")).and_then(Value::as_str).map(str::to_owned);
    for pass in [false, true] {
        for (name, spec) in files.iter().filter(|(_, spec)| is_encoded(spec).is_some() == pass) {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            if let Some(target) = spec["symlink"].as_str() {
                let target = target.replace("{outside}", &outside.display().to_string());
                std::os::unix::fs::symlink(target, &path).expect("a link");
                continue;
            }
            fs::write(&path, bytes(spec, root)).expect("a file");
            if let Some(mtime) = spec["mtime"].as_u64() {
                set_time(&path, mtime);
            }
        }
    }
}

/// The tests never decompress, so any shorter bytes can stand for an encoding. Brotli gets the fewest.
fn bytes(spec: &Value, root: &Path) -> Vec<u8> {
    let size = |name: &Value| fs::metadata(root.join(name.as_str().expect("a name"))).expect("a file").len();
    let filler = |count: u64| vec![b'z'; usize::try_from(count).expect("a size")];
    match spec {
        Value::String(text) => text.clone().into_bytes(),
        _ if spec["text"].is_string() => spec["text"].as_str().expect("text").as_bytes().to_vec(),
        _ if spec["json"].is_object() => spec["json"].to_string().into_bytes(),
        _ if spec["br_of"].is_string() => filler(size(&spec["br_of"]) / 10),
        _ if spec["gzip_of"].is_string() => filler(size(&spec["gzip_of"]) / 5),
        _ => {
            use base64::Engine as _;
            let text = spec["base64"].as_str().expect("base64");
            base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
        }
    }
}

fn set_time(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("a time");
}

/// Returns `None` for a case with an option that does not exist.
fn open(root: &Path, config: &Value, base: &str) -> Option<Vite> {
    Some(builder(root, config, base)?.open().expect("a directory"))
}

/// The same directory as an embedded build. `None` for a case that needs a file system.
#[cfg(feature = "embed")]
fn open_embedded(root: &Path, case: &Value, base: &str) -> Option<Vite> {
    let is_changed =
        case["prior"].as_array().is_some_and(|steps| steps.iter().any(|step| step["do"].is_string()));
    let has_links = |files: &Value| {
        files.as_object().is_some_and(|files| files.values().any(|spec| spec["symlink"].is_string()))
    };
    if has_links(&case["files"]) || case["config"]["autorefresh"] == true || is_changed {
        return None;
    }
    *embedded::ROOT.lock().expect("a root") = Some(root.to_owned());
    Some(builder(root, &case["config"], base)?.embedded::<embedded::Folder>().open().expect("a build"))
}

/// A type that embeds every file of a folder.
#[cfg(feature = "embed")]
mod embedded {
    use std::borrow::Cow;
    use std::path::{Path, PathBuf};
    use std::sync::Mutex;

    use rust_embed::{EmbeddedFile, RustEmbed, utils};

    pub(super) static ROOT: Mutex<Option<PathBuf>> = Mutex::new(None);

    fn root() -> PathBuf {
        ROOT.lock().expect("a root").clone().expect("a folder")
    }

    pub(super) struct Folder;

    impl RustEmbed for Folder {
        fn get(name: &str) -> Option<EmbeddedFile> {
            utils::read_file_from_fs(&root().join(name)).ok()
        }

        fn iter() -> impl Iterator<Item = Cow<'static, str>> + 'static {
            let root = root();
            let mut names = Vec::new();
            list(&root, &root, &mut names);
            names.into_iter()
        }
    }

    fn list(root: &Path, folder: &Path, names: &mut Vec<Cow<'static, str>>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                list(root, &path, names);
            } else {
                names.push(path.strip_prefix(root).expect("below").display().to_string().into());
            }
        }
    }
}

fn builder(root: &Path, config: &Value, base: &str) -> Option<Builder> {
    let mut builder = Builder::new(root).read_environment(false).mode(Mode::Production).base(base);
    builder = builder.require_manifest(false).verify_files(false);
    for (key, value) in config.as_object().expect("a config") {
        builder = match (key.as_str(), value) {
            ("mount", Value::String(base)) => builder.base(base.clone()),
            ("max_age", Value::Null) => builder.max_age(None),
            ("max_age", seconds) => builder.max_age(Duration::from_secs(seconds.as_u64().expect("seconds"))),
            ("sourcemaps", Value::String(what)) if what == "deny" => builder.sourcemaps(Sourcemaps::deny()),
            ("cors", Value::Bool(allow)) => builder.cors(*allow),
            ("index", Value::Bool(serve)) => builder.index_files(*serve),
            ("dotfiles", Value::String(which)) => builder.well_known(which == "well-known"),
            ("autorefresh", Value::Bool(watch)) => builder.watch(*watch),
            ("fallthrough", _) => builder,
            ("mime", Value::Object(types)) => types.iter().fold(builder, |builder, (name, media_type)| {
                builder.media_type(name, media_type.as_str().expect("a media type"))
            }),
            ("headers", Value::Array(rules)) => rules.iter().fold(builder, |builder, rule| {
                let set = rule["set"].as_object().expect("headers").iter();
                let pattern = rule["match"].as_str().expect("a pattern");
                set.fold(builder, |builder, (name, value)| {
                    builder.header(pattern, name, value.as_str().expect("a value"))
                })
            }),
            ("immutable", Value::String(rule)) => {
                let pattern = regex::Regex::new(rule.strip_prefix("regex:")?).expect("a pattern");
                let base = base.to_owned();
                builder.immutable_if(move |file, _| pattern.is_match(&format!("{base}{file}")))
            }
            _ => return None,
        };
    }
    Some(builder)
}

/// The differences between a reply and the expectation of a case.
fn faults(case: &Value, reply: &Reply, root: &Path, prior: Option<&Reply>) -> Vec<String> {
    let expect = &case["expect"];
    let mut faults = Vec::new();
    let statuses = expect["status"].as_array().cloned().unwrap_or_else(|| vec![expect["status"].clone()]);
    if !statuses.contains(&reply.status.into()) {
        return vec![format!("status {}, not {statuses:?}", reply.status)];
    }
    if expect["served_by"] == "app" {
        return if reply.body == OWN.as_bytes() {
            faults
        } else {
            vec!["the application did not answer".to_owned()]
        };
    }
    for (name, rule) in expect["headers"].as_object().expect("headers") {
        // Our application's own 404 may be kept as it likes; `vite-bridge serve` has no-store.
        let is_own = reply.body == OWN.as_bytes();
        if !is_own && !header_is(reply.header(name), rule, root, prior) {
            faults.push(format!("{name}: {:?}, not {rule}", reply.header(name)));
        }
    }
    for name in expect["absent_headers"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let is_there = match name.strip_suffix(":nonzero") {
            Some(name) => reply.header(name).is_some_and(|value| value != "0"),
            None => reply.header(name).is_some(),
        };
        if is_there {
            faults.push(format!("{name} is there"));
        }
    }
    if let (Some(name), "GET", 200 | 206) = (expect["body_of"].as_str(), method(case), reply.status) {
        let whole = fs::read(root.join(name)).expect("a file");
        let slice = expect["body_slice"].as_array().map(|ends| (number(&ends[0]), number(&ends[1])));
        let body = slice.map_or(whole.as_slice(), |(start, end)| &whole[start..end]);
        if (reply.status == 200 || slice.is_some()) && reply.body != body {
            faults.push("the body differs".to_owned());
        }
    }
    if expect["body_empty"] == true && !reply.body.is_empty() {
        faults.push("there is a body".to_owned());
    }
    if let Some(secret) = expect["body_not_contains"].as_str()
        && String::from_utf8_lossy(&reply.body).contains(secret)
    {
        faults.push(format!("{secret} leaks"));
    }
    faults
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a size")
}

fn method(case: &Value) -> &str {
    case["request"]["method"].as_str().expect("a method")
}

fn header_is(value: Option<&str>, rule: &Value, root: &Path, prior: Option<&Reply>) -> bool {
    let Some(value) = value else { return false };
    if let Some(text) = rule.as_str() {
        return value == substitute(text, prior);
    }
    let words: Vec<String> = value.split(',').map(|word| word.trim().to_lowercase()).collect();
    let size = |name: &Value| fs::metadata(root.join(name.as_str().expect("a name"))).expect("a file").len();
    let lower = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_lowercase).collect()
    };
    rule.as_object().expect("a rule").iter().all(|(kind, wanted)| match kind.as_str() {
        "directives" | "list" => {
            let wanted = lower(wanted);
            words.len() == wanted.len() && wanted.iter().all(|word| words.contains(word))
        }
        "list_contains" => lower(wanted).iter().all(|word| words.contains(word)),
        "media_type" => {
            let found = value.split(';').next().unwrap_or_default().trim();
            wanted
                .as_str()
                .map_or_else(|| lower(&wanted["any"]).contains(&found.to_owned()), |one| one == found)
        }
        "charset" => value.to_lowercase().contains("utf-8"),
        "no_charset" => !value.to_lowercase().contains("charset"),
        "matches" => value.starts_with('"') && value.ends_with('"') && value.len() > 2,
        "not" => value != substitute(wanted.as_str().expect("text"), prior),
        "any" => lower(wanted).contains(&value.to_lowercase()),
        "size_of" => value == size(wanted).to_string(),
        "total_size_of" => {
            value == format!("bytes {}/{}", rule["range"].as_str().expect("a range"), size(wanted))
        }
        "range" => true,
        other => panic!("no such rule: {other}"),
    })
}

fn substitute(text: &str, prior: Option<&Reply>) -> String {
    let of = |name: &str| prior.and_then(|reply| reply.header(name)).unwrap_or_default().to_owned();
    text.replace("{{a.etag}}", &of("etag")).replace("{{a.last_modified}}", &of("last-modified"))
}

/// Method, target and headers of the request of a case.
fn request(request: &Value, prior: Option<&Reply>) -> (String, String, Vec<(String, String)>) {
    let text = |name: &str| request[name].as_str().expect("text").to_owned();
    let headers = request["headers"].as_object().expect("headers").iter();
    let headers =
        headers.map(|(name, value)| (name.clone(), substitute(value.as_str().expect("text"), prior)));
    (text("method"), text("path"), headers.collect())
}

/// Performs the steps before the request of a case. Returns the reply to the last request among them.
async fn prepare(case: &Value, mut vite: Vite, root: &Path, base: &str) -> (Vite, Option<Reply>) {
    let mut prior = None;
    for step in case["prior"].as_array().into_iter().flatten() {
        let file = || root.join(step["file"].as_str().expect("a name"));
        if step["request"].is_object() {
            prior = Some(over_socket(app(&vite), request(&step["request"], None)).await);
        } else if step["do"] == "write" {
            fs::write(file(), step["text"].as_str().expect("text")).expect("a file");
        }
        if let Some(mtime) = step["mtime"].as_u64() {
            set_time(&file(), mtime);
        }
        if step["restart"] == true {
            vite = open(root, &case["config"], base).expect("again");
        }
    }
    (vite, prior)
}

/// The number of runs: from disk through a socket and through tower, then embedded through both.
#[derive(Default)]
struct Counts([usize; 4]);

impl Counts {
    /// Runs a case in every way. Returns the differences.
    async fn run(&mut self, case: &Value, base: &str) -> Option<Vec<String>> {
        let top = Dist::new(&[]);
        let root = top.path().join("static");
        fs::create_dir(&root).expect("a folder");
        if case["outside_files"].is_object() {
            write(top.path(), &case["outside_files"], top.path());
        }
        write(&root, &case["files"], top.path());
        let (vite, prior) = prepare(case, open(&root, &case["config"], base)?, &root, base).await;
        if case["config"]["autorefresh"] == true {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        let asked = request(&case["request"], prior.as_ref());
        #[cfg(feature = "embed")]
        let views = [Some(vite), open_embedded(&root, case, base)];
        #[cfg(not(feature = "embed"))]
        let views = [Some(vite), None];
        let mut wrong = Vec::new();
        for (at, vite) in views.iter().enumerate() {
            let Some(vite) = vite else { continue };
            let replies = [
                Some(over_socket(app(vite), asked.clone()).await),
                through_tower(app(vite), asked.clone()).await,
            ];
            for (how, reply) in replies.iter().enumerate() {
                let Some(reply) = reply else { continue };
                self.0[at * 2 + how] += 1;
                let faults = faults(case, reply, &root, prior.as_ref());
                wrong.extend(
                    faults.iter().map(|fault| format!("{} {base} ({at}, {how}): {fault}", case["id"])),
                );
            }
        }
        Some(wrong)
    }

    fn print(&self, base: &str) {
        let [socket, tower, embedded, tower_embedded] = self.0;
        println!("below {base}, from disk: {socket} cases through a socket, {tower} through tower");
        println!("below {base}, embedded: {embedded} cases through a socket, {tower_embedded} through tower");
    }
}

/// Runs one list of requests from disk and embedded, through tower and a socket, below a prefix and below `/`.
#[tokio::test(flavor = "multi_thread")]
async fn every_case_passes_from_disk_and_embedded_through_tower_and_a_socket() {
    let text = include_str!("../cases/static.json");
    let cases: Vec<Value> = serde_json::from_str(text).expect("cases");
    let of_root: Vec<Value> = serde_json::from_str(&text.replace("/static/", "/")).expect("cases");
    let (mut skipped, mut wrong) = (Vec::new(), Vec::new());
    for (base, cases) in [("/static/", &cases), ("/", &of_root)] {
        let mut counts = Counts::default();
        for case in cases {
            match counts.run(case, base).await {
                Some(faults) => wrong.extend(faults),
                None => skipped.push(case["id"].as_str().expect("an id")),
            }
        }
        counts.print(base);
        assert!(counts.0[0] > 90 && counts.0[1] > 80);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((cases.len(), skipped), (99, vec!["cache-previous-build-still-served"; 2]));
}

fn get_(path: &str, headers: &[(&str, &str)]) -> (String, String, Vec<(String, String)>) {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ("GET".to_owned(), path.to_owned(), headers.collect())
}

const MANIFEST: &str = r#"{
    "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "name": "main", "isEntry": true},
    "src/plain.ts": {"file": "plain.js", "name": "plain", "isEntry": true}
}"#;

fn build() -> Dist {
    Dist::new(&[
        (".vite/manifest.json", MANIFEST),
        ("assets/main-B1a2C3d4.js", "main"),
        ("assets/main-B1a2C3d4.js.map", "{}"),
        ("plain.js", "plain"),
        ("page.html", "<p>"),
        ("site.webmanifest", "{}"),
    ])
}

#[tokio::test]
async fn only_hashed_files_are_immutable() {
    let dist = build();
    let app = app(&dist.builder().open().expect("a build"));
    for (path, policy) in [
        ("/assets/main-B1a2C3d4.js", "public, max-age=31536000, immutable"),
        ("/assets/main-B1a2C3d4.js.map", "public, max-age=31536000, immutable"),
        ("/plain.js", "public, max-age=60"),
        ("/site.webmanifest", "public, max-age=60"),
        ("/page.html", "no-cache"),
    ] {
        let reply = over_socket(app.clone(), get_(path, &[])).await;
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(policy)), "{path}");
    }
}

/// `entryFileNames` can give a name any form, such as `dot.HASH.js` or `js/HASH/x-HASH.mjs`.
#[tokio::test]
async fn hashed_names_of_every_pattern_are_recognised() {
    let manifest = r#"{
        "src/dot.ts": {"file": "dot.B1a2C3d4.js", "name": "dot", "isEntry": true, "css": ["style.css"]},
        "src/plain.ts": {"file": "inter-variable.js", "name": "inter-variable", "isEntry": true},
        "src/folder.ts": {"file": "js/C3d4B1a2/x-D4c3B2a1.mjs", "name": "x", "isEntry": true}
    }"#;
    let dist = Dist::new(&[(".vite/manifest.json", manifest)]);
    let files = [
        "dot.B1a2C3d4.js",
        "style.css",
        "inter-variable.js",
        "js/C3d4B1a2/x-D4c3B2a1.mjs",
        "vendor-B1a2C3d4.min.css",
    ];
    files.iter().for_each(|file| dist.write(file, "x"));
    let app = app(&dist.builder().open().expect("a build"));
    for (path, is_immutable) in files.iter().zip([true, false, false, true, false]) {
        let reply = over_socket(app.clone(), get_(&format!("/{path}"), &[])).await;
        let policy = if is_immutable { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(policy)), "{path}");
    }
}

#[tokio::test]
async fn a_miss_goes_to_the_application_but_a_file_of_another_build_is_a_404() {
    let dist = build();
    let vite = dist.builder().open().expect("a build");
    let reply = over_socket(app(&vite), get_("/assets/main-Z9y8X7w6.js", &[])).await;
    assert_eq!((reply.status, reply.header("cache-control")), (404, Some("no-store")));
    assert_ne!(reply.body, OWN.as_bytes());
    for path in ["/other/main-Z9y8X7w6.js", "/assets/unhashed.js", "/"] {
        assert_eq!(over_socket(app(&vite), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
    let post = ("POST".to_owned(), "/assets/main-Z9y8X7w6.js".to_owned(), vec![]);
    assert_eq!(
        over_socket(app(&vite), post).await.body,
        OWN.as_bytes(),
        "a POST to a miss is the application's"
    );
}

#[tokio::test]
async fn routes_win_at_base_slash_and_files_win_below_any_other_base() {
    let dist = build();
    for (base, path, winner) in [("/", "/plain.js", "the route's"), ("/static/", "/static/plain.js", "plain")]
    {
        let vite = dist.builder().base(base).open().expect("a build");
        let app = vite.mount(Router::new().route(path, get(|| async { "the route's" })));
        let reply = over_socket(app, get_(path, &[])).await;
        assert_eq!(String::from_utf8_lossy(&reply.body), winner, "{base}");
    }
}

#[tokio::test]
async fn with_a_cdn_base_its_url_path_is_served() {
    let dist = build();
    for (base, path) in [
        ("https://cdn.example.com", "/plain.js"),
        ("https://cdn.example.com/app/", "/app/plain.js"),
        ("//cdn.example.com/app", "/app/plain.js"),
        ("./", "/plain.js"),
    ] {
        let app = app(&dist.builder().base(base).open().expect("a build"));
        assert_eq!(over_socket(app, get_(path, &[])).await.body, b"plain", "{base}");
    }
}

#[tokio::test]
async fn a_large_file_is_streamed_from_disk_in_full_or_by_range() {
    let dist = build();
    let text: String = (0..50_000).map(|n| format!("{n} ")).collect();
    dist.write("large.txt", &text);
    let app = app(&dist.builder().in_memory_up_to(1000).open().expect("a build"));
    let whole = over_socket(app.clone(), get_("/large.txt", &[])).await;
    assert_eq!(whole.body, text.as_bytes());
    let etag = whole.header("etag").expect("a tag").to_owned();
    let part = over_socket(
        app.clone(),
        get_("/large.txt", &[("Range", "bytes=100000-200000"), ("If-Range", &etag)]),
    )
    .await;
    assert_eq!((part.status, part.body.as_slice()), (206, &text.as_bytes()[100_000..=200_000]));
    assert_eq!(over_socket(app, get_("/large.txt", &[("If-None-Match", &etag)])).await.status, 304);
}

#[tokio::test]
async fn weights_then_sizes_select_an_encoding() {
    let dist = build();
    dist.write("a.js", &"a".repeat(100));
    dist.write("a.js.br", "br");
    dist.write("a.js.gz", "gzip");
    dist.write("a.js.zst", "z");
    dist.write("b.js", "b");
    dist.write("b.js.gz", "larger than its file");
    let app = app(&dist.builder().open().expect("a build"));
    for (accepted, encoding) in [
        ("br, gzip, zstd", Some("zstd")),
        ("br, gzip", Some("br")),
        ("br;q=0.5, gzip", Some("gzip")),
        ("br;q=0.5, gzip;q=0.8, identity", None),
        ("br;q=0", None),
        ("identity;q=0, gzip;q=0.001", Some("gzip")),
        ("identity;q=0", None),
        ("*", None),
        ("br;q=2", None),
    ] {
        let reply = over_socket(app.clone(), get_("/a.js", &[("Accept-Encoding", accepted)])).await;
        assert_eq!((reply.status, reply.header("content-encoding")), (200, encoding), "{accepted}");
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
    }
    let reply = over_socket(app, get_("/b.js", &[("Accept-Encoding", "gzip")])).await;
    assert_eq!(
        (reply.header("content-encoding"), reply.header("vary")),
        (None, None),
        "a variant that is not smaller"
    );
}

#[tokio::test]
async fn preconditions_are_evaluated_in_the_order_of_the_rfc() {
    let dist = build();
    set_time(&dist.path().join("plain.js"), 1_700_000_000);
    let app = app(&dist.builder().open().expect("a build"));
    let first = over_socket(app.clone(), get_("/plain.js", &[])).await;
    let (etag, date) = (first.header("etag").expect("a tag"), first.header("last-modified").expect("a date"));
    let weak = format!("\"x\", W/{etag}");
    let past = "Wed, 11 Apr 2001 11:47:06 GMT";
    for (headers, status) in [
        (vec![("If-None-Match", weak.as_str())], 304),
        (vec![("If-Match", etag)], 200),
        (vec![("If-Match", "*")], 200),
        (vec![("If-Match", weak.as_str())], 412),
        (vec![("If-Match", etag), ("If-Unmodified-Since", past)], 200),
        (vec![("If-Match", etag), ("If-None-Match", etag)], 304),
        (vec![("If-Unmodified-Since", date)], 200),
        (vec![("If-None-Match", "\"x\""), ("If-Modified-Since", date)], 200),
        (vec![("If-Modified-Since", past)], 200),
        (vec![("Range", "bytes=0-1"), ("If-Range", date)], 206),
        (vec![("Range", "bytes=0-1"), ("If-None-Match", etag)], 304),
        (vec![("If-None-Match", "\u{e9}")], 200),
    ] {
        let reply = over_socket(app.clone(), get_("/plain.js", &headers)).await;
        assert_eq!(reply.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_new_build_replaces_tags_and_files_together_and_keeps_old_hashed_files() {
    let dist = build();
    let vite = dist.builder().watch(true).open().expect("a build");
    let app = app(&vite);
    fs::remove_file(dist.path().join("assets/main-B1a2C3d4.js")).expect("removed");
    fs::remove_file(dist.path().join("plain.js")).expect("removed");
    dist.write("assets/main-E5f6G7h8.js", "new");
    dist.write(
        ".vite/manifest.json",
        r#"{"src/main.ts": {"file": "assets/main-E5f6G7h8.js", "isEntry": true}}"#,
    );
    for _ in 0..500 {
        if html(vite.tags("src/main.ts")).contains("E5f6G7h8") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(over_socket(app.clone(), get_("/assets/main-E5f6G7h8.js", &[])).await.body, b"new");
    assert_eq!(over_socket(app.clone(), get_("/assets/main-B1a2C3d4.js", &[])).await.body, b"main");
    // The same build is loaded again, as when a file is compressed after it.
    dist.write("late.txt", "late");
    for _ in 0..500 {
        if over_socket(app.clone(), get_("/late.txt", &[])).await.body == b"late" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(over_socket(app.clone(), get_("/late.txt", &[])).await.body, b"late");
    assert_eq!(over_socket(app.clone(), get_("/assets/main-B1a2C3d4.js", &[])).await.body, b"main");
    assert_eq!(over_socket(app, get_("/plain.js", &[])).await.body, OWN.as_bytes());
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_outside_in_circles_or_nowhere_are_not_served() {
    let dist = build();
    let outside = Dist::new(&[("secret.txt", "secret"), ("folder/secret.txt", "secret")]);
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, dist.path().join(name)).expect("a link");
    };
    link(&outside.path().join("secret.txt"), "secret.txt");
    link(&outside.path().join("folder"), "folder");
    link(dist.path(), "circle");
    link(Path::new("nowhere"), "dangling");
    link(&dist.path().join("plain.js"), "inside.js");
    let app = app(&dist.builder().open().expect("a build"));
    for path in ["/secret.txt", "/folder/secret.txt", "/circle/plain.js", "/dangling"] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
    assert_eq!(over_socket(app, get_("/inside.js", &[])).await.body, b"plain");
}

#[tokio::test]
async fn rules_set_headers_and_media_types_by_pattern() {
    let dist = build();
    dist.write("docs/a.pdf", "%PDF");
    dist.write("docs/deep/shader.wgsl", "@vertex");
    dist.write("apple-app-site-association", "{}");
    dist.write("plain.js.br", "b");
    let builder = dist.builder().header("*.pdf", "Content-Disposition", "attachment");
    let builder = builder.header("docs/*", "Cache-Control", "no-cache").header("docs/*", "vary", "cookie");
    let builder =
        builder.header("plain.js", "cache-control", "no-store").header("plain.js", "vary", "cookie");
    let builder = builder.header("*.js", "Cross-Origin-Resource-Policy", "cross-origin");
    let builder =
        builder.media_type("*.wgsl", "text/wgsl").media_type("docs/**/*.wgsl", "text/x; charset=utf-8");
    let app =
        app(&builder.media_type("apple-app-site-association", "application/json").open().expect("a build"));
    for (path, name, value) in [
        ("/docs/a.pdf", "content-disposition", Some("attachment")),
        ("/docs/a.pdf", "cache-control", Some("no-cache")),
        ("/docs/a.pdf", "vary", Some("cookie")),
        ("/docs/deep/shader.wgsl", "cache-control", Some("public, max-age=60")),
        ("/docs/deep/shader.wgsl", "content-type", Some("text/x; charset=utf-8")),
        ("/apple-app-site-association", "content-type", Some("application/json")),
        ("/plain.js", "cache-control", Some("no-store")),
        ("/plain.js", "vary", Some("cookie, accept-encoding")),
        ("/assets/main-B1a2C3d4.js", "cross-origin-resource-policy", Some("cross-origin")),
        ("/page.html", "cross-origin-resource-policy", None),
    ] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.header(name), value, "{path}");
    }
    let unchanged = over_socket(app, get_("/docs/a.pdf", &[("If-None-Match", "*")])).await;
    assert_eq!(unchanged.status, 304);
    assert_eq!(unchanged.header("content-disposition"), None);
    assert_eq!(unchanged.header("cache-control"), Some("no-cache"));
    assert_eq!(unchanged.header("vary"), Some("cookie"));
}

#[test]
fn an_invalid_rule_is_an_error_of_open_in_every_mode() {
    let fault = |change: fn(Builder) -> Builder, kind| {
        let builder = Builder::new("no/such/folder").read_environment(false).mode(Mode::Disabled);
        fails(change(builder).open(), kind)
    };
    let pattern =
        fault(|builder| builder.header("a[", "x-a", "b").header("*", "a b", "c"), ErrorKind::InvalidPattern);
    assert!(pattern.starts_with("invalid pattern \"a[\"\n"), "{pattern}");
    for (change, text) in [
        (
            (|builder| builder.header("*", "a b", "c")) as fn(Builder) -> Builder,
            "invalid header name \"a b\" (RFC 9110, 5.1)",
        ),
        (|builder| builder.header("*", "x-a", "b\n"), "invalid value \"b\\n\" of the header x-a"),
        (
            |builder| builder.header("*", "etag", "\"1\""),
            "etag follows from the file and cannot be set by a rule",
        ),
        (
            |builder| builder.header("*", "Content-Type", "text/css"),
            "content-type is set by the media type\nhelp: use `.media_type(..)`",
        ),
        (
            |builder| builder.media_type("*", "text"),
            "invalid media type \"text\"\nhelp: write a media type such as \"text/wgsl\"",
        ),
    ] {
        assert_eq!(fault(change, ErrorKind::InvalidHeader), text);
    }
}

/// The predicate replaces the default, which marks hashed files as immutable.
#[tokio::test]
async fn a_predicate_decides_which_files_are_immutable() {
    let dist = build();
    dist.write("fonts/v1/inter.woff2", "font");
    let builder = dist.builder().immutable_if(|file, is_hashed| {
        is_hashed && !file.ends_with(".map") || file.starts_with("fonts/v1/")
    });
    let app = app(&builder.open().expect("a build"));
    for (path, is_immutable) in [
        ("/assets/main-B1a2C3d4.js", true),
        ("/assets/main-B1a2C3d4.js.map", false),
        ("/fonts/v1/inter.woff2", true),
        ("/plain.js", false),
    ] {
        let reply = over_socket(app.clone(), get_(path, &[])).await;
        let policy = if is_immutable { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
        assert_eq!(reply.header("cache-control"), Some(policy), "{path}");
    }
}

/// Accepted requests get `Cache-Control: private`; for others the source map does not exist.
#[tokio::test]
async fn source_maps_are_served_if_the_predicate_accepts_the_request() {
    let dist = build();
    let maps = Sourcemaps::authorized(|request| {
        request.headers.get("cookie").is_some_and(|cookie| cookie == "developer") && request.method == "GET"
    });
    let app = app(&dist.builder().sourcemaps(maps).open().expect("a build"));
    let map = "/assets/main-B1a2C3d4.js.map";
    let admitted = over_socket(app.clone(), get_(map, &[("Cookie", "developer")])).await;
    assert_eq!((admitted.status, admitted.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(admitted.header("cache-control"), Some("private, max-age=31536000, immutable"));
    for headers in [&[][..], &[("Cookie", "nobody")], &[("If-None-Match", "*")]] {
        let refused = over_socket(app.clone(), get_(map, headers)).await;
        assert_eq!(refused.status, 404, "{headers:?}");
        assert_eq!(refused.header("etag"), None);
    }
    let script = over_socket(app, get_("/assets/main-B1a2C3d4.js", &[])).await;
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

/// Found by fuzzing: HTTP implementations accept raw UTF-8 in a target.
#[tokio::test]
async fn a_redirect_is_ascii_for_every_query() {
    let dist = build();
    dist.write("docs/index.html", "<p>");
    let app = app(&dist.builder().index_files(true).open().expect("a build"));
    let reply = over_socket(app, get_("/docs?q=\u{444}%20+&b", &[])).await;
    assert_eq!((reply.status, reply.header("location")), (307, Some("/docs/?q=%D1%84%20+&b")));
}

/// The manifest is not served, so its encodings are not served either.
#[tokio::test]
async fn encodings_of_the_manifest_are_not_served() {
    let dist = Dist::new(&[
        ("manifest.json", MANIFEST),
        ("manifest.json.br", "b"),
        ("assets/main-B1a2C3d4.js", "main"),
    ]);
    dist.write("plain.js", "plain");
    let app = app(&dist.builder().open().expect("a build"));
    for path in ["/manifest.json", "/manifest.json.br"] {
        assert_eq!(over_socket(app.clone(), get_(path, &[])).await.body, OWN.as_bytes(), "{path}");
    }
}

#[test]
fn a_missing_root_is_an_error_of_open() {
    let builder = Builder::new("no/such/folder").read_environment(false).mode(Mode::Production);
    let error = builder.require_manifest(false).open().expect_err("nothing to serve");
    assert!(error.to_string().contains("no/such/folder"), "{error}");
}
