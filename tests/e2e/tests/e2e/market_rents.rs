//! Rents through the real program: the price of a time, pieces that are away meanwhile, and the deposit.

use imajin_e2e::market_orders::{LISTING, PIECE};
use imajin_e2e::prelude::*;
use imajin_protocol::fair::Digest;

use crate::away::moves;
use crate::canary::exported;
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
    let wish = rental(2, 2);
    bob.order_as(ada, fair, &wish).unwrap();
    let paid = 2 * PIECE + DEPOSIT;
    assert_eq!((bob.credit(), ada.coming()), (4 * PIECE - paid, paid));
    // The money is held until three days after its end.
    let free_at = Timestamp::from_millis(wish["to"].as_i64().unwrap() + 3 * DAY_MS).unwrap();
    let balance = ada.money(&format!("balance/{}", ada.did()));
    assert_eq!(balance["coming"][0]["freeAt"], free_at.to_string());
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
    assert_eq!((status, &quoted["amount"]), (200, &json!(2 * PIECE + DEPOSIT)));
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
    ada.refund(&payment, DEPOSIT, "all is back", &[bob.did()]).unwrap();
    for order in [bob.order_by(&payment), ada.order_by(&payment)] {
        assert_members!(order, "state": "handed", "back": DEPOSIT, "amount": 2 * PIECE + DEPOSIT);
    }
    assert_eq!((bob.credit(), ada.coming()), (2 * PIECE, 2 * PIECE));
    street.assert_copies(&[&payment]);
}

/// The box is without power when the time begins, and learns only then that the owner left before.
#[test]
fn a_rent_whose_owner_left_before_it_began_goes_back_as_a_whole() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    let from = (now_s() + 20) * 1_000;
    let mut rent = rental(0, 2);
    rent["from"] = from.into();
    rent["to"] = (from + 2 * DAY_MS).into();
    bob.order_as(ada, fair, &rent).unwrap();
    let payment = bob.newest_order();
    street.delete(ada);
    until("its time has begun", || now_s() * 1_000 > from);
    let street = street.restarted();
    let bob = &street.bob;
    until("the money is back", || bob.order_by(&payment)["state"] == "refunded");
    assert_eq!(bob.order_by(&payment)["back"], 2 * PIECE + DEPOSIT);
    assert_eq!(bob.credit(), 4 * PIECE);
}

/// Otherwise only the owner's key could refund it.
#[test]
fn a_deposit_goes_back_although_its_owner_left() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.lend_listing(2, DEPOSIT);
    let payments = [bob, eve].map(|renter| {
        renter.order_as(ada, fair, &rental(0, 2)).unwrap();
        renter.newest_order()
    });
    // The part that the owner refunded says what they kept.
    ada.refund(&payments[0], DEPOSIT - 100, "a scratch", &[bob.did()]).unwrap();
    street.delete(ada);
    let street = street.restarted();
    let Street { bob, eve, .. } = &street;
    until("the deposit is back", || eve.credit() == 2 * PIECE);
    assert_eq!(bob.credit(), 2 * PIECE - 100);
    let order = eve.order_by(&payments[1]);
    assert_members!(order, "state": "paid", "open": false, "cancellable": false, "back": DEPOSIT);
    exported(eve, &street.node, &[&payments[1], "pay.refunded"]);
}

/// Who moved away has no say about it on the box any more, and could not spend it there.
#[test]
fn a_deposit_goes_back_after_a_rent_whose_owner_moved_away() {
    let folder = tempfile::tempdir().unwrap();
    let start =
        |name: &str| Node::start_with(&folder.path().join(name), &NodeOptions::among_neighbours());
    let (node, other) = (start("data"), start("other"));
    let street = Street::on(folder, node);
    let Street { ada, bob, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    let to = (now_s() + 20) * 1_000;
    let rent = json!({
        "from": to - DAY_MS, "to": to, "bond": DEPOSIT, "amount": PIECE + DEPOSIT, "returns": 0,
    });
    bob.order_as(ada, fair, &rent).unwrap();
    let payment = bob.newest_order();
    moves(ada, &other);
    until("the rent is over", || now_s() * 1_000 > to);
    let street = street.restarted();
    let bob = &street.bob;
    until("the deposit is back", || bob.order_by(&payment)["back"] == DEPOSIT);
    assert_eq!(bob.credit(), 3 * PIECE);
}

/// The box doesn't have the money, so that its page tells the renter whom to ask.
#[test]
fn a_deposit_that_came_by_transfer_is_settled_between_the_two_if_its_owner_left() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.lend_listing(1, DEPOSIT);
    let mut rent = rental(0, 2);
    rent["rail"] = "emt".into();
    bob.order_as(ada, fair, &rent).unwrap();
    let payment = bob.newest_order();
    ada.confirm(&payment, 2 * PIECE + DEPOSIT, &[bob.did()]).unwrap();
    until("it is ordered", || bob.order_by(&payment)["state"] == "paid");
    let page = || bob.page(&format!("/market/orders/{payment}"));
    assert!(!page().contains("settle it between you"), "{}", page());
    street.delete(ada);
    assert!(page().contains("settle it between you"), "{}", page());
}

/// Number of people who rent at the same time: a tenth of `IMAJIN_BUYERS` where that is set.
const RENTERS: usize = 6;
/// Number of rents that each of them tries, times the number of people.
const TRIES: usize = 5;
const PIECES: i64 = 4;

/// A generator of random numbers from a seed (Lehmer).
struct Draws(u64);

impl Draws {
    fn up_to(&mut self, limit: u64) -> i64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        i64::try_from(1 + self.0 % limit).unwrap()
    }
}

/// Tries rents at random times. Returns how many were refused because too few pieces are there.
fn rent_at_random(
    renter: &Person,
    ada: &Person,
    fair: Digest,
    (seed, tries): (u64, usize),
) -> usize {
    let (mut draws, mut taken) = (Draws(seed), 0);
    for _ in 0..tries {
        let (first, days, quantity) = (draws.up_to(60), draws.up_to(5), draws.up_to(3));
        let mut members = rental(first, days);
        members["quantity"] = quantity.into();
        members["amount"] = (PIECE * days * quantity + DEPOSIT).into();
        match renter.order_as(ada, fair, &members) {
            Ok(_) => {}
            Err(ClientError::Refused { problem, .. }) if problem["reason"] == "taken" => taken += 1,
            Err(ClientError::Refused { problem, .. }) if problem["reason"] == "orders" => {
                call_off_one(renter, ada);
            }
            other => panic!("{other:?}"),
        }
    }
    taken
}

/// Calls off an open order, whose pieces others can have.
fn call_off_one(renter: &Person, ada: &Person) {
    let orders = renter.orders("buyer");
    let open = orders.iter().find(|order| order["open"] == true);
    let payment = open.expect("an open order")["payment"].as_str().unwrap();
    renter.cancel_order(payment, (ada, renter)).unwrap();
}

#[test]
fn no_instant_has_more_than_all_pieces_whoever_rents_at_once() {
    let buyers = std::env::var("IMAJIN_BUYERS");
    let count = buyers.map_or(RENTERS, |number| number.parse::<usize>().unwrap() / 10);
    let (folder, node, ada) = Person::fresh();
    let renters: Vec<Person> = (0..count).map(|_| Person::new(&node.url)).collect();
    let owner = Person::claim(&node, folder.path());
    for renter in &renters {
        owner.fund(renter, 2_000 * PIECE);
    }
    let fair = ada.lend_listing(PIECES, DEPOSIT);
    let taken: usize = std::thread::scope(|scope| {
        let renters = (1..).zip(&renters);
        let rents = renters.map(|(seed, renter)| {
            let ada = &ada;
            scope.spawn(move || rent_at_random(renter, ada, fair, (seed, TRIES * count)))
        });
        let rents: Vec<_> = rents.collect();
        let taken = rents.into_iter().map(|one| one.join().expect("a renter"));
        taken.sum()
    });
    assert!(taken > 0, "nobody was refused");
    let orders = renters.iter().flat_map(|renter| renter.orders("buyer"));
    let kept: Vec<Json> = orders.filter(|order| order["state"] == "paid").collect();
    let time = |order: &Json, name: &str| order[name].as_str().expect("a time").to_owned();
    // Most pieces are away when a rent begins.
    for order in &kept {
        let at = time(order, "from");
        let away = kept.iter().filter(|other| time(other, "from") <= at && at < time(other, "to"));
        let away: i64 = away.map(|other| other["quantity"].as_i64().unwrap()).sum();
        assert!(away <= PIECES, "{away} at {at}");
    }
    node.check_records(&[ada.did(), renters[0].did()]);
}
