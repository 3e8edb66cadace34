//! Every request of tests/cases/static.json, from disk and embedded, through tower and a socket.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use vite_bridge::{Builder, Mode, Sourcemaps, Vite};

use crate::support::Dist;
use crate::support::exchange::{Asked, Reply, over_socket, through_tower};
use crate::support::served::{OWN, app, set_time};

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

/// Returns the content of a file. The tests never decompress, so any shorter bytes can stand for an
/// encoding. Brotli gets the fewest.
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

/// Returns `None` for a case with an option that does not exist.
fn open(root: &Path, config: &Value, base: &str) -> Option<Vite> {
    Some(builder(root, config, base)?.open().expect("a directory"))
}

/// Opens the same directory as an embedded build. Returns `None` for a case that needs a file
/// system.
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

/// Returns the differences between a reply and the expectation of a case.
fn differences(case: &Value, reply: &Reply, root: &Path, prior: Option<&Reply>) -> Vec<String> {
    let expect = &case["expect"];
    let mut found = Vec::new();
    let statuses = expect["status"].as_array().cloned().unwrap_or_else(|| vec![expect["status"].clone()]);
    if !statuses.contains(&reply.status.into()) {
        return vec![format!("status {}, not {statuses:?}", reply.status)];
    }
    if expect["served_by"] == "app" {
        return if reply.body == OWN.as_bytes() {
            found
        } else {
            vec!["the application did not answer".to_owned()]
        };
    }
    for (name, rule) in expect["headers"].as_object().expect("headers") {
        // `vite-bridge serve` sends no-store with a 404. Here the application answers instead.
        let is_own = reply.body == OWN.as_bytes();
        if !is_own && !header_is(reply.header(name), rule, root, prior) {
            found.push(format!("{name}: {:?}, not {rule}", reply.header(name)));
        }
    }
    for name in expect["absent_headers"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let is_there = match name.strip_suffix(":nonzero") {
            Some(name) => reply.header(name).is_some_and(|value| value != "0"),
            None => reply.header(name).is_some(),
        };
        if is_there {
            found.push(format!("unexpected header {name}"));
        }
    }
    if let (Some(name), "GET", 200 | 206) = (expect["body_of"].as_str(), method(case), reply.status) {
        let whole = fs::read(root.join(name)).expect("a file");
        let slice = expect["body_slice"].as_array().map(|ends| (number(&ends[0]), number(&ends[1])));
        let body = slice.map_or(whole.as_slice(), |(start, end)| &whole[start..end]);
        if (reply.status == 200 || slice.is_some()) && reply.body != body {
            found.push("the body differs".to_owned());
        }
    }
    if expect["body_empty"] == true && !reply.body.is_empty() {
        found.push("unexpected body".to_owned());
    }
    if let Some(secret) = expect["body_not_contains"].as_str()
        && String::from_utf8_lossy(&reply.body).contains(secret)
    {
        found.push(format!("{secret} leaks"));
    }
    found
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
        other => panic!("unknown rule: {other}"),
    })
}

fn substitute(text: &str, prior: Option<&Reply>) -> String {
    let header = |name: &str| prior.and_then(|reply| reply.header(name)).unwrap_or_default().to_owned();
    text.replace("{{a.etag}}", &header("etag")).replace("{{a.last_modified}}", &header("last-modified"))
}

/// Returns the request of a case.
fn request(request: &Value, prior: Option<&Reply>) -> Asked {
    let text = |name: &str| request[name].as_str().expect("text").to_owned();
    let headers = request["headers"].as_object().expect("headers").iter();
    let headers =
        headers.map(|(name, value)| (name.clone(), substitute(value.as_str().expect("text"), prior)));
    (text("method"), text("path"), headers.collect())
}

/// Performs the steps before the request of a case. Returns the reply to the last of their
/// requests.
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

/// The numbers of runs: from disk through a socket and through tower, then embedded through both.
#[derive(Default)]
struct Counts([usize; 4]);

impl Counts {
    /// Runs a case in every way and returns the differences.
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
                let found = differences(case, reply, &root, prior.as_ref());
                wrong.extend(found.iter().map(|text| format!("{} {base} ({at}, {how}): {text}", case["id"])));
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

/// Runs the cases below a prefix and below `/`.
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
                Some(found) => wrong.extend(found),
                None => skipped.push(case["id"].as_str().expect("an id")),
            }
        }
        counts.print(base);
        assert!(counts.0[0] > 90 && counts.0[1] > 80);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((cases.len(), skipped), (99, vec!["cache-previous-build-still-served"; 2]));
}
