//! What is started beside the application ends with it, and all that it started as well, however the end comes.
#![cfg(all(unix, feature = "spawn"))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use support::{Dist, fails};
use vite_bridge::{DevServer, ErrorKind, ProcessGroup};

/// A program that starts another one, writes the ids of both into `pids`, and says when it is told to end.
const PARENT: &str = r#"sleep 1000 & echo $$ $! > pids; echo started; trap 'echo told; exit 0' TERM; wait"#;
/// One that does not listen, and whose child does not either.
const DEAF: &str = r#"trap '' TERM; sleep 1000 & echo $$ $! > pids; wait"#;

fn shell(place: &Dist, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(place.path());
    command
}

/// The processes that a script has started.
#[track_caller]
fn pids(place: &Dist, file: &str) -> Vec<String> {
    for _ in 0..500 {
        let text = fs::read_to_string(place.path().join(file)).unwrap_or_default();
        if text.ends_with('\n') {
            return text.split_whitespace().map(str::to_owned).collect();
        }
        sleep(Duration::from_millis(20));
    }
    panic!("nothing has started")
}

fn is_running(pid: &str) -> bool {
    Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().expect("kill").success()
}

#[track_caller]
fn all_end(pids: &[String]) {
    assert!(!pids.is_empty());
    for _ in 0..500 {
        if pids.iter().all(|pid| !is_running(pid)) {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("still running: {pids:?}");
}

#[test]
fn a_dropped_group_is_gone_with_all_that_it_started() {
    let place = Dist::new(&[]);
    let group = ProcessGroup::spawn(&mut shell(&place, PARENT), "x | ").expect("a group");
    let pids = pids(&place, "pids");
    assert_eq!(pids.first(), Some(&group.id().to_string()));
    drop(group);
    assert!(pids.iter().all(|pid| !is_running(pid)), "dropping waits for the end");
}

#[test]
fn one_that_does_not_listen_is_killed() {
    let place = Dist::new(&[]);
    let group = ProcessGroup::spawn(&mut shell(&place, DEAF), "x | ").expect("a group");
    let pids = pids(&place, "pids");
    drop(group);
    all_end(&pids);
}

#[test]
fn a_panic_ends_it_too() {
    let place = Dist::new(&[]);
    let started = AssertUnwindSafe(&place);
    let panicked = catch_unwind(|| {
        let _group = ProcessGroup::spawn(&mut shell(&started, PARENT), "x | ").expect("a group");
        pids(&started, "pids");
        panic!("on purpose");
    });
    assert!(panicked.is_err());
    all_end(&pids(&place, "pids"));
}

#[test]
fn what_is_left_of_a_program_that_ended_by_itself_is_ended() {
    let place = Dist::new(&[]);
    let script = "sleep 1000 & echo $! > pids; exit 3";
    let mut group = ProcessGroup::spawn(&mut shell(&place, script), "x | ").expect("a group");
    assert_eq!(group.wait().expect("an end").code(), Some(3));
    assert_eq!(group.try_wait().expect("an end").and_then(|status| status.code()), Some(3));
    assert!(is_running(pids(&place, "pids").first().expect("an id")));
    drop(group);
    all_end(&pids(&place, "pids"));
}

#[test]
fn what_is_not_there_is_an_error_that_names_it() {
    let error =
        ProcessGroup::spawn(&mut Command::new("vite-bridge-no-such-program"), "").expect_err("nothing");
    assert_eq!(error.kind(), ErrorKind::DevServerNotStarted);
    assert!(error.to_string().starts_with("`vite-bridge-no-such-program` cannot be started ("), "{error}");
    assert!(error.to_string().ends_with("): install it, or put it on the PATH"), "{error}");
    let project = Dist::new(&[("package.json", r#"{"scripts": {"build": "x", "start": "vite"}}"#)]);
    let text = project.hide(&fails(DevServer::spawn(project.path()), ErrorKind::DevServerNotStarted));
    assert_eq!(
        text,
        "DIST/package.json has no script \"dev\" (it has: build, start): add `\"dev\": \"vite\"` to its \"scripts\""
    );
    project.write("package.json", "[]");
    let text = fails(DevServer::spawn(project.path()), ErrorKind::DevServerNotStarted);
    assert!(text.contains("is no package.json: "), "{text}");
    let text = fails(DevServer::spawn("/"), ErrorKind::DevServerNotStarted);
    assert!(text.starts_with("no package.json in / or above it: "), "{text}");
}

/// `vite-bridge dev` with an npm of our own before the real one on the PATH.
#[cfg(feature = "cli")]
mod program {
    use std::path::Path;
    use std::time::Instant;

    use super::*;

    fn project() -> Dist {
        let npm =
            "#!/bin/sh\necho \"$*\" > asked\nsleep 1000 &\necho $$ $! > npm-pids\necho listening\nwait\n";
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
        let path =
            format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
        command
            .args(["dev", "--no-watch", "--", "sh", "-c", script])
            .current_dir(project.path())
            .env("PATH", path);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[test]
    fn a_signal_ends_both_groups_and_nothing_is_left() {
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
    fn even_a_killed_program_leaves_nothing() {
        let project = project();
        let mut dev = dev(&project, PARENT).spawn().expect("the program");
        let started = [pids(&project, "pids"), pids(&project, "npm-pids")].concat();
        dev.kill().expect("killed");
        dev.wait().expect("an end");
        all_end(&started);
    }

    #[test]
    fn the_status_is_that_of_the_command_and_vite_ends_with_it() {
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
    fn a_command_that_ends_starts_again_after_a_change() {
        let project = project();
        project.write("src/main.rs", "");
        let script = "echo run >> runs; exit 7";
        let mut dev = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
        let path =
            format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
        dev.args(["dev", "--", "sh", "-c", script]).current_dir(project.path()).env("PATH", path);
        let mut dev =
            dev.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it");
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
        assert_eq!(dev.try_wait().expect("a status"), None, "it goes on");
        let kill = Command::new("kill").args(["-INT", &dev.id().to_string()]).status();
        assert!(kill.expect("kill").success());
        assert_eq!(dev.wait().expect("an end").code(), Some(130));
    }

    #[test]
    fn a_vite_that_does_not_start_ends_the_command_and_says_what_may_be_missing() {
        let project = project();
        project.write("bin/npm", "#!/bin/sh\nwhile [ ! -s pids ]; do sleep 0.02; done; exit 127\n");
        make_executable(&project.path().join("bin/npm"));
        let output = dev(&project, PARENT).output().expect("the program");
        assert_eq!(output.status.code(), Some(3));
        let text = String::from_utf8_lossy(&output.stderr);
        let expected = "Vite ended: exit status: 127; if its packages are not installed, run `npm ci`\n";
        assert!(text.ends_with(expected), "{text}");
        assert!(pids(&project, "pids").iter().all(|pid| !is_running(pid)));
    }

    #[test]
    fn a_command_that_is_not_there_is_an_error_and_vite_does_not_stay() {
        let project = project();
        let mut dev = Command::new(env!("CARGO_BIN_EXE_vite-bridge"));
        let path =
            format!("{}:{}", project.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
        dev.args(["dev", "--", "vite-bridge-no-such-program"]).current_dir(project.path()).env("PATH", path);
        let output = dev.output().expect("the program");
        assert_eq!(output.status.code(), Some(3));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("`vite-bridge-no-such-program` cannot be started"), "{text}");
        if project.path().join("npm-pids").exists() {
            all_end(&pids(&project, "npm-pids"));
        }
    }
}
