//! Anchors, from the node to a stranger's verifier: requested, published at the node's relay, and compared with a copy
//! offline.

use imajin_e2e::prelude::*;

/// The outbox runs twice a second; a busy machine is slower.
const PATIENCE: Duration = Duration::from_secs(60);

fn get(url: &str) -> Option<Json> {
    match imajin_e2e::get(url) {
        (200, answer) => Some(answer),
        _ => None,
    }
}

/// Repeats a request until it returns a value.
fn wait<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < until, "{what} never came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_anchor_is_at_the_relay_and_a_copy_is_held_against_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let node = Node::start(&root.join("data"));
    let ada = Person::new(&node.url);
    ada.update_bio("Poetical science").unwrap();
    let key = ada.key_file(root);
    let (kept, bundle) = (root.join("anchor.json"), root.join("ada.tar"));
    let at = ["--node", &node.url, "--key", text(&key)];
    let anchor_json = imajin(["anchor", "--json", "--to", text(&kept)].iter().chain(&at)).json();
    assert_members!(anchor_json, "countersigned": true, "relay": true);
    imajin(["export", "--to", text(&bundle)].iter().chain(&at)).ok();

    // The operation and its document are public at the node's relay.
    let relay = format!("{}/registry/relay", node.url);
    let chain = anchor_json["chain"].as_str().unwrap();
    let operation = anchor_json["operation"].as_str().unwrap();
    let log = wait("the operation", || get(&format!("{relay}/proof/v1/content/{chain}/log")));
    assert_eq!(log["entries"][0]["cid"], anchor_json["operation"]);
    let blob = format!("{relay}/content/{chain}/blob");
    let document = wait("the document", || {
        let answer = imajin_e2e::http().get(&blob).send().unwrap();
        answer.status().is_success().then(|| answer.text().unwrap())
    });
    assert_eq!(Json::from(document), anchor_json["document"]);
    let witnessed = format!("{relay}/proof/v1/countersignatures/{operation}");
    wait("the countersignature", || {
        get(&witnessed).filter(|answer| answer["countersignatures"][0].is_object())
    });

    // Two verifiers, with the anchors from the relay (below its path and at the node's root, where other clients look)
    // and from the file that Ada kept.
    for anchors in [relay.as_str(), &node.url, text(&kept)] {
        let arguments = ["verify", text(&bundle), "--anchors", anchors, "--json"];
        let report = imajin(arguments).json();
        let anchored = &report["anchors"]["anchored"][0];
        assert_eq!((&report["valid"], &anchored["seq"]), (&true.into(), &1.into()), "{report}");
        assert_eq!(anchored["countersigned"], true);
        let other = python_verifier([text(&bundle), "--anchors", anchors, "--json"]).json();
        assert_eq!(other["anchors"]["anchored"][0], *anchored);
    }
    let output = imajin(["verify", text(&bundle), "--anchors", &relay]).ok();
    assert!(output.contains("anchored   entry 1"), "{output}");

    // An older copy verifies, except against anchors published since.
    ada.update_bio("The Analytical Engine weaves algebraic patterns").unwrap();
    imajin(["anchor", "--to", text(&kept)].iter().chain(&at)).ok();
    let refused = imajin(["verify", text(&bundle), "--anchors", text(&kept)]).fails_with(1);
    assert!(refused.contains("(cut)"), "{refused}");
    python_verifier([text(&bundle), "--anchors", text(&kept)]).fails_with(1);
    // Anchors of another node say nothing about these logs.
    let other = Node::start(&root.join("other"));
    imajin(["verify", text(&bundle), "--anchors", &other.url]).fails_with(2);
    python_verifier([text(&bundle), "--anchors", &other.url]).fails_with(2);
}
