//! Signs the commands of `coffee` by hand, as a client would.

use imajin_protocol::fair::Digest;

use crate::payments::manifest;
use crate::prelude::*;

/// The id of the test jar.
pub const JAR: &str = "itm_000000000000000000000001";
/// Amount of each tip, in cents (CHF).
const AMOUNT: i64 = 500;

/// Builds the terms that a tipper agrees to.
fn tip(to: &Person, fair: Digest) -> Json {
    json!({
        "amount": AMOUNT, "currency": "CHF", "seller": to.did(), "fair": fair.to_string(),
        "follows": Digest::of_all(&[fair]).to_string(), "shown": 0,
    })
}

impl Person {
    /// Creates a jar whose owner gets the whole of each tip. Returns the digest of its manifest.
    pub fn make_jar(&self) -> Digest {
        let put = json!({ "op": "coffee.put", "ref": JAR, "body": { "title": "Coffee" } });
        self.enter(&put).unwrap();
        let fair = manifest(self, JAR, &[(self.key.did(), 1_000_000)], None);
        self.publish(&fair).unwrap();
        let fact = json!({ "price": 100, "currency": "CHF", "fair": fair.digest().to_string() });
        self.enter(&json!({ "op": "coffee.offer", "ref": JAR, "fact": fact })).unwrap();
        fair.digest()
    }

    /// Tips a person from credit.
    pub fn tip(&self, to: &Self, fair: Digest) -> Outcome {
        self.send_tip(to, &tip(to, fair))
    }

    fn send_tip(&self, to: &Self, fact: &Json) -> Outcome {
        let mut to = [to.did().to_owned(), self.client.node()?.did.to_string()];
        to.sort();
        self.enter(&json!({ "op": "coffee.tip", "ref": JAR, "fact": fact, "to": to }))
    }

    /// Tips a person by transfer, which the recipient confirms. Returns the payment.
    pub fn give(&self, to: &Self, fair: Digest) -> String {
        let mut fact = tip(to, fair);
        fact["rail"] = json!("emt");
        self.send_tip(to, &fact).unwrap();
        let payment = to.newest_payment("pay.expected");
        to.confirm(&payment, AMOUNT, &[self.did()]).unwrap();
        until("the tip is there", || self.newest_tip().as_ref() == Some(&payment));
        payment
    }

    /// Returns the payment of the newest tip that this person gave.
    pub fn newest_tip(&self) -> Option<String> {
        let tips = self.read("/coffee/api/given");
        tips["tips"][0]["payment"].as_str().map(str::to_owned)
    }

    /// Adds a message to a tip.
    pub fn say_with(&self, to: &Self, payment: &str, words: &Json) -> Outcome {
        let fact = json!({ "dids": [to.did()] });
        self.enter(&json!({ "op": "coffee.say", "ref": payment, "fact": fact, "body": words }))
    }

    /// Withdraws the message of a tip.
    pub fn unsay(&self, to: &Self, payment: &str) -> Outcome {
        let fact = json!({ "dids": [to.did()] });
        self.enter(&json!({ "op": "coffee.unsay", "ref": payment, "fact": fact }))
    }
}
