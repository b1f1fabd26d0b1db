//! Signs the commands of `market` by hand, as a client would.

use crate::payments::manifest;
use crate::prelude::*;

impl Person {
    /// Puts a listing of the category `tools`, or with another kind or category in `fact`.
    pub fn put_listing(&self, id: &str, body: &Json, fact: &Json) -> Outcome {
        let mut whole = json!({ "kind": "listing", "category": "tools" });
        merge(&mut whole, fact);
        self.enter(&json!({ "op": "market.put", "ref": id, "fact": whole, "body": body }))
    }

    /// Removes a listing.
    pub fn remove_listing(&self, id: &str) -> Outcome {
        self.enter(&json!({ "op": "market.remove", "ref": id }))
    }

    /// Offers a listing in CHF, with these terms besides.
    pub fn offer_listing(&self, id: &str, price: i64, terms: &Json) -> Outcome {
        let fair = manifest(self, id, &[(self.key.did(), 1_000_000)], None);
        self.publish(&fair)?;
        let mut fact = json!({
            "price": price, "currency": "CHF", "fair": fair.digest().to_string(), "quantity": 1, "returns": 0,
        });
        merge(&mut fact, terms);
        self.enter(&json!({ "op": "market.offer", "ref": id, "fact": fact }))
    }

    /// Asks for the contact of a person's listing. Returns the status and the answer.
    pub fn ask_contact(&self, of: &Self, id: &str) -> (u16, Json) {
        let path = format!("/market/api/listings/{}/{id}/contact", of.did());
        let (status, text) = self.ask(Method::POST, &path, None);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }
}
