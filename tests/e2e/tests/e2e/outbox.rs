//! An identity's chain is authoritative in its log, and relays hold a copy, no matter which process is killed.

use imajin_e2e::prelude::*;

fn options(pairs: &[(&str, &str)], flags: &[&str]) -> NodeOptions {
    let env = [("IMAJIN_LOG_LEVEL", "info,imajin_box::outbox=debug")];
    NodeOptions::default().env(env.iter().chain(pairs).copied()).flags(flags.iter().copied())
}

/// Returns the DFOS name of an identity and the operations of its chain, as served by its node.
fn chain(node: &Node, did: &str) -> (String, Vec<String>) {
    let url = format!("{}/auth/api/identity/{did}/chain", node.url);
    let (status, answer) = imajin_e2e::get(&url);
    assert_eq!(status, 200, "{answer}");
    let log = answer["log"].as_array().unwrap().iter();
    let log = log.map(|token| token.as_str().unwrap().to_owned()).collect();
    (answer["dfosDid"].as_str().unwrap().to_owned(), log)
}

/// Returns the chain of an identity as served to a signed-in person.
fn chain_for(who: &Person, did: &str) -> (String, Vec<String>) {
    let answer = who.read(&format!("/auth/api/identity/{did}/chain"));
    let log = answer["log"].as_array().unwrap().iter();
    let log = log.map(|token| token.as_str().unwrap().to_owned());
    (answer["dfosDid"].as_str().unwrap().to_owned(), log.collect())
}

/// Returns the operations of a chain as served by a relay.
fn copy(relay: &Node, dfos: &str) -> Vec<String> {
    let url = format!("{}/registry/relay/proof/v1/identities/{dfos}/log", relay.url);
    let (_, answer) = imajin_e2e::get(&url);
    let entries = answer["entries"].as_array().cloned().unwrap_or_default();
    let token = |entry: &Json| entry["jwsToken"].as_str().unwrap().to_owned();
    entries.iter().map(token).collect()
}

/// Waits until a relay's copy matches the person's log.
fn followed(node: &Node, relay: &Node, did: &str) {
    let (dfos, log) = chain(node, did);
    until(did, || copy(relay, &dfos) == log);
}

fn relay_of(node: &Node) -> String {
    format!("{}/registry/relay", node.url)
}

/// Returns the offset of the outbox for a relay, if there is one.
fn position(data: &Path, relay: &str) -> Option<u64> {
    let bytes = std::fs::read(data.join("node/outbox.json")).ok()?;
    let rows: Json = serde_json::from_slice(&bytes).ok()?;
    rows[relay]["offset"].as_u64()
}

#[test]
fn the_relay_follows_the_logs_through_a_kill_and_says_nothing_twice() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&[], &[]));
    let ada = Person::new(&node.url);
    let did = node.did.clone();
    followed(&node, &node, &did);
    followed(&node, &node, ada.did());
    // Killed right after the answer: unsent operations are sent at the next start.
    let people: Vec<Person> = (0..5).map(|_| Person::new(&node.url)).collect();
    node.kill();
    let node = Node::start_with(&data, &options(&[], &[]));
    for person in &people {
        followed(&node, &node, person.did());
    }
    let reached = position(&data, "own-relay").unwrap();
    node.stop();
    let node = Node::start_with(&data, &options(&[], &[]));
    let grace = Person::new(&node.url);
    followed(&node, &node, grace.did());
    assert!(position(&data, "own-relay").unwrap() > reached);
    // One new genesis and nothing that was sent before.
    let log = node.log();
    let sends: Vec<&str> = log.lines().filter(|line| line.contains("sent")).collect();
    assert_eq!(sends.len(), 1, "{log}");
    assert!(sends[0].contains("1 operations"), "{log}");
    // A relay that lost its store gets everything again.
    node.stop();
    for file in ["relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join("node").join(file));
    }
    let node = Node::start_with(&data, &options(&[], &[]));
    followed(&node, &node, ada.did());
    followed(&node, &node, grace.did());
}

#[test]
fn a_relay_that_only_follows_has_what_its_own_people_signed() {
    let folder = tempfile::tempdir().unwrap();
    let lite = [("IMAJIN_REGISTRY_CAPABILITIES_WRITE", "false")];
    let far = Node::start_with(&folder.path().join("far"), &options(&[], &[]));
    let peer = far.url.clone();
    let lite = [lite[0], ("IMAJIN_REGISTRY_PEERS", &*peer)];
    let node = Node::start_with(&folder.path().join("data"), &options(&lite, &[]));
    let ada = Person::new(&node.url);
    followed(&node, &node, ada.did());
    // The relay's peers learn of them, too, at the origin only; and no one else may write.
    followed(&node, &far, ada.did());
    let url = format!("{}/proof/v1/operations", node.url);
    let body = serde_json::json!({ "operations": ["a.b.c"] });
    let refused = imajin_e2e::http().post(url).json(&body).send().unwrap();
    assert_eq!(refused.status(), 501);
}

#[test]
fn a_peer_that_builds_urls_from_the_origin_alone_pulls_operations() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &options(&[], &[]));
    let ada = Person::new(&node.url);
    followed(&node, &node, ada.did());
    let peers = [
        ("IMAJIN_REGISTRY_PEERS", node.url.as_str()),
        ("IMAJIN_REGISTRY_LIMITS_SYNC_EVERY_S", "1"),
    ];
    let far = Node::start_with(&folder.path().join("far"), &options(&peers, &[]));
    followed(&node, &far, ada.did());
    // Page and relay share the root, and every path of the relay answers at both places.
    let (dfos, _) = chain(&node, ada.did());
    for path in [
        "/.well-known/dfos-relay".to_owned(),
        format!("/proof/v1/identities/{dfos}"),
        format!("/1.0/identifiers/{dfos}"),
        format!("/revocations/v1/issuer/{dfos}"),
        format!("/index/v0/identities?did={dfos}"),
    ] {
        let (status, mut at_root) = imajin_e2e::get(&format!("{}{path}", node.url));
        let (_, mut below) = imajin_e2e::get(&format!("{}{path}", relay_of(&node)));
        // Counters change between requests.
        at_root["stats"].take();
        below["stats"].take();
        assert_eq!((status, at_root), (200, below), "{path}");
        let named = imajin_e2e::http().get(format!("{}{path}", node.url));
        let named = named.header("host", "registry.localhost").send().unwrap();
        assert_eq!(named.status(), 200, "{path}");
    }
    let page = imajin_e2e::http().get(format!("{}/", node.url));
    let page = page.header("accept", "text/html").send().unwrap();
    assert!(page.text().unwrap().contains("<html"));
    let about = imajin_e2e::get(&format!("{}/.well-known/dfos-relay", node.url)).1;
    let profile = about["profile"].as_str().unwrap();
    let profile = imajin_dfos::jws::parse_any(profile).unwrap().payload_value().unwrap();
    let name = profile.get("content").and_then(|content| content.get_str("name"));
    assert_eq!(name, Some("Imajin node"), "not the machine's name");
}

#[test]
fn what_a_peer_has_not_got_yet_it_gets_by_gossip() {
    let folder = tempfile::tempdir().unwrap();
    let far = Node::start_with(&folder.path().join("far"), &options(&[], &[]));
    let peers = [("IMAJIN_REGISTRY_PEERS", &*relay_of(&far))];
    let near = Node::start_with(&folder.path().join("near"), &options(&peers, &[]));
    let ada = Person::new(&near.url);
    followed(&near, &far, ada.did());
}

#[test]
fn without_a_relay_of_its_own_a_node_posts_to_those_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let (near, far) = (folder.path().join("near"), folder.path().join("far"));
    // A port that is free before the relay starts, and its own afterwards.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let relay = format!("http://{address}/registry/relay");
    let peers = [("IMAJIN_REGISTRY_PEERS", &*relay)];
    let flags = ["--services", "auth,profile,www"];
    let node = Node::start_with(&near, &options(&peers, &flags));
    let ada = Person::new(&node.url);
    assert_eq!(position(&near, &relay), None, "nobody took it");
    let at = address.to_string();
    let other = Node::start_with(&far, &options(&[], &["--listen", &at]));
    followed(&node, &other, ada.did());
    let did = node.did.clone();
    followed(&node, &other, &did);
    // The relay goes away meanwhile, and nothing is lost.
    other.kill();
    let bob = Person::new(&node.url);
    node.kill();
    let other = Node::start_with(&far, &options(&[], &["--listen", &at]));
    let node = Node::start_with(&near, &options(&peers, &flags));
    followed(&node, &other, bob.did());
    assert!(!node.log().contains("starts over"), "{}", node.log());
}

/// Returns type and address of each service in an identity's chain, and the number of its operations.
fn whereabouts(node: &Node, did: &str) -> (Vec<(String, String)>, usize) {
    let (_, log) = chain(node, did);
    let did = imajin_protocol::Did::parse(did).unwrap();
    let verified = imajin_protocol::identity::verify_chain(&did, &log).unwrap();
    let services = verified.state().services.iter();
    let text = |service: &imajin_dfos::identity::Service| {
        let at = service.get_str("endpoint")?;
        Some((service.kind().to_owned(), at.to_owned()))
    };
    (services.filter_map(text).collect(), log.len())
}

#[test]
fn chains_of_the_node_its_people_and_what_it_keeps_name_relay_and_home() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&[], &[]));
    let ada = Person::new(&node.url);
    let group = ada.make_group(&serde_json::json!({ "name": "Kitchen" }), "public", None);
    let group = group.unwrap();
    // An address that others cannot reach is not published as a home.
    assert_eq!(whereabouts(&node, ada.did()), (vec![], 1));
    let before = whereabouts(&node, &node.did).1;
    node.stop();

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    drop(listener);
    let url = format!("http://{at}");
    let set = options(&[("IMAJIN_URL", &url)], &["--listen", &at]);
    let named = |kind: &str| (kind.to_owned(), url.clone());
    let both = vec![named("DfosRelay"), named("ImajinHome")];
    let node = Node::start_with(&data, &set);
    let did = node.did.clone();
    assert_eq!(whereabouts(&node, &did), (both.clone(), before + 1));
    until("the group's addresses", || whereabouts(&node, &group).0 == both);
    // People sign the change themselves, at their next sign-in; once.
    let ada = ada.at(&node.url);
    assert_eq!(whereabouts(&node, ada.did()).1, 1);
    let key = ada.key_file(folder.path());
    let put = ["put", "--node", &node.url, "--key", key.to_str().unwrap()];
    for bio in ["one", "two"] {
        let body = serde_json::json!({ "bio": bio }).to_string();
        let words = ["profile", "profile.update", &body];
        imajin_e2e::imajin(put.into_iter().chain(words)).ok();
        assert_eq!(whereabouts(&node, ada.did()), (both.clone(), 2));
    }
    // A new person's genesis contains it, and the relay has it.
    let ben = Person::new(&node.url);
    assert_eq!(whereabouts(&node, ben.did()), (both, 1));
    followed(&node, &node, ben.did());
    followed(&node, &node, ada.did());
    node.stop();
    // A restarted node publishes nothing twice.
    let node = Node::start_with(&data, &set);
    assert_eq!(whereabouts(&node, &did).1, before + 1);
}

#[test]
fn an_exchange_is_checked_by_a_chain_that_the_box_finds_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    drop(listener);
    let url = format!("http://{at}");
    let home = options(&[("IMAJIN_URL", &url)], &["--listen", &at]);
    let home = Node::start_with(&folder.path().join("home"), &home);
    let here = NodeOptions::among_neighbours();
    let here = Node::start_with(&folder.path().join("here"), &here);
    let bob = Person::new(&here.url);
    let asks = |who: &Person, key: &PersonKey| {
        let visitor = who.at(&here.url);
        let answer = visitor.ask_about_with(key, &bob, None, None);
        let kind = answer.json["type"].as_str().unwrap_or_default().to_owned();
        let kind = kind.rsplit(':').next().unwrap_or_default().to_owned();
        (answer.status, kind, answer.json.to_string())
    };
    // No relay and no registry of this box has the chains of these two.
    let [ada, eve] = [(); 2].map(|()| Person::new(&home.url));
    let (status, kind, text) = asks(&eve, &eve.key);
    assert_eq!((status, &*kind), (401, "exchange"), "{text}");
    assert!(text.contains("identity chain"), "{text}");
    // This box's relay has the genesis of Ada's chain; her home has the update that replaced her key.
    let genesis = chain(&home, ada.did()).1;
    let sent = imajin_e2e::http()
        .post(format!("{}/proof/v1/operations", relay_of(&here)))
        .json(&serde_json::json!({ "operations": genesis }))
        .send();
    assert_eq!(sent.unwrap().status(), 200);
    let new = PersonKey::generate().unwrap();
    ada.replace_key(&new).unwrap();
    let (status, kind, text) = asks(&ada, &new);
    assert_eq!((status, &*kind), (403, "distance"), "she isn't near, {text}");
    for other in [&ada.key, &eve.key] {
        let (status, kind, text) = asks(&ada, other);
        assert_eq!((status, &*kind), (401, "exchange"), "{text}");
    }
}

/// Returns the DFOS DIDs in a relay's public log.
fn published(node: &Node) -> Vec<String> {
    let (status, log) = imajin_e2e::get(&format!("{}/proof/v1/log?limit=1000", relay_of(node)));
    assert_eq!(status, 200, "{log}");
    let entries = log["entries"].as_array().unwrap().iter();
    let did = |entry: &Json| entry["chainId"].as_str().unwrap().to_owned();
    entries.map(did).collect()
}

#[test]
fn only_what_everyone_may_know_of_leaves_through_the_relay() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&[], &[]));
    let [ada, bob] = [(); 2].map(|()| Person::new(&node.url));
    let talk = ada.talk(&serde_json::json!({ "with": bob.did() }));
    ada.open_talk(&talk, &bob).unwrap();
    let words = serde_json::json!({ "name": "Kitchen" });
    let quiet = ada.make_group(&words, "private", None).unwrap();
    let loud = ada.make_group(&words, "public", None).unwrap();
    let event = |more: &Json| {
        let made = ada.event_key();
        let text = |name: &str| made[name].as_str().unwrap();
        let words = serde_json::json!({
            "title": "Supper", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
            "virtualUrl": "https://supper.example", "tickets": [{ "name": "Free" }],
        });
        let shares = [(ada.key.did(), 1_000_000)];
        let manifest = imajin_e2e::payments::manifest(&ada, text("id"), &shares, None);
        let event = text("event");
        ada.put_event_with("events.create", event, &words, &manifest, &[(0, 5)], more).unwrap();
        event.to_owned()
    };
    let draft = event(&serde_json::json!({}));
    let shown = event(&serde_json::json!({}));
    let ours = event(&serde_json::json!({ "group": quiet }));
    for event in [&shown, &ours] {
        ada.event_status(event, "published").unwrap();
    }
    let last = Person::new(&node.url);
    for did in [ada.did(), bob.did(), &loud, &shown, last.did()] {
        followed(&node, &node, did);
    }
    let is_out = |node: &Node, dfos: &String| published(node).contains(dfos);
    for did in [&talk.log, &quiet, &draft, &ours] {
        let dfos = chain_for(&ada, did).0;
        assert!(!is_out(&node, &dfos), "{did}");
        // The node does not reveal it to people outside by any other route either.
        let name = did.as_str();
        for path in ["", "/chain", "/did.json", "/keys"] {
            let url = format!("{}/auth/api/identity/{name}{path}", node.url);
            assert_eq!(imajin_e2e::get(&url).0, 404, "{url}");
        }
        let url = format!("{}/links/api/items?owner={name}", node.url);
        assert_eq!(imajin_e2e::get(&url).0, 404, "{url}");
        let (_, head) = imajin_e2e::get(&format!("{}/auth/api/head/{name}", node.url));
        assert_eq!((&head["seq"], &head["head"]), (&Json::Null, &Json::Null));
    }
    // Something that becomes public is published, and something that becomes private is withdrawn.
    ada.event_status(&draft, "published").unwrap();
    ada.change_group(&loud, &words, "private").unwrap();
    followed(&node, &node, &draft);
    let (dfos, _) = chain_for(&ada, &loud);
    until("the group went", || !is_out(&node, &dfos));
    assert_eq!(copy(&node, &dfos), Vec::<String>::new());

    // An earlier version published private chains, too: the next start withdraws them.
    let body = serde_json::json!({ "operations": chain_for(&ada, &quiet).1 });
    let quiet = chain_for(&ada, &quiet).0;
    let post = imajin_e2e::http().post(format!("{}/proof/v1/operations", relay_of(&node)));
    assert_eq!(post.json(&body).send().unwrap().status(), 200);
    assert!(is_out(&node, &quiet));
    node.stop();
    let node = Node::start_with(&data, &options(&[], &[]));
    until("the group was withdrawn", || !is_out(&node, &quiet));
    followed(&node, &node, &draft);
}
