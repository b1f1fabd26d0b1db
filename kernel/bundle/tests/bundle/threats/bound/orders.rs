//! Words about orders of the market: the home swaps what the other party said about the handover, or invents that they called
//! it off.

use imajin_protocol::{FactItem, FactValue, IdText};

use super::{across, derived_log, facts, id, received};
use crate::support::{Make, Party};
use crate::threats::{ann, bob};
use crate::tools::acts::derive;
use crate::tools::forge::change_as_home;
use crate::tools::judge::{caught, valid};

const HAND: &str = "market.hand";
const HANDED: &str = "market.handed";
const CANCEL: &str = "market.cancel";
const CANCELLED: &str = "market.cancelled";

/// Makes a word to a person about the handover, with the buyer's digits or without.
fn word(op: &'static str, to: &Party, code: Option<i64>) -> Make {
    let to = FactItem::Id(IdText::parse(to.did.as_str()).unwrap());
    let mut members = vec![("dids", FactValue::List(vec![to]))];
    members.extend(code.map(|code| ("code", FactValue::Int(code))));
    Make {
        fact: facts(&members),
        ..Make::op(op).reference("pay_1")
    }
}

/// Makes a word that calls an order off.
fn cancellation(op: &'static str, seller: &Party, buyer: &Party) -> Make {
    let (seller, buyer) = (id(seller.did.as_str()), id(buyer.did.as_str()));
    Make {
        fact: facts(&[("buyer", buyer), ("seller", seller)]),
        ..Make::op(op).reference("pay_1")
    }
}

fn of_another_order(make: Make) -> Make {
    make.reference("pay_2")
}

fn without_fact(make: Make) -> Make {
    Make { fact: None, ..make }
}

#[test]
fn a_forged_word_about_a_handover() {
    let word_to_bob = |op, code| word(op, &bob(), code);
    let sent = || word_to_bob(HANDED, None);
    let handed = || word_to_bob(HANDED, Some(7));
    let log_of = |code, derived| derived_log(word_to_bob(HAND, code), derived);
    valid(&log_of(None, sent()));
    valid(&log_of(Some(7), handed()));
    for forged in [
        handed(),
        of_another_order(sent()),
        without_fact(sent()),
        word(HANDED, &ann(), None),
        cancellation(CANCELLED, &ann(), &bob()),
    ] {
        caught(&log_of(None, forged), 1, "cause");
    }
    for forged in [sent(), word_to_bob(HANDED, Some(8))] {
        caught(&log_of(Some(7), forged), 1, "cause");
    }
}

#[test]
fn a_word_about_a_handover_without_its_cause() {
    let sent = || word(HANDED, &bob(), None);
    let (_, operation) = across(word(HAND, &bob(), None), &sent(), &bob().did);
    let honest = received(&operation, sent(), true);
    valid(&honest);
    let mut twice = honest.clone();
    derive(&mut twice, &operation, sent());
    twice.head();
    caught(&twice, 2, "cause");
    let mut lacking = honest.clone();
    lacking.causes.clear();
    caught(&lacking, 1, "cause");
    let by_bob = change_as_home(&honest, 1, |row| row.header.author = bob().did);
    caught(&by_bob, 1, "cause");
    // Addressed to Dora, in Bob's log.
    let dora = Party::new(6);
    let (_, operation) = across(word(HAND, &dora, None), &sent(), &dora.did);
    caught(&received(&operation, sent(), true), 1, "cause");
}

#[test]
fn a_forged_cancellation() {
    let derived = || cancellation(CANCELLED, &ann(), &bob());
    let log_of = |derived| derived_log(cancellation(CANCEL, &ann(), &bob()), derived);
    valid(&log_of(derived()));
    for forged in [
        of_another_order(derived()),
        without_fact(derived()),
        cancellation(CANCELLED, &bob(), &ann()),
        word(HANDED, &bob(), None),
    ] {
        caught(&log_of(forged), 1, "cause");
    }
    // A word about the handover calls nothing off.
    let word = derived_log(word(HAND, &bob(), None), derived());
    caught(&word, 1, "cause");
}
