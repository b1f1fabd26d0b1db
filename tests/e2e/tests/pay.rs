//! Money through the real program: credit, a sale that three share, what each takes away, and the proof of it by a
//! verifier of another language.

use imajin_e2e::payments::manifest;
use imajin_e2e::{Node, Person, imajin, newest_log, python_verifier};
use imajin_protocol::fair::SuffixKeys;
use imajin_protocol::settlement::Receipt;

#[test]
fn paid_shared_given_back_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(&data);
    let (buyer, band, venue) = (
        Person::new(&node.url),
        Person::new(&node.url),
        Person::new(&node.url),
    );
    // Last, since a node that has an owner takes people in by invite only.
    let claim = node.code.clone().expect("a new node has a claim code");
    let owner = Person::stranger(&node.url);
    let key = owner.key_file(folder.path());
    imajin([
        "register",
        "--claim",
        &claim,
        "--node",
        &node.url,
        "--key",
        key.to_str().unwrap(),
    ])
    .ok();

    buyer.ask_for_credit(1_000).unwrap();
    let credit = buyer.newest_payment("pay.pending");
    owner.confirm(&credit, 1_000, &[buyer.did()]).unwrap();
    assert_eq!(buyer.credit(), 1_000);
    let shares = [(band.key.did(), 700_000), (venue.key.did(), 300_000)];
    let event = manifest(&band, "launch party", &shares, Some("music"));
    buyer
        .pay("pay.settle", &event, band.did(), 999, "for the party")
        .unwrap();
    let payment = band.newest_payment("pay.receipt");
    band.refund(&payment, 99, "late", &[buyer.did(), venue.did()])
        .unwrap();
    assert_eq!(
        (buyer.credit(), band.credit(), venue.credit()),
        (100, 630, 270)
    );

    let receipt = buyer.money(&format!("receipts/{payment}")).to_string();
    let held = Receipt::verify(&receipt, &SuffixKeys).unwrap();
    assert_eq!(held.receipt.order().gross.get(), 999);

    // What each takes away verifies by itself and has their part.
    for person in [&buyer, &band, &venue, &owner] {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let (bundle, key) = (bundle.to_str().unwrap(), person.key_file(folder.path()));
        imajin([
            "export",
            "--to",
            bundle,
            "--node",
            &node.url,
            "--key",
            key.to_str().unwrap(),
        ])
        .ok();
        imajin(["verify", bundle]).ok();
        python_verifier([bundle]).ok();
        let view = std::fs::read_to_string(format!("{bundle}/bundle.json")).unwrap();
        assert!(view.contains("\"pay\":{\"entries\":["), "{view}");
    }
    let (status, _) = node.stop();
    assert!(status.success());
    for did in [buyer.did(), band.did(), venue.did(), owner.did()] {
        let log = newest_log(&data, did);
        imajin(["verify", log.to_str().unwrap()]).ok();
        python_verifier([log.to_str().unwrap()]).ok();
    }
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}
