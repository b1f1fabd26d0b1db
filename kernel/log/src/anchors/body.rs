//! The body of `auth.anchor`: the published operation, its document, and the leaves of its tree (docs/format.md §14).
//!
//! Always: a body that [`AnchorBody::read`] accepts is well formed, and its document's root is the root of its leaves.
//! Verifiers of the node's content chain check whether the operation extends that chain.

use std::collections::BTreeMap;

use imajin_dfos::Value;
use imajin_dfos::cid::CODEC_DAG_CBOR;
use imajin_protocol::anchor::{AnchoredHead, Document, Leaf, Tree};

/// The members of an anchor entry's body, without the salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorBody {
    /// The operation of the node's content chain, a compact JWS.
    pub token: String,
    /// The document that the operation commits to.
    pub document: Document,
    /// The leaves of the Merkle tree.
    pub tree: Tree,
    /// The credential that lets everyone read the chain's newest document at a relay; only present when a new one was
    /// due.
    pub grant: Option<String>,
}

impl AnchorBody {
    /// Maximum number of leaves in one anchor: at about 90 bytes each they stay below a body's limit. Other logs wait
    /// for the next anchor.
    pub const LEAVES_MAX: usize = 10_000;

    /// Builds the body without its salt.
    pub fn to_value(&self) -> Value {
        let head = |leaf: &Leaf| {
            let number = |n: u64| Value::Int(n.cast_signed());
            Value::List(vec![
                Value::Bytes(leaf.subject.to_vec()),
                number(leaf.head.epoch),
                number(leaf.head.seq),
                Value::Link(leaf.head.cid),
            ])
        };
        let heads = self.tree.leaves().iter().map(head).collect();
        let mut members = vec![
            ("token", Value::from(self.token.as_str())),
            ("document", Value::from(self.document.text())),
            ("heads", Value::List(heads)),
        ];
        let grant = self.grant.as_deref();
        members.extend(grant.map(|grant| ("grant", Value::from(grant))));
        Value::map(members)
    }

    /// Reads a body, with its salt or without. The error is the name of the malformed member.
    pub fn read(body: &Value) -> Result<Self, &'static str> {
        let members: &BTreeMap<String, Value> = body.as_map().ok_or("body")?;
        let member_names = ["document", "grant", "heads", "salt", "token"];
        if members.keys().any(|name| !member_names.contains(&name.as_str())) {
            return Err("member but document, grant, heads and token");
        }
        let token = body.get_str("token").ok_or("token")?.to_owned();
        let grant = body.get("grant").map(|grant| grant.as_str().ok_or("grant")).transpose()?;
        let grant = grant.map(str::to_owned);
        let document = body.get_str("document").and_then(Document::parse);
        let document = document.ok_or("document")?;
        let heads = body.get("heads").and_then(Value::as_list).ok_or("heads")?;
        let leaves: Option<Vec<Leaf>> = heads.iter().map(leaf).collect();
        let leaves = leaves.ok_or("heads")?;
        let in_order = leaves.windows(2).all(|pair| pair[0].subject < pair[1].subject);
        let tree = Tree::new(leaves).map_err(|_| "heads")?;
        if !in_order || tree.root() != document.root {
            return Err("heads");
        }
        Ok(Self { token, document, tree, grant })
    }
}

fn leaf(value: &Value) -> Option<Leaf> {
    let [subject, epoch, seq, cid] = value.as_list()? else {
        return None;
    };
    let cid = cid.as_link().filter(|cid| cid.codec() == CODEC_DAG_CBOR)?;
    Some(Leaf {
        subject: subject.as_bytes()?.try_into().ok()?,
        head: AnchoredHead {
            epoch: epoch.as_u64().filter(|epoch| *epoch > 0)?,
            seq: seq.as_u64()?,
            cid: *cid,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::cid::{dag_cbor_cid, sha256};
    use proptest::prelude::*;

    fn leaves() -> impl Strategy<Value = Vec<Leaf>> {
        proptest::collection::btree_map(any::<[u8; 8]>(), (1u64..9, 0u64..1_000), 0..20).prop_map(
            |heads| {
                let leaf = |(name, (epoch, seq)): ([u8; 8], (u64, u64))| Leaf {
                    subject: sha256(&name),
                    head: AnchoredHead { epoch, seq, cid: dag_cbor_cid(&name) },
                };
                heads.into_iter().map(leaf).collect()
            },
        )
    }

    proptest! {
        #[test]
        fn a_body_is_read_back_and_no_other_root_with_it(leaves in leaves(), nonce in any::<[u8; 16]>()) {
            let tree = Tree::new(leaves).unwrap();
            let document = Document { nonce, root: tree.root() };
            let grant = nonce[0].is_multiple_of(2).then(|| "d.e.f".to_owned());
            let body = AnchorBody { token: "a.b.c".into(), document, tree, grant };
            prop_assert_eq!(AnchorBody::read(&body.to_value()), Ok(body.clone()));
            let lie = AnchorBody { document: Document { root: [7; 32], ..document }, ..body };
            prop_assert_eq!(AnchorBody::read(&lie.to_value()), Err("heads"));
        }
    }
}
