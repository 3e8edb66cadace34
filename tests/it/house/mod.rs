//! Checks of the rules in `CONTRIBUTING.md`: layout, imports, sizes, prose.

mod prose;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prose::Prose;
use source::{Sources, files};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn library() -> Sources {
    Sources::read(&root().join("src"))
}

fn program() -> Sources {
    Sources::read(&root().join("cli/src"))
}

/// The folders of the library and the files next to `lib.rs`, from the lowest to the highest. A
/// file imports from its own folder and from lower ones.
const FLOORS: [&str; 23] = [
    "dotfiles",
    "encoding",
    "error",
    "url",
    "request_path",
    "route",
    "manifest",
    "tags",
    "serve",
    "build",
    "dev",
    "view",
    "page",
    "vite",
    "load",
    "askama",
    "compress",
    "scan",
    "spawn",
    "codegen",
    "tower",
    "axum",
    "guide",
];

/// The folders without files, sockets, clocks, environment variables and async. The rule also holds
/// for every `plan.rs`.
const PURE: [&str; 3] = ["manifest", "tags", "build"];

#[test]
fn imports_form_no_cycle() {
    for sources in [library(), program()] {
        assert_eq!(sources.cycle(), None);
    }
}

#[test]
fn imports_of_the_library_point_downward() {
    let floor = |module: &[String]| {
        let name = module.first().map(String::as_str);
        name.map(|name| {
            FLOORS.iter().position(|floor| *floor == name).unwrap_or_else(|| panic!("{name} has no floor"))
        })
    };
    let sources = library();
    for (module, source) in sources.iter().filter(|(module, _)| !module.is_empty()) {
        for import in sources.imports(module) {
            let is_downward = floor(&import).is_some_and(|import| Some(import) <= floor(module));
            assert!(is_downward, "{} imports {:?}", source.path.display(), import);
        }
    }
}

#[test]
fn pure_files_touch_no_file_socket_clock_environment_or_task() {
    let forbidden = [
        "std::fs",
        "std::io",
        "std::net::Tcp",
        "std::net::Udp",
        "std::env",
        "std::process",
        "::now(",
        "Instant",
        "std::thread",
        "tokio",
        "async fn",
        ".await",
    ];
    let mut seen = BTreeSet::new();
    for (module, source) in library().iter() {
        let folder = module.first().map_or("", String::as_str);
        let is_plan = module.last().is_some_and(|name| name == "plan");
        if !is_plan && !PURE.contains(&folder) {
            continue;
        }
        for line in source.code_without_tests() {
            let found = forbidden.iter().find(|word| line.contains(**word));
            assert_eq!(found, None, "{}: {line}", source.path.display());
        }
        seen.insert(folder.to_owned());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["build", "dev", "manifest", "serve", "tags"]);
}

#[test]
fn the_program_uses_the_public_api_only() {
    for (_, source) in program().iter() {
        for line in source.code() {
            let is_import = ["#[path", "include!", "../../../"].iter().any(|text| line.contains(text));
            assert!(!is_import, "{}: {line}", source.path.display());
        }
    }
}

#[test]
fn only_html_rs_writes_markup() {
    for (_, source) in library().iter().filter(|(module, _)| !module.ends_with(&["html".to_owned()])) {
        for line in source.code() {
            let markup = ["\"<script", "\"<link", "\"<meta", "\"<!--", "push('<')"];
            assert!(markup.iter().all(|text| !line.contains(text)), "{}: {line}", source.path.display());
        }
    }
}

#[test]
fn one_place_asks_for_the_profile() {
    let count: usize = library()
        .iter()
        .map(|(_, source)| source.code().filter(|line| line.contains("debug_assertions")).count())
        .sum();
    assert_eq!(count, 1);
}

#[test]
fn files_and_functions_stay_small() {
    let mut lengths = Vec::new();
    for sources in [library(), program()] {
        for (_, source) in sources.iter() {
            let lines = source.text.lines().count();
            assert!(lines <= 500, "{} has {lines} lines", source.path.display());
            for function in source.functions() {
                let (name, lines) = (&function.name, function.lines);
                assert!(lines <= 50, "{}: {name} has {lines} lines", source.path.display());
                lengths.push(lines);
            }
        }
    }
    lengths.sort_unstable();
    assert!(lengths.len() > 900, "{} functions", lengths.len());
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    assert!(at(50) <= 7 && at(90) <= 20, "median {}, p90 {}", at(50), at(90));
}

#[test]
fn files_of_the_plugin_and_of_tests_stay_small() {
    let folders = [("js", "js"), ("tests/it", "rs"), ("cli/tests/it", "rs"), ("tests/node", "js")];
    for path in folders.iter().flat_map(|(folder, extension)| files(&root().join(folder), extension)) {
        let lines = fs::read_to_string(&path).expect("a file").lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}

#[test]
fn comments_of_tests_and_examples_wrap_at_100_columns() {
    let folders = ["tests", "cli/tests", "benches", "examples", "fuzz/fuzz_targets"];
    for path in folders.iter().flat_map(|folder| files(&root().join(folder), "rs")) {
        for line in fs::read_to_string(&path).expect("a file").lines() {
            let is_long = line.trim_start().starts_with("//") && line.chars().count() > 100;
            assert!(!is_long, "{}: {line}", path.display());
        }
    }
}

/// Finds files that `main.rs` does not declare, and modules without tests.
#[test]
fn every_test_module_runs_tests() {
    for folder in ["tests/it", "cli/tests/it"] {
        let main = fs::read_to_string(root().join(folder).join("main.rs")).expect("main.rs");
        for name in modules(&root().join(folder)) {
            assert!(main.contains(&format!("mod {name};")), "{folder}/main.rs does not name {name}");
            if name == "support" {
                continue;
            }
            let one = root().join(folder).join(format!("{name}.rs"));
            let path = if one.is_file() { one } else { root().join(folder).join(&name).join("mod.rs") };
            let text = fs::read_to_string(&path).expect("a module");
            let is_test = |line: &str| {
                let starts = ["#[test]", "#[tokio::test", "proptest!"];
                starts.iter().any(|start| line.trim().starts_with(start))
            };
            assert!(text.lines().any(is_test), "{} has no test", path.display());
        }
    }
}

/// `docs/heritage.md` names a Rust test as `file::test`, and a JavaScript test as a file with a
/// part of its title.
#[test]
fn the_heritage_page_names_existing_tests() {
    let text = fs::read_to_string(root().join("docs/heritage.md")).expect("the page");
    let pattern = r#"`(?<file>[a-z./_-]+\.(?:rs|js))(?:::(?<test>[a-z0-9_]+)`|` "(?<title>[^"]+)")"#;
    let named: Vec<_> = regex::Regex::new(pattern).expect("a pattern").captures_iter(&text).collect();
    assert!(named.len() > 60, "{} tests", named.len());
    for test in named {
        let file = &test["file"];
        let source = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let name = match test.name("test") {
            Some(name) => format!("fn {}(", name.as_str()),
            None => test["title"].to_owned(),
        };
        assert!(source.contains(&name), "{file} has no {name:?}");
    }
    for (letter, last) in [('A', 48), ('S', 22), ('D', 23)] {
        for number in 1..=last {
            let row = format!("| {letter}{number} |");
            assert_eq!(text.matches(&row).count(), 1, "{row}");
        }
    }
}

fn modules(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let names = entries
        .map(|path| path.with_extension("").file_name().expect("a name").to_string_lossy().into_owned());
    names.filter(|name| name != "main").collect()
}

/// Allows 20 stumbles for each 1,000 sentences. This lists them:
/// `PROSE=1 cargo test --test it prose_is_easy -- --nocapture`
#[test]
fn prose_is_easy_to_read() {
    let root = root();
    let mut paths: Vec<PathBuf> = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    paths.extend(files(&root.join("docs"), "md"));
    let code = ["src", "cli", "js", "tests", "benches", "examples", "fuzz/fuzz_targets"];
    for (folder, extension) in code.iter().flat_map(|folder| ["rs", "js", "ts"].map(|kind| (folder, kind))) {
        paths.extend(files(&root.join(folder), extension));
    }
    paths.extend(files(&root.join("js"), "md"));
    let prose = Prose::read(&root, &paths);
    if std::env::var_os("PROSE").is_some() {
        prose.stumbles.iter().for_each(|stumble| println!("{}", stumble.0));
    }
    let rate = 1000 * prose.stumbles.len() / prose.sentences.max(1);
    assert!(prose.sentences > 2000, "{} sentences", prose.sentences);
    assert!(rate <= 20, "{rate} stumbles for each 1,000 sentences: {:#?}", prose.stumbles);
}
