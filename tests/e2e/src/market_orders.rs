//! Signs the orders of `market` by hand, as a client would.

use imajin_protocol::fair::Digest;

use crate::payments::manifest;
use crate::prelude::*;

/// The id of the test listing.
pub const LISTING: &str = "itm_000000000000000000000001";
/// The price of a piece of it, in cents (CHF).
pub const PIECE: i64 = 500;

impl Person {
    /// Puts the test listing on sale: one piece that can be given back for 14 days, or on other terms. Returns the digest of its
    /// manifest, by which its seller gets the whole price.
    pub fn sell_listing(&self, terms: &Json) -> Digest {
        let mut all = json!({ "returns": 14 });
        merge(&mut all, terms);
        self.put_on_sale("Ladder", &json!({}), &all)
    }

    /// Lends the test listing by the day, with a deposit. Returns the digest of its manifest.
    pub fn lend_listing(&self, quantity: i64, deposit: i64) -> Digest {
        let terms = json!({ "quantity": quantity, "deposit": deposit });
        self.put_on_sale("Drill", &json!({ "rent": "day" }), &terms)
    }

    fn put_on_sale(&self, title: &str, fact: &Json, terms: &Json) -> Digest {
        let body = json!({ "title": title });
        self.put_listing(LISTING, &body, fact).unwrap();
        self.offer_listing(LISTING, PIECE, terms).unwrap();
        manifest(self, LISTING, &[(self.key.did(), 1_000_000)], None).digest()
    }

    /// Orders a piece of a person's test listing from credit.
    pub fn order(&self, of: &Self, fair: Digest) -> Outcome {
        self.order_as(of, fair, &json!({}))
    }

    /// Orders from a person's test listing, with other members of the fact.
    pub fn order_as(&self, of: &Self, fair: Digest, more: &Json) -> Outcome {
        let draft = self.order_draft(of, fair, more)?;
        self.client.submit(&self.signer, &draft)
    }

    /// Orders a piece of a person's test listing by card, like cash. Returns the payment and the provider's page.
    pub fn order_by_card(&self, of: &Self, fair: Digest) -> Outcome<Json> {
        let card = json!({ "rail": "stripe", "returns": 0 });
        let mut answers = self.order_times(of, fair, &card, 1)?;
        Ok(answers.remove(0))
    }

    /// Signs an order with these members, and sends it this many times with the same proof, as after answers that were lost.
    pub fn order_times(
        &self,
        of: &Self,
        fair: Digest,
        members: &Json,
        times: usize,
    ) -> Outcome<Vec<Json>> {
        let draft = self.order_draft(of, fair, members)?;
        let place = self.client.place(&self.signer)?;
        let signed = self.signer.sign(&draft, &place)?;
        let mut wish = json!({ "owner": of.did(), "listing": LISTING });
        merge(&mut wish, members);
        let session = Session::begin(&self.client, &self.key)?;
        let ask = |_| {
            let request = session.request(&self.client, Method::POST, "/market/api/pay");
            let request = request.header("mjn-proof", &*signed.token);
            self.client.json(request.json(&wish))
        };
        (0..times).map(ask).collect()
    }

    fn order_draft(&self, of: &Self, fair: Digest, more: &Json) -> Outcome<Draft> {
        let mut fact = json!({
            "seller": of.did(), "quantity": 1, "returns": 14, "amount": PIECE, "currency": "CHF",
            "fair": fair.to_string(), "follows": Digest::of_all(&[fair]).to_string(),
        });
        merge(&mut fact, more);
        let order = json!({ "op": "market.order", "ref": LISTING, "fact": fact });
        self.draft_with_node(&order, [of.did()])
    }

    /// Says that an order was handed over or sent.
    pub fn hand_order(&self, to: &Self, payment: &str, code: Option<i64>) -> Outcome {
        let code = code.map(|code| json!({ "code": code }));
        let hand = json!({ "op": "market.hand", "ref": payment });
        self.tell_about_order(hand, to, &code.unwrap_or_default())
    }

    /// Reviews an order, with words or without.
    pub fn review_order(
        &self,
        seller: &Self,
        payment: &str,
        stars: i64,
        text: Option<&str>,
    ) -> Outcome {
        let body = text.map_or_else(|| json!({}), |text| json!({ "text": text }));
        let review = json!({ "op": "market.review", "ref": payment, "body": body });
        self.tell_about_order(review, seller, &json!({ "stars": stars }))
    }

    /// Takes back the words of a review.
    pub fn unreview_order(&self, seller: &Self, payment: &str) -> Outcome {
        let unreview = json!({ "op": "market.unreview", "ref": payment });
        self.tell_about_order(unreview, seller, &json!({}))
    }

    /// Reports a problem with an order, or says that it is solved.
    pub fn report_problem(&self, seller: &Self, payment: &str, about: &str, on: bool) -> Outcome {
        let fact = json!({ "about": about, "on": i64::from(on) });
        let report = json!({ "op": "market.problem", "ref": payment });
        self.tell_about_order(report, seller, &fact)
    }

    /// Says something about an order to the other party, with these members of the fact besides.
    fn tell_about_order(&self, mut command: Json, to: &Self, more: &Json) -> Outcome {
        let mut fact = json!({ "dids": [to.did()] });
        merge(&mut fact, more);
        command["fact"] = fact;
        self.enter(&command)
    }

    /// Calls an order off.
    pub fn cancel_order(&self, payment: &str, (seller, buyer): (&Self, &Self)) -> Outcome {
        let fact = json!({ "buyer": buyer.did(), "seller": seller.did() });
        let cancel = json!({ "op": "market.cancel", "ref": payment, "fact": fact });
        self.enter_with_node(&cancel, [buyer.did(), seller.did()])
    }

    /// Returns this person's orders: as `buyer`, as `seller`, or those that they are still to `hand` over.
    pub fn orders(&self, role: &str) -> Vec<Json> {
        let answer = self.read(&format!("/market/api/orders?role={role}&limit=100"));
        answer["orders"].as_array().expect("orders").clone()
    }

    /// Returns one order of this person.
    pub fn order_by(&self, payment: &str) -> Json {
        self.read(&format!("/market/api/orders/{payment}"))
    }

    /// Returns the payment of this person's newest order as a buyer.
    pub fn newest_order(&self) -> String {
        let orders = self.orders("buyer");
        orders[0]["payment"].as_str().expect("an id").to_owned()
    }
}

/// Adds members to an object, or replaces them.
pub fn merge(members: &mut Json, more: &Json) {
    let members = members.as_object_mut().expect("members");
    members.extend(more.as_object().cloned().unwrap_or_default());
}
