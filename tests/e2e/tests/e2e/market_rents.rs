//! Rents through the real program: the price of a time, pieces that are away meanwhile, and the deposit.

use imajin_e2e::market_orders::{LISTING, PIECE};
use imajin_e2e::until;
use serde_json::{Value as Json, json};

use crate::cards::now_s;
use crate::market_orders::{Street, is_refunded, refused};

const DAY_MS: i64 = 24 * 3_600_000;
const DEPOSIT: i64 = 300;

/// Returns the members of an order for whole days, the first of them so many days from today.
fn rental(first: i64, days: i64) -> Json {
    let from = (now_s() * 1_000 / DAY_MS + first) * DAY_MS;
    json!({
        "from": from, "to": from + days * DAY_MS, "bond": DEPOSIT, "amount": PIECE * days + DEPOSIT, "returns": 0,
    })
}

#[test]
fn a_rent_keeps_its_piece_for_its_time_alone() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    bob.order_as(ada, fair, &rental(2, 2)).unwrap();
    let paid = 2 * PIECE + DEPOSIT;
    assert_eq!((bob.credit(), ada.coming()), (4 * PIECE - paid, paid));
    let payment = bob.newest_order();
    let rented = bob.order_by(&payment);
    assert_members!(rented, "state": "paid", "deposit": DEPOSIT, "open": true, "cancellable": true);
    assert!(rented["from"].is_string() && rented["to"].is_string());
    assert_members!(street.listing(), "status": "active");
    let order = |members: &Json| refused(eve.order_as(ada, fair, members));
    for days in [(2, 1), (3, 2), (1, 2), (1, 5)] {
        let taken = order(&rental(days.0, days.1));
        assert_eq!(taken, "409 taken", "{days:?}");
    }
    eve.order_as(ada, fair, &rental(4, 1)).unwrap();
    // Called off before it begins, its time is free for others.
    bob.cancel_order(&payment, (ada, bob)).unwrap();
    until("the money is back", || bob.credit() == 4 * PIECE);
    eve.order_as(ada, fair, &rental(2, 1)).unwrap();
}

#[test]
fn a_piece_is_not_sold_while_somebody_is_to_have_it() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    bob.order_as(ada, fair, &rental(2, 2)).unwrap();
    let fair = ada.sell_listing(&json!({}));
    assert_eq!(refused(eve.order(ada, fair)), "409 sold");
    bob.cancel_order(&bob.newest_order(), (ada, bob)).unwrap();
    eve.order(ada, fair).unwrap();
}

#[test]
fn a_rent_at_other_terms_or_at_no_such_time_is_refused() {
    let street = Street::new();
    let Street { ada, bob, node, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    let order = |name: &str, value: Json| {
        let mut members = rental(1, 2);
        members[name] = value;
        refused(bob.order_as(ada, fair, &members))
    };
    assert_eq!(order("amount", json!(PIECE + DEPOSIT)), "409 changed");
    assert_eq!(order("bond", json!(DEPOSIT - 1)), "409 changed");
    for days in [(-3, 3), (366, 1)] {
        let wrong = bob.order_as(ada, fair, &rental(days.0, days.1));
        assert_eq!(refused(wrong), "400 to", "{days:?}");
    }
    let quote = |members: &Json| {
        let mut wish = json!({ "owner": ada.did(), "listing": LISTING });
        for name in ["from", "to"] {
            wish[name] = members[name].clone();
        }
        node.post(None, "/market/api/quote", &wish)
    };
    let (status, quoted) = quote(&rental(1, 2));
    assert_eq!(
        (status, &quoted["amount"]),
        (200, &json!(2 * PIECE + DEPOSIT))
    );
    assert_eq!(quoted["sign"]["fact"]["bond"], DEPOSIT);
    let (status, refused) = quote(&json!({}));
    assert_eq!((status, &refused["field"]), (400, &json!("to")));
}

#[test]
fn money_that_comes_after_a_rent_goes_back() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    let (to, amount) = ((now_s() + 5) * 1_000, PIECE + DEPOSIT);
    let rent = json!({
        "rail": "emt", "from": to - DAY_MS, "to": to, "bond": DEPOSIT, "amount": amount, "returns": 0,
    });
    bob.order_as(ada, fair, &rent).unwrap();
    let payment = bob.newest_order();
    assert_eq!(bob.order_by(&payment)["state"], "promised");
    until("the rent is over", || now_s() * 1_000 > to);
    ada.confirm(&payment, amount, &[bob.did()]).unwrap();
    until("the money is to go back", || is_refunded(bob));
    assert_eq!(bob.order_by(&payment)["state"], "lapsed");
}

#[test]
fn a_deposit_goes_back_and_both_copies_verify() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    bob.order_as(ada, fair, &rental(0, 2)).unwrap();
    let payment = bob.newest_order();
    // Its time has begun: only its owner gives money back.
    assert_members!(bob.order_by(&payment), "open": false, "cancellable": false);
    let page = bob.page(&format!("/market/orders/{payment}"));
    assert!(page.contains("Counts as handed over"), "{page}");
    bob.hand_order(ada, &payment, None).unwrap();
    ada.refund(&payment, DEPOSIT, "all is back", &[bob.did()])
        .unwrap();
    for order in [bob.order_by(&payment), ada.order_by(&payment)] {
        assert_members!(order, "state": "handed", "back": DEPOSIT, "amount": 2 * PIECE + DEPOSIT);
    }
    assert_eq!((bob.credit(), ada.coming()), (2 * PIECE, 2 * PIECE));
    street.assert_copies("copy", &[&payment]);
}
