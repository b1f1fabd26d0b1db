//! `imajin owner`: a node is handed over and released from the terminal.

use imajin_e2e::house::Owner;
use imajin_e2e::{Node, Person, imajin};

#[test]
fn the_owner_hands_the_node_over_and_releases_it_from_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(&data);
    let first = node.code.clone().unwrap();
    let bert = Person::new(&node.url);
    let anna = Owner::claim(&node).person;
    let keys = folder.path().join("keys");
    for name in ["anna", "bert"] {
        std::fs::create_dir_all(keys.join(name)).unwrap();
    }
    let (annas, berts) = (
        anna.key_file(&keys.join("anna")),
        bert.key_file(&keys.join("bert")),
    );
    let owner = |key: &std::path::Path, words: &[&str]| {
        let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
        imajin([&["owner"], words, &at].concat())
    };
    let shown = owner(&annas, &["show"]).ok();
    assert!(shown.contains(bert.did()), "{shown}");
    owner(&berts, &["show"]).fails_with(1);
    let asked = owner(&annas, &["give", bert.did()]).fails_with(2);
    assert!(asked.contains("--yes"), "{asked}");
    owner(&berts, &["give", bert.did(), "--yes"]).fails_with(1);
    owner(&annas, &["give", bert.did(), "--yes"]).ok();
    owner(&annas, &["show"]).fails_with(1);

    let released = owner(&berts, &["release", "--yes"]).ok();
    assert!(released.contains("claim code"), "{released}");
    owner(&berts, &["show"]).fails_with(1);
    node.stop();
    let again = Node::start(&data);
    let code = again.code.clone().unwrap();
    assert_ne!(code, first, "the code that was used is good again");
    let carla = Owner::claim(&again);
    assert_eq!(carla.get("/auth/api/session")["owner"], true);
}
