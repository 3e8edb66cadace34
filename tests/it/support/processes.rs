//! Shell scripts that start child processes, and functions that check which processes still run.
#![allow(dead_code, reason = "each program of tests uses a part of it")]

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::dist::Dist;

/// A script that starts a child, writes both process ids into `pids`, and prints a line on SIGTERM.
pub(crate) const PARENT: &str =
    r#"sleep 1000 & echo $$ $! > pids; echo started; trap 'echo told; exit 0' TERM; wait"#;
/// A script that ignores SIGTERM. Its child ignores it, too.
pub(crate) const DEAF: &str = r#"trap '' TERM; sleep 1000 & echo $$ $! > pids; wait"#;

/// Waits until a script has written its process ids and returns them.
#[track_caller]
pub(crate) fn pids(place: &Dist, file: &str) -> Vec<String> {
    for _ in 0..500 {
        let text = fs::read_to_string(place.path().join(file)).unwrap_or_default();
        if text.ends_with('\n') {
            return text.split_whitespace().map(str::to_owned).collect();
        }
        sleep(Duration::from_millis(20));
    }
    panic!("{file} has no process ids")
}

pub(crate) fn is_running(pid: &str) -> bool {
    Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().expect("kill").success()
}

#[track_caller]
pub(crate) fn all_end(pids: &[String]) {
    assert!(!pids.is_empty());
    for _ in 0..500 {
        if pids.iter().all(|pid| !is_running(pid)) {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("still running: {pids:?}");
}
