//! Signs the commands of `essays` by hand, as a client would.

use crate::payments::manifest;
use crate::prelude::*;

impl Person {
    /// Puts an essay or a series.
    pub fn put_essay(&self, id: &str, body: &Json, fact: &Json) -> Outcome {
        self.enter(&json!({ "op": "essays.put", "ref": id, "fact": fact, "body": body }))
    }

    /// Removes an essay or a series.
    pub fn remove_essay(&self, id: &str) -> Outcome {
        self.enter(&json!({ "op": "essays.remove", "ref": id }))
    }

    /// Gives an essay a picture, and no other file.
    pub fn attach_picture(&self, id: &str, cid: &str) -> Outcome {
        let (body, fact) = (json!({ "alts": [""] }), json!({ "media": [cid] }));
        self.enter(&json!({ "op": "essays.attach", "ref": id, "fact": fact, "body": body }))
    }

    /// Publishes a manifest by which this person and another made a work by halves. Returns its digest.
    pub fn publish_halves(&self, other: &Self, id: &str) -> String {
        let halves = [(self.key.did(), 500_000), (other.key.did(), 500_000)];
        let fair = manifest(self, id, &halves, Some("words"));
        self.publish(&fair).expect("a manifest");
        fair.digest().to_string()
    }

    /// Names the makers of an essay by the digest of a manifest.
    pub fn name_makers(&self, id: &str, fair: &str) -> Outcome {
        self.enter(&json!({ "op": "essays.fair", "ref": id, "fact": { "fair": fair } }))
    }
}
