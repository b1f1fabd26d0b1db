//! Words about orders of the market: the home swaps what the other party said about the handover, a review or a problem, or
//! invents that they called it off.

use imajin_protocol::FactItem;

use super::{across, derived_log, facts, id, received};
use crate::threats::prelude::*;
use crate::tools::acts::derive;
use crate::tools::forge::change_as_home;
use crate::tools::judge::{caught, valid};

const HAND: &str = "market.hand";
const HANDED: &str = "market.handed";
const CANCEL: &str = "market.cancel";
const CANCELLED: &str = "market.cancelled";
const REVIEW: &str = "market.review";
const REVIEWED: &str = "market.reviewed";
const PROBLEM: &str = "market.problem";
const PROBLEM_SAID: &str = "market.problem.said";

/// Makes the list of the one person to whom something is said.
fn recipient(to: &Party) -> FactValue {
    let to = IdText::parse(to.did.as_str()).unwrap();
    FactValue::List(vec![FactItem::Id(to)])
}

/// Makes a word to a person about the handover, with the buyer's digits or without.
fn word(op: &'static str, to: &Party, code: Option<i64>) -> Make {
    let mut members = vec![("dids", recipient(to))];
    members.extend(code.map(|code| ("code", FactValue::Int(code))));
    Make { fact: facts(&members), ..Make::op(op).reference("pay_1") }
}

/// Makes a word that calls an order off.
fn cancellation(op: &'static str, seller: &Party, buyer: &Party) -> Make {
    let (seller, buyer) = (id(seller.did.as_str()), id(buyer.did.as_str()));
    Make { fact: facts(&[("buyer", buyer), ("seller", seller)]), ..Make::op(op).reference("pay_1") }
}

/// Makes a review for Bob. Its salt is that of the intent with the same words.
fn review(op: &'static str, stars: i64, text: &str) -> Make {
    let words = Make::op(REVIEW).body(vec![("text", text.into())]);
    Make {
        fact: facts(&[("dids", recipient(&bob())), ("stars", FactValue::Int(stars))]),
        body: words.body,
        ..Make::op(op).reference("pay_1")
    }
}

/// Makes a problem with an order of Bob's, or its end.
fn problem(op: &'static str, about: &str, on: i64) -> Make {
    Make {
        fact: facts(&[
            ("dids", recipient(&bob())),
            ("about", id(about)),
            ("on", FactValue::Int(on)),
        ]),
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
    caught(&derived_log(word(HAND, &bob(), None), derived()), 1, "cause");
}

#[test]
fn a_forged_review() {
    let reviewed = || review(REVIEWED, 1, "broken");
    let log_of = |derived: Make| {
        let (_, operation) = across(review(REVIEW, 1, "broken"), &derived, &bob().did);
        received(&operation, derived, false)
    };
    valid(&log_of(reviewed()));
    for forged in [
        review(REVIEWED, 5, "broken"),
        review(REVIEWED, 1, "as new"),
        of_another_order(reviewed()),
        without_fact(reviewed()),
    ] {
        caught(&log_of(forged), 1, "cause");
    }
}

#[test]
fn a_forged_problem() {
    let log_of = |derived| derived_log(problem(PROBLEM, "broken", 1), derived);
    let reported = || problem(PROBLEM_SAID, "broken", 1);
    valid(&log_of(reported()));
    for forged in [
        problem(PROBLEM_SAID, "broken", 0),
        problem(PROBLEM_SAID, "money", 1),
        of_another_order(reported()),
        without_fact(reported()),
    ] {
        caught(&log_of(forged), 1, "cause");
    }
}
