//! Money through the real program: credit, a sale shared by three, each person's copy, and its verification by a
//! verifier in another language.

use imajin_e2e::payments::manifest;
use imajin_e2e::{Node, Person, Strike, imajin, imajin_as, newest_log, python_verifier};
use imajin_protocol::fair::SuffixKeys;
use imajin_protocol::settlement::Receipt;

#[test]
fn paid_shared_given_back_and_proved() {
    let (folder, node) = Node::fresh();
    let [buyer, band, venue] = [(); 3].map(|()| Person::new(&node.url));
    // Last, since a node with an owner admits people by invite only.
    let owner = Person::claim(&node, folder.path());

    buyer.ask_for_credit(1_000).unwrap();
    let credit = buyer.newest_payment("pay.pending");
    owner.confirm(&credit, 1_000, &[buyer.did()]).unwrap();
    assert_eq!(buyer.credit(), 1_000);
    let shares = [(band.key.did(), 700_000), (venue.key.did(), 300_000)];
    let event = manifest(&band, "launch party", &shares, Some("music"));
    buyer.pay("pay.settle", &event, band.did(), 999, "for the party").unwrap();
    let payment = band.newest_payment("pay.receipt");
    band.refund(&payment, 99, "late", &[buyer.did(), venue.did()]).unwrap();
    // Available money is final: the seller alone pays the refund.
    assert_eq!((buyer.credit(), band.credit(), venue.credit()), (100, 600, 300));

    let receipt = buyer.money(&format!("receipts/{payment}")).to_string();
    let held = Receipt::verify(&receipt, &SuffixKeys).unwrap();
    assert_eq!(held.receipt.order.gross.get(), 999);

    // Each person's copy verifies offline and contains their part.
    for person in [&buyer, &band, &venue, &owner] {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let (bundle, key) = (bundle.to_str().unwrap(), person.key_file(folder.path()));
        imajin_as(&node.url, &key, ["export", "--to", bundle]).ok();
        imajin(["verify", bundle]).ok();
        python_verifier([bundle]).ok();
        let view = std::fs::read_to_string(format!("{bundle}/bundle.json")).unwrap();
        assert!(view.contains("\"pay\":{\"entries\":["), "{view}");
    }
    node.check_records(&[buyer.did(), band.did(), venue.did(), owner.did()]);
}

/// A sale shared by twenty is one commit: after a kill at any point all of their records contain it, or none.
#[test]
fn twenty_have_their_part_or_nobody_has() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let buyer = Person::new(&node.url);
    let band: Vec<Person> = (0..20).map(|_| Person::new(&node.url)).collect();
    let owner = Person::claim(&node, folder.path());
    buyer.ask_for_credit(20_000).unwrap();
    let credit = buyer.newest_payment("pay.pending");
    owner.confirm(&credit, 20_000, &[buyer.did()]).unwrap();
    let shares: Vec<_> = band.iter().map(|one| (one.key.did(), 50_000)).collect();
    let record = manifest(&band[0], "a record", &shares, None);
    let mut node = Some(node);
    for strike in [1, 2, 3, 5, 8] {
        let here = node.take().unwrap();
        let held = Strike::at(here.pid(), strike);
        let buyer = buyer.at(&here.url);
        let paid = buyer.pay("pay.settle", &record, band[0].did(), 2_000, "ours");
        drop(held);
        here.kill();
        let back = Node::start(&data);
        let spent = 20_000 - buyer.at(&back.url).credit();
        let got: Vec<i64> = band.iter().map(|one| one.at(&back.url).credit()).collect();
        assert!(got.iter().all(|each| each * 20 == spent), "strike {strike}: {spent} {got:?}");
        assert!(paid.is_err() || spent > 0, "strike {strike}: acknowledged, so it stays");
        node = Some(back);
    }
    let (status, _) = node.take().unwrap().stop();
    assert!(status.success());
    for person in &band {
        let log = newest_log(&data, person.did());
        imajin(["verify", log.to_str().unwrap()]).ok();
    }
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}
