//! A selling service like any other: the sale is its own operation, the payment is pay's. The stall has few seats.

use imajin_edge::testing::open_config;
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Offer, Quote, Rail, Release, Terms};
use rusqlite::Connection;

use crate::data_rights::delete;
use crate::prelude::*;
use crate::stripe::{KEY, SECRET, Stripe};
use crate::support::{CLAIM, close_with, until_tried_again};

mod service;

pub(crate) use service::Stall;
use service::{Buy, EndsLater, Hand, StallReturn, count};

const SEATS: i64 = 3;

struct World {
    node: TestNode,
    stripe: Stripe,
    olga: Somebody,
    band: Somebody,
    manifest: Manifest,
}

fn services(stripe: &Stripe, manifest: &Manifest) -> Vec<Arc<dyn Service>> {
    let settings = imajin_pay::Settings {
        stripe_url: stripe.url(),
        stripe_key: imajin_pay::Secret::new(KEY),
        stripe_webhook_secret: imajin_pay::Secret::new(SECRET),
        ..imajin_pay::Settings::default()
    };
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_pay::Pay::from_settings(&settings).unwrap()),
        Arc::new(Stall::new(manifest, SEATS)),
    ]
}

async fn world() -> World {
    world_sharing(0).await
}

/// Returns the world, with a share for the person of seed 4.
async fn world_sharing(part: u32) -> World {
    let stripe = Stripe::start(0);
    let person = imajin_edge::testing::Person::new;
    let (band, venue) = (person(3), person(4));
    let all = [(&band.did, 1_000_000 - part), (&venue.did, part)];
    let shared = all.into_iter().filter(|(_, part)| *part > 0);
    let manifest = shares("stall", &shared.collect::<Vec<_>>());
    let manifest = manifest.build().unwrap();
    let manifest = manifest.sign(&band.key).unwrap();
    let node = TestNode::start(services(&stripe, &manifest), open_config(), 200).await.unwrap();
    stripe.at(node.node.now().as_secs());
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    let (olga, band) = (owner(&node, 1).await, somebody(&node, 3).await);
    World { node, stripe, olga, band, manifest }
}

pub(crate) async fn buy(
    node: &TestNode,
    manifest: &Manifest,
    buyer: &Somebody,
    amount: i64,
    rail: Rail,
    release: Release,
) -> imajin_edge::testing::Reply {
    let offer = Offer {
        payer: buyer.did().clone(),
        amount: Minor::new(amount).unwrap(),
        currency: Currency::parse("CHF").unwrap(),
        service: IdText::parse("stall").unwrap(),
        kind: IdText::parse("seat").unwrap(),
        manifest: manifest.clone(),
        agreed: None,
        rail,
        quoted: Some(node.node.now()),
    };
    let cashier = imajin_selling::cashier(&node.node).unwrap();
    let quote: Quote = cashier.quote(&node.node, &offer).unwrap();
    let terms = Terms { release, ..offer.terms(&quote) };
    let fact = terms.fact().unwrap().to_json();
    // Wait until the provider was asked, a minute at most.
    let mut left = 3_000;
    loop {
        let to: Vec<&Did> = quote.to.iter().collect();
        let write = Write::new(buyer.did(), Buy::NAME).fact(fact.clone()).to(&to);
        let (proof, _) = buyer.person.sign(node, &write).await.unwrap();
        let ask = imajin_edge::testing::Ask::post("/stall/api/buy", &fact)
            .bearer(&buyer.token)
            .header("mjn-proof", proof.to_compact());
        let reply = node.send(ask).await;
        if reply.status != 503 {
            return reply;
        }
        assert!(left > 0, "the provider is never asked: {}", reply.text());
        left -= 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Voids an amount of a payment, as the seller.
pub(crate) async fn back(
    node: &TestNode,
    seller: &Somebody,
    payment: &str,
    amount: i64,
    to: &[&Did],
) -> imajin_edge::testing::Reply {
    let write = Write::new(seller.did(), StallReturn::NAME)
        .reference(payment)
        .fact(json!({"amount": amount}))
        .to(to);
    seller.person.write(node, &write).await
}

/// Reports that the seller's sales under a name end at this time.
pub(crate) async fn later(
    node: &TestNode,
    seller: &Somebody,
    about: &str,
    at_ms: i64,
) -> imajin_edge::testing::Reply {
    let write = Write::new(seller.did(), EndsLater::NAME)
        .reference(about)
        .fact(json!({"free_at": at_ms}))
        .to(&[node.node.did()]);
    seller.person.write(node, &write).await
}

impl World {
    async fn buy(&self, buyer: &Somebody, amount: i64, rail: Rail) -> imajin_edge::testing::Reply {
        let release = Release::default();
        buy(&self.node, &self.manifest, buyer, amount, rail, release).await
    }

    async fn pays(&self, opened: &Json, times: usize) {
        let session = self.stripe.pay(opened["session"].as_str().unwrap());
        for _ in 0..times {
            let body = self.stripe.event("checkout.session.completed", &session);
            let ask = imajin_edge::testing::Ask::new("POST", "/pay/api/webhook")
                .body(body.clone())
                .header("stripe-signature", self.stripe.signature(&body));
            assert_eq!(self.node.send(ask).await.status, 200);
        }
    }

    fn tickets(&self) -> i64 {
        self.node.node.read("stall", |db| count(db)).unwrap()
    }

    async fn close(self) {
        close_with(self.node, services(&self.stripe, &self.manifest)).await;
    }

    async fn until(&self, what: &str, mut is: impl FnMut() -> bool) {
        imajin_edge::testing::until(what, async || is()).await;
    }
}

/// A sale from credit and its delivery are one operation: both happen or neither does.
#[tokio::test]
async fn a_sale_from_credit_is_one_commit() {
    let world = world().await;
    let buyer = somebody(&world.node, 2).await;
    let short = world.buy(&buyer, 400, Rail::Ledger).await;
    assert_eq!((short.status, world.tickets()), (402, 0), "{}", short.text());
    buyer.top_up(&world.node, &world.olga, 1_000).await;
    for n in 1..=2 {
        let sold = world.buy(&buyer, 400, Rail::Ledger).await.check(200);
        assert_eq!((sold.json()["paid"].clone(), world.tickets()), (json!(true), n));
    }
    assert_eq!(balances(&world.node, [&buyer, &world.band]).await, [200, 800]);
    let attested = buyer.get(&world.node, "/auth/api/attestations").await.json();
    assert_eq!(attested["attestations"].as_array().unwrap().len(), 3);
    // A free sale.
    let free = world.buy(&buyer, 0, Rail::Ledger).await;
    assert_eq!((free.status, world.tickets()), (200, 3), "{}", free.text());
    world.buy(&buyer, 0, Rail::Ledger).await.check_member(409, "reason", "sold-out");
    // The seller refunds the payment by the stall's own operation.
    let payment = free_payment(&world, &buyer).await;
    let to = [buyer.did(), world.node.node.did()];
    back(&world.node, &world.band, &payment, 150, &to).await.check(201);
    assert_eq!(balances(&world.node, [&buyer, &world.band]).await, [350, 650]);
    world.close().await;
}

/// Returns a payment of the buyer's that was not free.
async fn free_payment(world: &World, buyer: &Somebody) -> String {
    let path = format!("/pay/api/transactions/{}", buyer.did());
    let all = buyer.get(&world.node, &path).await.json();
    let all = all["transactions"].as_array().unwrap().clone();
    let paid = all.iter().find(|one| one["op"] == "pay.receipt" && one["amount"] == 400);
    paid.unwrap()["transactionId"].as_str().unwrap().to_owned()
}

/// A card payment is handed out once, however often it is reported; one that can't be handed out is refunded to the
/// card.
#[tokio::test]
async fn paid_later_handed_out_once_or_given_back() {
    let world = world().await;
    let mut opened = Vec::new();
    let mut buyers = Vec::new();
    for seed in 10..15 {
        let buyer = somebody(&world.node, seed).await;
        let reply = world.buy(&buyer, 700, Rail::Stripe).await.check(200);
        opened.push(reply.json());
        buyers.push(buyer);
    }
    // Five people pay for three seats.
    for one in &opened {
        world.pays(one, 2).await;
    }
    let is_back = || world.stripe.asked("POST /v1/refunds") >= 2 && world.tickets() == SEATS;
    world.until("the payments that go back", is_back).await;
    let done = |op: &'static str| {
        let db = |db: &Connection| {
            db.query_row("SELECT count(*) FROM entries WHERE op = ?1", [op], |row| {
                row.get::<_, i64>(0)
            })
        };
        world.node.node.read("pay", db).unwrap()
    };
    world.until("what is owed", || done("pay.returned") == 2 && done("pay.fulfilled") >= 5).await;
    assert_eq!((done("pay.paid"), done("pay.return"), world.tickets()), (5, 2, SEATS));
    assert_eq!(world.band.coming(&world.node).await, 3 * 700);
    for buyer in &buyers {
        assert_eq!(buyer.balance(&world.node).await, 0, "it went back by the card");
    }
    world.close().await;
}

/// A sale that its seller refunded before it was handed over is no longer handed over.
#[tokio::test]
async fn what_went_back_is_not_handed_over() {
    let world = world().await;
    let (node, band) = (&world.node, &world.band);
    let buyer = somebody(node, 5).await;
    let stall = node.node.get::<Stall>().unwrap();
    stall.shut(true);
    let bought = buy(node, &world.manifest, &buyer, 700, Rail::Emt, Release::default());
    let payment = bought.await.json()["payment"].as_str().unwrap().to_owned();
    let confirm = json!({ "id": payment });
    band.does(node, "/pay/api/confirm-payment", &confirm).await;
    let reply = back(node, band, &payment, 700, &[buyer.did(), node.node.did()]).await;
    assert!(reply.status < 300, "{}", reply.text());
    stall.shut(false);
    let outcome = || {
        let db = |db: &Connection| {
            db.query_row("SELECT fulfilled FROM holds", [], |row| row.get::<_, i64>(0))
        };
        node.node.read("pay", db).unwrap()
    };
    until_tried_again(node, async || outcome() > 0).await;
    assert_eq!((outcome(), world.tickets()), (2, 0), "it is known as impossible");
    world.close().await;
}

/// A payment to a seller who left before delivery goes back.
#[tokio::test]
async fn the_log_of_a_seller_who_left_is_closed() {
    let world = world().await;
    let (node, band) = (&world.node, &world.band);
    let hand = Hand { payment: IdText::parse("pay_1").unwrap(), buyer: band.did().clone() };
    delete(node, band).await;
    let entered = node.node.record_prepared(band.did().clone(), &hand, SEATS).await;
    assert!(entered.unwrap_err().is_of_closed_log());
    world.close().await;
}

/// Money is held for at most 400 days after the payment, whatever the selling app reports.
#[tokio::test]
async fn nothing_is_held_for_longer_than_400_days() {
    let world = world_sharing(500_000).await;
    let buyer = somebody(&world.node, 2).await;
    let (node, band) = (&world.node, &world.band);
    buyer.top_up(node, &world.olga, 1_000).await;
    let release = Release {
        free_at: node.node.now().checked_add_millis(4_000 * 24 * 3_600_000),
        about: None,
    };
    let paid = buy(node, &world.manifest, &buyer, 1_000, Rail::Ledger, release).await;
    assert!(paid.status < 300, "{}", paid.text());
    let path = format!("/pay/api/balance/{}", band.did());
    let all = band.get(node, &path).await.json();
    let free_at = all["coming"][0]["freeAt"].as_str().unwrap();
    assert!(free_at.starts_with("2027-12-25T10:"), "{free_at}");
    world.close().await;
}

/// The payer of a seller who left is refunded once, however often the node tries.
#[tokio::test]
async fn no_more_goes_back_in_all_than_was_asked_for() {
    let world = world_sharing(500_000).await;
    let buyer = somebody(&world.node, 2).await;
    let node = &world.node;
    buyer.top_up(node, &world.olga, 1_000).await;
    let release =
        Release { free_at: node.node.now().checked_add_millis(30 * 24 * 3_600_000), about: None };
    let paid = buy(node, &world.manifest, &buyer, 1_000, Rail::Ledger, release).await.check(200);
    let id = IdText::parse(paid.json()["payment"].as_str().unwrap()).unwrap();
    let cashier = imajin_selling::cashier(&node.node).unwrap();
    for (total, back) in [(300, 300), (300, 300), (200, 300), (2_000, 1_000), (2_000, 1_000)] {
        let (total, teller) = (Minor::new(total).unwrap(), imajin_selling::Teller::Cashier);
        cashier.give_back_up_to(&node.node, &id, total, teller).await.unwrap();
        assert_eq!(buyer.balance(node).await, back, "{total:?}");
        let progress = cashier.back(&node.node, id.as_str()).unwrap().unwrap();
        assert_eq!(progress.back.get(), back);
    }
    world.close().await;
}

/// An e-transfer's sale becomes void while it is held: the others' parts return to the payee, and debts for it end, in
/// proportion; once all of it is void, completely.
#[tokio::test]
async fn debts_of_what_becomes_void_end_and_parts_return() {
    let world = world_sharing(500_000).await;
    let [buyer, venue] = each([2, 4], |n| somebody(&world.node, n)).await;
    let (node, band) = (&world.node, &world.band);
    band.top_up(node, &world.olga, 200).await;
    let release =
        Release { free_at: node.node.now().checked_add_millis(30 * 24 * 3_600_000), about: None };
    let paid = buy(node, &world.manifest, &buyer, 1_000, Rail::Emt, release).await.check(200);
    let payment = paid.json()["payment"].as_str().unwrap().to_owned();
    let confirm = json!({"id": payment});
    band.does(node, "/pay/api/confirm-payment", &confirm).await;
    // The venue's share is 500, of which the band had 200: these moved, and the band owes the rest.
    let state = async || {
        let of_venue = venue.coming(node).await + venue.balance(node).await;
        (band.balance(node).await, of_venue, band.debts(node).await.0)
    };
    assert_eq!(state().await, (0, 200, 300));
    // A seller's refund by bank makes nothing void: it moves no credit and ends no debt, also while the parts are held.
    band.does(node, "/pay/api/refund", &json!({"transactionId": payment, "amount": 100})).await;
    assert_eq!(state().await, (0, 200, 300));
    let to = [buyer.did(), venue.did(), node.node.did()];
    back(node, band, &payment, 500, &to).await.check(201);
    assert_eq!(state().await, (100, 100, 150));
    let id = IdText::parse(&payment).unwrap();
    let cashier = imajin_selling::cashier(&node.node).unwrap();
    let teller = imajin_selling::Teller::Cashier;
    cashier.give_all_back(&node.node, &id, teller).await.unwrap();
    assert_eq!(state().await, (200, 0, 0));
    assert_eq!(venue.debts(node).await, (0, 0));
    world.close().await;
}
