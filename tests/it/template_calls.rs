//! The calls in templates: every case of tests/cases/scan. The plugin's scanner runs the same
//! cases.

use std::fs;

use vite_bridge::ErrorKind;
use vite_bridge::scan::{Place, Scanned, Scanner};

use crate::support::{Dist, fails, tests_dir};

/// Returns the files of a case and the expected calls. Each section is `=== name`, then its text.
fn sections(text: &str) -> Vec<(String, String)> {
    let parts = text.split("=== ").filter(|part| !part.is_empty());
    let section = |part: &str| {
        let (name, text) = part.split_once('\n').expect("a name");
        (name.to_owned(), text.strip_suffix('\n').unwrap_or(text).to_owned())
    };
    parts.map(section).collect()
}

/// Returns the calls in the format of the cases: `file:line:column call name`. The name is `?` for
/// an argument that is not a literal.
fn lines(scanned: &Scanned) -> Vec<String> {
    let mut lines = Vec::new();
    for call in scanned.calls() {
        let dynamic = call.is_dynamic().then(|| (call.place(), "?"));
        let names = call.names().iter().map(|(name, place)| (place, name.as_str()));
        lines.extend(
            names
                .chain(dynamic)
                .map(|(place, name)| (place.clone(), format!("{} {name}", call.method().as_str()))),
        );
    }
    lines.sort();
    let errors = scanned.syntax_errors().iter().map(|(place, _)| format!("error {}", place.file));
    lines.into_iter().map(|(place, what)| format!("{place} {what}")).chain(errors).collect()
}

#[test]
fn every_case_gives_the_expected_calls() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(tests_dir().join("cases/scan")).expect("cases") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a case");
        let sections = sections(&text);
        let (expected, files) = sections.split_last().expect("sections");
        let project = Dist::new(&[]);
        files.iter().for_each(|(name, text)| project.write(name, text));
        let scanned = Scanner::new(project.path()).allow_empty(true).scan().expect("a project");
        let found = lines(&scanned);
        if found != expected.1.lines().collect::<Vec<_>>() {
            wrong.push(format!("{}: {found:#?}\n{:#?}\n{text}", path.display(), scanned.syntax_errors()));
        }
        count += 1;
    }
    println!("{count} cases");
    assert!(count >= 100, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn entries_assets_and_groups_are_listed_once_with_all_places() {
    let project = Dist::new(&[
        (
            "templates/a.html",
            "{{ vite.tags(\"src/b.ts\")? }}\n{{ vite.asset(\"src/x.svg\")? }}{{ vite.preload(\"src/a.ts\")? }}",
        ),
        (
            "templates/b.html",
            "{{ vite.styles([\"src/a.ts\", \"src/b.ts\"])? }}{{ vite.group([\"p.ts\", \"q.scss\"])? }}",
        ),
        (
            "templates/c.html",
            "{{ vite.group([\"p.ts\", \"q.scss\"])? }}{{ vite.group([\"q.scss\", \"p.ts\"])? }}",
        ),
    ]);
    let scanned = Scanner::new(project.path()).scan().expect("a project");
    assert_eq!(scanned.templates(), 3);
    let show = |places: &Vec<&Place>| places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let entries: Vec<_> =
        scanned.entries().iter().map(|(name, places)| format!("{name}: {}", show(places))).collect();
    assert_eq!(
        entries,
        [
            "src/a.ts: templates/a.html:2:47 templates/b.html:1:17",
            "src/b.ts: templates/a.html:1:14 templates/b.html:1:29",
        ]
    );
    assert_eq!(scanned.assets().into_keys().collect::<Vec<_>>(), ["src/x.svg"]);
    let groups: Vec<_> =
        scanned.groups().iter().map(|(parts, places)| (parts.join(" "), places.len())).collect();
    assert_eq!(groups, [("p.ts q.scss".to_owned(), 2), ("q.scss p.ts".to_owned(), 1)]);
}

#[test]
fn invalid_templates_are_reported_and_missing_templates_are_an_error() {
    let project = Dist::new(&[("templates/a.html", "<p>\n{% if x %}{{ vite.tags(\"a.ts\")? }}")]);
    let scanned = Scanner::new(project.path()).scan().expect("a project");
    let [(place, message)] = scanned.syntax_errors() else { panic!("{:?}", scanned.syntax_errors()) };
    assert_eq!((place.file.as_str(), place.line), ("templates/a.html", 2));
    assert!(message.contains("if"), "{message}");
    let empty = Dist::new(&[]);
    let text = fails(Scanner::new(empty.path()).templates(["views"]).scan(), ErrorKind::NoTemplates);
    assert_eq!(
        empty.hide(&text),
        "no templates in views below DIST, and none in Rust files below src\nhelp: name the folders with `templates(..)`, or call `allow_empty(true)`"
    );
    assert_eq!(Scanner::new(empty.path()).allow_empty(true).scan().expect("nothing").templates(), 0);
}

#[test]
fn receiver_names_can_be_added_and_an_invalid_askama_toml_is_an_error() {
    let project = Dist::new(&[("templates/a.html", "{{ assets.tags(\"src/a.ts\")? }}")]);
    let scanned = Scanner::new(project.path()).receiver("assets").scan().expect("a project");
    assert_eq!(scanned.entries().into_keys().collect::<Vec<_>>(), ["src/a.ts"]);
    project.write("askama.toml", "[general]\ndefault_syntax = \"angle\"");
    let text = fails(Scanner::new(project.path()).scan(), ErrorKind::AskamaConfigInvalid);
    assert_eq!(text, "unknown syntax \"angle\" in askama.toml; it has default");
    project.write("askama.toml", "[general");
    let text = fails(Scanner::new(project.path()).scan(), ErrorKind::AskamaConfigInvalid);
    assert!(project.hide(&text).starts_with("invalid DIST/askama.toml"), "{text}");
}

/// pre-commit matches each changed path with the pattern `files` by Python's `re.search`.
#[test]
fn the_pre_commit_hook_checks_templates_and_builds() {
    let path = tests_dir().join("../.pre-commit-hooks.yaml");
    let text = fs::read_to_string(path).expect("the hooks");
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(key));
        line.unwrap_or_else(|| panic!("{key} is missing")).trim()
    };
    assert_eq!(value("entry:"), "vite-bridge check");
    let files = regex::Regex::new(value("files:")).expect("a pattern");
    for path in ["templates/a.html", "src/pages.rs", "askama.toml", "dist/.vite/manifest.json"] {
        assert!(files.is_match(path), "{path}");
    }
    for path in ["src/main.ts", "README.md", "package.json"] {
        assert!(!files.is_match(path), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn broken_or_circular_links_and_binary_files_are_skipped() {
    let project = Dist::new(&[("templates/a.html", "{{ vite.tags(\"src/a.ts\")? }}")]);
    fs::write(project.path().join("templates/photo.png"), [0x89, 0x50, 0xff, 0xfe]).expect("a file");
    for (target, link) in [("nowhere", "dangling.html"), (".", "circle"), ("a.html", "b.html")] {
        std::os::unix::fs::symlink(target, project.path().join("templates").join(link)).expect("a link");
    }
    let scanned = Scanner::new(project.path()).scan().expect("a project");
    let places = scanned.entries().remove("src/a.ts").expect("an entry");
    let files: Vec<_> = places.iter().map(|place| place.file.as_str()).collect();
    assert_eq!(files, ["templates/a.html", "templates/b.html"]);
}
