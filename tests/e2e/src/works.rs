//! Signs offers, sales and refunds of works, as a client would.

use imajin_protocol::fair::{Digest, Manifest};

use crate::photos::asset_id;
use crate::prelude::*;

/// Price of every work, in cents (CHF).
pub const PRICE: i64 = 500;

impl Person {
    /// Offers one of this person's files by its manifest.
    pub fn offer_work(&self, asset: &str, manifest: &Manifest) -> Outcome {
        let fact = json!({
            "price": PRICE, "currency": "CHF", "fair": manifest.digest().to_string(), "open": 1,
        });
        self.enter(&json!({ "op": "media.offer", "ref": asset, "fact": fact }))
    }

    /// Makes a file public.
    pub fn show_everybody(&self, asset: &str) {
        let fact = json!({ "assets": [asset], "access": "public" });
        let shown = self.enter(&json!({ "op": "media.access", "fact": fact }));
        shown.unwrap_or_else(|error| panic!("a file is shown: {error}"));
    }

    /// Creates a file with this person as the only contributor, and offers it publicly. Returns its id and its
    /// manifest.
    pub fn sell_work(&self, text: &[u8]) -> (String, Manifest) {
        let manifest = self.make_work(text, &[(self.key.did(), 1_000_000)], "all of it");
        let work = manifest.work().expect("a work").expect("a work");
        let asset = asset_id(self.did(), &work.cid);
        self.show_everybody(&asset);
        self.offer_work(&asset, &manifest).expect("an offer");
        (asset, manifest)
    }

    /// Buys a work from credit, or orders it by transfer.
    pub fn buy_work(
        &self,
        of: &Self,
        (asset, manifest): (&str, &Manifest),
        rail: Option<&str>,
    ) -> Outcome {
        let fair = manifest.digest();
        let mut fact = json!({
            "use": "keep", "seller": of.did(), "amount": PRICE, "currency": "CHF",
            "fair": fair.to_string(), "follows": Digest::of_all(&[fair]).to_string(),
        });
        if let Some(rail) = rail {
            fact["rail"] = rail.into();
        }
        let buy = json!({ "op": "media.buy", "ref": asset, "fact": fact });
        self.say_to_makers(&buy, of, manifest)
    }

    /// Refunds a payment for a work.
    pub fn refund_work(
        &self,
        to: &Self,
        (payment, manifest): (&str, &Manifest),
        reason: &str,
    ) -> Outcome {
        let refund = json!({
            "op": "media.refund", "ref": payment, "body": { "reason": reason },
            "fact": { "amount": PRICE, "currency": "CHF" },
        });
        self.say_to_makers(&refund, to, manifest)
    }

    /// Submits a command to everyone with a share in the work, the other party and the node.
    fn say_to_makers(&self, command: &Json, other: &Self, manifest: &Manifest) -> Outcome {
        let makers = manifest.contributors().iter().map(|one| one.did.as_str());
        self.enter_with_node(command, makers.chain([other.did()]))
    }

    /// Returns the newest licence of this person for a file.
    pub fn licence(&self, asset: &str) -> Json {
        let path = format!("/media/api/assets/{asset}/receipt");
        let receipt = self.session().get(&self.client, &path);
        receipt.map_or(Json::Null, |found| found["licences"][0].clone())
    }
}
