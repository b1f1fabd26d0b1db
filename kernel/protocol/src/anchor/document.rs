//! The document that a content chain commits to: the root and the nonce of one tree, and nothing else.
//!
//! Always: a document has one text, so everyone with a path to its root can build the document and knows its CID,
//! without asking anyone for it.

use imajin_dfos::cid::{Cid, dag_cbor_cid};
use imajin_dfos::{Value, cbor, hex};

use super::{Hash, NONCE_BYTES, Nonce};
use crate::jcs;

/// The value of `$schema`.
pub const SCHEMA: &str = "mjn:anchor/v1";

/// A published document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Document {
    /// The nonce, fresh for each document.
    pub nonce: Nonce,
    /// The root of the tree.
    pub root: Hash,
}

impl Document {
    /// Returns the document's JCS (RFC 8785): the text that is stored and served as a blob.
    pub fn text(&self) -> String {
        let json = serde_json::json!({
            "$schema": SCHEMA,
            "nonce": hex::encode(&self.nonce),
            "root": hex::encode(&self.root),
        });
        jcs::to_string(&json)
    }

    /// Returns the CID that an operation of the content chain names as `documentCID`.
    pub fn cid(&self) -> Cid {
        let value = Value::map([
            ("$schema", Value::from(SCHEMA)),
            ("nonce", Value::from(hex::encode(&self.nonce))),
            ("root", Value::from(hex::encode(&self.root))),
        ]);
        dag_cbor_cid(&cbor::encode(&value))
    }

    /// Parses exactly the text that [`Document::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let json = jcs::parse_strict(text.as_bytes()).ok()?;
        let member = |name: &str| json.get(name).and_then(serde_json::Value::as_str);
        let document = Self {
            nonce: hex::decode_lower::<NONCE_BYTES>(member("nonce")?)?,
            root: hex::decode_lower(member("root")?)?,
        };
        (document.text() == text).then_some(document)
    }
}
