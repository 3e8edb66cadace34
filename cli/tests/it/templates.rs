//! `vite-bridge scan`, and the comparison of templates with a build by `vite-bridge check`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::dist::Dist;

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    command.current_dir(folder).args(args).output().expect("the program")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// A project whose build has every name in the templates.
fn project() -> Dist {
    let manifest = json!({
        "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "src": "src/main.ts", "isEntry": true},
        "src/about.ts": {"file": "assets/about-C2b3D4e5.js", "src": "src/about.ts", "isEntry": true},
        "src/theme.css": {"file": "assets/theme-D3c4E5f6.css", "src": "src/theme.css", "isEntry": true},
        "src/logo.svg": {"file": "assets/logo-E4d5F6g7.svg", "src": "src/logo.svg"},
        "src/icon.svg": {"file": "assets/icon-F5e6G7h8.svg", "src": "src/icon.svg"},
        ".vite-bridge/group-2c0a4d3bf1a6c9d2.js": {"file": "assets/group-G6f7H8i9.js", "isEntry": true},
    });
    // The key contains a hash of the parts.
    let key = group_key(&["src/a.ts", "src/b.scss"]);
    let manifest = manifest.to_string().replace(".vite-bridge/group-2c0a4d3bf1a6c9d2.js", &key);
    let info = json!({
        "version": 1, "buildId": vite_bridge::manifest::build_id(manifest.as_bytes()), "base": "/static/", "public": ["favicon.svg"],
    });
    let project = Dist::new(&[
        ("dist/.vite/manifest.json", &manifest),
        ("dist/.vite/bridge.json", &info.to_string()),
        ("dist/favicon.svg", "<svg/>"),
        (
            "templates/layout.html",
            "<head>\n{{ vite.tags([\"src/main.ts\", \"src/theme.css\"])? }}\n<link rel=icon href=\"{{ vite.asset(\"favicon.svg\")? }}\">\n</head>\n{% block body %}{% endblock %}\n",
        ),
        (
            "templates/about.html",
            "{% extends \"layout.html\" %}\n{% block body %}{{ vite.tags(\"src/about.ts\")? }}{{ vite.group([\"src/a.ts\", \"src/b.scss\"])? }}\n<img src=\"{{ vite.asset(\"src/logo.svg\")? }}\">{{ vite.inline(\"src/icon.svg\")? }}\n{% endblock %}\n",
        ),
    ]);
    for file in [
        "main-B1a2C3d4.js",
        "about-C2b3D4e5.js",
        "theme-D3c4E5f6.css",
        "logo-E4d5F6g7.svg",
        "icon-F5e6G7h8.svg",
        "group-G6f7H8i9.js",
    ] {
        project.write(&format!("dist/assets/{file}"), "");
    }
    project
}

/// Returns the key that the plugin and the library give to a group: a part of the SHA-256 hash of
/// its parts.
fn group_key(parts: &[&str]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(parts.join("\n"));
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!(".vite-bridge/group-{hash}.js")
}

/// Returns the severity, kind and place of each problem.
fn problems(project: &Dist, args: &[&str]) -> Vec<String> {
    let output = run(project.path(), &[&["check", "--json"], args].concat());
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |problem: &Value, name: &str| problem[name].as_str().expect("text").to_owned();
    let list = json.as_array().expect("a list").iter();
    list.map(|problem| {
        format!("{} {} {}", text(problem, "severity"), text(problem, "kind"), text(problem, "place"))
    })
    .collect()
}

#[test]
fn a_project_without_problems_succeeds() {
    let output = run(project().path(), &["check"]);
    assert_eq!(
        (output.status.code(), text(&output)),
        (Some(0), "no problems in 6 chunks of dist and 2 templates\n".to_owned())
    );
}

/// Each case adds one problem to a project without problems.
#[test]
fn twelve_problems_are_found_at_their_places() {
    let about = "templates/about.html";
    let page = |text: &str| {
        format!(
            "{{% extends \"layout.html\" %}}\n{text}\n{{{{ vite.tags(\"src/about.ts\")? }}}}{{{{ vite.group([\"src/a.ts\", \"src/b.scss\"])? }}}}"
        )
    };
    for (body, args, expected) in [
        ("{{ vite.tags(\"src/mian.ts\")? }}", &[][..], "error unknown_entry templates/about.html:2:14"),
        ("<p>{{ vite.asset(\"src/lgo.svg\")? }}", &[], "error unknown_asset templates/about.html:2:18"),
        ("{{ vite.inline(\"src/none.svg\")? }}", &[], "error unknown_asset templates/about.html:2:16"),
        ("é {{ page.preload(\"src/none.woff2\")? }}", &[], "error unknown_asset templates/about.html:2:19"),
        ("{{ vite.tags(\"src/logo.svg\")? }}", &[], "error entry_not_loadable templates/about.html:2:14"),
        (
            "{{ vite.group([\"src/b.scss\", \"src/a.ts\"])? }}",
            &[],
            "error unknown_entry templates/about.html:2:9",
        ),
        ("{{ vite.tags(name)? }}", &[], "warning dynamic_name templates/about.html:2:9"),
        ("{{ vite.tags(name)? }}", &["--deny-dynamic"], "error dynamic_name templates/about.html:2:9"),
        ("<img src=\"/static/assets/logo-E4d5F6g7.svg\">", &[], "error raw_url templates/about.html:2:11"),
        ("<style>a{background:url(/assets/x.png)}</style>", &[], "error raw_url templates/about.html:2:25"),
        ("{% if x %}", &[], "error template_invalid templates/about.html:4:1"),
        ("", &["--base", "/other/"], "error base_mismatch /other/"),
    ] {
        let project = project();
        project.write(about, &page(body));
        let found = problems(&project, args);
        assert!(
            found.iter().any(|problem| problem.starts_with(expected))
                || expected.contains("template_invalid")
                    && found
                        .iter()
                        .any(|problem| problem.starts_with("error template_invalid templates/about.html:")),
            "{body}: {found:?}"
        );
        let others: Vec<_> = found
            .iter()
            .filter(|problem| !problem.starts_with(expected) && !problem.contains("template_invalid"))
            .collect();
        let is_follow_up =
            |problem: &&&String| expected.contains("template_invalid") && problem.contains("entry_not_named");
        assert!(others.iter().all(|problem| is_follow_up(&problem)), "{body}: {found:?}");
    }
}

/// Vite inlines small assets, so they are not in the manifest.
#[test]
fn the_url_of_an_inlined_asset_is_an_error_with_the_reason() {
    let project = project();
    project.write("src/small.svg", "<svg/>");
    let body = fs::read_to_string(project.path().join("templates/about.html")).expect("a template");
    project.write("templates/about.html", &format!("{body}{{{{ vite.asset(\"src/small.svg\")? }}}}"));
    let text = text(&run(project.path(), &["check"]));
    assert!(
        text.starts_with("error[unknown_asset]: ")
            && text.contains("\"src/small.svg\"")
            && text.contains("`build.assetsInlineLimit`"),
        "{text}"
    );
    assert!(text.contains("--> templates/about.html:5:15"), "{text}");
}

#[test]
fn the_demo_has_no_problems() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let args = ["check", "--json", "--dist", "examples/demo/dist", "--templates", "examples/demo/templates"];
    let output = run(root, &args);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // A checkout sets arbitrary file times, so the build may look outdated.
    let kinds: Vec<_> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| &problem["kind"])
        .filter(|kind| *kind != "build_outdated")
        .collect();
    assert!(kinds.is_empty(), "{found}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_entry_that_no_template_uses_is_a_warning() {
    let project = project();
    project.write("templates/about.html", "{{ vite.tags(\"src/about.ts\")? }}");
    assert_eq!(
        problems(&project, &[]),
        [format!("warning entry_not_named {}", group_key(&["src/a.ts", "src/b.scss"]))]
    );
    assert_eq!(run(project.path(), &["check"]).status.code(), Some(0));
}

#[test]
fn allowed_urls_and_urls_of_other_hosts_are_accepted() {
    let project = project();
    let page = "<a href=\"/static/download.zip\"><a href=\"/about\"><img src=\"https://elsewhere.test/assets/a.png\"><!-- \"/assets/x\" -->";
    let body = fs::read_to_string(project.path().join("templates/about.html")).expect("a template");
    project.write("templates/about.html", &format!("{body}{page}"));
    assert_eq!(problems(&project, &[]).len(), 1);
    assert_eq!(problems(&project, &["--allow-url", "/static/download"]), [""; 0]);
}

/// Renames each entry in the manifest. Every place that uses the old name is reported.
#[test]
fn a_renamed_entry_is_reported_at_every_use() {
    let project = project();
    project.write(
        "templates/more.html",
        "{{ vite.styles(\"src/main.ts\")? }}\n\n {{ vite.scripts([\n\"src/about.ts\",\n\"src/main.ts\"])? }}",
    );
    let manifest = fs::read_to_string(project.path().join("dist/.vite/manifest.json")).expect("a manifest");
    fs::remove_file(project.path().join("dist/.vite/bridge.json")).expect("removed");
    let build: Value = serde_json::from_str(&manifest).expect("JSON");
    let mut checked = 0;
    for key in build.as_object().expect("chunks").keys().filter(|key| key.starts_with("src/")) {
        project.write("dist/.vite/manifest.json", &manifest.replace(key, "src/renamed.x"));
        let mut expected = Vec::new();
        for name in ["layout", "about", "more"] {
            let file = format!("templates/{name}.html");
            let text = fs::read_to_string(project.path().join(&file)).expect("a template");
            for (line, content) in text.lines().enumerate() {
                let at = content.find(&format!("\"{key}\""));
                expected.extend(at.map(|at| format!("{file}:{}:{}", line + 1, at + 1)));
            }
        }
        expected.sort();
        let found = problems(&project, &["--base", "/static/"]);
        let mut places: Vec<_> = found
            .iter()
            .filter(|problem| problem.starts_with("error unknown_"))
            .filter_map(|problem| problem.rsplit(' ').next())
            .filter(|place| !place.contains("favicon"))
            .map(str::to_owned)
            .collect();
        places.sort();
        assert_eq!(places, expected, "{key}: {found:?}");
        assert!(!expected.is_empty());
        checked += 1;
    }
    assert_eq!(checked, 5);
}

#[test]
fn a_problem_is_shown_with_the_line_of_the_template() {
    let project = project();
    project.write("templates/about.html", "<p>\n  {{ vite.tags(\"src/abuot.ts\")? }}\n");
    let output = run(project.path(), &["check"]);
    let text = text(&output);
    assert!(text.starts_with("error[unknown_entry]: "), "{text}");
    let snippet = " --> templates/about.html:2:16\n  |\n2 |   {{ vite.tags(\"src/abuot.ts\")? }}\n  |                ^^^^^^^^^^^^^^ did you mean \"src/about.ts\"?\n";
    assert!(text.contains(snippet), "{text}");
    assert!(!text.contains('\u{1b}'), "colors in a pipe");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn scan_lists_names_and_their_places() {
    let project = project();
    let output = run(project.path(), &["scan"]);
    assert_eq!(
        text(&output),
        "entry src/about.ts templates/about.html:2:30\n\
         entry src/main.ts templates/layout.html:2:15\n\
         entry src/theme.css templates/layout.html:2:30\n\
         asset favicon.svg templates/layout.html:3:36\n\
         asset src/icon.svg templates/about.html:3:61\n\
         asset src/logo.svg templates/about.html:3:25\n\
         group src/a.ts + src/b.scss templates/about.html:2:57\n\
         read 2 templates\n"
    );
    let json: Value = serde_json::from_slice(&run(project.path(), &["scan", "--json"]).stdout).expect("JSON");
    assert_eq!(
        json["entries"][0],
        json!({"name": "src/about.ts", "places": [{"file": "templates/about.html", "line": 2, "column": 30}]})
    );
    assert_eq!(json["groups"][0]["parts"], json!(["src/a.ts", "src/b.scss"]));
    let empty = Dist::new(&[]);
    assert_eq!(run(empty.path(), &["scan"]).status.code(), Some(1));
    assert_eq!(run(empty.path(), &["scan", "--allow-empty"]).status.code(), Some(0));
    project.write("templates/bad.html", "{{ vite.tags(x)? }}{% endfor %}");
    let output = run(project.path(), &["scan"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("error[template_invalid]: unexpected closing tag `endfor`"),
        "{}",
        text(&output)
    );
}
