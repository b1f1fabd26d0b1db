//! The README's commands, run as printed.

use imajin_e2e::house::Owner;
use imajin_e2e::{Node, command};
use reqwest::Method;
use serde_json::{Value as Json, json};
use std::path::Path;

const README: &str = include_str!("../../../../README.md");

/// Returns the commands of a section of the page, in order.
fn commands(part: &str) -> String {
    let (_, part) = README.split_once(part).expect("the part is there");
    let part = part.split("\n## ").next().unwrap_or(part);
    let blocks = part.split("\n```\n").skip(1).step_by(2);
    blocks.collect::<Vec<_>>().join("\n")
}

/// Replaces a placeholder that the reader fills in.
fn put_in(script: &str, placeholder: &str, value: &str) -> String {
    assert!(script.contains(placeholder), "{placeholder} in {script}");
    script.replace(placeholder, value)
}

#[test]
fn the_readmes_commands_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("node"));
    let other = Node::start(&folder.path().join("other"));
    let code = node.code.as_deref().expect("a claim code");
    let (_, invite) = Owner::claim(&other).ask(Method::POST, "/auth/api/invites", Some(&json!({})));
    let invite: Json = serde_json::from_str(&invite).unwrap();
    let invite = invite["code"].as_str().expect("an invitation");

    let script = commands("## Seven things to try");
    let script = put_in(&script, "http://127.0.0.1:7000", &node.url);
    let script = put_in(&script, "--claim CODE", &format!("--claim {code}"));
    let script = put_in(&script, "https://other.local", &other.url);
    let script = put_in(&script, "--invite CODE", &format!("--invite {invite}"));
    let imajin = command();
    let beside = Path::new(imajin.get_program()).parent().expect("a folder");
    let path = std::env::var("PATH").expect("a path");
    let ran = std::process::Command::new("bash")
        .args(["-euxc", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", beside.display()))
        .env("IMAJIN_KNOWN_NODES", folder.path().join("known"))
        .output()
        .expect("bash runs");
    let output = String::from_utf8_lossy(&ran.stdout);
    let why = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{output}{why}");
    assert!(output.contains("profile.update"), "{output}");
}
