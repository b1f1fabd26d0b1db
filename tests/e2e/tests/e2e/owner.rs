//! The owner of a node: what they do first, transferring and releasing it from the terminal, and choosing on a page who may join.

use imajin_e2e::prelude::*;

#[test]
fn the_owner_hands_the_node_over_and_releases_it_from_the_terminal() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let first = node.code.clone().unwrap();
    let bert = Person::new(&node.url);
    let anna = Owner::claim(&node).person;
    let keys = folder.path().join("keys");
    for name in ["anna", "bert"] {
        std::fs::create_dir_all(keys.join(name)).unwrap();
    }
    let annas = anna.key_file(&keys.join("anna"));
    let berts = bert.key_file(&keys.join("bert"));
    let owner = |key: &std::path::Path, words: &[&str]| {
        let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
        imajin([&["owner"], words, &at].concat())
    };
    let shown = owner(&annas, &["show"]).ok();
    assert!(shown.contains(bert.did()), "{shown}");
    owner(&berts, &["show"]).fails_with(1);
    let refusal = owner(&annas, &["give", bert.did()]).fails_with(2);
    assert!(refusal.contains("--yes"), "{refusal}");
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
fn a_new_owner_is_asked_about_what_the_last_one_chose_and_answers_with_one_press() {
    let (folder, node) = Node::fresh();
    let bert = Owner::sign_in(Person::new(&node.url));
    let anna = Owner::claim(&node);
    let place = folder.path().join("copies");
    std::fs::create_dir(&place).unwrap();
    let wish = json!({ "to": place, "every_h": 24 });
    let put = anna.ask(Method::PUT, "/www/api/box/backups", Some(&wish));
    assert_eq!(put.0, 204, "{}", put.1);
    let server = "server=smtp.example.org&security=tls&port=&user=box&password=secret&from=box%40example.org&owner=";
    let name = |owner: &Owner| owner.send_form("/settings/mail", server).0;
    assert_eq!(name(&anna), 303);
    let questions = |owner: &Owner| {
        let home = owner.page("/");
        ["mail", "backups"].map(|kind| home.contains(&format!("/settings/inherited/{kind}/keep")))
    };
    let presses = |owner: &Owner, what: &str| {
        let path = format!("/settings/inherited/{what}");
        owner.send_form(&path, "").0
    };
    assert_eq!(questions(&anna), [false; 2], "owners are not asked about their own choices");
    let hand = |from: &Owner, to: &Person| {
        let key = from.person.key_file(folder.path());
        let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
        imajin([&["owner", "give", to.did(), "--yes"][..], &at].concat()).ok();
    };
    hand(&anna, &bert.person);
    assert_eq!(questions(&anna), [false; 2], "nor people who own nothing");
    assert_eq!(presses(&anna, "mail/forget"), 403);
    assert_eq!(questions(&bert), [true; 2]);
    let home = bert.page("/");
    assert_has!(home, "smtp.example.org", "copies");
    assert_eq!(presses(&bert, "mail/keep"), 303);
    assert_eq!(questions(&bert), [false, true]);
    assert_eq!(presses(&bert, "backups/forget"), 303);
    assert_eq!(questions(&bert), [false; 2]);
    assert_has!(bert.page("/settings/mail"), "value=\"smtp.example.org\"");
    let backups = bert.get("/www/api/box/backups");
    assert!(backups["to"].is_null(), "{backups}");
    assert_eq!(presses(&bert, "cards/forget"), 404, "there is nothing");
    // Choices that Bert kept count as his: Anna is asked about them when she owns the box again.
    hand(&bert, &anna.person);
    assert_eq!(questions(&anna), [true, false]);
    assert_eq!(name(&anna), 303);
    assert_eq!(questions(&anna), [false; 2], "it is chosen again");
}

#[test]
fn the_owner_chooses_who_may_join_and_the_settings_outweigh_the_page() {
    let (_folder, data) = imajin_e2e::data_folder();
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

    // The choice persists over a restart, and members stay.
    assert!(node.stop().0.success());
    let node = Node::start(&data);
    let owner = owner.at(&node);
    assert!(joins(&node));
    assert_eq!(choose(&owner, "closed"), 303);
    assert!(!joins(&node));
    let friend = friend.at(&node.url);
    friend.update_bio("stays").unwrap();

    assert!(node.stop().0.success());
    let options = NodeOptions::default().env([("IMAJIN_REGISTRATION", "open")]);
    let node = Node::start_with(&data, &options);
    let owner = owner.at(&node);
    assert!(joins(&node), "the settings say so");
    assert_has!(owner.page("/settings/joining"), "<fieldset disabled");
    assert_eq!(choose(&owner, "invite"), 409);
}

#[test]
fn home_lists_what_an_owner_and_a_member_do_first_until_it_is_done() {
    let (_folder, node) = Node::fresh();
    let member = Owner::sign_in(Person::new(&node.url));
    let owner = Owner::claim(&node);
    let steps = ["Give the box a name", "Set up email"];
    let left = |owner: &Owner| {
        let home = owner.page("/");
        steps.map(|step| home.contains(step))
    };
    assert_eq!(left(&owner), [true; 2]);
    let named = owner.send_form("/settings/box", "name=Attic&sentence=");
    assert!(named.0 < 400, "{}", named.1);
    assert_eq!(left(&owner), [false, true]);
    let server = "server=smtp.example.org&security=tls&port=&user=box&password=secret&from=box%40example.org&owner=";
    assert_eq!(owner.send_form("/settings/mail", server).0, 303);
    assert_eq!(left(&owner), [false; 2]);
    assert_eq!(left(&member), [false; 2]);
    let home = member.page("/");
    assert_has!(home, "Add a picture of yourself", "Add your first photo");
    assert!(!owner.page("/").contains("Add a picture of yourself"));
    // A member who needs none of it hides the list.
    assert_eq!(member.send_form("/first-steps/hide", "").0, 303);
    let lists = |person: &Owner| person.page("/").contains("id=\"first\"");
    assert_eq!([lists(&member), lists(&owner)], [false, true]);
}
