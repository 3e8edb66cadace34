//! `Codegen`: the generated names, and the errors of a build script.

use serde_json::json;
use vite_bridge::ErrorKind;
use vite_bridge::codegen::Codegen;

use crate::support::Dist;

fn project(template: &str) -> Dist {
    let manifest = json!({
        "src/main.ts": {"file": "assets/main-B1a2C3d4.js", "src": "src/main.ts", "isEntry": true},
        "src/lazy.ts": {"file": "assets/lazy-C2b3D4e5.js", "src": "src/lazy.ts", "isDynamicEntry": true},
        "src/theme.css": {"file": "assets/theme-D3c4E5f6.css", "src": "src/theme.css", "isEntry": true},
        "src/logo.svg": {"file": "assets/logo-E4d5F6g7.svg", "src": "src/logo.svg"},
        "src/main-legacy.ts": {"file": "assets/main-legacy-A1b2C3d4.js", "src": "src/main-legacy.ts", "isEntry": true},
        ".vite-bridge/group-2c0a4d3bf1a6c9d2.js": {"file": "assets/group-G6f7H8i9.js", "isEntry": true},
    });
    let manifest = manifest.to_string();
    let info = json!({
        "version": 1, "buildId": vite_bridge::manifest::build_id(manifest.as_bytes()), "base": "/", "public": ["favicon.svg"],
    });
    Dist::new(&[
        ("package.json", "{}"),
        ("dist/.vite/manifest.json", &manifest),
        ("dist/.vite/bridge.json", &info.to_string()),
        ("templates/home.html", template),
        ("src/main.rs", "fn main() {}\n"),
    ])
}

fn codegen(project: &Dist) -> Codegen {
    Codegen::in_folder(project.path(), "dist")
}

#[test]
fn entries_and_assets_become_constants_and_functions() {
    let project = project("{{ vite.tags(\"src/main.ts\")? }}");
    let generated = codegen(&project).generate(false).expect("code");
    assert_eq!((generated.errors.len(), generated.warnings.len()), (0, 0), "{generated:?}");
    let constants: Vec<&str> =
        generated.code.lines().filter_map(|line| line.trim().strip_prefix("pub const ")).collect();
    assert_eq!(
        constants,
        [
            "SRC_MAIN_TS: &str = \"src/main.ts\";",
            "SRC_THEME_CSS: &str = \"src/theme.css\";",
            "FAVICON_SVG: &str = \"favicon.svg\";",
            "SRC_LOGO_SVG: &str = \"src/logo.svg\";",
        ]
    );
    assert!(generated.code.contains("pub fn src_main_ts(page: &::vite_bridge::Page)"));
    // Only the files that the code was generated from.
    let root = std::path::absolute(project.path()).expect("a path");
    let sources: Vec<String> = generated
        .sources
        .iter()
        .map(|path| path.strip_prefix(&root).expect("below the project").display().to_string())
        .collect();
    assert_eq!(sources, ["dist/.vite/bridge.json", "dist/.vite/manifest.json", "src", "templates"]);
}

#[test]
fn unknown_names_and_invalid_templates_are_errors_with_their_place() {
    let project = project("<p>\n{{ vite.tags(\"src/man.ts\")? }}{{ vite.asset(\"src/logo.png\")? }}");
    project.write("templates/broken.html", "{% if a }");
    let errors = codegen(&project).generate(false).expect("code").errors;
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(
        errors[0].starts_with("templates/home.html:2:14: unknown entry \"src/man.ts\"")
            && errors[0].contains("src/main.ts"),
        "{}",
        errors[0]
    );
    assert!(errors[1].starts_with("templates/home.html:2:45: "), "{}", errors[1]);
    assert!(errors[2].starts_with("templates/broken.html:1:"), "{}", errors[2]);
}

#[test]
fn a_missing_build_is_one_error_or_falls_back_to_the_names_of_templates() {
    let project = project("{{ vite.tags(\"src/main.ts\")? }}{{ vite.asset(\"src/logo.svg\")? }}");
    std::fs::remove_dir_all(project.path().join("dist")).expect("removed");
    let generated = codegen(&project).generate(true).expect("code");
    assert_eq!(generated.errors.len(), 1, "{:?}", generated.errors);
    assert!(generated.errors[0].contains("run `npm run build`"), "{}", generated.errors[0]);

    let optional = codegen(&project).optional_in_debug(true);
    assert_eq!(
        optional.generate(false).expect("code").errors.len(),
        1,
        "a release build needs the front end"
    );
    let generated = optional.generate(true).expect("code");
    assert_eq!(generated.errors, [""; 0]);
    assert!(generated.code.contains("SRC_MAIN_TS") && generated.code.contains("SRC_LOGO_SVG"));
    assert!(!generated.code.contains("SRC_OTHER_TS"));

    // The inputs in the dev file count even if the dev server has stopped.
    let dev = json!({"version": 1, "url": "http://127.0.0.1:1/", "root": "/", "inputs": ["src/other.ts"]});
    project.write(".vite-bridge/dev.json", &dev.to_string());
    let generated = optional.generate(true).expect("code");
    assert!(generated.code.contains("SRC_OTHER_TS"));
    assert!(generated.sources.iter().any(|path| path.ends_with(".vite-bridge/dev.json")));
}

#[test]
fn an_unreadable_build_is_an_error_and_emit_needs_a_build_script() {
    let project = project("");
    project.write("dist/.vite/manifest.json", "{");
    let error = codegen(&project).generate(false).expect_err("no manifest");
    assert_eq!(error.kind(), ErrorKind::ManifestInvalidJson);
    let error = codegen(&project).emit().expect_err("no build script");
    assert!(error.to_string().contains("OUT_DIR"), "{error}");
}
