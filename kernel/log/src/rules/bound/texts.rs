//! The signed texts in derived bodies, read as far as their tie needs: attestations, countersignatures, tickets,
//! manifests and receipts (docs/format.md §8, §15).
//!
//! Always: a malformed text is a fault of code `cause`; this module does not know whose signature counts.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::cid::{dag_cbor_cid, sha256};
use imajin_dfos::{Cid, Value, cbor, hex, jws};
use imajin_protocol::fair::{Agreements, Manifest};
use imajin_protocol::{Did, DidKind, FactValue, jcs, settlement};
use serde_json::{Map, Value as Json};

use super::untied;
use crate::entry::Header;
use crate::rules::Fault;

/// The members of an attestation's text, and their names in the text that its CID is of.
const ATTESTATION: [(&str, &str); 6] = [
    ("subject_did", "subjectDid"),
    ("type", "type"),
    ("context_id", "contextId"),
    ("context_type", "contextType"),
    ("payload", "payload"),
    ("issued_at", "issuedAt"),
];
/// The members of a ticket's text.
const TICKET: [&str; 8] = ["event", "holder", "issue", "issuedAt", "seat", "ticket", "type", "v"];
/// The members that a ticket's text and its entry's fact share.
const TICKET_FACT: [&str; 5] = ["event", "holder", "issue", "seat", "type"];
const COUNTERSIGN: &str = "did:dfos:countersign";

/// An attestation with its signature.
pub(super) struct AttestationText {
    pub(super) issuer: Did,
    /// `subject_did`, if it is a text.
    pub(super) subject: Option<String>,
    pub(super) cid: Cid,
    pub(super) text: String,
    pub(super) signature: [u8; 64],
}

impl AttestationText {
    pub(super) fn read(body: &Value) -> Result<Self, Fault> {
        let text = member(body, "attestation")?;
        let issuer = did(member(body, "issuer")?)?;
        let members = object(text)?;
        if members.len() != ATTESTATION.len() {
            return Err(untied("the attestation has not exactly its six members"));
        }
        let mut row = BTreeMap::from([("issuerDid".to_owned(), Value::from(issuer.as_str()))]);
        for (name, called) in ATTESTATION {
            let value = members.get(name).map(cbor::from_json);
            let Some(Ok(value)) = value else {
                return Err(untied("the attestation has not exactly its six members"));
            };
            row.insert(called.to_owned(), value);
        }
        let subject = members.get("subject_did").and_then(Json::as_str);
        Ok(Self {
            issuer,
            subject: subject.map(str::to_owned),
            cid: dag_cbor_cid(&cbor::encode(&Value::Map(row))),
            text: text.to_owned(),
            signature: signature(body)?,
        })
    }
}

/// A countersignature; only its target is read.
pub(super) struct CountersignatureText<'b> {
    pub(super) token: &'b str,
    pub(super) did: String,
    pub(super) key_id: String,
    pub(super) target: String,
    pub(super) signing_input: String,
    pub(super) signature: [u8; 64],
}

impl<'b> CountersignatureText<'b> {
    pub(super) fn read(body: &'b Value) -> Result<Self, Fault> {
        let token = member(body, "witness_jws")?;
        let wrong = || untied("witness_jws is no countersignature");
        let parsed = jws::parse(token, COUNTERSIGN).map_err(|_| wrong())?;
        let payload = jcs::parse_strict(parsed.payload()).map_err(|_| wrong())?;
        let text = |name: &str| payload.get(name).and_then(Json::as_str).map(str::to_owned);
        let (Some(did), Some(target)) = (text("did"), text("targetCID")) else {
            return Err(wrong());
        };
        let (of, key_id) = parsed.kid().split_once('#').ok_or_else(wrong)?;
        if payload.get("version") != Some(&Json::from(1)) {
            return Err(wrong());
        }
        if of != did || text("type").as_deref() != Some("countersign") {
            return Err(wrong());
        }
        Ok(Self {
            token,
            key_id: key_id.to_owned(),
            did,
            target,
            signing_input: parsed.signing_input().to_owned(),
            signature: *parsed.signature(),
        })
    }
}

/// A ticket with its signature.
pub(super) struct Ticket {
    pub(super) event: Did,
    pub(super) holder: Did,
    pub(super) text: String,
    pub(super) signature: [u8; 64],
    members: Map<String, Json>,
}

impl Ticket {
    pub(super) fn read(body: &Value) -> Result<Self, Fault> {
        let text = member(body, "ticket")?;
        let members = object(text)?;
        let is_whole = TICKET.iter().all(|name| members.contains_key(*name));
        let has = |name: &str| members.get(name).and_then(Json::as_str).unwrap_or_default();
        let (event, holder) = (did(has("event"))?, did(has("holder"))?);
        if !is_whole || members.len() != TICKET.len() || members.get("v") != Some(&Json::from(1)) {
            return Err(untied("the ticket has not exactly its eight members"));
        }
        Ok(Self { event, holder, text: text.to_owned(), signature: signature(body)?, members })
    }

    /// Checks that it agrees with its entry.
    pub(super) fn fits(&self, header: &Header) -> Result<(), Fault> {
        let named = header.reference.as_ref().map(|id| id.as_str());
        if named != self.members.get("ticket").and_then(Json::as_str) {
            return Err(untied("ref is not the ticket"));
        }
        let fact = |name: &str| header.fact.as_ref()?.get(name);
        let differs = |name: &&&str| !same_fact(fact(name), self.members.get(**name));
        match TICKET_FACT.iter().find(differs) {
            None => Ok(()),
            Some(name) => Err(untied(&format!("{name} of the ticket is not the fact's"))),
        }
    }
}

/// A receipt, as its node wrote it.
pub(super) struct Receipt {
    pub(super) manifests: Vec<String>,
    order: Map<String, Json>,
    document: Map<String, Json>,
}

impl Receipt {
    pub(super) fn read(body: &Value) -> Result<Self, Fault> {
        let document = object(member(body, "receipt")?)?;
        let order = document.get("order").cloned();
        let manifests = document.get("manifests").cloned();
        let (Some(Json::Object(order)), Some(Json::Array(manifests))) = (order, manifests) else {
            return Err(untied("the receipt has no order, or no manifests"));
        };
        let texts = manifests.into_iter().map(|text| match text {
            Json::String(text) => Ok(text),
            _ => Err(untied("a manifest of the receipt is no text")),
        });
        Ok(Self { manifests: texts.collect::<Result<_, _>>()?, order, document })
    }

    /// Returns the people who had deleted their records.
    pub(super) fn deleted_people(&self) -> Result<Vec<String>, Fault> {
        let gone = self.document.get("gone").cloned().unwrap_or_default();
        serde_json::from_value::<Option<Vec<String>>>(gone)
            .map(Option::unwrap_or_default)
            .map_err(|_| untied("gone is no list of texts"))
    }

    /// Computes the shares from the payment, the fees and the manifests in it. False if that is impossible.
    pub(super) fn adds_up(&self) -> Result<bool, Fault> {
        settlement::Receipt::check_sum(&self.document)
            .map_err(|error| untied(&format!("the division of the receipt: {error}")))
    }

    /// Checks that it is about the payment in its entry.
    pub(super) fn fits(&self, header: &Header) -> Result<(), Fault> {
        let named = header.reference.as_ref().map(|id| id.as_str());
        if named != self.order.get("id").and_then(Json::as_str) {
            return Err(untied("ref is not the payment of the receipt"));
        }
        for (name, in_order) in [
            ("amount", "gross"),
            ("currency", "currency"),
            ("payer", "payer"),
            ("seller", "seller"),
        ] {
            let fact = header.fact.as_ref().and_then(|fact| fact.get(name));
            if !same_fact(fact, self.order.get(in_order)) {
                return Err(untied(&format!("{name} of the receipt is not the fact's")));
            }
        }
        self.debts()?;
        match self.document.get("agreed") {
            Some(agreed) => check_agreed(agreed, &self.manifests),
            None => Ok(()),
        }
    }

    /// Checks its debts: by its seller, to others, each once, and together at most the payment.
    fn debts(&self) -> Result<(), Fault> {
        let Some(debts) = self.document.get("debts") else {
            return Ok(());
        };
        let wrong =
            || untied("the debts of the receipt are not its seller's, or more than was paid");
        let debts = debts.as_array().filter(|debts| !debts.is_empty());
        let (mut owed, mut creditors) = (0_i128, BTreeSet::new());
        for debt in debts.ok_or_else(wrong)? {
            let members = debt.as_object().filter(|debt| debt.len() == 3);
            let members = members.ok_or_else(wrong)?;
            let text = |name: &str| members.get(name).and_then(Json::as_str);
            let seller = self.order.get("seller").and_then(Json::as_str);
            let creditor = text("creditor").filter(|did| Some(*did) != seller);
            let is_did = |did: &&str| Did::parse(did).is_ok_and(|did| did.kind() == DidKind::Key);
            let creditor = creditor.filter(is_did).ok_or_else(wrong)?;
            let amount = members.get("amount").and_then(Json::as_i64);
            let amount = amount.filter(|amount| *amount > 0).ok_or_else(wrong)?;
            if text("debtor") != seller || !creditors.insert(creditor) {
                return Err(wrong());
            }
            owed += i128::from(amount);
        }
        let gross = self.order.get("gross").and_then(Json::as_i64);
        if gross.is_some_and(|gross| owed <= i128::from(gross)) { Ok(()) } else { Err(wrong()) }
    }
}

pub(super) fn list(body: &Value, name: &str) -> Result<Vec<String>, Fault> {
    let items = body.get(name).and_then(Value::as_list);
    let texts = items.and_then(|items| {
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<String>>>()
    });
    texts.ok_or_else(|| untied(&format!("{name} is no list of texts")))
}

/// Checks the signatures next to the manifests of a work that was sold.
pub(super) fn check_agreed(agreed: &Json, manifests: &[String]) -> Result<(), Fault> {
    let read: Result<Vec<Manifest>, _> =
        manifests.iter().map(|text| Manifest::parse(text)).collect();
    let fits = match (Agreements::read(agreed), read) {
        (Ok(agreed), Ok(manifests)) => agreed.fit(&manifests),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(untied("agreed is not that of everybody who made what was sold"))
    }
}

/// Returns the digests that name manifests: SHA-256 of the canonical form of each.
pub(super) fn digests(texts: &[String]) -> Result<Vec<String>, Fault> {
    let digest = |text: &String| Ok(digest_of(&Json::Object(object(text)?)));
    texts.iter().map(digest).collect()
}

/// Returns the digest that names several manifests, in their order, and the people who are gone.
pub(super) fn digest_of_all(digests: &[String], gone: &[String]) -> String {
    let mut all: Vec<Json> = digests.iter().map(|digest| digest.as_str().into()).collect();
    if !gone.is_empty() {
        all.push(gone.into());
    }
    digest_of(&all.into())
}

fn digest_of(document: &Json) -> String {
    let digest = sha256(jcs::to_string(document).as_bytes());
    format!("sha256:{}", hex::encode(&digest))
}

/// Returns whether two bodies have the same members, except for the salt.
pub fn same_but_salt(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_map(), other.as_map()) else {
        return false;
    };
    let members = |map: &BTreeMap<String, Value>| map.keys().filter(|name| *name != "salt").count();
    let mut of_one = one.iter().filter(|(name, _)| *name != "salt");
    members(one) == members(other) && of_one.all(|(name, value)| other.get(name) == Some(value))
}

fn same_fact(fact: Option<&FactValue>, json: Option<&Json>) -> bool {
    match (fact, json) {
        (Some(FactValue::Int(number)), Some(json)) => json.as_i64() == Some(*number),
        (Some(FactValue::Id(id)), Some(json)) => json.as_str() == Some(id.as_str()),
        _ => false,
    }
}

fn member<'b>(body: &'b Value, name: &str) -> Result<&'b str, Fault> {
    let text = body.get_str(name);
    text.ok_or_else(|| untied(&format!("the body has no text {name:?}")))
}

fn signature(body: &Value) -> Result<[u8; 64], Fault> {
    let bytes = hex::decode(member(body, "signature")?).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| untied("signature is not 128 hexadecimal digits"))
}

fn object(text: &str) -> Result<Map<String, Json>, Fault> {
    match jcs::parse_strict(text.as_bytes()) {
        Ok(Json::Object(members)) => Ok(members),
        _ => Err(untied("the text is no JSON object")),
    }
}

fn did(text: &str) -> Result<Did, Fault> {
    Did::parse_canonical(text).ok_or_else(|| untied(&format!("{text:?} is no DID")))
}
