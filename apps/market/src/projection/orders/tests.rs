//! Orders as entries of both logs make them, and the pieces that are left.

use imajin_app::operation::ItemId;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::Reader;
use imajin_log::{Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact, IdText};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::orders::tests::{BUYER, SELLER};
use crate::orders::{DAY_MS, Order, OrderState, Party};
use crate::projection::PROJECTION;
use crate::queries;
use crate::rent::Rental;
use crate::reviews::{ProblemKind, SellerRecord};

const LISTING: &str = "itm_000000000000000000000001";

/// The tables of one person's log.
struct Log {
    db: Connection,
    did: Did,
    seq: u64,
}

impl Log {
    fn new(key: [u8; 32]) -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let did = Did::from_key(&key);
        Self { db, did, seq: 0 }
    }

    fn reader(&self) -> Reader<'_> {
        (&self.db).into()
    }

    /// Adds an entry: what follows from a word is by the other party.
    fn enter(&mut self, op: &str, payment: &str, fact: &Json) {
        let [seller, buyer] = [SELLER, BUYER].map(|key| Did::from_key(&key));
        let is_others = matches!(
            op,
            HandoverEntry::NAME | CancellationEntry::NAME | ReviewEntry::NAME | ProblemEntry::NAME
        );
        let is_by_seller = (self.did == seller) != is_others;
        let author = if is_by_seller { seller } else { buyer };
        self.enter_with(&author, (op, payment), fact, None);
    }

    fn enter_with(
        &mut self,
        author: &Did,
        (op, payment): (&str, &str),
        fact: &Json,
        body: Option<&Value>,
    ) {
        let fact = Fact::from_json(fact).ok();
        let payment = IdText::parse(payment).unwrap();
        self.seq += 1;
        let entry = Applied {
            offset: Offset(self.seq),
            did: &self.did,
            seq: Seq(self.seq),
            at: Timestamp::from_millis(0).unwrap(),
            service: "market",
            op,
            reference: Some(payment.as_str()),
            body,
            fact: fact.as_ref(),
            author,
            will: WillKind::Derived,
        };
        apply(&self.db, &entry).unwrap();
    }

    fn order(&self, payment: &str) -> Order {
        let order = queries::order(self.reader(), self.did.as_str(), payment);
        order.unwrap().unwrap()
    }

    fn state(&self) -> OrderState {
        self.order("pay_1").state(0)
    }
}

fn terms(quantity: i64) -> Json {
    let [seller, buyer] = [SELLER, BUYER].map(|key| Did::from_key(&key).to_string());
    json!({
        "listing": LISTING, "seller": seller, "buyer": buyer, "quantity": quantity, "returns": 14,
        "amount": 500 * quantity, "currency": "CHF",
    })
}

fn promise(quantity: i64, until: i64) -> Json {
    let mut fact = terms(quantity);
    fact["until"] = until.into();
    fact
}

#[test]
fn a_promise_becomes_an_order_and_stays_one() {
    let mut log = Log::new(SELLER);
    log.enter(OrderPromise::NAME, "pay_1", &promise(2, 10));
    assert_eq!(log.order("pay_1").state(9), OrderState::Promised);
    assert_eq!(log.order("pay_1").state(10), OrderState::Lapsed);
    log.enter(OrderEntry::NAME, "pay_1", &terms(2));
    log.enter(OrderPromise::NAME, "pay_1", &promise(2, 10));
    let order = log.order("pay_1");
    assert_eq!(order.state(11), OrderState::Paid);
    assert_eq!((order.terms.quantity.0, order.terms.amount.get()), (2, 1_000));
}

#[test]
fn a_word_about_the_handover_counts_by_who_says_it() {
    let (bare, code) = (json!({}), json!({ "code": 7 }));
    for (key, op, fact, state) in [
        (SELLER, HandOver::NAME, &bare, OrderState::Sent),
        (SELLER, HandOver::NAME, &code, OrderState::Handed),
        (SELLER, HandoverEntry::NAME, &bare, OrderState::Handed),
        (BUYER, HandoverEntry::NAME, &bare, OrderState::Sent),
        (BUYER, HandoverEntry::NAME, &code, OrderState::Handed),
        (BUYER, HandOver::NAME, &bare, OrderState::Handed),
    ] {
        let mut log = Log::new(key);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        log.enter(op, "pay_1", fact);
        assert_eq!(log.state(), state, "{op} {fact}");
        // No later word takes it back.
        log.enter(HandOver::NAME, "pay_1", &code);
        log.enter(HandOver::NAME, "pay_1", &bare);
        assert_eq!(log.state(), OrderState::Handed);
    }
}

#[test]
fn a_cancellation_says_who_called_it_off_first() {
    for (key, op, party) in [
        (SELLER, CancelOrder::NAME, Party::Seller),
        (SELLER, CancellationEntry::NAME, Party::Buyer),
        (BUYER, CancelOrder::NAME, Party::Buyer),
        (BUYER, CancellationEntry::NAME, Party::Seller),
    ] {
        let mut log = Log::new(key);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        let parties = json!({ "buyer": "x", "seller": "y" });
        log.enter(op, "pay_1", &parties);
        log.enter(CancelOrder::NAME, "pay_1", &parties);
        assert_eq!(log.order("pay_1").cancelled_by, Some(party), "{op}");
        assert_eq!(log.state(), OrderState::Cancelled);
    }
}

#[test]
fn nobody_but_a_party_has_a_word_or_a_row() {
    let (stranger, none) = (Did::from_key(&[3; 32]), json!({}));
    let mut log = Log::new(SELLER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    for op in [HandoverEntry::NAME, CancellationEntry::NAME] {
        log.enter_with(&stranger, (op, "pay_1"), &none, None);
        assert_eq!(log.state(), OrderState::Paid, "{op}");
    }
    let mut log = Log::new([3; 32]);
    log.enter_with(&stranger, (OrderEntry::NAME, "pay_1"), &terms(1), None);
    let order = queries::order(log.reader(), log.did.as_str(), "pay_1");
    assert!(order.unwrap().is_none());
}

#[test]
fn a_buyer_sees_what_the_sellers_log_says_of_the_money() {
    let mut log = Log::new(SELLER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    log.enter(OrderLoss::NAME, "pay_1", &json!({}));
    assert_eq!(log.state(), OrderState::Refunded);
    log.did = Did::from_key(&BUYER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    assert_eq!(log.state(), OrderState::Refunded);
    assert!(queries::open_orders(log.reader(), log.did.as_str(), 0).unwrap().is_empty());
}

#[test]
fn a_buyer_whose_log_took_no_entries_sees_what_the_seller_did() {
    for (op, fact, state) in [
        (HandOver::NAME, json!({}), OrderState::Sent),
        (HandOver::NAME, json!({ "code": 7 }), OrderState::Handed),
        (CancelOrder::NAME, json!({}), OrderState::Refunded),
    ] {
        let mut log = Log::new(SELLER);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        log.enter(op, "pay_1", &fact);
        log.did = Did::from_key(&BUYER);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        assert_eq!(log.state(), state, "{op} {fact}");
        let awaited = queries::awaiting_handover(log.reader(), 0).unwrap();
        assert!(awaited.is_empty(), "{op} {fact}");
        let open = queries::open_orders(log.reader(), log.did.as_str(), 0).unwrap();
        assert_eq!(open.len(), usize::from(state == OrderState::Sent), "{op} {fact}");
    }
}

#[test]
fn a_sellers_log_says_which_orders_were_sold() {
    let mut lent = terms(1);
    lent["bond"] = 300.into();
    for (sold, is_sold) in [(None, false), (Some(&lent), false), (Some(&terms(1)), true)] {
        let mut log = Log::new(SELLER);
        if let Some(sold) = sold {
            log.enter(OrderEntry::NAME, "pay_1", sold);
        }
        log.did = Did::from_key(&BUYER);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        let bought = log.order("pay_1");
        assert_eq!(queries::is_sold(log.reader(), &bought).unwrap(), is_sold, "{sold:?}");
    }
}

/// Adds the buyer's review to the seller's log, with words or, once they were erased, without a body.
fn enter_review(log: &mut Log, payment: &str, stars: i64, text: Option<&str>) {
    let (buyer, body) =
        (Did::from_key(&BUYER), text.map(|text| Value::map([("text", text.into())])));
    let fact = json!({ "dids": [log.did.to_string()], "stars": stars });
    log.enter_with(&buyer, (ReviewEntry::NAME, payment), &fact, body.as_ref());
}

#[test]
fn the_stars_of_the_first_review_outlive_its_words() {
    for (text, left) in [(Some("Fine"), Some("Fine")), (Some(""), None), (None, None)] {
        let mut log = Log::new(SELLER);
        log.enter(OrderEntry::NAME, "pay_1", &terms(1));
        enter_review(&mut log, "pay_1", 4, text);
        enter_review(&mut log, "pay_1", 1, Some("No"));
        let review = log.order("pay_1").review.unwrap();
        assert_eq!((review.stars, review.text.as_deref()), (4, left));
        assert_eq!(review.erased, text.is_none());
    }
}

#[test]
fn a_buyer_alone_reviews_and_reports() {
    let mut log = Log::new(SELLER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    let seller = log.did.clone();
    let fact = json!({ "dids": [seller.to_string()], "stars": 5, "about": "broken", "on": 1 });
    for op in [ReviewOrder::NAME, ReportProblem::NAME] {
        log.enter_with(&seller, (op, "pay_1"), &fact, None);
        log.enter_with(&Did::from_key(&[3; 32]), (op, "pay_1"), &fact, None);
    }
    for stars in [0, 6] {
        enter_review(&mut log, "pay_1", stars, Some("Odd"));
    }
    let order = log.order("pay_1");
    assert_eq!((order.review, order.problem), (None, None));
}

#[test]
fn a_problem_is_the_newest_one_until_it_is_solved() {
    let mut log = Log::new(BUYER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    let seller = Did::from_key(&SELLER).to_string();
    for (about, on, problem) in [
        ("missing", 1, Some(ProblemKind::Missing)),
        ("money", 1, Some(ProblemKind::Money)),
        ("later", 1, Some(ProblemKind::Other)),
        ("money", 0, None),
    ] {
        let fact = json!({ "dids": [seller], "about": about, "on": on });
        log.enter(ReportProblem::NAME, "pay_1", &fact);
        assert_eq!(log.order("pay_1").problem, problem, "{about}");
    }
}

#[test]
fn a_record_counts_what_was_paid_for() {
    let mut log = Log::new(SELLER);
    let mut free = terms(1);
    free["amount"] = 0.into();
    let mut lent = terms(2);
    lent["bond"] = 300.into();
    let seller = log.did.to_string();
    let problem = json!({ "dids": [seller], "about": "broken", "on": 1 });
    for (payment, terms) in
        [("pay_1", terms(1)), ("pay_2", lent), ("pay_3", terms(1)), ("pay_4", free)]
    {
        log.enter(OrderEntry::NAME, payment, &terms);
        log.enter(ProblemEntry::NAME, payment, &problem);
        enter_review(&mut log, payment, 3, Some("Fine"));
    }
    log.enter(OrderPromise::NAME, "pay_5", &promise(1, 10));
    log.enter(CancelOrder::NAME, "pay_2", &json!({}));
    log.enter(OrderLoss::NAME, "pay_3", &json!({}));
    let record = SellerRecord { sold: 1, problems: 3, reviews: 3, stars: 9 };
    assert_eq!(queries::seller_record(log.reader(), &seller).unwrap(), record);
    let reviews = queries::reviews(log.reader(), &seller, LISTING).unwrap();
    let amounts: Vec<i64> = reviews.iter().map(|one| one.amount).collect();
    assert_eq!(amounts, [500, 700, 500]);
    // In the log of the buyer nothing counts for them.
    log.did = Did::from_key(&BUYER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    let record = queries::seller_record(log.reader(), log.did.as_str());
    assert_eq!(record.unwrap(), SellerRecord::default());
}

#[test]
fn only_what_the_buyer_called_off_and_did_not_get_back_is_due() {
    let mut log = Log::new(SELLER);
    let none = json!({});
    for (payment, op) in [
        ("pay_1", Some(CancellationEntry::NAME)),
        ("pay_2", Some(CancelOrder::NAME)),
        ("pay_3", None),
    ] {
        log.enter(OrderEntry::NAME, payment, &terms(1));
        if let Some(op) = op {
            log.enter(op, payment, &none);
        }
    }
    log.enter(OrderPromise::NAME, "pay_4", &promise(1, 10));
    log.enter(CancellationEntry::NAME, "pay_4", &none);
    let due = |log: &Log| -> Vec<String> {
        let due = queries::due_refunds(log.reader()).unwrap().into_iter();
        due.map(|order| order.payment.to_string()).collect()
    };
    assert_eq!(due(&log), ["pay_1"]);
    log.enter(OrderLoss::NAME, "pay_1", &none);
    assert!(due(&log).is_empty());
}

#[test]
fn a_buyers_own_log_says_that_the_money_went_back_whose_seller_left() {
    let mut log = Log::new(BUYER);
    log.enter(OrderEntry::NAME, "pay_1", &terms(1));
    log.enter(OrderLoss::NAME, "pay_1", &json!({}));
    assert_eq!(log.state(), OrderState::Refunded);
    assert!(queries::open_orders(log.reader(), log.did.as_str(), 0).unwrap().is_empty());
}

#[test]
fn a_handover_is_awaited_until_somebody_says_something_or_the_days_are_over() {
    let mut log = Log::new(BUYER);
    let mut free = terms(1);
    free["amount"] = 0.into();
    for (payment, terms, op) in [
        ("pay_1", terms(1), None),
        ("pay_2", terms(1), Some(HandOver::NAME)),
        ("pay_3", terms(1), Some(HandoverEntry::NAME)),
        ("pay_4", terms(1), Some(CancelOrder::NAME)),
        ("pay_5", terms(1), Some(OrderLoss::NAME)),
        ("pay_6", free, None),
    ] {
        log.enter(OrderEntry::NAME, payment, &terms);
        if let Some(op) = op {
            log.enter(op, payment, &json!({}));
        }
    }
    log.enter(OrderPromise::NAME, "pay_7", &promise(1, 10));
    let awaited = |now: i64| -> Vec<String> {
        let orders = queries::awaiting_handover(log.reader(), now).unwrap().into_iter();
        orders.map(|order| order.payment.to_string()).collect()
    };
    assert_eq!(awaited(14 * DAY_MS - 1), ["pay_1"]);
    assert!(awaited(14 * DAY_MS).is_empty());
}

#[test]
fn a_deposit_is_kept_of_what_was_handed_over_and_not_called_off() {
    let mut log = Log::new(BUYER);
    let mut lent = terms(1);
    lent["from"] = (2 * DAY_MS).into();
    lent["to"] = (3 * DAY_MS).into();
    let bare = lent.clone();
    lent["bond"] = 300.into();
    for (payment, terms, op) in [
        ("pay_1", &lent, None),
        ("pay_2", &lent, Some(HandOver::NAME)),
        ("pay_3", &lent, Some(HandoverEntry::NAME)),
        ("pay_4", &lent, Some(CancelOrder::NAME)),
        ("pay_5", &lent, Some(OrderLoss::NAME)),
        ("pay_6", &bare, None),
    ] {
        log.enter(OrderEntry::NAME, payment, terms);
        if let Some(op) = op {
            log.enter(op, payment, &json!({}));
        }
    }
    lent["until"] = (2 * DAY_MS).into();
    log.enter(OrderPromise::NAME, "pay_7", &lent);
    let kept = |now: i64| -> Vec<String> {
        let orders = queries::deposits(log.reader(), now).unwrap().into_iter();
        orders.map(|order| order.payment.to_string()).collect()
    };
    assert_eq!(kept(2 * DAY_MS - 1), ["pay_2", "pay_3"]);
    assert_eq!(kept(2 * DAY_MS), ["pay_1", "pay_2", "pay_3"]);
    assert!(kept(400 * DAY_MS).is_empty());
}

#[test]
fn what_lapsed_or_counts_as_handed_over_is_not_open() {
    let mut log = Log::new(BUYER);
    log.enter(OrderPromise::NAME, "pay_1", &promise(1, 10));
    log.enter(OrderEntry::NAME, "pay_2", &terms(1));
    let open = |now| queries::open_orders(log.reader(), log.did.as_str(), now).unwrap().len();
    assert_eq!([open(9), open(10)], [2, 1]);
    assert_eq!([open(14 * DAY_MS - 1), open(14 * DAY_MS)], [1, 0]);
}

#[test]
fn a_promised_rent_that_is_over_is_not_open() {
    let mut log = Log::new(BUYER);
    let mut lent = promise(1, 10);
    lent["from"] = 1.into();
    lent["to"] = 5.into();
    log.enter(OrderPromise::NAME, "pay_1", &lent);
    let open = |now| queries::open_orders(log.reader(), log.did.as_str(), now).unwrap().len();
    assert_eq!([open(4), open(5)], [1, 0]);
    assert!(log.order("pay_1").is_open(4) && !log.order("pay_1").is_open(5));
}

/// The entries that an order got, and its pieces.
#[derive(Debug, Clone)]
struct Story {
    pieces: i64,
    until: Option<i64>,
    is_handed: bool,
    is_cancelled: bool,
    is_lost: bool,
}

fn story() -> impl Strategy<Value = Story> {
    let until = proptest::option::of(1..20_i64);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (1..5_i64, until, flags).prop_map(|(pieces, until, flags)| Story {
        pieces,
        until,
        is_handed: flags.0,
        is_cancelled: flags.1,
        is_lost: flags.2,
    })
}

impl Story {
    /// Returns the pieces that the order keeps at a time.
    fn keeps(&self, now: i64) -> i64 {
        let is_waited_for = self.until.is_none_or(|until| until > now);
        let is_back = self.is_lost && !self.is_handed;
        if is_waited_for && !self.is_cancelled && !is_back { self.pieces } else { 0 }
    }
}

/// Offers so many pieces of the listing.
fn offer(log: &Log, pieces: i64) {
    let sql = format!(
        "INSERT INTO offers VALUES ('{0}', '{LISTING}', 500, 'CHF', ''); INSERT INTO terms VALUES ('{0}', '{LISTING}', {pieces}, 14, NULL);",
        log.did
    );
    log.db.execute_batch(&sql).unwrap();
}

/// Returns how many pieces are left for a time.
fn pieces_left(log: &Log, rental: &Rental) -> i64 {
    let (seller, listing) = (&log.did, ItemId::parse(LISTING).unwrap());
    let terms = queries::terms(log.reader(), seller.as_str(), LISTING, 0);
    let terms = terms.unwrap().unwrap();
    let left = queries::pieces_left(log.reader(), (seller, &listing), (&terms, rental), 0);
    left.unwrap().unwrap()
}

proptest! {
    /// Rents are taken in the order in which people ask, each if enough pieces are there for all of its time.
    #[test]
    fn no_instant_has_more_than_all_pieces(rents in proptest::collection::vec((0..30_i64, 1..6_i64, 1..4_i64), 0..50), pieces in 1..5_i64) {
        let mut log = Log::new(SELLER);
        offer(&log, pieces);
        let mut away = [0; 40];
        for (number, (day, days, quantity)) in rents.into_iter().enumerate() {
            let at = |day: i64| Timestamp::from_millis(day * DAY_MS).ok();
            let rental = Rental { from: at(day), to: at(day + days), bond: None };
            let during = usize::try_from(day).unwrap()..usize::try_from(day + days).unwrap();
            let most = away[during.clone()].iter().max().copied().unwrap_or(0);
            prop_assert_eq!(pieces_left(&log, &rental), pieces - most);
            if most + quantity > pieces {
                continue;
            }
            let mut fact = terms(quantity);
            fact["from"] = (day * DAY_MS).into();
            fact["to"] = ((day + days) * DAY_MS).into();
            log.enter(OrderEntry::NAME, &format!("pay_{number}"), &fact);
            for away in &mut away[during] {
                *away += quantity;
            }
        }
        // Rents sell no piece.
        let terms = queries::terms(log.reader(), log.did.as_str(), LISTING, 0).unwrap().unwrap();
        prop_assert_eq!(terms.left, Some(pieces));
        // Rented pieces are not for sale, even after their owner stopped lending them.
        let most = away.iter().max().copied().unwrap_or(0);
        prop_assert_eq!(pieces_left(&log, &Rental::default()), pieces - most);
    }

    /// The pieces left are all pieces, less those of orders that still count.
    #[test]
    fn no_piece_is_counted_twice_or_lost(stories in proptest::collection::vec(story(), 0..12), now in 0..25_i64) {
        let (mut log, none) = (Log::new(SELLER), json!({}));
        let all = 50;
        offer(&log, all);
        for (number, story) in stories.iter().enumerate() {
            let payment = format!("pay_{number}");
            match story.until {
                Some(until) => log.enter(OrderPromise::NAME, &payment, &promise(story.pieces, until)),
                None => log.enter(OrderEntry::NAME, &payment, &terms(story.pieces)),
            }
            for (is_said, op) in [
                (story.is_handed, HandoverEntry::NAME),
                (story.is_cancelled, CancellationEntry::NAME),
                (story.is_lost, OrderLoss::NAME),
            ] {
                if is_said {
                    log.enter(op, &payment, &none);
                }
            }
        }
        let kept: i64 = stories.iter().map(|story| story.keeps(now)).sum();
        let terms = queries::terms(log.reader(), log.did.as_str(), LISTING, now).unwrap().unwrap();
        prop_assert_eq!(terms.left, Some(all - kept));
    }
}
