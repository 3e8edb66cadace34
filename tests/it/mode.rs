//! The mode from the environment. A test must not change the environment of its process, so it
//! starts itself as a child process.

use std::process::Command;

use vite_bridge::{Builder, ErrorKind, Mode};

const CHILD: &str = "VITE_BRIDGE_TEST_CHILD";

/// Runs a child process with this value of `VITE_BRIDGE_MODE` and returns the line that it printed.
#[track_caller]
fn child(mode: Option<&str>) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "mode::the_child_prints_its_tags", "--nocapture"])
        .env(CHILD, "1")
        .env_remove("VITE_BRIDGE_MODE");
    if let Some(mode) = mode {
        command.env("VITE_BRIDGE_MODE", mode);
    }
    let output = command.output().expect("a child");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().find_map(|line| line.strip_prefix("opened: ")).unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
fn the_child_prints_its_tags() {
    if std::env::var_os(CHILD).is_none() {
        assert_eq!(child(None), r#"<script type="module" src="/a.js"></script>"#);
        return;
    }
    let builder =
        Builder::manifest_bytes(r#"{"a.ts": {"file": "a.js"}}"#).dev_server("http://localhost:5173");
    let opened =
        builder.open().and_then(|vite| vite.tags("a.ts")).map(|tags| tags.to_string().replace('\n', " "));
    println!("\nopened: {}", opened.unwrap_or_else(|error| format!("{}: {error}", error.kind())));
}

#[test]
fn the_environment_overrides_the_builder() {
    assert_eq!(child(Some("disabled")), "");
    assert_eq!(child(Some("production")), r#"<script type="module" src="/a.js"></script>"#);
    assert_eq!(child(Some("")), r#"<script type="module" src="/a.js"></script>"#);
    assert!(child(Some("development")).contains("http://localhost:5173/@vite/client"));
}

#[test]
fn an_unknown_mode_is_an_error_that_lists_the_modes() {
    assert_eq!(child(Some("Prod")), "invalid_mode: unknown mode \"Prod\"");
    let error = "Prod".parse::<Mode>().expect_err("no mode");
    assert_eq!(error.help(), Some("set VITE_BRIDGE_MODE to auto, development, production or disabled"));
    assert_eq!("auto".parse::<Mode>().expect("a mode"), Mode::Auto);
    assert_eq!("x".parse::<Mode>().expect_err("no mode").kind(), ErrorKind::InvalidMode);
}
