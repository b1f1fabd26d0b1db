//! Two boxes with one key and no common local network, and an old copy that is put back: real processes, a real
//! registry and its relay.

use imajin_e2e::copy_folder;
use imajin_e2e::prelude::*;

const QUICK: &str = "[directory]\n[directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\n";
const PATIENCE: Duration = Duration::from_secs(60);

fn registry(folder: &Path) -> Registry {
    let options = RegistryOptions { config: QUICK.to_owned(), ..RegistryOptions::default() };
    Registry::start(folder, &options)
}

/// Returns options for one heartbeat at each start and one a day.
fn calm(registry: &str) -> NodeOptions {
    env_options(&[("IMAJIN_REGISTRIES_URLS", registry)])
}

/// Returns options for a heartbeat each second.
fn often(registry: &str) -> NodeOptions {
    env_options(&[
        ("IMAJIN_REGISTRIES_URLS", registry),
        ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1"),
        ("IMAJIN_REGISTRIES_RETRY_S", "1"),
    ])
}

fn env_options(pairs: &[(&str, &str)]) -> NodeOptions {
    NodeOptions::default().env(pairs.iter().copied())
}

fn wait_for(what: &str, node: &Node, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "{what}: never\n{}", node.log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn warning(node: &Node) -> Json {
    let answer = node.get("/healthz");
    answer.json::<Json>().unwrap()["warning"].take()
}

fn is_stopped(node: &Node) -> bool {
    warning(node) == "older copy"
}

/// Whether the registry has received a heartbeat of the running node since.
fn is_heard(node: &Node, registry: &Registry, since: &Json) -> bool {
    let listing = registry.node(&node.did);
    listing
        .is_some_and(|known| known["lastHeartbeat"].is_string() && known["lastHeartbeat"] != *since)
}

/// Waits until the registry knows the current length of the node's record. The next heartbeat may have been written
/// before; the one after it was not.
fn tells_the_registry(node: &Node, registry: &Registry) {
    for _ in 0..2 {
        let since = registry.node(&node.did).unwrap_or_default()["lastHeartbeat"].clone();
        wait_for("it is heard", node, || is_heard(node, registry, &since));
    }
}

/// Anchors a person's record, so that the node's own log grows. Returns the operation.
fn anchor(node: &Node, key: &PersonKey, folder: &Path) -> String {
    let person = Person::with_key(&node.url, key.clone());
    let key = person.key_file(folder);
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    let report = imajin(["anchor", "--json"].iter().chain(&at)).json();
    report["operation"].as_str().unwrap().to_owned()
}

fn bio(node: &Node, key: &PersonKey, text: &str) -> Outcome<()> {
    Person::with_key(&node.url, key.clone()).update_bio(text).map(drop)
}

fn is_refused(node: &Node, key: &PersonKey) {
    let refused = bio(node, key, "a second history").unwrap_err();
    assert_eq!(refused.status(), Some(409), "{refused}");
    assert!(refused.to_string().contains("old copy"), "{refused}");
}

#[test]
fn two_boxes_far_apart_notice_each_other_by_their_registry() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(&folder.path().join("registry"));
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let node = Node::start_with(&one, &calm(&registry.url));
    let owner = Person::claim(&node, folder.path());
    let key = owner.key_file(folder.path());
    node.stop();
    // The card is copied, and the box continues with one of the two.
    copy_folder(&one, &two);
    let node = Node::start_with(&one, &often(&registry.url));
    bio(&node, &owner.key, "on the newer card").unwrap();
    anchor(&node, &owner.key, folder.path());
    tells_the_registry(&node, &registry);

    // The older card's node is told with its first heartbeat, and stops writing altogether.
    let copy = Node::start_with(&two, &often(&registry.url));
    wait_for("the older one stops", &copy, || is_stopped(&copy));
    is_refused(&copy, &owner.key);
    let stranger = Person::stranger(&copy.url);
    assert_eq!(stranger.register().unwrap_err().status(), Some(409), "nobody begins there");
    let report = imajin(["doctor", "--data", two.to_str().unwrap()]).stdout;
    assert_has!(report, "put the newest card in", "2 records");
    // The newer one continues.
    assert_eq!(warning(&node), Json::Null, "{}", node.log());
    bio(&node, &owner.key, "still on the newer card").unwrap();

    // Also after a restart. If the newer card is lost, the owner continues with the older one, including the box's own
    // log.
    node.kill();
    copy.stop();
    let copy = Node::start_with(&two, &often(&registry.url));
    is_refused(&copy, &owner.key);
    let at = ["--node", &copy.url, "--key", key.to_str().unwrap()];
    imajin(["carry-on"].iter().chain(&at)).ok();
    wait_for("the older one continues", &copy, || warning(&copy) == Json::Null);
    bio(&copy, &owner.key, "on the older card from now on").unwrap();
    anchor(&copy, &owner.key, folder.path());
    tells_the_registry(&copy, &registry);

    // The other card, once found, is the older one.
    let lost = Node::start_with(&one, &often(&registry.url));
    wait_for("the lost card stops", &lost, || is_stopped(&lost));
    is_refused(&lost, &owner.key);
    assert_eq!(warning(&copy), Json::Null, "{}", copy.log());
}

#[test]
fn an_old_data_folder_is_noticed_by_the_registry_at_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(&folder.path().join("registry"));
    let (data, old) = (folder.path().join("data"), folder.path().join("old"));
    let node = Node::start_with(&data, &calm(&registry.url));
    let did = node.did.clone();
    let ada = Person::new(&node.url);
    wait_for("it is heard", &node, || is_heard(&node, &registry, &Json::Null));
    node.stop();
    copy_folder(&data, &old);
    let node = Node::start_with(&data, &calm(&registry.url));
    bio(&node, &ada.key, "newer").unwrap();
    anchor(&node, &ada.key, folder.path());
    node.stop();
    let since = registry.node(&did).unwrap()["lastHeartbeat"].clone();
    let node = Node::start_with(&data, &calm(&registry.url));
    wait_for("each start is told", &node, || is_heard(&node, &registry, &since));
    assert_eq!(warning(&node), Json::Null);
    node.stop();
    let node = Node::start_with(&old, &calm(&registry.url));
    wait_for("the old folder stops", &node, || is_stopped(&node));
    is_refused(&node, &ada.key);
}

#[test]
fn an_old_copy_is_noticed_by_an_anchor_at_a_relay() {
    let folder = tempfile::tempdir().unwrap();
    let relay = registry(&folder.path().join("relay"));
    // Without its own relay.
    let peers = env_options(&[
        ("IMAJIN_REGISTRY_PEERS", relay.url.as_str()),
        ("IMAJIN_SERVICES", "auth,profile,www"),
    ]);
    let (data, old) = (folder.path().join("data"), folder.path().join("old"));
    let node = Node::start_with(&data, &peers);
    let ada = Person::new(&node.url);
    anchor(&node, &ada.key, folder.path());
    node.stop();
    copy_folder(&data, &old);
    let node = Node::start_with(&data, &peers);
    bio(&node, &ada.key, "newer").unwrap();
    let operation = anchor(&node, &ada.key, folder.path());
    wait_for("the relay has the anchor", &node, || {
        let url = format!("{}/proof/v1/operations/{operation}", relay.url);
        http().get(url).send().unwrap().status() == 200
    });
    node.stop();
    let node = Node::start_with(&old, &peers);
    wait_for("the old copy stops", &node, || is_stopped(&node));
    is_refused(&node, &ada.key);
}
