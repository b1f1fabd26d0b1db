//! The README's commands and the developer's guide, run as printed.

use imajin_e2e::command;
use imajin_e2e::prelude::*;
use std::process::Output;

const README: &str = include_str!("../../../../README.md");
const GUIDE: &str = include_str!("../../../../docs/guide.md");

/// Maximum number of words of the guide, its blocks included.
const GUIDE_WORDS_MAX: usize = 1_500;

/// Returns the commands of a section of the page, in order.
fn commands(part: &str) -> String {
    let (_, part) = README.split_once(part).expect("the part is there");
    let part = part.split("\n## ").next().unwrap_or(part);
    let blocks = part.split("\n```\n").skip(1).step_by(2);
    blocks.collect::<Vec<_>>().join("\n")
}

/// Returns the blocks of the guide in a language, in order.
fn blocks(language: &str) -> String {
    let fence = format!("\n```{language}\n");
    let blocks = GUIDE.split(&fence).skip(1);
    let blocks = blocks.map(|rest| rest.split("\n```").next().unwrap_or(rest));
    blocks.collect::<Vec<_>>().join("\n")
}

/// Runs commands in a folder, with `imajin` on the path. Returns what they print.
fn run_in_shell(script: &str, folder: &Path) -> String {
    let imajin = command();
    let beside = Path::new(imajin.get_program()).parent().expect("a folder");
    let path = std::env::var("PATH").expect("a path");
    let ran = Command::new("bash")
        .args(["-euxc", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", beside.display()))
        .env("IMAJIN_KNOWN_NODES", folder.join("known"))
        .output();
    printed(&ran.expect("bash runs"))
}

/// Returns what a program printed, which must have succeeded.
fn printed(ran: &Output) -> String {
    let output = String::from_utf8_lossy(&ran.stdout);
    let why = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{output}{why}");
    output.into_owned()
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
    let output = run_in_shell(&script, folder.path());
    assert!(output.contains("profile.update"), "{output}");
}

#[test]
fn the_guides_blocks_work_in_their_order() {
    let words = GUIDE.split_whitespace().count();
    assert!(words <= GUIDE_WORDS_MAX, "{words} words");
    let (folder, node) = Node::fresh();
    let program = put_in(&blocks("python"), "http://127.0.0.1:7000", &node.url);
    let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
    let ran = Command::new(python).args(["-c", &program]).current_dir(folder.path()).output();
    let output = printed(&ran.expect("Python runs"));
    assert!(output.starts_with("refused: "), "{output}");
    run_in_shell(&blocks("sh"), folder.path());
}
