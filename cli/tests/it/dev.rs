//! `vite-bridge dev` with a replacement for npm, which comes first on the PATH.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::dist::Dist;
use crate::support::processes::{PARENT, all_end, is_running, pids};

fn project() -> Dist {
    let npm = "#!/bin/sh\necho \"$*\" > asked\nsleep 1000 &\necho $$ $! > npm-pids\necho listening\nwait\n";
    let project = Dist::new(&[("package.json", r#"{"scripts": {"dev": "vite"}}"#), ("bin/npm", npm)]);
    make_executable(&project.path().join("bin/npm"));
    project
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
}

fn dev(project: &Dist, script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let path = format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
    command
        .args(["dev", "--no-watch", "--", "sh", "-c", script])
        .current_dir(project.path())
        .env("PATH", path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_signal_ends_both_groups_and_all_their_processes() {
    for signal in ["INT", "TERM", "HUP"] {
        let project = project();
        let dev = dev(&project, PARENT).spawn().expect("the program");
        let started = [pids(&project, "pids"), pids(&project, "npm-pids")].concat();
        assert_eq!(started.len(), 4);
        let kill = Command::new("kill").args([&format!("-{signal}"), &dev.id().to_string()]).status();
        assert!(kill.expect("kill").success());
        let output = dev.wait_with_output().expect("an end");
        assert!(started.iter().all(|pid| !is_running(pid)), "{signal}: {started:?}");
        assert_eq!(output.status.code(), Some(130));
        let text = String::from_utf8_lossy(&output.stdout);
        for line in ["vite | listening\n", " app | started\n", " app | told\n"] {
            assert!(text.contains(line), "{signal}: {text}");
        }
    }
}

#[test]
fn no_process_survives_a_killed_program() {
    let project = project();
    let mut dev = dev(&project, PARENT).spawn().expect("the program");
    let started = [pids(&project, "pids"), pids(&project, "npm-pids")].concat();
    dev.kill().expect("killed");
    dev.wait().expect("an end");
    all_end(&started);
}

#[test]
fn the_status_of_the_command_is_returned_and_vite_ends() {
    let project = project();
    let script = "while [ ! -s npm-pids ]; do sleep 0.02; done; echo 'no such entry' >&2; exit 7";
    let output = dev(&project, script).output().expect("the program");
    assert_eq!(output.status.code(), Some(7));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(" app | no such entry\n") && text.contains("ended: exit status: 7"), "{text}");
    assert!(pids(&project, "npm-pids").iter().all(|pid| !is_running(pid)));
    assert_eq!(fs::read_to_string(project.path().join("asked")).expect("asked"), "run dev\n");
}

#[test]
fn a_command_that_ended_restarts_after_a_change() {
    let project = project();
    project.write("src/main.rs", "");
    let script = "echo run >> runs; exit 7";
    let mut dev = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let path = format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
    dev.args(["dev", "--", "sh", "-c", script]).current_dir(project.path()).env("PATH", path);
    let mut dev = dev.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it");
    let runs = || fs::read_to_string(project.path().join("runs")).unwrap_or_default().lines().count();
    let until = |count: usize| {
        let end = Instant::now() + Duration::from_secs(10);
        while runs() < count && Instant::now() < end {
            sleep(Duration::from_millis(20));
        }
        assert_eq!(runs(), count);
    };
    until(1);
    project.write("src/main.rs", "fn main() {}");
    until(2);
    assert_eq!(dev.try_wait().expect("a status"), None, "still running");
    let kill = Command::new("kill").args(["-INT", &dev.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    assert_eq!(dev.wait().expect("an end").code(), Some(130));
}

#[test]
fn if_vite_does_not_start_the_command_ends_with_help() {
    let project = project();
    project.write("bin/npm", "#!/bin/sh\nwhile [ ! -s pids ]; do sleep 0.02; done; exit 127\n");
    make_executable(&project.path().join("bin/npm"));
    let output = dev(&project, PARENT).output().expect("the program");
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stderr);
    let expected =
        "Vite ended: exit status: 127\n  = help: run `npm install` if the packages are not installed\n";
    assert!(text.ends_with(expected), "{text}");
    assert!(pids(&project, "pids").iter().all(|pid| !is_running(pid)));
}

#[test]
fn a_missing_command_is_an_error_and_vite_ends() {
    let project = project();
    let mut dev = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
    let path = format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
    dev.args(["dev", "--", "vite-bridge-no-such-program"]).current_dir(project.path()).env("PATH", path);
    let output = dev.output().expect("the program");
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.starts_with("error[dev_server_not_started]: ") && text.contains("vite-bridge-no-such-program"),
        "{text}"
    );
    if project.path().join("npm-pids").exists() {
        all_end(&pids(&project, "npm-pids"));
    }
}
