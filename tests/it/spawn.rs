//! A process group ends together with the application, including all of its child processes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use vite_bridge::ErrorKind;
use vite_bridge::spawn::{DevServer, ProcessGroup};

use crate::support::processes::{DEAF, PARENT, all_end, is_running, pids};
use crate::support::{Dist, fails};

fn shell(place: &Dist, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(place.path());
    command
}

#[test]
fn dropping_a_group_ends_all_its_processes() {
    let place = Dist::new(&[]);
    let group = ProcessGroup::spawn(&mut shell(&place, PARENT), "x | ").expect("a group");
    let pids = pids(&place, "pids");
    assert_eq!(pids.first(), Some(&group.id().to_string()));
    drop(group);
    assert!(pids.iter().all(|pid| !is_running(pid)), "dropping waits for the end");
}

#[test]
fn a_group_that_ignores_the_signal_is_killed() {
    let place = Dist::new(&[]);
    let group = ProcessGroup::spawn(&mut shell(&place, DEAF), "x | ").expect("a group");
    let pids = pids(&place, "pids");
    drop(group);
    all_end(&pids);
}

#[test]
fn a_panic_ends_the_group() {
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
fn children_of_an_exited_program_are_ended() {
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
fn a_missing_program_is_an_error_that_names_it() {
    let error =
        ProcessGroup::spawn(&mut Command::new("vite-bridge-no-such-program"), "").expect_err("nothing");
    assert_eq!(error.kind(), ErrorKind::DevServerNotStarted);
    assert_eq!(
        error.to_string(),
        "cannot start `vite-bridge-no-such-program`\nhelp: install `vite-bridge-no-such-program`, or add it to the PATH"
    );
    let project = Dist::new(&[("package.json", r#"{"scripts": {"build": "x", "start": "vite"}}"#)]);
    let text = project.hide(&fails(DevServer::spawn(project.path()), ErrorKind::DevServerNotStarted));
    assert_eq!(
        text,
        "DIST/package.json has no script \"dev\" (it has build, start)\nhelp: add `\"dev\": \"vite\"` to \"scripts\""
    );
    project.write("package.json", "[]");
    let text = fails(DevServer::spawn(project.path()), ErrorKind::DevServerNotStarted);
    assert!(text.starts_with("invalid "), "{text}");
    let text = fails(DevServer::spawn("/"), ErrorKind::DevServerNotStarted);
    assert!(text.starts_with("no package.json in / or above it\n"), "{text}");
}
