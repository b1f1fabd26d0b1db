//! Paying by card, against a stand-in that checks what it is asked and signs what it tells.

use std::sync::Arc;

use imajin_pay::{Secret, Settings};
use imajin_protocol::fair::Manifest;
use imajin_service::testing::{Ask, Reply, TestNode};
use imajin_service::{Config, OwnerChecks, Registration, Service};
use serde_json::{Value as Json, json};

use crate::stripe::{KEY, SECRET, Stripe, signature};
use crate::support::{
    CLAIM, Somebody, close, days, owner, shares, somebody, until, until_tried_again,
};

pub(crate) fn pay(stripe: &Stripe) -> Arc<dyn Service> {
    let settings = Settings {
        stripe_url: stripe.url(),
        stripe_key: Secret::new(KEY),
        stripe_webhook_secret: Secret::new(SECRET),
        ..Settings::default()
    };
    Arc::new(imajin_pay::Pay::with(&settings).unwrap())
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

/// The world with more services.
pub(crate) async fn world_with(more: Vec<Arc<dyn Service>>) -> World {
    let config = Config {
        registration: Some(Registration::Open),
        ..Config::default()
    };
    // The moment at which the test's clock stands.
    let stripe = Stripe::start(1_795_168_800);
    let mut services = vec![
        Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>,
        pay(&stripe),
    ];
    services.extend(more);
    let node = TestNode::start(services, config, 200).await.unwrap();
    stripe.at(node.node.now().as_secs());
    imajin_auth::begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    let olga = owner(&node, 1).await;
    let (buyer, band, venue) = (
        somebody(&node, 2).await,
        somebody(&node, 3).await,
        somebody(&node, 4).await,
    );
    let event = shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let event = event.build().unwrap().sign(band.key()).unwrap();
    World {
        node,
        stripe,
        olga,
        buyer,
        band,
        venue,
        event,
    }
}

impl World {
    /// How many attestations the buyer has.
    pub(crate) async fn attested(&self) -> Option<usize> {
        let path = "/auth/api/attestations";
        let all = self.buyer.get(&self.node, path).await.json();
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

    /// Cards are refused until the provider was asked what it sold.
    pub(crate) async fn ready(&self) {
        until(async || {
            let rails = self.buyer.get(&self.node, "/pay/api/rails").await.json();
            let mut rails = rails.as_array()?.iter();
            let card = rails.find(|rail| rail["name"] == "stripe")?;
            (card["available"] == true).then_some(())
        })
        .await;
    }

    pub(crate) async fn checkout(&self) -> Json {
        self.ready().await;
        self.buyer
            .does(&self.node, "/pay/api/checkout", &self.cart())
            .await
    }

    pub(crate) async fn tell(&self, body: &str, signature: &str) -> Reply {
        let ask = Ask::new("POST", "/pay/api/webhook")
            .body(body.to_owned())
            .header("content-type", "application/json")
            .header("stripe-signature", signature);
        self.node.send(ask).await.unwrap()
    }

    pub(crate) async fn told(&self, kind: &str, object: &Json) {
        let body = self.stripe.event(kind, object);
        let reply = self.tell(&body, &self.stripe.signature(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    pub(crate) async fn status(&self, payment: &str) -> String {
        let reply = self
            .buyer
            .get(&self.node, &format!("/pay/api/payments/{payment}"))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
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
        (
            self.buyer.coming(node).await,
            self.band.coming(node).await,
            self.venue.coming(node).await,
        )
    }

    /// How often an op is in the node's own record.
    pub(crate) async fn said(&self, op: &str) -> usize {
        let path = format!("/pay/api/transactions/{}?limit=100", self.node.node.did());
        let all = self.olga.get(&self.node, &path).await.json();
        let all = all["transactions"].as_array().unwrap().iter();
        all.filter(|one| one["op"] == op).count()
    }
}

#[tokio::test]
async fn paid_by_card_once_however_often_it_is_told() {
    let world = world().await;
    let opened = world.checkout().await;
    let payment = opened["transactionId"].as_str().unwrap().to_owned();
    assert!(
        opened["url"]
            .as_str()
            .unwrap()
            .starts_with("https://checkout.stripe.example/")
    );
    assert_eq!(opened["expiresAt"], json!("2026-11-20T10:45:00.000Z"));
    let session = world.stripe.newest();
    assert_eq!(
        (&session["id"], &session["amount_total"]),
        (&opened["id"], &json!(1_001))
    );
    assert_eq!(
        session["made"]["line_items[1][price_data][product_data][name]"],
        json!("Zoë's record")
    );
    assert_eq!(
        session["made"]["success_url"],
        json!("https://band.example/thanks?a=1&b=2")
    );
    assert_eq!(world.status(&payment).await, "pending");
    assert_eq!(world.balances().await, (0, 0, 0));

    let session = world.stripe.pay(opened["id"].as_str().unwrap());
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
        let reply = world.tell(&body, &header).await;
        assert_eq!(reply.status, 400, "{}", reply.text());
    }
    assert_eq!(world.status(&payment).await, "pending");

    // The same event by several ways at once, and again later; another event about the same.
    let (one, two, three) = tokio::join!(
        world.tell(&body, &good),
        world.tell(&body, &good),
        world.tell(&body, &good)
    );
    assert_eq!([one.status, two.status, three.status], [200; 3]);
    assert_eq!(world.tell(&body, &good).await.status, 200);
    world
        .told("checkout.session.async_payment_succeeded", &session)
        .await;
    world.told("checkout.session.expired", &json!({"status": "expired", "payment_status": "unpaid", "id": session["id"], "currency": "chf",
        "metadata": session["metadata"]})).await;
    assert_eq!(world.status(&payment).await, "paid");
    assert_eq!(world.balances().await, (0, 0, 0), "held");
    assert_eq!(world.coming().await, (0, 701, 300));
    assert_eq!(
        (
            world.said("pay.paid").await,
            world.said("pay.posted").await,
            world.said("pay.failed").await
        ),
        (1, 1, 0)
    );
    let receipt = world
        .buyer
        .get(&world.node, &format!("/pay/api/receipts/{payment}"))
        .await;
    assert_eq!(
        receipt.json()["order"]["rail"],
        json!("stripe"),
        "{}",
        receipt.text()
    );
    let attested = world
        .buyer
        .get(&world.node, "/auth/api/attestations")
        .await
        .json();
    assert_eq!(attested["attestations"], json!([]), "not before it is free");
    // What does not matter here is taken, and changes nothing; nor does what is another node's.
    world
        .told("customer.created", &json!({"id": "cus_1"}))
        .await;
    let mut others = session.clone();
    others["metadata"]["node"] = json!("did:imajin:another");
    others["id"] = json!("cs_test_other");
    world.told("checkout.session.completed", &others).await;
    assert_eq!(world.said("pay.stray").await, 0);
    close(world.node).await;
}

/// A second payment of one order buys nothing. The seller and the box's owner can refund it; after a day the box alarms.
#[tokio::test]
async fn a_second_payment_of_an_order_is_given_back_once_somebody_says_so() {
    let world = world().await;
    let opened = world.checkout().await;
    let first = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &first).await;
    let second = world.stripe.pay_twice(&first);
    world.told("checkout.session.completed", &second).await;
    assert_eq!(world.said("pay.stray").await, 1);
    assert_eq!(world.coming().await, (0, 701, 300));
    let checks = || {
        let apps = world.node.node.services().offers();
        let mut checks = apps.all::<dyn OwnerChecks>();
        checks.all(|(_, app)| app.checks(&world.node.node).iter().all(|check| check.ok))
    };
    assert!(checks(), "not within the day");
    let session = json!({"session": second["id"]});
    let path = "/pay/api/strays/return";
    for other in [&world.buyer, &world.venue] {
        let refused = other.signed(&world.node, path, &session).await;
        assert_eq!(refused.status, 404, "{}", refused.text());
    }
    let unknown = world
        .olga
        .signed(&world.node, path, &json!({"session": "cs_none"}))
        .await;
    assert_eq!(unknown.status, 404);
    days(&world.node, &world.olga, 2).await;
    assert!(!checks(), "after a day");
    let world = World {
        band: world.band.again(&world.node).await,
        olga: world.olga.again(&world.node).await,
        buyer: world.buyer.again(&world.node).await,
        venue: world.venue.again(&world.node).await,
        ..world
    };
    // The provider refuses the first attempt, and would say the same to the same request again.
    world.stripe.refuses("refunds", "insufficient_funds", 1);
    let done = world.band.does(&world.node, path, &session).await;
    assert_eq!(done["status"], "due");
    until(async || (world.said("pay.stray.returned").await == 1).then_some(())).await;
    assert_eq!(world.stripe.refunded(&second), 0);
    // The answer to the second gets lost: what it is asked again is the same request.
    world.stripe.loses_answers_of("POST /v1/refunds");
    world.band.does(&world.node, path, &session).await;
    until(async || (world.stripe.refunded(&second) == 1_001).then_some(())).await;
    world.stripe.loses_answers(false);
    until_tried_again(&world.node, async || {
        (world.said("pay.stray.returned").await == 2).then_some(())
    })
    .await;
    assert_eq!(world.stripe.refunds(&second).len(), 1);
    let again = world.olga.signed(&world.node, path, &session).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(
        (world.stripe.refunded(&first), world.coming().await),
        (0, (0, 701, 300))
    );
    close(world.node).await;
}

/// A payment for something that is gone goes back at once. If the provider refuses that, the box's owner sees it and tries again.
#[tokio::test]
async fn what_cannot_be_settled_nor_given_back_is_shown() {
    let world = world().await;
    let opened = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.band).await;
    world.stripe.refuses("refunds", "insufficient_funds", 1);
    let paid = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &paid).await;
    world.told("checkout.session.completed", &paid).await;
    assert_eq!(
        (
            world.said("pay.stray").await,
            world.said("pay.failed").await,
            world.stripe.refunded(&paid)
        ),
        (1, 1, 0)
    );
    let session = json!({"session": paid["id"]});
    world
        .olga
        .does(&world.node, "/pay/api/strays/return", &session)
        .await;
    until(async || (world.stripe.refunded(&paid) == 1_001).then_some(())).await;
    close(world.node).await;
}

/// A card pays only what the provider can charge: the box counts like ISO 4217, the provider in its own units.
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
        (
            "KWD",
            5_124,
            400,
            "No card can pay 5.124\u{a0}KWD: choose a multiple of 0.010\u{a0}KWD",
        ),
        ("MGA", 550, 400, "choose a multiple of 1.00\u{a0}MGA"),
        ("HUF", 17_400, 400, "the least is 175.00\u{a0}HUF"),
        ("ISK", 1_000_000, 400, "the most is 999,999\u{a0}ISK"),
        ("MJN", 500, 409, "No card pays in MJN"),
    ] {
        let cart = with(currency, amount);
        let refused = world
            .buyer
            .signed(&world.node, "/pay/api/checkout", &cart)
            .await;
        assert_eq!(refused.status, status, "{}", refused.text());
        assert!(
            refused.json()["detail"].as_str().unwrap().contains(says),
            "{}",
            refused.text()
        );
    }
    let opened = world
        .buyer
        .does(&world.node, "/pay/api/checkout", &with("ISK", 500))
        .await;
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    assert_eq!(session["amount_total"], 50_000);
    world.told("checkout.session.completed", &session).await;
    assert_eq!(
        world
            .status(opened["transactionId"].as_str().unwrap())
            .await,
        "paid"
    );
    close(world.node).await;
}

#[tokio::test]
async fn given_back_by_the_card_and_never_more() {
    let world = world().await;
    let opened = world.checkout().await;
    let payment = opened["transactionId"].clone();
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    let refund = |amount: i64| json!({"transactionId": payment, "amount": amount});
    let refused = world
        .band
        .signed(&world.node, "/pay/api/refund", &refund(1_002))
        .await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    // The provider is away for a while, and its first answer gets lost.
    world.stripe.loses_answers_of("POST /v1/refunds");
    let done = world
        .band
        .does(&world.node, "/pay/api/refund", &refund(334))
        .await;
    assert_eq!(done["rail"], json!("stripe"));
    until(async || (world.stripe.refunded(&session) == 334).then_some(())).await;
    world.stripe.loses_answers(false);
    until_tried_again(&world.node, async || {
        (world.said("pay.returned").await == 1).then_some(())
    })
    .await;
    assert_eq!(
        world.stripe.refunded(&session),
        334,
        "asked twice, done once"
    );
    assert_eq!(world.coming().await, (0, 467, 200));
    world
        .band
        .does(
            &world.node,
            "/pay/api/refund",
            &json!({"transactionId": payment}),
        )
        .await;
    until(async || (world.stripe.refunded(&session) == 1_001).then_some(())).await;
    until(async || (world.said("pay.returned").await == 2).then_some(())).await;
    assert_eq!(world.coming().await, (0, 0, 0));
    // Later the bank does not take it: then it is credit, so that it is not lost.
    let refund =
        json!({"id": "re_x", "status": "failed", "metadata": {"payment": payment, "n": "2"}});
    world.told("refund.failed", &refund).await;
    world.told("refund.failed", &refund).await;
    assert_eq!(world.balances().await, (667, 0, 0));
    close(world.node).await;
}

#[tokio::test]
async fn what_was_agreed_to_is_paid_and_what_is_gone_goes_back() {
    let world = world().await;
    let opened = world.checkout().await;
    // Meanwhile somebody passes on what they earn.
    let passed = crate::support::passes_on(&world.venue, &[(world.olga.did(), 1_000_000)]);
    world
        .venue
        .does(
            &world.node,
            "/pay/api/manifests",
            &json!({"manifest": passed.document()}),
        )
        .await;
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    assert_eq!(world.coming().await, (0, 701, 300), "as it was agreed to");
    // The next one is divided as it is now; and its page closes.
    let opened = world.checkout().await;
    let session = world.stripe.expire(opened["id"].as_str().unwrap());
    world.told("checkout.session.expired", &session).await;
    assert_eq!(
        world
            .status(opened["transactionId"].as_str().unwrap())
            .await,
        "failed"
    );
    // Credit comes by card too.
    let page = json!({"amount": 500, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    let opened = world
        .buyer
        .does(&world.node, "/pay/api/topup/card", &page)
        .await;
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    assert_eq!(world.buyer.coming(&world.node).await, 500, "held, too");
    close(world.node).await;
}

/// A person with a share leaves while the buyer is on the provider's page: their share goes to the others.
#[tokio::test]
async fn who_leaves_before_a_card_paid_gets_nothing_of_it() {
    let world = world().await;
    let opened = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.venue).await;
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    assert_eq!(world.band.coming(&world.node).await, 1_001);
    let payment = opened["transactionId"].as_str().unwrap();
    for party in [&world.buyer, &world.band] {
        let path = format!("/pay/receipts/{payment}");
        let page = party.get(&world.node, &path).await.text();
        assert!(page.contains("1 person left after the order"), "{page}");
    }
    close(world.node).await;
}

/// Where the only person with a share leaves, the money goes back.
#[tokio::test]
async fn what_nobody_is_left_to_get_goes_back() {
    let world = world().await;
    let event = imajin_protocol::fair::Draft {
        owner: Some(world.band.did().clone()),
        ..shares("event", &[(world.venue.did(), 1_000_000)])
    };
    let event = event.build().unwrap().sign(world.band.key()).unwrap();
    let world = World { event, ..world };
    let opened = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.venue).await;
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    assert_eq!(world.stripe.refunded(&session), 1_001);
    assert_eq!(world.said("pay.failed").await, 1);
    close(world.node).await;
}

/// What was sold while the node was off, or after the copy that it was put back from, it asks for before it takes cards
/// again. Everybody who pays in another way still can.
#[tokio::test]
async fn no_card_is_taken_before_the_provider_was_asked() {
    let world = world().await;
    let opened = world.checkout().await;
    let payment = opened["transactionId"].as_str().unwrap().to_owned();
    let mut stray = world.stripe.pay(opened["id"].as_str().unwrap());
    // Three more that this record knows nothing of, as if it were an older copy.
    for n in 0..3 {
        stray["id"] = json!(format!("cs_test_stray{n}"));
        stray["metadata"]["payment"] = json!(format!("pay_stray{n}"));
        world.stripe.forget_nothing_of(&stray);
    }
    let (buyer, clock) = (world.buyer, Arc::clone(&world.node.clock));
    let folder = world.node.stop().await.unwrap();
    world.stripe.goes_away(u32::MAX);
    let services = vec![
        Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>,
        pay(&world.stripe),
    ];
    let node = TestNode::start_in(folder, services, Config::default(), 200, clock)
        .await
        .unwrap();
    let token = buyer.person.sign_in(&node).await.unwrap();
    let buyer = Somebody { token, ..buyer };
    let free = json!({"total_amount": 0, "currency": "CHF", "service": "events", "type": "ticket", "fair_manifest": world.event.document()});
    let card = json!({"amount": 500, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    let by_card = async || buyer.signed(&node, "/pay/api/topup/card", &card).await;
    let rails = async || {
        let all = buyer.get(&node, "/pay/api/rails").await.json();
        let open = |one: &Json| one["available"] == true;
        all.as_array()
            .unwrap()
            .iter()
            .filter(|one| open(one))
            .count()
    };
    let early = by_card().await;
    assert_eq!(early.status, 503, "{}", early.text());
    assert_eq!(rails().await, 3);
    buyer.does(&node, "/pay/api/settle", &free).await;
    let mut order = free.clone();
    order["total_amount"] = json!(700);
    buyer
        .does(&node, "/pay/api/checkout/etransfer", &order)
        .await;
    world.stripe.goes_away(0);
    until_tried_again(&node, async || {
        (by_card().await.status == 200).then_some(())
    })
    .await;
    assert_eq!(rails().await, 4);
    let state = buyer
        .get(&node, &format!("/pay/api/payments/{payment}"))
        .await;
    assert_eq!(state.json()["status"], json!("paid"), "{}", state.text());
    let world = World {
        node,
        buyer,
        olga: world.olga,
        stripe: world.stripe,
        band: world.band,
        venue: world.venue,
        event: world.event,
    };
    let olga = Somebody {
        token: world.olga.person.sign_in(&world.node).await.unwrap(),
        ..world.olga
    };
    let world = World { olga, ..world };
    assert_eq!(
        (world.said("pay.paid").await, world.said("pay.stray").await),
        (1, 3)
    );
    close(world.node).await;
}

/// After a restore nothing at all is sold, also across restarts, until the provider has told what was sold since; a start
/// without one closes nothing but cards (above).
#[tokio::test]
async fn nothing_is_sold_after_a_restore_before_the_provider_was_asked() {
    let world = world().await;
    let (buyer, clock) = (world.buyer, Arc::clone(&world.node.clock));
    let folder = world.node.stop().await.unwrap();
    let mark = imajin_service::upkeep::sales_mark(folder.path());
    std::fs::write(&mark, "").unwrap();
    world.stripe.goes_away(u32::MAX);
    let start = async |folder| {
        let services = vec![
            Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>,
            pay(&world.stripe),
        ];
        let clock = Arc::clone(&clock);
        TestNode::start_in(folder, services, Config::default(), 200, clock)
            .await
            .unwrap()
    };
    let free = json!({"total_amount": 0, "currency": "CHF", "service": "events", "type": "ticket", "fair_manifest": world.event.document()});
    let node = start(folder).await;
    let token = buyer.person.sign_in(&node).await.unwrap();
    let buyer = Somebody { token, ..buyer };
    let refused = buyer.signed(&node, "/pay/api/settle", &free).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.text().contains("restored from a backup"));
    let folder = node.stop().await.unwrap();
    assert!(mark.exists());
    let node = start(folder).await;
    let token = buyer.person.sign_in(&node).await.unwrap();
    let buyer = Somebody { token, ..buyer };
    let rails = buyer.get(&node, "/pay/api/rails").await.json();
    let is_closed = |rail: &Json| rail["available"] == false;
    assert!(rails.as_array().unwrap().iter().all(is_closed), "{rails}");
    let refused = buyer.signed(&node, "/pay/api/settle", &free).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    world.stripe.goes_away(0);
    let settle = async || buyer.signed(&node, "/pay/api/settle", &free).await.status;
    until_tried_again(&node, async || (settle().await == 200).then_some(())).await;
    assert!(!mark.exists());
    close(node).await;
}

#[tokio::test]
async fn refused_before_the_provider_hears_of_it() {
    let world = world().await;
    world.ready().await;
    let asked = world.stripe.asked("POST /v1/checkout");
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
        (
            with("items", json!([{"name": " ", "amount": 50, "quantity": 1}])),
            "items",
        ),
        (
            with("successUrl", json!("javascript:alert(1)")),
            "successUrl",
        ),
        (with("cancelUrl", json!("/back")), "cancelUrl"),
        (with("fairManifest", Json::Null), "fairManifest"),
        (with("sellerDid", json!(world.venue.did())), "sellerDid"),
        (with("currency", json!("XXX")), "currency"),
    ] {
        let reply = world
            .buyer
            .signed(&world.node, "/pay/api/checkout", &cart)
            .await;
        assert_eq!(
            (reply.status, &reply.json()["field"]),
            (400, &json!(field)),
            "{cart}: {}",
            reply.text()
        );
    }
    // The provider is away: nothing was paid, and the same wish again is the same payment.
    world.stripe.goes_away(1);
    let away = world
        .buyer
        .signed(&world.node, "/pay/api/checkout", &world.cart())
        .await;
    assert_eq!(away.status, 503, "{}", away.text());
    assert!(away.json()["transactionId"].is_string());
    assert!(!away.text().contains(KEY) && !away.text().contains("127.0.0.1"));
    // Its payer resumes it; nobody else does.
    let payment = away.json()["transactionId"].as_str().unwrap().to_owned();
    let path = format!("/pay/api/payments/{payment}/open");
    let page = json!({"successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    let other = world.venue.ask(&world.node, &path, &page).await;
    assert_eq!(other.status, 404, "{}", other.text());
    let opened = world.buyer.ask(&world.node, &path, &page).await.json();
    let again = world.buyer.ask(&world.node, &path, &page).await.json();
    assert_eq!(
        (&opened, &opened["transactionId"]),
        (&again, &json!(payment))
    );
    let session = world.stripe.pay(opened["id"].as_str().unwrap());
    world.told("checkout.session.completed", &session).await;
    assert_eq!(world.status(&payment).await, "paid");
    let late = world.buyer.ask(&world.node, &path, &page).await;
    assert_eq!(late.status, 409, "{}", late.text());
    assert_eq!(world.stripe.asked("POST /v1/checkout") - asked, 2);
    close(world.node).await;
}
