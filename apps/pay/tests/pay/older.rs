//! Records from before parts were held: their payments are free, and the records leave and verify as before.

use imajin_app::{Machine, ServiceViews, Services};
use imajin_bundle::NoPage;
use imajin_bundle::export::{ExportOptions, Source, Target, prepare};
use imajin_edge::testing::TestClock;
use imajin_host::Config;
use imajin_ledger::StateMachine;
use imajin_log::format::tar::TarLimits;
use imajin_log::verify::{BundleOptions, VerifyOptions, verify_path};

use crate::cards::pay;
use crate::prelude::*;
use crate::stripe::Stripe;
use crate::support::services;

/// The records of a node and four people as the program of before wrote them (commit 172d3ed): a top-up, a sale of which a part
/// was refunded, an e-transfer that was confirmed and one that was not, and three sales by card, of which one was lost to
/// a bank and one went to the seller's own account at once.
const BEFORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/before-holds.tar.gz");

#[tokio::test]
async fn records_of_before_parts_were_held_are_free_and_leave_and_verify() {
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        std::process::Command::new("tar").args(["-xzf", BEFORE, "-C"]).arg(folder.path()).status();
    assert!(unpacked.unwrap().success());
    let stripe = Stripe::start(0);
    let clock = TestClock::at("2026-11-21T10:00:00.000Z");
    let with_cards = vec![Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>, pay(&stripe)];
    let node = TestNode::start_in(folder, with_cards, Config::default(), 200, clock).await.unwrap();
    stripe.at(node.node.now().as_secs());
    let mut people = Vec::new();
    for seed in 1..=4 {
        people.push(back_again(&node, seed).await);
    }
    let [olga, buyer, band, venue] = &people[..] else {
        panic!("four people");
    };
    let balances = async || {
        (buyer.balance(&node).await, band.balance(&node).await, venue.balance(&node).await)
    };
    assert_eq!(balances().await, (1_100, 1_031, 1_170));
    for one in [buyer, band, venue] {
        assert_eq!(one.coming(&node).await, 0, "nothing of then is held");
    }
    // Free parts can be spent and paid out. Parts that were passed on to an account are not transferred again.
    let gift = olga.signs_shares("gift", &[(olga.did(), 1_000_000)]);
    band.does(&node, "/pay/api/settle", &order(&gift, 31)).await;
    venue.does(&node, "/pay/api/payouts", &json!({"amount": 1_170, "currency": "CHF"})).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert_eq!(balances().await, (1_100, 1_000, 0));
    assert_eq!(stripe.asked("POST /v1/transfers"), 0);
    // An e-transfer from that time can be confirmed now.
    let path = format!("/pay/api/transactions/{}", buyer.did());
    let all = buyer.get(&node, &path).await.json();
    let all = all["transactions"].as_array().unwrap().iter();
    let open = all.filter(|one| one["op"] == "pay.pending" && one["amount"] == 70);
    for one in open {
        let confirm = json!({"id": one["transactionId"]});
        band.does(&node, "/pay/api/confirm-payment", &confirm).await;
    }
    assert_eq!(band.balance(&node).await, 1_000 - 21);
    // A person's export verifies, and its readable view can be rebuilt from it.
    let mounted = Services::new(services());
    let machine: Arc<dyn StateMachine> = Arc::new(Machine::new(mounted.clone()));
    let (ops, views) = (machine.ops(), ServiceViews::new(mounted));
    let place = tempfile::tempdir().unwrap();
    for (n, one) in people.iter().enumerate() {
        node.node.ledger().drain();
        let source = Source::live(node.node.ledger(), one.did());
        let staging = place.path().join(format!("{n}.staging"));
        let prepared = prepare(&source, &ops, &views, &NoPage, &staging, &ExportOptions::default());
        let ready = prepared.unwrap().sign_with_node(node.node.key()).unwrap();
        let bundle = place.path().join(n.to_string());
        let target = Target::Folder(bundle.clone());
        ready.write(&target, None, &mut |_| {}).unwrap();
        let options = BundleOptions {
            log: VerifyOptions::default(),
            unlock: None,
            limits: TarLimits::default(),
            anchors: None,
            progress: &mut |_| {},
        };
        let report = verify_path(&bundle, &ops, &views, options).unwrap();
        assert!(report.valid, "{n}: {:?}", report.fault);
    }
    close(node).await;
}

/// Signs in a person of the old records.
async fn back_again(node: &TestNode, seed: u8) -> Somebody {
    let person = imajin_edge::testing::Person::new(seed);
    let token = person.sign_in(node).await;
    Somebody { person, token }
}
