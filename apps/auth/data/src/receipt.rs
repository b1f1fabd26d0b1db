//! The node's signed word that a deletion is done: a JWS `mjn:receipt`, which carries the owner's own proof.
//!
//! Always: it says what was done, counted from the log itself; the node keeps it, so that a person who lost it gets it again.

use imajin_ledger::durable;
use std::fs;
use std::io::{self};
use std::path::{Path, PathBuf};

use imajin_dfos::{Cid, Timestamp, jws};
use imajin_ledger::NodeKey;
use imajin_protocol::{Did, jcs};
use serde_json::{Value as Json, json};

use super::count::Counts;
use super::deletion_plan::RetainedItem;

/// The contents of a receipt.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    pub(super) did: Did,
    pub(super) seq: u64,
    pub(super) cid: Cid,
    pub(super) at: Timestamp,
    /// Bodies and files that were erased.
    pub(super) bodies: u64,
    pub(super) media: u64,
    pub(super) counts: Counts,
    pub(super) stays: Vec<RetainedItem>,
    pub(super) out_of_reach: Vec<String>,
    /// The owner's proof; `None` if the node keeps the owner's key.
    pub(super) proof: Option<String>,
}

impl Receipt {
    /// The payload.
    pub(super) fn to_json(&self) -> Json {
        json!({
            "v": 1,
            "did": self.did,
            "entry": { "seq": self.seq, "cid": self.cid.to_string() },
            "erased": { "bodies": self.bodies, "media": self.media },
            "counts": self.counts,
            "at": self.at.to_string(),
            "stays": self.stays,
            "outOfReach": self.out_of_reach,
            "proof": self.proof,
        })
    }

    /// The token.
    pub(super) fn sign(&self, node: &NodeKey) -> String {
        sign("mjn:receipt", &self.to_json(), node)
    }
}

/// A statement of this node: a JWS of a type over the JCS of what it says.
pub(super) fn sign(typ: &str, says: &Json, node: &NodeKey) -> String {
    jws::sign(
        &[("kid", &node.kid.to_string()), ("typ", typ)],
        jcs::to_string(says).as_bytes(),
        &node.key,
    )
}

fn path(data: &Path, did: &Did) -> PathBuf {
    data.join("node").join("receipts").join(format!("{}.jws", did.folder_name()))
}

/// The receipt that was given before, if one was.
pub(super) fn given(data: &Path, did: &Did) -> io::Result<Option<String>> {
    durable::if_there(fs::read_to_string(path(data, did)))
}

pub(super) fn keep(data: &Path, did: &Did, token: &str) -> io::Result<()> {
    durable::replace(&path(data, did), token.as_bytes())
}

/// Returns the payload of a token of this node without verifying it.
pub(super) fn says(token: &str) -> Option<Json> {
    serde_json::from_slice(jws::parse_any(token).ok()?.payload()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_dfos::{PublicKey, SigningKey};
    use imajin_protocol::Kid;

    #[test]
    fn a_receipt_is_the_jcs_of_what_it_says_signed_by_the_node() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let node = Did::from_key(PublicKey::from(&key).as_bytes());
        let node = NodeKey { kid: Kid::of_bare_key(&node).unwrap(), did: node, key };
        let receipt = Receipt {
            did: Did::from_key(&[7; 32]),
            seq: 4,
            cid: dag_cbor_cid(b"x"),
            at: Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap(),
            bodies: 3,
            media: 1,
            counts: [("profile".to_owned(), [("profile updates".to_owned(), 3)].into())].into(),
            stays: vec![RetainedItem {
                service: "auth".into(),
                kind: "keys".into(),
                number: 1,
                what: "1 keys".into(),
                why: "because".into(),
            }],
            out_of_reach: vec!["copies".into()],
            proof: Some("a.b.c".into()),
        };
        let token = receipt.sign(&node);
        let parsed = jws::parse(&token, "mjn:receipt").unwrap();
        assert_eq!(parsed.kid(), node.kid.to_string());
        parsed.verify(&node.key.verifying_key()).unwrap();
        let text = std::str::from_utf8(parsed.payload()).unwrap();
        let (did, cid) = (&receipt.did, receipt.cid);
        assert_eq!(
            text,
            format!(
                r#"{{"at":"2026-11-20T10:00:00.000Z","counts":{{"profile":{{"profile updates":3}}}},"did":"{did}","entry":{{"cid":"{cid}","seq":4}},"erased":{{"bodies":3,"media":1}},"outOfReach":["copies"],"proof":"a.b.c","stays":[{{"kind":"keys","number":1,"service":"auth","what":"1 keys","why":"because"}}],"v":1}}"#
            )
        );
        let data = tempfile::tempdir().unwrap();
        assert_eq!(given(data.path(), did).unwrap(), None);
        keep(data.path(), did, &token).unwrap();
        assert_eq!(given(data.path(), did).unwrap().as_deref(), Some(&*token));
        assert_eq!(says(&token), Some(receipt.to_json()));
    }
}
