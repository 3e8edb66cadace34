//! The environment variables of the development proxy. A test must not change the environment of
//! its process, so it starts itself as a child process.

use std::process::Command;

use vite_bridge::Builder;

use crate::support::mounted::{app, as_peer};
use crate::support::upstream::{Upstream, ok};

const CHILD: &str = "VITE_BRIDGE_TEST_CHILD";
const VARIABLES: [&str; 4] =
    ["VITE_BRIDGE_MODE", "VITE_BRIDGE_DEV_SERVER", "VITE_BRIDGE_ALLOW_PEERS", "VITE_BRIDGE_ALLOW_HOSTS"];

/// Runs a child process with these variables and returns the line that it printed.
async fn child(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "proxy_environment::the_child_asks_from_another_machine", "--nocapture"])
        .env(CHILD, "1");
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.expect("no panic").expect("a child");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().find_map(|line| line.strip_prefix("answer: ")).unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn the_child_asks_from_another_machine() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let answer = match Builder::new("no/build").open() {
        Ok(vite) => {
            let (status, text) = as_peer(app(&vite), Some("192.168.1.9:5"), "phone.test", &[]).await;
            format!("{} {}", status.as_u16(), text.lines().next().unwrap_or_default())
        }
        Err(error) => error.to_string().replace('\n', " "),
    };
    println!("\nanswer: {answer}");
}

#[tokio::test]
async fn the_environment_names_the_dev_server_and_who_may_use_it() {
    let upstream = Upstream::new(|_| ok("vite's")).await;
    let url = format!("http://{}/", upstream.address);
    let server = ("VITE_BRIDGE_DEV_SERVER", url.as_str());
    let peers = ("VITE_BRIDGE_ALLOW_PEERS", "10.0.0.1, 192.168.0.0/16");
    let hosts = ("VITE_BRIDGE_ALLOW_HOSTS", "phone.test,other.test");
    let refused = child(&[server, hosts]).await;
    assert!(refused.starts_with("403 ") && refused.ends_with("the client is 192.168.1.9"), "{refused}");
    let refused = child(&[server, peers]).await;
    assert!(refused.starts_with("403 ") && refused.ends_with("the Host is phone.test"), "{refused}");
    assert_eq!(upstream.count(), 0);
    assert_eq!(child(&[server, peers, hosts]).await, "200 vite's");
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn an_invalid_value_names_its_variable() {
    let error = child(&[("VITE_BRIDGE_ALLOW_PEERS", "phone")]).await;
    assert!(error.starts_with("invalid network \"phone\" in `VITE_BRIDGE_ALLOW_PEERS`"), "{error}");
    let production = [("VITE_BRIDGE_ALLOW_PEERS", "phone"), ("VITE_BRIDGE_MODE", "production")];
    let error = child(&production).await;
    assert!(error.starts_with("no manifest at no/build"), "production ignores the variable: {error}");
    let error = child(&[("VITE_BRIDGE_DEV_SERVER", "localhost:5173")]).await;
    assert!(error.contains("localhost:5173"), "{error}");
}
