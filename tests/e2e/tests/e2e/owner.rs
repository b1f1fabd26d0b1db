//! The owner of a node: handing it over and releasing it from the terminal, and choosing on a page who may join.

use imajin_e2e::house::Owner;
use imajin_e2e::{Node, NodeOptions, Person, imajin};

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

#[test]
fn the_owner_chooses_who_may_join_and_the_settings_outweigh_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(&data);
    let owner = Owner::claim(&node);
    let joins = |node: &Node| Person::stranger(&node.url).register().is_ok();
    let choose = |owner: &Owner, who: &str| {
        let sent = owner.send_form("/settings/joining", &format!("registration={who}"));
        sent.0
    };
    assert!(!joins(&node), "an owned node asks for an invitation");
    assert_eq!(choose(&owner, "open"), 303);
    let page = owner.page("/settings/joining");
    assert!(page.contains("value=\"open\" checked"), "{page}");
    let friend = Person::new(&node.url);
    assert_eq!(choose(&owner, "everybody"), 400);
    friend.update_bio("came by herself").unwrap();

    // It outlasts a restart, and who joined stays.
    assert!(node.stop().0.success());
    let node = Node::start(&data);
    let owner = owner.at(&node);
    assert!(joins(&node));
    assert_eq!(choose(&owner, "closed"), 303);
    assert!(!joins(&node));
    let friend = Person::with_key(&node.url, friend.key.clone());
    friend.update_bio("stays").unwrap();

    assert!(node.stop().0.success());
    let options = NodeOptions {
        env: vec![("IMAJIN_REGISTRATION".to_owned(), "open".to_owned())],
        ..NodeOptions::default()
    };
    let node = Node::start_with(&data, &options);
    let owner = owner.at(&node);
    assert!(joins(&node), "the settings say so");
    assert!(
        owner
            .page("/settings/joining")
            .contains("<fieldset disabled")
    );
    assert_eq!(choose(&owner, "invite"), 409);
}
