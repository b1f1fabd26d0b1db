//! A song by two that is for sale, and people who buy it.

use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::until;
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid};

use crate::fair::studio::{Studio, add, sound};
use crate::prelude::*;

/// The song's price in cents.
pub(crate) const PRICE: i64 = 500;

/// Bea's song, of which Ada has two fifths, and Cem, who may buy it.
pub(crate) struct Shop {
    pub(crate) studio: Studio,
    pub(crate) cem: Somebody,
    pub(crate) manifest: Manifest,
}

/// A shop in which all makers signed.
pub(crate) async fn shop() -> Shop {
    shop_of(&sound(40)).await
}

/// A shop in which all makers signed for this song.
pub(crate) async fn shop_of(song: &[u8]) -> Shop {
    let shop = unsigned_of(song, Settings::default(), json!({})).await;
    let ada = &shop.studio.world.owner;
    assert_eq!(shop.studio.agrees(ada, &shop.manifest).await.status, 201);
    shop.offers(PRICE, 1).await.check(201);
    shop
}

/// A shop in which Ada has not agreed, so that nothing is for sale.
pub(crate) async fn unsigned(settings: Settings, terms: Json) -> Shop {
    unsigned_of(&sound(40), settings, terms).await
}

async fn unsigned_of(song: &[u8], settings: Settings, terms: Json) -> Shop {
    let world = world_of(Config::default(), settings).await;
    let song = add(&world, song).await;
    let cem = somebody(&world.node, 7).await;
    let studio = Studio { world, song };
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let manifest = studio.manifest(&[(bea, 600_000), (ada, 400_000)], terms);
    assert_eq!(studio.puts(&manifest, json!({})).await.status, 201);
    let share = json!({ "assets": [studio.song.id], "access": "public" });
    studio.world.tells(bea, "media.access", share).await;
    Shop { studio, cem, manifest }
}

impl Shop {
    /// Bea says what her song costs, in CHF; or ends the sale.
    pub(crate) async fn offers(&self, price: i64, open: i64) -> Reply {
        let fact = json!({ "price": price, "currency": "CHF", "fair": self.manifest.digest(), "open": open });
        self.says_of_song(&self.studio.world.bea, "media.offer", fact).await
    }

    pub(crate) async fn says_of_song(&self, who: &Somebody, op: &'static str, fact: Json) -> Reply {
        let song = Some(self.studio.song.id.as_str());
        self.studio.world.tries(who, op, song, (Json::Null, fact)).await
    }

    /// Cem's id for the song.
    pub(crate) fn cems(&self) -> String {
        asset_id(self.cem.did(), &self.studio.song.cid, 0)
    }

    /// The song as a caller gets it by an id.
    pub(crate) async fn file(&self, who: Option<&Somebody>, id: &str) -> Reply {
        self.studio.world.get(who, &format!("/media/api/assets/{id}")).await
    }

    /// The quote that a caller gets for the song.
    pub(crate) async fn quote(&self, who: &Somebody, query: &str) -> Reply {
        let path = format!("/media/api/assets/{}/quote{query}", self.studio.song.id);
        self.studio.world.get(Some(who), &path).await
    }

    pub(crate) async fn buys(&self, who: &Somebody, used: &str, rail: &str) -> Reply {
        let body = json!({ "asset": self.studio.song.id, "use": used, "rail": rail });
        self.signed(who, "/media/api/buy", &body).await
    }

    /// Signs what a quote says, with a part of it changed.
    pub(crate) async fn buys_at(&self, who: &Somebody, quote: &Json, change: Json) -> Reply {
        let mut sign = quote["sign"].clone();
        for (name, value) in change.as_object().unwrap() {
            sign["fact"][name] = value.clone();
        }
        let mut write = Write::from_answer(&sign);
        write.body = None;
        let node = &self.studio.world.node;
        who.person.write(node, &write).await
    }

    /// Cem has credit.
    pub(crate) async fn funds(&self, amount: i64) {
        self.funds_of(&self.cem, amount).await;
    }

    /// Gives a person credit.
    pub(crate) async fn funds_of(&self, who: &Somebody, amount: i64) {
        let body = json!({ "amount": amount, "currency": "CHF" });
        let begun = self.signed(who, "/pay/api/topup/emt", &body).await;
        let id = json!({ "id": begun.json()["id"] });
        let owner = &self.studio.world.owner;
        self.signed(owner, "/pay/api/confirm-payment", &id).await.check(200);
    }

    /// Bea says where transfers to her go.
    pub(crate) async fn takes_transfers(&self) {
        let (world, details) = (&self.studio.world, json!({ "note": "At the kitchen." }));
        world.says(&world.bea, "pay.details", None, (details, json!({}))).await;
    }

    /// Credit in CHF.
    pub(crate) async fn balance(&self, who: &Somebody) -> i64 {
        let node = &self.studio.world.node;
        who.person.balance(node, &who.token).await
    }

    /// A transfer for the song has come: Bea says so, and pay tells the service, as often as it may.
    pub(crate) async fn arrives(&self, payment: &str) -> Fulfilled {
        let body = json!({ "id": payment });
        self.signed(&self.studio.world.bea, "/pay/api/confirm-payment", &body).await.check(200);
        let paid = self.paid(payment);
        let mut done = None;
        for _ in 0..3 {
            let outcome = self.media().fulfil(&self.studio.world.node.node, &paid).await;
            done = Some(outcome.unwrap());
        }
        done.unwrap()
    }

    /// All of a payment went back: pay says so, as often as it may.
    pub(crate) async fn goes_back(&self, payment: &str) {
        let paid = self.paid(payment);
        for _ in 0..3 {
            let outcome = self.media().given_back(&self.studio.world.node.node, &paid).await;
            outcome.unwrap();
        }
    }

    /// Whether Cem got back what they paid.
    pub(crate) async fn has_refund(&self, payment: &str) -> bool {
        let path = format!("/pay/api/transactions/{}", self.cem.did());
        let all = self.studio.world.get(Some(&self.cem), &path).await.json();
        let mut all = all["transactions"].as_array().unwrap().iter();
        all.any(|one| one["op"] == "pay.refunded" && one["transactionId"] == payment)
    }

    fn media(&self) -> &dyn Fulfilment {
        let node = &self.studio.world.node.node;
        let mut all = node.services().offers().all::<dyn Fulfilment>();
        all.find(|(app, _)| *app == "media").unwrap().1
    }

    fn paid(&self, payment: &str) -> Paid {
        Paid {
            payment: IdText::parse(payment).unwrap(),
            payer: self.cem.did().clone(),
            seller: self.studio.world.bea.did().clone(),
            amount: Minor::new(PRICE).unwrap(),
            currency: Currency::parse("CHF").unwrap(),
            kind: IdText::parse("work").unwrap(),
        }
    }

    /// Bea gives back what Cem paid.
    pub(crate) async fn refunds(&self, payment: &str, amount: i64) -> Reply {
        let world = &self.studio.world;
        let mut write = Write::new(world.bea.did(), "media.refund").to(&[
            self.cem.did(),
            world.owner.did(),
            world.node.node.did(),
        ]);
        write.reference = Some(payment.to_owned());
        write.body = Some(from_dag_json(&json!({ "reason": "Scratched." })).unwrap());
        write.fact = Some(json!({ "amount": amount, "currency": "CHF" }));
        world.bea.person.write(&world.node, &write).await
    }

    /// Cem's licence for the song, from the receipt.
    pub(crate) async fn licence(&self) -> Json {
        let path = format!("/media/api/assets/{}/receipt", self.cems());
        self.studio.world.get(Some(&self.cem), &path).await.json()["licences"][0].clone()
    }

    /// Waits for Cem's first licence to be in a state: what the node enters in people's records is shown a moment later.
    pub(crate) async fn licence_becomes(&self, state: &str) {
        until(state, async || self.licence().await["state"] == state).await;
    }

    /// Asks a route, signs what it wants to be signed, and asks again with it.
    pub(crate) async fn signed(&self, who: &Somebody, path: &str, body: &Json) -> Reply {
        who.person.ask_signed(&self.studio.world.node, &who.token, ("POST", path), body).await
    }
}
