//! A bit error in a record on the card: the running node finds it, sets only this record aside, and remembers it after
//! a restart, too.

use imajin_e2e::prelude::*;
use std::os::unix::fs::FileExt;

const WORDS: &[u8] = b"words that rot";

fn log_of(data: &Path, person: &Person) -> PathBuf {
    let folder = person.did().replace(':', "_");
    data.join("users").join(folder).join("log.sqlite")
}

/// Flips one bit of the words in the log, or flips it back. After a page split the log may contain them twice.
fn flip(log: &Path, back: bool) {
    let bytes = fs::read(log).unwrap();
    let mut words = WORDS.to_vec();
    words[0] ^= u8::from(back);
    let parts = bytes.windows(words.len()).enumerate();
    let offsets: Vec<usize> = parts.filter(|(_, part)| *part == words).map(|(at, _)| at).collect();
    assert!(!offsets.is_empty(), "the words are in the log");
    let file = fs::File::options().write(true).open(log).unwrap();
    for at in offsets {
        file.write_all_at(&[words[0] ^ 1], at as u64).unwrap();
    }
}

/// Runs the doctor while the node runs. Returns its exit code and its report on the logs.
fn doctor(data: &Path) -> (i32, String) {
    let output = imajin(["doctor", "--json", "--data", data.to_str().unwrap()]);
    let checks: Json = serde_json::from_str(&output.stdout).unwrap();
    let checks = checks["checks"].as_array().unwrap();
    let logs = checks.iter().find(|check| check["name"] == "logs");
    let says = logs.expect("a check of the logs")["says"].as_str().unwrap();
    (output.code, says.to_owned())
}

fn damaged(node: &Node) -> String {
    let metrics = node.metrics();
    let line = metrics.lines().find(|line| line.starts_with("imajin_scrub_damaged"));
    line.expect("a gauge").to_owned()
}

#[test]
fn one_flipped_bit_is_found_beside_the_running_node_and_known_after_a_restart() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let (ada, ben) = (Person::new(&node.url), Person::new(&node.url));
    ada.update_bio(std::str::from_utf8(WORDS).unwrap()).unwrap();
    for n in 0..10 {
        ada.update_bio(&format!("and others {n}")).unwrap();
    }
    let (code, says) = doctor(&data);
    assert_eq!(code, 0, "{says}");
    assert!(says.contains("verify"), "{says}");
    assert!(node.stop().0.success());

    flip(&log_of(&data, &ada), false);
    let node = Node::start(&data);
    let (code, says) = doctor(&data);
    assert_eq!(code, 1, "{says}");
    assert!(says.contains(ada.did()) && !says.contains(ben.did()), "{says}");
    ada.at(&node.url).update_bio("after it").unwrap_err();
    ben.at(&node.url).update_bio("undisturbed").unwrap();
    assert!(node.stop().0.success());

    let node = Node::start(&data);
    let refused = ada.at(&node.url).update_bio("after a restart");
    assert!(refused.unwrap_err().to_string().contains("damaged"));
    assert!(damaged(&node).ends_with(" 1"), "{}", damaged(&node));
    assert!(node.stop().0.success());

    flip(&log_of(&data, &ada), true);
    let node = Node::start(&data);
    ada.at(&node.url).update_bio("whole again").unwrap();
    assert!(damaged(&node).ends_with(" 0"), "{}", damaged(&node));
    assert_eq!(doctor(&data).0, 0);
}
