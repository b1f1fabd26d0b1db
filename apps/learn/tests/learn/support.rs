//! A node with people and a course, and their signed requests.

use std::sync::Arc;

use imajin_app::{HomeCards, Lang, Service};
use imajin_dfos::cbor::{from_dag_json, to_dag_json};
use imajin_edge::testing::{Ask, Reply, TestNode, Write, draft, open_config, populated};
use imajin_protocol::fair::{Manifest, Source};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid};
use serde_json::{Value as Json, json};

imajin_edge::people!();

pub(crate) const COURSE: &str = "itm_000000000000000000000001";
pub(crate) const MODULE: &str = "itm_000000000000000000000002";
pub(crate) const FIRST: &str = "itm_000000000000000000000003";
pub(crate) const SECOND: &str = "itm_000000000000000000000004";

fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_pay::Pay::new()),
        Arc::new(imajin_notify::Notify::new()),
        // No test here decodes media; the tests of the whole program do.
        Arc::new(imajin_media::Media::new("/nonexistent".into())),
        Arc::new(imajin_learn::Learn),
    ]
}

/// A node with its owner (seed 1) and Bea (seed 2), who teaches a course with a module that has a lesson, and with a
/// lesson outside it.
pub(crate) struct World {
    pub(crate) node: TestNode,
    pub(crate) owner: Somebody,
    pub(crate) bea: Somebody,
}

pub(crate) async fn world() -> World {
    let (node, [owner]) = populated(start(services(), open_config()), [1], owner).await;
    let bea = somebody(&node, 2).await;
    let world = World { node, owner, bea };
    world.put(COURSE, json!({"kind": "course"}), "Bread").await;
    world.put(MODULE, json!({"kind": "module", "in": COURSE}), "Flour").await;
    let lesson = json!({"kind": "lesson", "in": MODULE});
    world.put(FIRST, lesson, "Wheat").await;
    world.put(SECOND, json!({"kind": "lesson", "in": COURSE}), "Baking").await;
    let details = json!({"note": "Bring it to the kitchen."});
    let request = world.bea.says(&world.node, "pay.details", None, details, Json::Null);
    assert_eq!(request.await.status, 201);
    world
}

impl World {
    /// Puts an item of Bea's. The text of a lesson contains its title.
    pub(crate) async fn put(&self, id: &str, fact: Json, title: &str) {
        let mut body = json!({ "title": title });
        if fact["kind"] == "lesson" {
            body["text"] = format!("The words of *{title}*.").into();
        }
        self.put_words(id, fact, body).await;
    }

    pub(crate) async fn put_words(&self, id: &str, fact: Json, body: Json) {
        self.bea.says(&self.node, "learn.put", Some(id), body, fact).await.check(201);
    }

    /// Sets the price of Bea's course, with the whole income hers. Returns the manifest.
    pub(crate) async fn costs(&self, price: i64) -> Manifest {
        self.bea.offers(&self.node, COURSE, price, &[(self.bea.did(), 1_000_000)], None).await
    }

    /// Confirms a transfer to Bea, as Bea, and reports the payment to the app several times.
    pub(crate) async fn arrives(&self, payer: &Somebody, payment: &str, amount: i64) -> Fulfilled {
        self.arrives_at(&self.bea, payer, payment, amount).await
    }

    /// Confirms a transfer to this seller, and reports the payment to the app several times.
    pub(crate) async fn arrives_at(
        &self,
        seller: &Somebody,
        payer: &Somebody,
        payment: &str,
        amount: i64,
    ) -> Fulfilled {
        let body = json!({ "id": payment });
        seller.signed(&self.node, "/pay/api/confirm-payment", &body).await.check(200);
        self.delivers(seller, payer, payment, amount).await
    }

    /// Reports a payment to the app several times.
    pub(crate) async fn delivers(
        &self,
        seller: &Somebody,
        payer: &Somebody,
        payment: &str,
        amount: i64,
    ) -> Fulfilled {
        let paid = self.paid(seller, payer, payment, amount);
        let mut done = None;
        for _ in 0..3 {
            let call = self.learn::<dyn Fulfilment>().fulfil(&self.node.node, &paid);
            done = Some(call.await.unwrap());
        }
        done.unwrap()
    }

    /// Reports a full refund of a payment to the app several times.
    pub(crate) async fn goes_back(&self, payer: &Somebody, payment: &str, amount: i64) {
        let paid = self.paid(&self.bea, payer, payment, amount);
        for _ in 0..3 {
            let call = self.learn::<dyn Fulfilment>().given_back(&self.node.node, &paid);
            call.await.unwrap();
        }
    }

    fn learn<T: ?Sized + 'static>(&self) -> &T {
        let mut all = self.node.node.services().offers().all::<T>();
        all.find(|(app, _)| *app == "learn").unwrap().1
    }

    fn paid(&self, seller: &Somebody, payer: &Somebody, payment: &str, amount: i64) -> Paid {
        Paid {
            payment: IdText::parse(payment).unwrap(),
            payer: payer.did().clone(),
            seller: seller.did().clone(),
            amount: Minor::new(amount).unwrap(),
            currency: Currency::parse("CHF").unwrap(),
            kind: IdText::parse("course").unwrap(),
        }
    }

    /// Returns the kinds of the cards on a person's Home.
    pub(crate) fn cards(&self, of: &Somebody) -> Vec<&'static str> {
        let home = self.learn::<dyn HomeCards>();
        let cards = home.home_cards(&self.node.node, of.did(), Lang::En);
        cards.unwrap().into_iter().map(|card| card.kind).collect()
    }

    /// Returns the course cards of the front page, as HTML.
    pub(crate) fn front(&self) -> Vec<String> {
        let home = self.learn::<dyn HomeCards>();
        let cards = home.front_cards(&self.node.node, Lang::En).unwrap();
        cards.into_iter().map(|card| card.content.into_string()).collect()
    }

    /// Requests a page below Bea's, signed in as `of` or as a stranger.
    pub(crate) async fn page(&self, of: Option<&Somebody>, path: &str) -> Reply {
        let path = format!("/learn/{}{path}", self.bea.did());
        match of {
            Some(one) => one.get(&self.node, &path).await,
            None => self.node.get(path).await,
        }
    }

    /// Returns the students of Bea's course.
    pub(crate) async fn students(&self) -> Vec<Json> {
        let path = format!("/learn/api/courses/{COURSE}/students");
        let reply = self.bea.get(&self.node, &path).await.check(200);
        reply.json()["students"].as_array().unwrap().clone()
    }

    /// Stops the node, verifies every log, and checks that rebuilt projections are equal.
    pub(crate) async fn close(self) {
        self.node.check_records(services()).await;
    }
}

impl Somebody {
    /// Deletes the person's record.
    pub(crate) async fn leaves(&self, node: &TestNode) {
        let plan = self.get(node, "/auth/api/delete").await.json();
        let write = Write::new(self.did(), "auth.delete");
        let write = write.body(from_dag_json(&plan["body"]).unwrap());
        let (proof, body) = self.person.sign(node, &write).await.unwrap();
        let body = to_dag_json(&body.unwrap()).unwrap();
        let ask = Ask::post("/auth/api/delete", &body).header("mjn-proof", proof.to_compact());
        node.send(ask).await.check(201);
    }

    /// Signs an operation and enters it. `null` stands for a missing body or fact.
    pub(crate) async fn says(
        &self,
        node: &TestNode,
        op: &'static str,
        reference: Option<&str>,
        body: Json,
        fact: Json,
    ) -> Reply {
        self.tells(node, op, reference, (body, fact), &[]).await
    }

    /// Signs an operation that names other logs in `to`, and enters it.
    pub(crate) async fn tells(
        &self,
        node: &TestNode,
        op: &'static str,
        reference: Option<&str>,
        (body, fact): (Json, Json),
        to: &[&Did],
    ) -> Reply {
        let mut write = Write::new(self.did(), op);
        write.reference = reference.map(str::to_owned);
        write.body =
            Some(body).filter(|body| !body.is_null()).map(|body| from_dag_json(&body).unwrap());
        write.fact = Some(fact).filter(|fact| !fact.is_null());
        write.to = to.iter().map(|did| (*did).clone()).collect();
        self.person.write(node, &write).await
    }

    /// Signs an operation about a place in Bea's free course.
    pub(crate) async fn places(&self, world: &World, op: &'static str) -> Reply {
        let bea = world.bea.did();
        let fact = json!({"dids": [bea]});
        let (told, to) = ((Json::Null, fact), [bea]);
        self.tells(&world.node, op, Some(COURSE), told, &to).await
    }

    /// Enrols in Bea's paid course. Returns the response.
    pub(crate) async fn buys(&self, world: &World, rail: &str) -> Reply {
        let body = json!({"owner": world.bea.did(), "course": COURSE, "rail": rail});
        self.signed(&world.node, "/learn/api/pay", &body).await
    }

    /// Reports lessons of Bea's course as done, with their times.
    pub(crate) async fn studies(&self, world: &World, done: &[(&str, i64)]) -> Reply {
        let done = done.iter().map(|(lesson, at)| json!({"lesson": lesson, "at": at}));
        let body = json!({ "done": done.collect::<Vec<_>>() });
        let fact = json!({"teacher": world.bea.did()});
        self.says(&world.node, "learn.progress", Some(COURSE), body, fact).await
    }

    /// Publishes a manifest with these shares, and offers a course with it, in CHF.
    pub(crate) async fn offers(
        &self,
        node: &TestNode,
        course: &str,
        price: i64,
        shares: &[(&Did, u32)],
        from: Option<Source>,
    ) -> Manifest {
        let manifest = self.manifest(course, shares, from);
        self.offers_by(node, course, price, &manifest).await.check(201);
        manifest
    }

    /// Publishes a manifest, and offers a course with it.
    pub(crate) async fn offers_by(
        &self,
        node: &TestNode,
        course: &str,
        price: i64,
        manifest: &Manifest,
    ) -> Reply {
        let text = json!({"manifest": manifest.text()});
        self.says(node, "pay.fair.publish", None, text, Json::Null).await.check(201);
        let fair = manifest.digest().to_string();
        let fact = json!({"price": price, "currency": "CHF", "fair": fair});
        self.says(node, "learn.offer", Some(course), Json::Null, fact).await
    }

    /// Builds a manifest that lets everyone copy the course for a fifth of the copy's income.
    pub(crate) fn manifest(
        &self,
        course: &str,
        shares: &[(&Did, u32)],
        from: Option<Source>,
    ) -> Manifest {
        let mut draft = draft("course", format!("{}/{course}", self.did()), shares);
        let copy = json!({"consent": "open", "share": 0.2});
        draft.terms.insert("copy".to_owned(), copy);
        draft.derives_from.extend(from);
        draft.build().unwrap().sign(&self.person.key).unwrap()
    }
}
