//! A service that sells, as any other would: what it sells is its own operation, what is paid is pay's. It has few seats.

use std::sync::Arc;

use axum::extract::{Request, State};
use imajin_dfos::Timestamp;
use imajin_ledger::{
    Applied, Bound, By, Class, Command, CommandWill, Decide, Derivation, Draft, OpSpec, Place,
    ProjectionSpec, Refusal, RefusalKind, SubmitError,
};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor};
use imajin_service::routing::OpenApiRouter;
use imajin_service::sale::{
    self, Counter, Fulfilled, Fulfilment, Later, Offer, Paid, Quote, Rail, Release, Sale, Terms,
};
use imajin_service::testing::{TestNode, Write};
use imajin_service::{
    Config, Count, DeletePlan, Node, Ports, Problem, Registration, Service, TransferPlan, Wish,
    extract,
};
use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};

use crate::stripe::{KEY, SECRET, Stripe};
use crate::support::{CLAIM, Somebody, close_with, owner, shares, somebody};

const SEATS: i64 = 3;
const BUY: &str = "stall.buy";
const HAND: &str = "stall.hand";
const BACK: &str = "stall.back";
const LATER: &str = "stall.later";
const TICKET: &str = "stall.ticket";

const fn own(op: &'static str) -> Derivation {
    Derivation {
        op,
        place: Place::Parties,
        at_most: 1,
        equal: &[],
    }
}

const SELLS: &[Derivation] = &{
    let mut all = [own(TICKET); 8];
    let mut n = 0;
    while n < sale::SALE.len() {
        all[n + 1] = sale::SALE[n];
        n += 1;
    }
    all
};

const fn spec(op: &'static str, by: By, derives: &'static [Derivation]) -> OpSpec {
    OpSpec {
        op,
        by,
        body: false,
        class: Class::Keep,
        bound: Bound::Nothing,
        derives,
    }
}

const OPS: &[OpSpec] = &[
    spec(BUY, By::OwnKey, SELLS),
    spec(HAND, By::Node, &[own(TICKET)]),
    spec(BACK, By::OwnKey, &sale::REFUND),
    spec(LATER, By::OwnKey, &[sale::LATER]),
    spec(TICKET, By::Derived, &[]),
];

/// What is for sale, which a real one has in its tables.
pub(crate) struct Stall {
    manifest: Manifest,
    seats: i64,
}

impl Stall {
    pub(crate) fn new(manifest: &Manifest, seats: i64) -> Self {
        Self {
            manifest: manifest.clone(),
            seats,
        }
    }

    fn terms(&self, command: &Command) -> Result<Terms, Refusal> {
        let bad = || Refusal::new(RefusalKind::BadRequest, "not an order");
        let fact = command.fact.as_ref().ok_or_else(bad)?;
        let id = |key: &str| fact.id(key).cloned().ok_or_else(bad);
        let rail = fact
            .id("rail")
            .map_or(Some(Rail::Ledger), |id| Rail::parse(id.as_str()));
        Ok(Terms {
            amount: Minor::new(fact.int("amount").ok_or_else(bad)?).map_err(|_| bad())?,
            currency: Currency::parse(id("currency")?.as_str()).map_err(|_| bad())?,
            seller: id("seller")?.to_did().ok_or_else(bad)?,
            service: id("service")?,
            kind: id("kind")?,
            follows: imajin_protocol::fair::Digest::parse(id("follows")?.as_str())
                .ok_or_else(bad)?,
            manifest: self.manifest.clone(),
            rail: rail.ok_or_else(bad)?,
            release: Release {
                free_at: fact
                    .int("free_at")
                    .map(|at| Timestamp::from_millis(at).unwrap()),
                about: fact.id("about").cloned(),
            },
            quoted: sale::quoted(fact).map_err(|_| bad())?,
        })
    }

    fn sale(&self, command: &Command) -> Result<Sale, Refusal> {
        Ok(Sale {
            payer: command.did.clone(),
            terms: self.terms(command)?,
        })
    }
}

fn ticket(did: &Did, payment: &IdText) -> Draft {
    Draft {
        did: did.clone(),
        service: "stall",
        op: TICKET,
        reference: Some(payment.clone()),
        body: None,
        fact: None,
    }
}

fn count(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM tickets", [], |row| row.get(0))
}

fn has(db: &Connection, payment: &str) -> rusqlite::Result<bool> {
    db.prepare("SELECT 1 FROM tickets WHERE payment = ?1")?
        .exists([payment])
}

impl Service for Stall {
    fn name(&self) -> &'static str {
        "stall"
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3999,
            prod: 7999,
        }
    }

    fn ops(&self) -> &'static [OpSpec] {
        OPS
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: "stall",
            version: 1,
            page_bytes: imajin_ledger::machine::SMALL_PAGES,
            schema: "CREATE TABLE tickets (owner_did TEXT NOT NULL, payment TEXT NOT NULL, PRIMARY KEY (owner_did, payment)) STRICT;",
        }
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        match command.op.as_str() {
            BUY => {
                if count(ctx.db())? >= self.seats {
                    return Err(Refusal::new(RefusalKind::Conflict, "sold out")
                        .extra(json!({"reason": "sold-out"})));
                }
                ctx.intent();
                let begun = self.sale(command)?.ask(ctx, command.args["sale"].clone())?;
                assert_eq!(begun.paid, begun.until.is_none());
                if begun.paid {
                    ctx.derive(ticket(&command.did, &begun.payment));
                }
                ctx.reply(json!({ "payment": begun.payment.as_str(), "paid": begun.paid }));
            }
            HAND => {
                let payment = command.reference.clone().unwrap();
                if has(ctx.db(), payment.as_str())? {
                    return Err(Refusal::new(RefusalKind::Conflict, "done")
                        .extra(json!({"reason": "done"})));
                }
                if count(ctx.db())? >= self.seats {
                    return Err(Refusal::new(RefusalKind::Conflict, "sold out")
                        .extra(json!({"reason": "sold-out"})));
                }
                let buyer = command
                    .fact
                    .as_ref()
                    .and_then(|fact| fact.id("buyer")?.to_did());
                ctx.intent();
                ctx.derive(ticket(&buyer.unwrap(), &payment));
            }
            LATER => {
                let at = command.fact.as_ref().and_then(|fact| fact.int("free_at"));
                let at = Timestamp::from_millis(at.unwrap()).unwrap();
                let about = command.reference.clone().unwrap();
                ctx.intent();
                sale::hold_longer(ctx, &command.did, &about, at)?;
            }
            _ => {
                let payment = command.reference.clone().unwrap();
                let amount = command
                    .fact
                    .as_ref()
                    .and_then(|fact| fact.int("amount"))
                    .unwrap();
                ctx.intent();
                let chf = Currency::parse("CHF").unwrap();
                sale::give_back(
                    ctx,
                    &command.did,
                    &payment,
                    Minor::new(amount).unwrap(),
                    chf,
                )?;
            }
        }
        Ok(())
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        if entry.op == TICKET {
            db.execute(
                "INSERT INTO tickets VALUES (?1, ?2)",
                params![entry.did.as_str(), entry.reference],
            )?;
        }
        Ok(())
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let buy = async |State(node): State<Node>,
                         authed: extract::Authed,
                         request: Request|
               -> Result<axum::Json<Json>, Problem> {
            let (parts, body) = request.into_parts();
            let fact: Json = extract::parse_json(&extract::read_body(body, &node).await?)?;
            let wish = Wish::new(authed.0.did.clone(), BUY).fact(Fact::from_json(&fact).unwrap());
            let receipt = node.perform(&parts, Some(&authed.0), wish).await?;
            let value = receipt.value.unwrap();
            if value["paid"] == true || fact["rail"] != "stripe" {
                return Ok(axum::Json(value));
            }
            let payment = IdText::parse(value["payment"].as_str().unwrap()).unwrap();
            let counter = Counter {
                title: "A seat".to_owned(),
                success_url: "https://stall.example/".to_owned(),
                cancel_url: "https://stall.example/".to_owned(),
                email: None,
            };
            let opened = node.cashier()?.open(&node, &payment, &counter).await?;
            let again = node.cashier()?.open(&node, &payment, &counter).await?;
            assert_eq!(opened, again);
            Ok(axum::Json(
                json!({"payment": payment.as_str(), "session": opened.session, "url": opened.url}),
            ))
        };
        OpenApiRouter::new()
            .route("/api/buy", axum::routing::post(buy))
            .with_state(node)
    }

    fn prepare(
        &self,
        node: &Node,
        _: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        if command.op == BUY {
            let sale = self.sale(command).map_err(Problem::from)?;
            command.args = json!({ "sale": node.cashier()?.prepare(node, &sale)? });
        }
        Ok(())
    }

    fn fulfilment(&self) -> Option<&dyn Fulfilment> {
        Some(self)
    }

    fn export(&self, _: &Connection, _: &Did) -> rusqlite::Result<Option<Json>> {
        Ok(None)
    }

    fn count(&self, _: &Connection, _: &Did) -> rusqlite::Result<Vec<Count>> {
        Ok(Vec::new())
    }

    fn delete(&self, _: &Connection, _: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan::default())
    }

    fn transfer(&self, _: &Connection, _: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan::default())
    }
}

impl Fulfilment for Stall {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            let buyer = IdText::from_did(&paid.payer).unwrap();
            let command = Command {
                did: node.did().clone(),
                service: "stall".to_owned(),
                op: HAND.to_owned(),
                reference: Some(paid.payment.clone()),
                body: None,
                fact: Some(Fact::new([("buyer", FactValue::from(buyer))]).unwrap()),
                will: CommandWill::Node,
                now: node.now(),
                fresh: imajin_service::random::bytes()?,
                args: Json::Null,
            };
            match node.ledger().submit(command).await {
                Ok(_) => Ok(Fulfilled::Done),
                Err(SubmitError::Refused(refusal)) => {
                    match refusal.extra.as_ref().map(|extra| &extra["reason"]) {
                        Some(reason) if reason == "done" => Ok(Fulfilled::Done),
                        Some(reason) if reason == "sold-out" => Ok(Fulfilled::Impossible),
                        _ => Err(Problem::from(SubmitError::Refused(refusal))),
                    }
                }
                Err(error) => Err(Problem::from(error)),
            }
        })
    }
}

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
        Arc::new(imajin_pay::Pay::with(&settings).unwrap()),
        Arc::new(Stall::new(manifest, SEATS)),
    ]
}

async fn world() -> World {
    world_sharing(0).await
}

/// The same, with a share for the person of seed 4.
async fn world_sharing(part: u32) -> World {
    let stripe = Stripe::start(0);
    let person = imajin_service::testing::Person::new;
    let (band, venue) = (person(3), person(4));
    let all = [(&band.did, 1_000_000 - part), (&venue.did, part)];
    let shared = all.into_iter().filter(|(_, part)| *part > 0);
    let manifest = shares("stall", &shared.collect::<Vec<_>>());
    let manifest = manifest.build().unwrap();
    let manifest = manifest.sign(&band.key).unwrap();
    let config = Config {
        registration: Some(Registration::Open),
        ..Config::default()
    };
    let node = TestNode::start(services(&stripe, &manifest), config, 200)
        .await
        .unwrap();
    stripe.at(node.node.now().as_secs());
    imajin_auth::begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    let (olga, band) = (owner(&node, 1).await, somebody(&node, 3).await);
    World {
        node,
        stripe,
        olga,
        band,
        manifest,
    }
}

/// Somebody buys at the stall.
pub(crate) async fn buy(
    node: &TestNode,
    manifest: &Manifest,
    buyer: &Somebody,
    amount: i64,
    rail: Rail,
    release: Release,
) -> imajin_service::testing::Reply {
    let offer = Offer {
        payer: buyer.did().clone(),
        amount: Minor::new(amount).unwrap(),
        currency: Currency::parse("CHF").unwrap(),
        service: IdText::parse("stall").unwrap(),
        kind: IdText::parse("seat").unwrap(),
        manifest: manifest.clone(),
        rail,
        quoted: Some(node.node.now()),
    };
    let cashier = node.node.cashier().unwrap();
    let quote: Quote = cashier.quote(&node.node, &offer).unwrap();
    let terms = Terms {
        release,
        ..offer.terms(&quote)
    };
    let fact = terms.fact().unwrap().to_json();
    loop {
        let to: Vec<&Did> = quote.to.iter().collect();
        let write = Write::new(buyer.did(), BUY).fact(fact.clone()).to(&to);
        let (proof, _) = buyer.person.sign(node, &write).await.unwrap();
        let ask = imajin_service::testing::Ask::post("/stall/api/buy", &fact)
            .bearer(&buyer.token)
            .header("mjn-proof", proof.to_compact());
        let reply = node.send(ask).await.unwrap();
        // Until the provider was asked.
        if reply.status != 503 {
            return reply;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// The seller makes so much of a payment void.
pub(crate) async fn back(
    node: &TestNode,
    seller: &Somebody,
    payment: &str,
    amount: i64,
    to: &[&Did],
) -> imajin_service::testing::Reply {
    let write = Write::new(seller.did(), BACK)
        .reference(payment)
        .fact(json!({"amount": amount}))
        .to(to);
    seller.person.write(node, &write).await.unwrap()
}

/// What the seller sold under a name ends at this time.
pub(crate) async fn later(
    node: &TestNode,
    seller: &Somebody,
    about: &str,
    at_ms: i64,
) -> imajin_service::testing::Reply {
    let write = Write::new(seller.did(), LATER)
        .reference(about)
        .fact(json!({"free_at": at_ms}))
        .to(&[node.node.did()]);
    seller.person.write(node, &write).await.unwrap()
}

impl World {
    async fn buy(
        &self,
        buyer: &Somebody,
        amount: i64,
        rail: Rail,
    ) -> imajin_service::testing::Reply {
        let release = Release::default();
        buy(&self.node, &self.manifest, buyer, amount, rail, release).await
    }

    async fn pays(&self, opened: &Json, times: usize) {
        let session = self.stripe.pay(opened["session"].as_str().unwrap());
        for _ in 0..times {
            let body = self.stripe.event("checkout.session.completed", &session);
            let ask = imajin_service::testing::Ask::new("POST", "/pay/api/webhook")
                .body(body.clone())
                .header("stripe-signature", self.stripe.signature(&body));
            assert_eq!(self.node.send(ask).await.unwrap().status, 200);
        }
    }

    fn tickets(&self) -> i64 {
        self.node.node.read("stall", count).unwrap()
    }

    async fn until(&self, mut is: impl FnMut() -> bool) {
        while !is() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// A sale from credit is one operation with what is sold: both or neither.
#[tokio::test]
async fn a_sale_from_credit_is_one_commit() {
    let world = world().await;
    let buyer = somebody(&world.node, 2).await;
    let short = world.buy(&buyer, 400, Rail::Ledger).await;
    assert_eq!(
        (short.status, world.tickets()),
        (402, 0),
        "{}",
        short.text()
    );
    buyer.top_up(&world.node, &world.olga, 1_000).await;
    for n in 1..=2 {
        let sold = world.buy(&buyer, 400, Rail::Ledger).await;
        assert_eq!(sold.status, 200, "{}", sold.text());
        assert_eq!(
            (sold.json()["paid"].clone(), world.tickets()),
            (json!(true), n)
        );
    }
    assert_eq!(
        (
            buyer.balance(&world.node).await,
            world.band.balance(&world.node).await
        ),
        (200, 800)
    );
    let attested = buyer
        .get(&world.node, "/auth/api/attestations")
        .await
        .json();
    assert_eq!(attested["attestations"].as_array().unwrap().len(), 3);
    // Free.
    let free = world.buy(&buyer, 0, Rail::Ledger).await;
    assert_eq!((free.status, world.tickets()), (200, 3), "{}", free.text());
    let out = world.buy(&buyer, 0, Rail::Ledger).await;
    assert_eq!(
        (out.status, out.json()["reason"].clone()),
        (409, json!("sold-out"))
    );
    // Who sells it gives it back, by the stall's own operation.
    let payment = free_payment(&world, &buyer).await;
    let to = [buyer.did(), world.node.node.did()];
    let back = back(&world.node, &world.band, &payment, 150, &to).await;
    assert_eq!(back.status, 201, "{}", back.text());
    assert_eq!(
        (
            buyer.balance(&world.node).await,
            world.band.balance(&world.node).await
        ),
        (350, 650)
    );
    let World {
        node,
        stripe,
        manifest,
        ..
    } = world;
    close_with(node, services(&stripe, &manifest)).await;
}

/// Some payment of the buyer's that cost something.
async fn free_payment(world: &World, buyer: &Somebody) -> String {
    let path = format!("/pay/api/transactions/{}", buyer.did());
    let all = buyer.get(&world.node, &path).await.json();
    let all = all["transactions"].as_array().unwrap().clone();
    let paid = all
        .iter()
        .find(|one| one["op"] == "pay.receipt" && one["amount"] == 400);
    paid.unwrap()["transactionId"].as_str().unwrap().to_owned()
}

/// What was paid by card is handed out once, however often it is told; what cannot be handed out goes back by the card.
#[tokio::test]
async fn paid_later_handed_out_once_or_given_back() {
    let world = world().await;
    let mut opened = Vec::new();
    let mut buyers = Vec::new();
    for seed in 10..15 {
        let buyer = somebody(&world.node, seed).await;
        let reply = world.buy(&buyer, 700, Rail::Stripe).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        opened.push(reply.json());
        buyers.push(buyer);
    }
    // Five pay for three seats.
    for one in &opened {
        world.pays(one, 2).await;
    }
    world
        .until(|| world.stripe.asked("POST /v1/refunds") >= 2 && world.tickets() == SEATS)
        .await;
    let done = |op: &'static str| {
        let db = |db: &Connection| {
            db.query_row("SELECT count(*) FROM entries WHERE op = ?1", [op], |row| {
                row.get::<_, i64>(0)
            })
        };
        world.node.node.read("pay", db).unwrap()
    };
    world
        .until(|| done("pay.returned") == 2 && done("pay.fulfilled") >= 5)
        .await;
    assert_eq!(
        (done("pay.paid"), done("pay.return"), world.tickets()),
        (5, 2, SEATS)
    );
    assert_eq!(world.band.coming(&world.node).await, 3 * 700);
    for buyer in &buyers {
        assert_eq!(
            buyer.balance(&world.node).await,
            0,
            "it went back by the card"
        );
    }
    let World {
        node,
        stripe,
        manifest,
        ..
    } = world;
    close_with(node, services(&stripe, &manifest)).await;
}

/// What an e-transfer bought becomes void while it is held: the others' parts return to the payee, and debts for it end, in
/// proportion; once all of it is void, wholly.
#[tokio::test]
async fn debts_of_what_becomes_void_end_and_parts_return() {
    let world = world_sharing(500_000).await;
    let (buyer, venue) = (
        somebody(&world.node, 2).await,
        somebody(&world.node, 4).await,
    );
    let (node, band) = (&world.node, &world.band);
    band.top_up(node, &world.olga, 200).await;
    let release = Release {
        free_at: node.node.now().checked_add_millis(30 * 24 * 3_600_000),
        about: None,
    };
    let paid = buy(node, &world.manifest, &buyer, 1_000, Rail::Emt, release).await;
    assert_eq!(paid.status, 200, "{}", paid.text());
    let payment = paid.json()["payment"].as_str().unwrap().to_owned();
    let confirm = json!({"id": payment});
    band.does(node, "/pay/api/confirm-payment", &confirm).await;
    // Of the venue's 500 the band had 200: they moved, and the rest is owed.
    let state = async || {
        let of_venue = venue.coming(node).await + venue.balance(node).await;
        (band.balance(node).await, of_venue, band.debts(node).await.0)
    };
    assert_eq!(state().await, (0, 200, 300));
    let to = [buyer.did(), venue.did(), node.node.did()];
    let half = back(node, band, &payment, 500, &to).await;
    assert_eq!(half.status, 201, "{}", half.text());
    assert_eq!(state().await, (100, 100, 150));
    let id = IdText::parse(&payment).unwrap();
    node.node
        .cashier()
        .unwrap()
        .give_all_back(&node.node, &id)
        .await
        .unwrap();
    assert_eq!(state().await, (200, 0, 0));
    assert_eq!(venue.debts(node).await, (0, 0));
    let World {
        node,
        stripe,
        manifest,
        ..
    } = world;
    close_with(node, services(&stripe, &manifest)).await;
}
