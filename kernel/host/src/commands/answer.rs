//! The answer to a command, written without a tree: every member is of a type that needs no escapes.

use std::fmt::Write;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_ledger::{EntryRef, Receipt};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use imajin_app::Node;

use crate::prelude::*;

/// The entry that was made; it is durable.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandAnswer {
    /// The owner of the log that took the command.
    #[schema(example = "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt")]
    pub did: String,
    /// Its place there.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// When, by this node's word.
    pub at: String,
    /// All entries of the operation, the command's own first.
    pub entries: Vec<EntryAnswer>,
    /// The service's addition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryAnswer {
    /// The owner of the log.
    pub did: String,
    /// The place in it; absent in a log of other people, whose length says when they write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The CID of its header.
    pub cid: String,
}

pub(super) fn answer(node: &Node, receipt: &Receipt) -> Response {
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, text(receipt, |did| is_things(node, did))).into_response()
}

/// Whether a log is that of a conversation, an event or a group here, whose length its writers may know.
fn is_things(node: &Node, did: &Did) -> bool {
    let whose = node.kept_whose(did);
    whose.is_ok_and(|whose| whose.is_some_and(|whose| whose != *did))
}

fn text(receipt: &Receipt, is_things: impl Fn(&Did) -> bool) -> String {
    let mut out = String::with_capacity(256 + 160 * receipt.entries.len());
    let Receipt { did, seq, cid, at, .. } = receipt;
    // Writing into a String does not fail.
    let _ = write!(out, r#"{{"did":"{did}","seq":{seq},"cid":"{cid}","at":"{at}","entries":["#);
    for (n, entry) in receipt.entries.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        let EntryRef { did, seq, cid } = entry;
        let _ = write!(out, r#"{comma}{{"did":"{did}","#);
        if *did == receipt.did || is_things(did) {
            let _ = write!(out, r#""seq":{seq},"#);
        }
        let _ = write!(out, r#""cid":"{cid}"}}"#);
    }
    out.push(']');
    if let Some(value) = &receipt.value {
        let _ = write!(out, r#","value":{value}"#);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::{Timestamp, cid::dag_cbor_cid};

    #[test]
    fn is_the_documented_json_and_says_no_place_in_the_log_of_another() {
        let (did, cid) = (Did::from_key(&[7; 32]), dag_cbor_cid(b"x"));
        let (talk, other) = (Did::from_key(&[8; 32]), Did::from_key(&[9; 32]));
        let at = Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap();
        let entry = |did: &Did| EntryRef { did: did.clone(), seq: 3, cid };
        let receipt = Receipt {
            did: did.clone(),
            seq: 3,
            cid,
            at,
            entries: vec![entry(&did), entry(&talk), entry(&other)],
            repeated: false,
            value: Some(serde_json::json!({"a": "\""})),
        };
        let text = text(&receipt, |did| *did == talk);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let line = |did: &Did| serde_json::json!({"did": did, "seq": 3, "cid": cid.to_string()});
        let bare = serde_json::json!({"did": other, "cid": cid.to_string()});
        assert_eq!(
            json,
            serde_json::json!({"did": did, "seq": 3, "cid": cid.to_string(), "at": at.to_string(),
            "entries": [line(&did), line(&talk), bare], "value": {"a": "\""}})
        );
    }
}
