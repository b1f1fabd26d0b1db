//! Consequences of transfers, of tickets and to accounts at the provider: the home swaps words around a true intent.

use super::{TICKET, across, attest_bob, derived_log, facts, id, received, ticket};
use crate::threats::prelude::*;
use crate::threats::unknown::across as asked;

#[test]
fn swapped_words_around_the_transfer_of_a_ticket() {
    let event = Party::new(40);
    let (text, fact) = ticket(&event, "0000000000000001");
    let body = |text: &str, by: &Party| {
        let signature = hex::encode(&by.sign(text));
        vec![("ticket", Value::from(text)), ("signature", signature.as_str().into())]
    };
    let transfer = || Make {
        fact: facts(&[("event", id(event.did.as_str())), ("holder", id(bob().did.as_str()))]),
        ..Make::op("events.transfer").reference(TICKET)
    };
    let derived = |reference: &str, body| Make {
        fact: facts(&fact),
        ..Make::op("events.ticket").reference(reference).body(body)
    };
    let true_one = || derived(TICKET, body(&text, &event));
    valid(&derived_log(transfer(), true_one()));
    let (better, _) = ticket(&event, "0000000000000002");
    let to_ann = text.replace(bob().did.as_str(), ann().did.as_str());
    let again = text.replace("\"issue\":1", "\"issue\":2");
    for swapped in [
        derived(TICKET, body(&better, &event)),
        derived(TICKET, body(&to_ann, &event)),
        derived(TICKET, body(&again, &event)),
        derived(TICKET, body(&text, &ann())),
        derived(TICKET, body(&text, &first_box())),
        derived("tkt_ffffffffffffffffffffffff", body(&text, &event)),
    ] {
        caught(&derived_log(transfer(), swapped), 1, "cause");
    }
    // The ticket goes to the holder that the intent names, for the event that it names.
    for (name, other) in [("holder", &ann()), ("event", &Party::new(41))] {
        let mut transfer = transfer();
        let mut willed = [("event", id(event.did.as_str())), ("holder", id(bob().did.as_str()))];
        let (_, value) = willed.iter_mut().find(|(key, _)| *key == name).unwrap();
        *value = id(other.did.as_str());
        transfer.fact = facts(&willed);
        caught(&derived_log(transfer, true_one()), 1, "cause");
    }
    // A transfer voids nothing, lets no one in and pays no one.
    for op in ["events.voided", "events.used", "pay.credit", "events.held"] {
        let make = Make { fact: facts(&fact), ..Make::op(op).reference(TICKET) };
        caught(&derived_log(transfer(), make), 1, "cause");
    }
    // A transfer does not issue the ticket twice in one log.
    let (_, operation) = across(transfer(), &true_one(), &bob().did);
    let mut log = received(&operation, true_one(), true);
    derive(&mut log, &operation, true_one());
    log.head();
    let fault = judge(&log).fault.unwrap();
    assert_eq!(fault.seq, Some(2), "{fault}");
    assert!(["cause", "txn"].contains(&fault.code.as_str()), "{fault}");
    // Only the holder's key transfers a ticket, never a session.
    let mut log = begin(&ann(), &first_box());
    log.custodial(transfer());
    log.head();
    caught(&log, 1, "will");
}

/// Makes an intent that is the node's word about a payment, and the consequence that it derives in Bob's log.
fn by_node(op: &'static str, make: &Make) -> Log {
    let mut log = begin(&ann(), &first_box());
    let intent = Make {
        fact: facts(&[
            ("n", FactValue::Int(1)),
            ("did", id(bob().did.as_str())),
            ("account", id("acct_1")),
            ("amount", FactValue::Int(700)),
            ("currency", id("CHF")),
            ("status", id("sent")),
        ]),
        ..Make::op(op).reference("pay_1")
    };
    let operation = asked(&mut log, intent, true, &bob().did, make);
    log.head();
    valid(&log);
    let mut log = begin(&bob(), &first_box());
    take_evidence(&mut log, &operation);
    log.chains.remove(ann().did.as_str());
    open_own(&mut log, &operation);
    let (cause, txn) = (operation.intent.cid, operation.txn);
    let (make, node) = (make.clone(), first_box().did);
    log.push(make, node, Will::Derived, None, Some(cause), Some(txn));
    log.head();
    log
}

#[test]
fn swapped_words_around_transfers_to_accounts() {
    let credit = |amount: i64| Make {
        fact: facts(&[
            ("amount", FactValue::Int(amount)),
            ("currency", id("CHF")),
            ("node", id(first_box().did.as_str())),
        ]),
        ..Make::op("pay.credit").reference("pay_1")
    };
    let posted =
        || Make::op("pay.posted").reference("pay_1").body(vec![("rows", Value::List(Vec::new()))]);
    let receipt =
        || Make::op("pay.receipt").reference("pay_1").body(vec![("receipt", "{}".into())]);
    let (cid, words) = attest_bob(&first_box(), "was paid");
    let attested = || Make::op("auth.attestation.received").reference(&cid).body(words.clone());
    for op in ["pay.transfer", "pay.transferred"] {
        // The amount is the node's word, whatever the intent says: nothing of it was signed, and the report says so.
        for amount in [-700, -70_000, 700] {
            let log = by_node(op, &credit(amount));
            valid(&log);
            let dir = tempfile::tempdir().unwrap();
            let path = crate::tools::bundles::export(&log, dir.path());
            let view = crate::tools::bundles::read(&path, "bundle.json");
            assert_eq!(view["sections"]["home_words"]["seqs"], serde_json::json!([[1, 1]]));
        }
        // Books are in the node's log; receipts, attestations and refunds follow from payments.
        let refunded = Make { op: "pay.refunded", ..credit(700) };
        for make in [posted(), receipt(), attested(), refunded] {
            caught(&by_node(op, &make), 1, "cause");
        }
        // The operation is neither requested with a session nor signed.
        let intent = || Make::op(op).reference("pay_1");
        let mut log = begin(&ann(), &first_box());
        log.custodial(intent());
        log.head();
        caught(&log, 1, "will");
        let mut log = begin(&ann(), &first_box());
        will(&mut log, intent());
        log.head();
        caught(&log, 1, "will");
    }
    // A second one in one log is at fault.
    let mut log = by_node("pay.transfer", &credit(-700));
    let last = log.entries.last().unwrap().header.clone();
    let (cause, node) = (last.cause, first_box().did);
    log.push(credit(-700), node, Will::Derived, None, cause, last.txn);
    log.head();
    let fault = judge(&log).fault.unwrap();
    assert_eq!(fault.seq, Some(2), "{fault}");
    assert!(["cause", "txn"].contains(&fault.code.as_str()), "{fault}");
}
