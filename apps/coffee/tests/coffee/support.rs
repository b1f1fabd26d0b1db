//! A node, people on it, jars, and signed operations.

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::Value;
use imajin_edge::testing::{Reply, TestNode, Write, draft, open_config, populated};
use imajin_host::{Config, Registration};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid};
use serde_json::{Value as Json, json};

imajin_edge::people!();

pub(crate) const JAR: &str = "itm_000000000000000000000001";

fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_pay::Pay::new()),
        Arc::new(imajin_notify::Notify::new()),
        Arc::new(imajin_coffee::Coffee),
    ]
}

/// A node, its owner (seed 1), and Bea (seed 2), who has a jar.
pub(crate) struct World {
    pub(crate) node: TestNode,
    pub(crate) owner: Somebody,
    pub(crate) bea: Somebody,
}

/// Returns a world with Bea's jar, which she shares 80 to 20 with the node's owner.
pub(crate) async fn world() -> World {
    let (node, [owner]) = populated(start(services(), open_config()), [1], owner).await;
    let bea = somebody(&node, 2).await;
    let world = World { node, owner, bea };
    world.put_jar(JAR, json!({})).await;
    world.offer(JAR, &[(world.bea.did(), 800_000), (world.owner.did(), 200_000)]).await;
    let details = Value::map([("note", "Bring it to the kitchen.".into())]);
    let write = Write::new(world.bea.did(), "pay.details").body(details);
    assert_eq!(world.bea.enters(&world.node, &write).await.status, 201);
    world
}

impl World {
    /// Restarts this node so that a key without an invite is a stranger's.
    pub(crate) async fn closed(self) -> Self {
        let config = Config { registration: Some(Registration::Invite), ..Config::default() };
        let node = self.node.restarted(services(), config).await.unwrap();
        let owner = self.owner.again(&node).await;
        let bea = self.bea.again(&node).await;
        Self { node, owner, bea }
    }

    /// Puts a jar of Bea's with these facts.
    pub(crate) async fn put_jar(&self, id: &str, fact: Json) {
        // All people in tests have the same salt, so equal words would be the same body.
        let words = Value::map([
            ("title", format!("Coffee for {id}").as_str().into()),
            ("thanks", "See you soon".into()),
        ]);
        let write = Write::new(self.bea.did(), "coffee.put").body(words);
        let mut write = write.reference(id);
        write.fact = Some(fact).filter(|fact| *fact != json!({}));
        self.bea.enters(&self.node, &write).await.check(201);
    }

    /// Publishes a manifest with these shares, and has the jar take tips by it, from 1.00 CHF.
    pub(crate) async fn offer(&self, jar: &str, shares: &[(&Did, u32)]) -> Manifest {
        let manifest = manifest(&self.bea, jar, shares);
        let text = Value::map([("manifest", manifest.text().into())]);
        let write = Write::new(self.bea.did(), "pay.fair.publish").body(text);
        self.bea.enters(&self.node, &write).await.check(201);
        let fair = manifest.digest().to_string();
        let fact = json!({"price": 100, "currency": "CHF", "fair": fair});
        self.bea.asks(&self.node, "coffee.offer", jar, fact, &[]).await.check(201);
        manifest
    }

    /// Confirms a transfer as Bea, and reports it to the service three times, as pay may.
    pub(crate) async fn arrives(&self, payer: &Somebody, payment: &str, amount: i64) {
        let body = json!({ "id": payment });
        self.bea.signed(&self.node, "/pay/api/confirm-payment", &body).await.check(200);
        let paid = self.paid(payer, payment, amount);
        for _ in 0..3 {
            let done = self.coffee().fulfil(&self.node.node, &paid).await.unwrap();
            assert_eq!(done, Fulfilled::Done);
        }
    }

    /// Reports three times that all of a payment was refunded, as pay may.
    pub(crate) async fn goes_back(&self, payer: &Somebody, payment: &str, amount: i64) {
        for _ in 0..3 {
            assert!(self.enters_refund(payer, payment, amount).await);
        }
    }

    /// Reports that all of a payment was refunded. Returns whether pay is not to report it again.
    pub(crate) async fn enters_refund(&self, payer: &Somebody, payment: &str, amount: i64) -> bool {
        let paid = self.paid(payer, payment, amount);
        self.coffee().given_back(&self.node.node, &paid).await.is_ok()
    }

    fn coffee(&self) -> &dyn Fulfilment {
        let mut all = self.node.node.services().offers().all::<dyn Fulfilment>();
        all.find(|(app, _)| *app == "coffee").unwrap().1
    }

    fn paid(&self, payer: &Somebody, payment: &str, amount: i64) -> Paid {
        Paid {
            payment: IdText::parse(payment).unwrap(),
            payer: payer.did().clone(),
            seller: self.bea.did().clone(),
            amount: Minor::new(amount).unwrap(),
            currency: Currency::parse("CHF").unwrap(),
            kind: IdText::parse("tip").unwrap(),
        }
    }

    /// Returns Bea's tips as she reads them.
    pub(crate) async fn tips(&self) -> Vec<Json> {
        let reply = self.bea.get(&self.node, "/coffee/api/tips").await;
        reply.json()["tips"].as_array().unwrap().clone()
    }

    /// Returns the page of Bea's jar as a stranger sees it.
    pub(crate) async fn page(&self) -> String {
        let path = format!("/coffee/{}/{JAR}", self.bea.did());
        self.node.get(path).await.check(200).text()
    }

    /// Checks that every log verifies and that rebuilt projections are equal.
    pub(crate) async fn close(self) {
        self.node.check_records(services()).await;
    }
}

pub(crate) fn manifest(by: &Somebody, id: &str, shares: &[(&Did, u32)]) -> Manifest {
    let draft = draft("jar", id, shares);
    draft.build().unwrap().sign(&by.person.key).unwrap()
}

impl Somebody {
    /// Enters an operation: signed, or by the session of a person without a chain.
    pub(crate) async fn enters(&self, node: &TestNode, write: &Write) -> Reply {
        if self.person.chain.is_some() {
            return self.person.write(node, write).await;
        }
        let ask = write.by_session(&self.token).unwrap();
        node.send(ask).await
    }

    /// Signs an operation without words, and enters it.
    pub(crate) async fn asks(
        &self,
        node: &TestNode,
        op: &'static str,
        reference: &str,
        fact: Json,
        to: &[&Did],
    ) -> Reply {
        let mut write = Write::new(self.did(), op);
        write.reference = Some(reference.to_owned());
        write.fact = Some(fact).filter(|fact| !fact.is_null());
        write.to = to.iter().map(|did| (*did).clone()).collect();
        self.enters(node, &write).await
    }

    /// Gives Bea a tip in CHF.
    pub(crate) async fn tips(&self, world: &World, amount: i64, rail: &str) -> Reply {
        let body = json!({
            "owner": world.bea.did(), "jar": JAR, "amount": amount, "rail": rail, "shown": true,
        });
        self.signed(&world.node, "/coffee/api/pay", &body).await
    }

    /// Gives a tip by transfer, which arrives. Returns its payment.
    pub(crate) async fn gave(&self, world: &World, amount: i64) -> String {
        let reply = self.tips(world, amount, "emt").await.check(201);
        let payment = reply.json()["payment"].as_str().unwrap().to_owned();
        world.arrives(self, &payment, amount).await;
        payment
    }

    /// Adds words to a tip.
    pub(crate) async fn says(&self, world: &World, payment: &str, text: &str) -> Reply {
        let bea = world.bea.did();
        let write = Write::new(self.did(), "coffee.say").reference(payment);
        let write = write.body(Value::map([("text", text.into())]));
        let write = write.fact(json!({"dids": [bea]})).to(&[bea]);
        self.enters(&world.node, &write).await
    }
}
