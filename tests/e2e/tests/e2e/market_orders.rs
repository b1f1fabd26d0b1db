//! Orders of the market through the real program: from credit and by transfer, the digits at the door, and calling off.

use imajin_e2e::market_orders::{LISTING, PIECE};
use imajin_e2e::prelude::*;
use imajin_e2e::stripe::{SECRET, Stripe, signature};
use imajin_e2e::{Strike, data_folder};
use tempfile::TempDir;

use crate::canary::exported;
use crate::cards::{now_s, options, tell};

/// A node with an owner, a seller, and two buyers with credit.
pub struct Street {
    pub folder: TempDir,
    pub node: Node,
    pub owner: Person,
    pub ada: Person,
    pub bob: Person,
    pub eve: Person,
}

impl Street {
    pub fn new() -> Self {
        let (folder, node) = Node::fresh();
        Self::on(folder, node)
    }

    /// Registers its people on a fresh node.
    pub fn on(folder: TempDir, node: Node) -> Self {
        let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
        let owner = Person::claim(&node, folder.path());
        for buyer in [&bob, &eve] {
            owner.fund(buyer, 4 * PIECE);
        }
        Self { folder, node, owner, ada, bob, eve }
    }

    /// Returns what the public sees of the test listing.
    pub fn listing(&self) -> Json {
        let path = format!("/market/api/listings/{}/{LISTING}", self.ada.did());
        self.node.get(&path).json().unwrap()
    }

    /// Checks that copies of the seller's and the first buyer's records verify and have these words.
    pub fn assert_copies(&self, words: &[&str]) {
        for person in [&self.ada, &self.bob] {
            exported(person, &self.node, words);
        }
    }

    /// Restarts the node, which then does what is due.
    pub fn restarted(self) -> Self {
        let data = self.node.data.clone();
        self.node.stop_gracefully();
        let node = Node::start(&data);
        let [owner, ada, bob, eve] =
            [self.owner, self.ada, self.bob, self.eve].map(|person| person.at(&node.url));
        Self { folder: self.folder, node, owner, ada, bob, eve }
    }

    /// Deletes a person's record.
    pub fn delete(&self, person: &Person) {
        let key = person.key_file(self.folder.path());
        imajin_as(&self.node.url, &key, ["delete", "--yes"]).ok();
    }
}

/// Returns the status and the reason of a refusal, or its field.
pub fn refusal(outcome: Outcome) -> (u16, String) {
    match outcome {
        Err(ClientError::Refused { status, problem, .. }) => {
            let reason = problem["reason"].as_str();
            let text = reason.or(problem["field"].as_str()).unwrap_or_default();
            (status, text.to_owned())
        }
        other => panic!("it was not refused: {other:?}"),
    }
}

/// Returns a refusal's status with its reason, or its field: `409 done`.
pub fn refused(outcome: Outcome) -> String {
    let (status, reason) = refusal(outcome);
    format!("{status} {reason}")
}

/// Returns whether a person's history has a refund.
pub fn is_refunded(person: &Person) -> bool {
    let history = person.money(&format!("transactions/{}", person.did()));
    let mut entries = history["transactions"].as_array().unwrap().iter();
    entries.any(|entry| entry["op"] == "pay.refunded")
}

fn code(order: &Json) -> i64 {
    let code = order["code"].as_str().expect("digits");
    assert_eq!(code.len(), 6);
    code.parse().unwrap()
}

#[test]
fn an_order_is_handed_over_by_the_buyers_digits() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 2 }));
    bob.order(ada, fair).unwrap();
    let payment = bob.newest_order();
    assert_eq!((bob.credit(), ada.credit(), ada.coming()), (3 * PIECE, 0, PIECE));
    let (bought, sold) = (bob.order_by(&payment), ada.orders("hand")[0].clone());
    assert_members!(bought, "party": "buyer", "state": "paid", "amount": PIECE, "title": "Ladder", "open": true, "cancellable": true);
    assert_members!(sold, "party": "seller", "state": "paid", "payment": payment);
    assert!(sold["code"].is_null(), "the seller sees the digits");
    assert_eq!(street.listing()["offer"]["left"], 1);

    // A third person neither reads it nor has a say, and a seller with other digits has none.
    let path = format!("/market/api/orders/{payment}");
    assert_eq!(eve.ask(Method::GET, &path, None).0, 404);
    let right = code(&bought);
    assert_eq!(refusal(eve.hand_order(ada, &payment, Some(right))).0, 404);
    assert_eq!(refusal(ada.hand_order(eve, &payment, Some(right))).0, 404);
    let wrong = ada.hand_order(bob, &payment, Some((right + 1) % 1_000_000));
    assert_eq!(refused(wrong), "400 code");
    ada.hand_order(bob, &payment, Some(right)).unwrap();
    for order in [bob.order_by(&payment), ada.order_by(&payment)] {
        assert_members!(order, "state": "handed", "open": false);
        assert!(order["code"].is_null());
    }
    assert!(ada.orders("hand").is_empty());
    assert_eq!(refused(bob.hand_order(ada, &payment, None)), "409 done");
    let late = bob.cancel_order(&payment, (ada, bob));
    assert_eq!(refused(late), "409 handed");
    // The money stays held until it can't be given back any more.
    assert_eq!((ada.credit(), ada.coming()), (0, PIECE));

    street.assert_copies(&[&payment, "market.ordered"]);
}

#[test]
fn five_wrong_entries_lock_the_digits() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({}))).unwrap();
    let payment = bob.newest_order();
    let right = code(&bob.order_by(&payment));
    let enter = |digits: i64| ada.hand_order(bob, &payment, Some(digits % 1_000_000));
    for n in 1..=5 {
        assert_eq!(refused(enter(right + n)), "400 code", "{n}");
    }
    for digits in [right, right + 1] {
        assert_eq!(refused(enter(digits)), "409 locked");
    }
    // The buyer's own word still counts, and so does that it was sent.
    ada.hand_order(bob, &payment, None).unwrap();
    assert_eq!(bob.order_by(&payment)["state"], "sent");
    assert_eq!(refusal(ada.hand_order(bob, &payment, None)).1, "done");
    bob.hand_order(ada, &payment, None).unwrap();
    assert_eq!(ada.order_by(&payment)["state"], "handed");
}

#[test]
fn what_is_called_off_goes_back_once() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 2 }));
    // The node refunds the held money after the buyer's word.
    bob.order(ada, fair).unwrap();
    let first = bob.newest_order();
    bob.cancel_order(&first, (ada, bob)).unwrap();
    until("the money is back", || bob.credit() == 4 * PIECE);
    assert_members!(ada.order_by(&first), "state": "cancelled", "cancelledBy": "buyer", "back": PIECE);
    assert_eq!(ada.coming(), 0);
    assert_eq!(street.listing()["offer"]["left"], 2);
    assert_eq!(refusal(bob.cancel_order(&first, (ada, bob))).1, "cancelled");
    assert_eq!(refusal(ada.hand_order(bob, &first, None)).1, "cancelled");

    // The seller's operation refunds it at once, even of something that was sent.
    bob.order(ada, fair).unwrap();
    let second = bob.newest_order();
    ada.hand_order(bob, &second, None).unwrap();
    assert_eq!(refusal(bob.cancel_order(&second, (ada, bob))).1, "handed");
    ada.cancel_order(&second, (ada, bob)).unwrap();
    assert_eq!((bob.credit(), ada.coming()), (4 * PIECE, 0));
    assert_members!(bob.order_by(&second), "state": "cancelled", "cancelledBy": "seller", "back": PIECE);

    // A cancellation after a refund in part refunds the rest.
    bob.order(ada, fair).unwrap();
    let third = bob.newest_order();
    ada.refund(&third, PIECE / 5, "a scratch", &[bob.did()]).unwrap();
    ada.cancel_order(&third, (ada, bob)).unwrap();
    assert_eq!(bob.credit(), 4 * PIECE);
}

/// Power is cut while a buyer calls orders off: what each of them paid goes back once, also after the next start.
#[test]
fn what_is_called_off_goes_back_once_whatever_is_killed() {
    let Street { folder: _folder, mut node, ada, bob, .. } = Street::new();
    let data = node.data.clone();
    let fair = ada.sell_listing(&json!({}));
    for strike in [1, 2, 4, 9] {
        let buyer = bob.at(&node.url);
        buyer.order(&ada, fair).unwrap();
        let payment = buyer.newest_order();
        let held = Strike::at(node.pid(), strike);
        let _ = buyer.cancel_order(&payment, (&ada, &buyer));
        drop(held);
        node.kill();
        node = Node::start(&data);
        let buyer = bob.at(&node.url);
        if buyer.order_by(&payment)["state"] == "paid" {
            buyer.cancel_order(&payment, (&ada, &buyer)).unwrap();
        }
        until("the money is back", || buyer.credit() == 4 * PIECE);
    }
    assert_eq!(ada.at(&node.url).coming(), 0);
    node.check_records(&[ada.did(), bob.did()]);
}

#[test]
fn an_order_whose_money_went_back_is_over_for_both() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({}))).unwrap();
    let payment = bob.newest_order();
    ada.refund(&payment, PIECE, "broken", &[bob.did()]).unwrap();
    until("both know of the money", || {
        let orders = [ada.order_by(&payment), bob.order_by(&payment)];
        orders.iter().all(|order| order["state"] == "refunded")
    });
    let bought = bob.order_by(&payment);
    assert_members!(bought, "open": false, "cancellable": false, "back": PIECE);
    assert!(bought["code"].is_null());
    let reasons = [
        refusal(bob.hand_order(ada, &payment, None)).1,
        refusal(ada.hand_order(bob, &payment, None)).1,
        refusal(bob.cancel_order(&payment, (ada, bob))).1,
        refusal(ada.cancel_order(&payment, (ada, bob))).1,
    ];
    assert_eq!(reasons, ["refunded"; 4]);
    assert_eq!(street.listing()["offer"]["left"], 1);
}

#[test]
fn an_order_outlives_its_listing() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 2 }));
    bob.order(ada, fair).unwrap();
    let payment = bob.newest_order();
    ada.remove_listing(LISTING).unwrap();
    assert_eq!(refusal(eve.order(ada, fair)).0, 410);
    let bought = bob.order_by(&payment);
    assert_members!(bought, "state": "paid", "amount": PIECE, "cancellable": true);
    assert!(bought["title"].is_null(), "{bought}");
    bob.hand_order(ada, &payment, None).unwrap();
    assert_eq!(ada.order_by(&payment)["state"], "handed");
}

#[test]
fn a_buyer_whose_seller_left_is_led_to_the_owner() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({}))).unwrap();
    let payment = bob.newest_order();
    street.delete(ada);
    let left = bob.cancel_order(&payment, (ada, bob));
    assert_eq!(refused(left), "409 away");
    bob.hand_order(ada, &payment, None).unwrap();
    assert_eq!(bob.order_by(&payment)["state"], "handed");
}

#[test]
fn what_was_free_is_called_off_although_its_seller_left() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.sell_listing(&json!({ "price": 0 }));
    bob.order_as(ada, fair, &json!({ "amount": 0 })).unwrap();
    let payment = bob.newest_order();
    street.delete(ada);
    assert_members!(bob.order_by(&payment), "state": "paid", "open": true, "cancellable": true);
    bob.cancel_order(&payment, (ada, bob)).unwrap();
    assert_members!(bob.order_by(&payment), "state": "cancelled", "open": false);
}

/// The page on which people delete their data refuses while an order is open that they can end.
#[test]
fn a_paid_order_keeps_a_buyer_whose_seller_left_until_the_money_is_back() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    bob.order(ada, ada.sell_listing(&json!({}))).unwrap();
    let payment = bob.newest_order();
    street.delete(ada);
    assert_members!(bob.order_by(&payment), "state": "paid", "open": true);
    assert_eq!(refused(bob.cancel_order(&payment, (ada, bob))), "409 away");
    assert_eq!(bob.credit(), 3 * PIECE);
    let street = street.restarted();
    let Street { ada, bob, .. } = &street;
    until("the money is back", || bob.order_by(&payment)["state"] == "refunded");
    assert_eq!(bob.credit(), 4 * PIECE);
    let order = bob.order_by(&payment);
    assert_members!(order, "open": false, "cancellable": false, "back": PIECE);
    assert!(order["code"].is_null());
    let news = bob.read("/notify/api/feed").to_string();
    assert!(news.contains("paid it to somebody who has left"), "{news}");
    assert_eq!(refused(bob.hand_order(ada, &payment, None)), "409 refunded");
    exported(bob, &street.node, &[&payment, "market.lost"]);
    street.delete(bob);
}

/// The page on which people delete their data refuses while an order is open that they can end.
#[test]
fn a_promise_keeps_nobody_whose_other_party_left() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 2 }));
    let promised = [bob, eve].map(|buyer| {
        buyer.order_as(ada, fair, &json!({ "rail": "emt" })).unwrap();
        let payment = buyer.newest_order();
        let order = buyer.order_by(&payment);
        assert_members!(order, "state": "promised", "open": true, "cancellable": true);
        payment
    });
    street.delete(eve);
    let [of_bob, of_eve] = promised.each_ref().map(|payment| ada.order_by(payment));
    assert_members!(of_eve, "state": "promised", "open": false);
    assert_members!(of_bob, "state": "promised", "open": true);
    street.delete(ada);
    let order = bob.order_by(&promised[0]);
    assert_members!(order, "state": "promised", "open": false, "cancellable": false);
    street.delete(bob);
}

#[test]
fn without_days_to_give_back_the_money_is_like_cash() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.sell_listing(&json!({ "returns": 0 }));
    bob.order_as(ada, fair, &json!({ "returns": 0 })).unwrap();
    let payment = bob.newest_order();
    assert_eq!((ada.credit(), ada.coming()), (PIECE, 0));
    assert_members!(bob.order_by(&payment), "state": "paid", "cancellable": false);
    assert_eq!(refusal(bob.cancel_order(&payment, (ada, bob))).1, "final");
    // The seller can still refund it.
    ada.cancel_order(&payment, (ada, bob)).unwrap();
    assert_eq!((bob.credit(), ada.credit()), (4 * PIECE, 0));
}

/// A phone that lost the answer sends the same proof again.
#[test]
fn an_order_that_is_sent_again_is_answered_again() {
    let street = Street::new();
    let Street { ada, bob, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 2 }));
    let paid = bob.order_times(ada, fair, &json!({}), 2).unwrap();
    assert_eq!(paid[0], paid[1]);
    assert_members!(paid[1], "payment": bob.newest_order(), "paid": true);
    let promised = bob.order_times(ada, fair, &json!({ "rail": "emt" }), 2).unwrap();
    assert_eq!(promised[0], promised[1]);
    assert_members!(promised[1], "payment": bob.newest_order(), "paid": false);
    assert!(promised[1]["until"].is_string() && promised[1]["memo"].is_string());
    assert_eq!((bob.orders("buyer").len(), bob.credit()), (2, 3 * PIECE));
}

#[test]
fn an_order_at_other_terms_or_of_too_many_is_refused() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": 3 }));
    let order = |more: Json| refused(bob.order_as(ada, fair, &more));
    assert_eq!(order(json!({ "amount": PIECE - 1 })), "409 changed");
    assert_eq!(order(json!({ "returns": 30 })), "409 changed");
    assert_eq!(order(json!({ "quantity": 2 })), "409 changed");
    let four = json!({ "quantity": 4, "amount": 4 * PIECE });
    assert_eq!(order(four), "409 left");
    assert_eq!(order(json!({ "quantity": 0 })), "400 quantity");
    let three = json!({ "quantity": 3, "amount": 3 * PIECE });
    bob.order_as(ada, fair, &three).unwrap();
    assert_eq!(refused(eve.order(ada, fair)), "409 sold");
    assert_members!(street.listing(), "status": "sold");
    let near: Json = street.node.get("/market/api/near").json().unwrap();
    assert_eq!(near["rows"], json!([]), "what is sold is in no list");
    let page = street.node.get(&format!("/market/{}/{LISTING}", ada.did()));
    let page = page.text().unwrap();
    assert!(page.contains("Ladder") && !page.contains("Sign in to order"));
    // An own listing isn't sold, and one that is lent not without a time.
    assert_eq!(refusal(ada.order(ada, fair)).0, 400);
    let lent = json!({ "rent": "day" });
    ada.put_listing(LISTING, &json!({ "title": "Ladder" }), &lent).unwrap();
    assert_eq!(refused(eve.order(ada, fair)), "409 changed");
}

#[test]
fn a_transfer_keeps_its_piece_until_it_comes() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({}));
    let emt = json!({ "rail": "emt" });
    bob.order_as(ada, fair, &emt).unwrap();
    let first = bob.newest_order();
    assert_members!(bob.order_by(&first), "state": "promised", "open": true);
    assert_eq!(refused(eve.order(ada, fair)), "409 sold");
    assert_eq!(refusal(ada.hand_order(bob, &first, None)).1, "unpaid");
    // Called off before it was paid: the piece is there again, and the late money delivers nothing.
    bob.cancel_order(&first, (ada, bob)).unwrap();
    eve.order_as(ada, fair, &emt).unwrap();
    let second = eve.newest_order();
    ada.confirm(&first, PIECE, &[bob.did()]).unwrap();
    ada.confirm(&second, PIECE, &[eve.did()]).unwrap();
    until("the order is paid", || eve.order_by(&second)["state"] == "paid");
    until("the money of the first is to go back", || is_refunded(bob));
    // Its seller has to send it, from bank to bank.
    assert_members!(bob.order_by(&first), "state": "cancelled", "back": 0);
    assert!(eve.order_by(&second)["code"].is_string());
}

#[test]
fn a_buyer_has_ten_open_orders_at_most() {
    let street = Street::new();
    let Street { owner, ada, bob, .. } = &street;
    owner.fund(bob, 20 * PIECE);
    let fair = ada.sell_listing(&json!({ "quantity": -1 }));
    for _ in 0..10 {
        bob.order(ada, fair).unwrap();
    }
    assert_eq!(refused(bob.order(ada, fair)), "409 orders");
    let payment = bob.newest_order();
    bob.hand_order(ada, &payment, None).unwrap();
    bob.order(ada, fair).unwrap();
    let page = |offset: usize| bob.page(&format!("/market/orders?offset={offset}"));
    let none = "Nothing to hand over now";
    assert!(page(0).contains(none) && !page(20).contains(none));
}

#[test]
fn promises_of_a_seller_who_left_are_not_among_the_ten_open_orders() {
    let street = Street::new();
    let Street { ada, bob, eve, .. } = &street;
    let fair = ada.sell_listing(&json!({ "quantity": -1 }));
    for _ in 0..10 {
        bob.order_as(ada, fair, &json!({ "rail": "emt" })).unwrap();
    }
    let fair = eve.sell_listing(&json!({}));
    assert_eq!(refused(bob.order(eve, fair)), "409 orders");
    street.delete(ada);
    bob.order(eve, fair).unwrap();
}

/// Power is cut in the middle of webhooks: each card pays its order once, and keeps its piece meanwhile.
#[test]
fn a_card_pays_its_order_once_whatever_is_killed() {
    const STRIKES: [u32; 5] = [1, 2, 4, 9, 16];
    let stripe = Stripe::start(now_s());
    let (_folder, data) = data_folder();
    let mut node = Node::start_with(&data, &options(&stripe));
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    let fair = ada.sell_listing(&json!({ "quantity": STRIKES.len() }));
    let wish = json!({ "owner": ada.did(), "listing": LISTING, "rail": "stripe", "returns": 14 });
    let mut payments = Vec::new();
    for strike in STRIKES {
        let buyer = bob.at(&node.url);
        let opened = until_some("a page of the provider", || {
            match buyer.sign_and_ask("/market/api/pay", &wish) {
                (201, opened) => Some(opened),
                (503, _) => None,
                other => panic!("{other:?}"),
            }
        });
        assert!(opened["url"].is_string(), "{opened}");
        let payment = opened["payment"].as_str().unwrap().to_owned();
        assert_eq!(buyer.order_by(&payment)["state"], "promised");
        let session = Session::begin(&buyer.client, &buyer.key).unwrap();
        let page = http().get(format!("{}/pay/payments/{payment}", node.url));
        let page = page.bearer_auth(session.token()).send().unwrap();
        assert_eq!((page.status().as_u16(), page.url().path()), (200, "/pay"));
        let session = stripe.pay(stripe.newest()["id"].as_str().unwrap());
        let body = stripe.event("checkout.session.completed", &session);
        let header = signature(now_s(), &body, SECRET);
        let held = Strike::at(node.pid(), strike);
        let _ = tell(&node.url, &body, &header);
        drop(held);
        node.kill();
        node = Node::start_with(&data, &options(&stripe));
        let header = signature(now_s(), &body, SECRET);
        assert_eq!(tell(&node.url, &body, &header), Some(200));
        let buyer = bob.at(&node.url);
        until("the order is paid", || buyer.order_by(&payment)["state"] == "paid");
        payments.push(payment);
    }
    let (ada, eve) = (ada.at(&node.url), eve.at(&node.url));
    let sold = ada.orders("hand");
    assert_eq!(sold.len(), payments.len());
    assert_eq!(ada.coming(), PIECE * i64::try_from(sold.len()).unwrap());
    assert_eq!(refused(eve.order(&ada, fair)), "409 sold");
}
