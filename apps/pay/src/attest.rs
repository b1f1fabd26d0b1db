//! What the node attests of a payment (WIRE.md §3): `transaction.settled` of payer and seller, `customer` of who pays a
//! seller for the first time. Of what costs nothing it attests nothing: whoever wants standing could make that up.
//!
//! Always: signed outside the writer, before the decision, since a decision has no keys; what does not come to be entered
//! was said to nobody. It proves itself by the node's key, like any other attestation.

use imajin_dfos::hex;
use imajin_ledger::{Decide, Refusal, RefusalKind, TypedCommand, ops};
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText, new_id_bytes};
use imajin_service::{Node, Problem, random};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// What a decision cannot make itself, in a command's `args`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Prepared {
    /// The payment's id.
    pub(crate) id: Option<String>,
    attested: Vec<Attested>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Attested {
    subject: Did,
    kind: String,
    cid: String,
    text: String,
    signature: String,
}

/// What is to be attested: of whom, and what.
pub(crate) type Said = (Did, &'static str);

/// A new payment's id.
pub(crate) fn new_id(node: &Node) -> Result<IdText, Problem> {
    let bytes = new_id_bytes(node.now(), random::bytes()?);
    IdText::parse(&format!("pay_{}", hex::encode(&bytes))).map_err(Problem::internal)
}

impl Prepared {
    /// Of a payment that settles nothing yet.
    pub(crate) fn named(id: &IdText) -> Self {
        Self {
            id: Some(id.as_str().to_owned()),
            attested: Vec::new(),
        }
    }

    /// Signs what may be said of a payment; whether it is the payer's first one is the decision's to find out.
    pub(crate) fn sign(
        node: &Node,
        id: &IdText,
        payer: &Did,
        seller: &Did,
    ) -> Result<Self, Problem> {
        let kind = |text| Kind::parse(text).map_err(Problem::internal);
        let (is_settled, is_customer) = (kind(TRANSACTION_SETTLED)?, kind(CUSTOMER)?);
        let roots = [
            (payer, node.root_record(payer)?),
            (seller, node.root_record(seller)?),
        ];
        // WIRE.md §3: what is attested names the record that its subject and this node have met.
        let named = |subject: &Did, mut payload: Json| {
            let root = roots.iter().find(|(did, _)| *did == subject);
            if let Some(root) = root.and_then(|(_, root)| root.as_deref()) {
                payload["root"] = root.into();
            }
            payload.as_object().cloned()
        };
        let settled = |subject: &Did, with: &Did, role: &str| Attestation {
            issuer: node.did().clone(),
            subject: subject.clone(),
            kind: is_settled.clone(),
            context_id: Some(id.as_str().to_owned()),
            context_type: Some("payment".to_owned()),
            payload: named(subject, json!({ "role": role, "with": with })),
            issued_at: node.now(),
        };
        let customer = Attestation {
            kind: is_customer,
            context_id: Some(seller.to_string()),
            context_type: Some("seller".to_owned()),
            payload: named(payer, json!({ "payment": id.as_str() })),
            ..settled(payer, seller, "payer")
        };
        let said = [
            settled(payer, seller, "payer"),
            settled(seller, payer, "seller"),
            customer,
        ];
        let attested = said.into_iter().map(|said| sign(node, said));
        Ok(Self {
            id: Some(id.as_str().to_owned()),
            attested: attested.collect::<Result<_, _>>()?,
        })
    }

    /// What a command brings along; nothing where nothing was prepared.
    pub(crate) fn read(args: &Json) -> Self {
        Self::deserialize(args).unwrap_or_default()
    }

    pub(crate) fn to_args(&self) -> Result<Json, Problem> {
        serde_json::to_value(self).map_err(Problem::internal)
    }

    /// Has auth enter one of them.
    pub(crate) fn enter(
        &self,
        ctx: &mut Decide<'_>,
        (subject, kind): &Said,
    ) -> Result<(), Refusal> {
        let stored = |text: &str| Refusal::new(RefusalKind::Stored, text);
        let mut all = self.attested.iter();
        let found = all.find(|one| one.subject == *subject && one.kind == *kind);
        let found =
            found.ok_or_else(|| stored("a payment came without what the node says of it"))?;
        let command = TypedCommand {
            did: subject.clone(),
            op: ops::ATTESTATION_RECEIVED.to_owned(),
            reference: Some(IdText::parse(&found.cid).map_err(|_| stored("no CID"))?),
            body: None,
            fact: None,
            args: json!({ "text": found.text, "signature": found.signature }),
        };
        ctx.ask("auth", command).map(drop)
    }
}

fn sign(node: &Node, said: Attestation) -> Result<Attested, Problem> {
    let cid = said.cid().map_err(Problem::internal)?.to_string();
    let (subject, kind) = (said.subject.clone(), said.kind.to_string());
    let signed = said.sign(&node.key().key).map_err(Problem::internal)?;
    Ok(Attested {
        subject,
        kind,
        cid,
        text: signed.text().to_owned(),
        signature: signed.signature(),
    })
}
