//! Payments by card, against a stand-in that checks requests and signs its events.

mod reconciling;
mod returns;

use imajin_app::OwnerChecks;
use imajin_edge::testing::{Reply, open_config};
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use imajin_pay::{Secret, Settings};

use crate::prelude::*;
use crate::stripe::{KEY, SECRET, Stripe, signature};
use crate::support::{CLAIM, until_tried_again};

pub(crate) fn pay(stripe: &Stripe) -> Arc<dyn Service> {
    let settings = Settings {
        stripe_url: stripe.url(),
        stripe_key: Secret::new(KEY),
        stripe_webhook_secret: Secret::new(SECRET),
        ..Settings::default()
    };
    Arc::new(imajin_pay::Pay::from_settings(&settings).unwrap())
}

pub(crate) struct World {
    pub(crate) node: TestNode,
    pub(crate) stripe: Stripe,
    pub(crate) olga: Somebody,
    pub(crate) buyer: Somebody,
    pub(crate) band: Somebody,
    pub(crate) venue: Somebody,
    pub(crate) event: Manifest,
}

pub(crate) async fn world() -> World {
    world_with(Vec::new()).await
}

pub(crate) async fn world_with(more: Vec<Arc<dyn Service>>) -> World {
    // The time of the test's clock.
    let stripe = Stripe::start(1_795_168_800);
    let mut services = vec![Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>, pay(&stripe)];
    services.extend(more);
    let node = TestNode::start(services, open_config(), 200).await.unwrap();
    stripe.at(node.node.now().as_secs());
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    let olga = owner(&node, 1).await;
    let [buyer, band, venue] = each([2, 3, 4], |n| somebody(&node, n)).await;
    let event = band.signs_shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    World { node, stripe, olga, buyer, band, venue, event }
}

impl World {
    /// Counts the buyer's attestations.
    pub(crate) async fn attested(&self) -> Option<usize> {
        let all = self.buyer.get(&self.node, "/auth/api/attestations").await.json();
        all["attestations"].as_array().map(Vec::len)
    }

    fn cart(&self) -> Json {
        json!({
            "items": [{"name": "Ticket & drink", "amount": 400, "quantity": 2}, {"name": "Zoë's record", "description": "Vinyl", "amount": 201, "quantity": 1}],
            "currency": "CHF", "successUrl": "https://band.example/thanks?a=1&b=2", "cancelUrl": "https://band.example/",
            "fairManifest": self.event.document(), "customerEmail": "zoe+tickets@buyer.example",
            "metadata": {"service": "events", "type": "ticket"},
        })
    }

    /// Waits until the provider has been asked for its sales; cards are refused before.
    pub(crate) async fn ready(&self) {
        until_some(async || {
            let rails = self.buyer.get(&self.node, "/pay/api/rails").await.json();
            let mut rails = rails.as_array()?.iter();
            let card = rails.find(|rail| rail["name"] == "stripe")?;
            (card["available"] == true).then_some(())
        })
        .await;
    }

    pub(crate) async fn checkout(&self) -> Json {
        self.ready().await;
        self.buyer.does(&self.node, "/pay/api/checkout", &self.cart()).await
    }

    pub(crate) async fn tell(&self, body: &str, signature: &str) -> Reply {
        let ask = Ask::new("POST", "/pay/api/webhook")
            .body(body.to_owned())
            .header("content-type", "application/json")
            .header("stripe-signature", signature);
        self.node.send(ask).await
    }

    pub(crate) async fn send_event(&self, kind: &str, object: &Json) {
        let body = self.stripe.event(kind, object);
        self.tell(&body, &self.stripe.signature(&body)).await.check(200);
    }

    /// Reports that a checkout is complete.
    pub(crate) async fn completes(&self, session: &Json) {
        self.send_event("checkout.session.completed", session).await;
    }

    /// Pays a checkout by card, and reports it. Returns the session.
    pub(crate) async fn pays(&self, checkout: &Json) -> Json {
        let session = self.stripe.pay(checkout["id"].as_str().unwrap());
        self.completes(&session).await;
        session
    }

    pub(crate) async fn status(&self, payment: &str) -> String {
        let reply =
            self.buyer.get(&self.node, &format!("/pay/api/payments/{payment}")).await.check(200);
        reply.json()["status"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn balances(&self) -> (i64, i64, i64) {
        let node = &self.node;
        (
            self.buyer.balance(node).await,
            self.band.balance(node).await,
            self.venue.balance(node).await,
        )
    }

    pub(crate) async fn coming(&self) -> (i64, i64, i64) {
        let node = &self.node;
        (self.buyer.coming(node).await, self.band.coming(node).await, self.venue.coming(node).await)
    }

    /// Counts the entries of each of these operations in the node's own record.
    pub(crate) async fn counts<const N: usize>(&self, ops: [&str; N]) -> [usize; N] {
        each(ops, async |op: &str| self.count_entries(op).await).await
    }

    pub(crate) async fn count_entries(&self, op: &str) -> usize {
        let path = format!("/pay/api/transactions/{}?limit=100", self.node.node.did());
        let all = self.olga.get(&self.node, &path).await.json();
        all["transactions"].as_array().unwrap().iter().filter(|one| one["op"] == op).count()
    }
}

#[tokio::test]
async fn paid_by_card_once_however_often_it_is_told() {
    let world = world().await;
    let checkout = world.checkout().await;
    let payment = checkout["transactionId"].as_str().unwrap().to_owned();
    assert!(checkout["url"].as_str().unwrap().starts_with("https://checkout.stripe.example/"));
    assert_eq!(checkout["expiresAt"], json!("2026-11-20T10:45:00.000Z"));
    let session = world.stripe.newest();
    assert_eq!((&session["id"], &session["amount_total"]), (&checkout["id"], &json!(1_001)));
    let product = "line_items[1][price_data][product_data][name]";
    assert_eq!(session["made"][product], "Zoë's record");
    assert_eq!(session["made"]["success_url"], json!("https://band.example/thanks?a=1&b=2"));
    assert_eq!(world.status(&payment).await, "pending");
    assert_eq!(world.balances().await, (0, 0, 0));

    let session = world.stripe.pay(checkout["id"].as_str().unwrap());
    let body = world.stripe.event("checkout.session.completed", &session);
    let good = world.stripe.signature(&body);
    let now = world.node.node.now().as_secs();
    for (body, header) in [
        (body.clone(), signature(now, &body, "whsec_another")),
        (body.clone(), signature(now - 301, &body, SECRET)),
        (body.clone(), signature(now + 301, &body, SECRET)),
        (body.replace("1001", "1002"), good.clone()),
        (body.trim_end().to_owned(), good.clone()),
        (format!("{body} "), good.clone()),
        (body.clone(), String::new()),
    ] {
        world.tell(&body, &header).await.check(400);
    }
    assert_eq!(world.status(&payment).await, "pending");

    // The same event arrives several times at once, and again later; another event is about the same page.
    let (one, two, three) =
        tokio::join!(world.tell(&body, &good), world.tell(&body, &good), world.tell(&body, &good));
    assert_eq!([one.status, two.status, three.status], [200; 3]);
    assert_eq!(world.tell(&body, &good).await.status, 200);
    world.send_event("checkout.session.async_payment_succeeded", &session).await;
    world.send_event("checkout.session.expired", &json!({"status": "expired", "payment_status": "unpaid", "id": session["id"], "currency": "chf",
        "metadata": session["metadata"]})).await;
    assert_eq!(world.status(&payment).await, "paid");
    assert_eq!(world.balances().await, (0, 0, 0), "held");
    assert_eq!(world.coming().await, (0, 701, 300));
    assert_eq!(world.counts(["pay.paid", "pay.posted", "pay.failed"]).await, [1, 1, 0]);
    let receipt = world.buyer.get(&world.node, &format!("/pay/api/receipts/{payment}")).await;
    assert_eq!(receipt.json()["order"]["rail"], json!("stripe"), "{}", receipt.text());
    let attested = world.buyer.get(&world.node, "/auth/api/attestations").await.json();
    assert_eq!(attested["attestations"], json!([]), "not before it is free");
    // Events that don't matter here, and those of another node's payments, are accepted and change nothing.
    world.send_event("customer.created", &json!({"id": "cus_1"})).await;
    let mut others = session.clone();
    others["metadata"]["node"] = json!("did:imajin:another");
    others["id"] = json!("cs_test_other");
    world.completes(&others).await;
    assert_eq!(world.count_entries("pay.stray").await, 0);
    close(world.node).await;
}

/// A card can pay only amounts that the provider can charge: the box counts like ISO 4217, the provider in its own
/// units.
#[tokio::test]
async fn an_amount_that_no_card_can_pay_is_refused_in_words() {
    let world = world().await;
    world.ready().await;
    let with = |currency: &str, amount: i64| {
        let mut cart = world.cart();
        cart["currency"] = json!(currency);
        cart["items"] = json!([{"name": "x", "amount": amount, "quantity": 1}]);
        cart
    };
    for (currency, amount, status, says) in [
        ("KWD", 5_124, 400, "No card can pay 5.124\u{a0}KWD: choose a multiple of 0.010\u{a0}KWD"),
        ("MGA", 550, 400, "choose a multiple of 1.00\u{a0}MGA"),
        ("HUF", 17_400, 400, "the least is 175.00\u{a0}HUF"),
        ("ISK", 1_000_000, 400, "the most is 999,999\u{a0}ISK"),
        ("MJN", 500, 409, "No card pays in MJN"),
    ] {
        let cart = with(currency, amount);
        let refused = world.buyer.signed(&world.node, "/pay/api/checkout", &cart).await;
        assert_eq!(refused.status, status, "{}", refused.text());
        assert!(refused.json()["detail"].as_str().unwrap().contains(says), "{}", refused.text());
    }
    let checkout = world.buyer.does(&world.node, "/pay/api/checkout", &with("ISK", 500)).await;
    let session = world.stripe.pay(checkout["id"].as_str().unwrap());
    assert_eq!(session["amount_total"], 50_000);
    world.completes(&session).await;
    assert_eq!(world.status(checkout["transactionId"].as_str().unwrap()).await, "paid");
    close(world.node).await;
}

#[tokio::test]
async fn refused_before_the_provider_hears_of_it() {
    let world = world().await;
    world.ready().await;
    let before = world.stripe.asked("POST /v1/checkout");
    let with = |member: &str, value: Json| {
        let mut cart = world.cart();
        cart[member] = value;
        cart
    };
    let item =
        |amount: i64, quantity: i64| json!([{"name": "x", "amount": amount, "quantity": quantity}]);
    for (cart, field) in [
        (with("items", json!([])), "items"),
        (with("items", item(49, 1)), "items"),
        (with("items", item(99_999_901, 1)), "items"),
        (with("items", item(50, 0)), "items"),
        (with("items", item(50, 101)), "items"),
        (with("items", json!([{"name": " ", "amount": 50, "quantity": 1}])), "items"),
        (with("successUrl", json!("javascript:alert(1)")), "successUrl"),
        (with("cancelUrl", json!("/back")), "cancelUrl"),
        (with("fairManifest", Json::Null), "fairManifest"),
        (with("sellerDid", json!(world.venue.did())), "sellerDid"),
        (with("currency", json!("XXX")), "currency"),
    ] {
        let reply = world.buyer.signed(&world.node, "/pay/api/checkout", &cart).await;
        let answer = reply.text();
        assert_eq!(
            (reply.status, &reply.json()["field"]),
            (400, &json!(field)),
            "{cart}: {answer}"
        );
    }
    // The provider is away: nothing was paid, and a repeated request has the same payment.
    world.stripe.goes_away(1);
    let away = world.buyer.signed(&world.node, "/pay/api/checkout", &world.cart()).await.check(503);
    assert!(away.json()["transactionId"].is_string());
    assert!(!away.text().contains(KEY) && !away.text().contains("127.0.0.1"));
    // Only the payer can resume the payment.
    let payment = away.json()["transactionId"].as_str().unwrap().to_owned();
    let path = format!("/pay/api/payments/{payment}/open");
    let page = json!({"successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    world.venue.ask(&world.node, &path, &page).await.check(404);
    let checkout = world.buyer.ask(&world.node, &path, &page).await.json();
    let again = world.buyer.ask(&world.node, &path, &page).await.json();
    assert_eq!((&checkout, &checkout["transactionId"]), (&again, &json!(payment)));
    world.pays(&checkout).await;
    assert_eq!(world.status(&payment).await, "paid");
    world.buyer.ask(&world.node, &path, &page).await.check(409);
    assert_eq!(world.stripe.asked("POST /v1/checkout") - before, 2);
    close(world.node).await;
}
