//! Attestations of payments (docs/api.md, "Attestations"): `transaction.settled` for payer and seller, `customer` for a
//! payer who pays a seller for the first time. Free payments are not attested: anyone could make them up for standing.
//!
//! Always: the node signs before the decision, outside the writer, since a decision has no keys. Attestations that the
//! decision does not enter reach no one. They are proven by the node's key, like all others.

use imajin_app::operation::CallService;
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::{Timestamp, hex};
use imajin_host::random;
use imajin_ledger::{Refusal, RefusalKind, TypedCommand};
use imajin_log::ops;
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText, new_id_bytes};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The inputs of a payment's decision that need the clock, randomness or the node's key.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// The payment's id.
    pub(crate) id: IdText,
    pub(crate) attestations: Attestations,
}

/// The attestations that the node signed for a decision, which enters only some of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Attestations(Vec<Attested>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Attested {
    subject: Did,
    kind: String,
    cid: String,
    text: String,
    signature: String,
}

/// An attestation to make: the subject, and the statement.
pub(crate) type AttestationRequest = (Did, &'static str);

/// Returns a new, random id for a payment.
pub(crate) fn new_id(node: &Node) -> Answer<IdText> {
    Ok(payment_id(node.now(), random::bytes()?)?)
}

impl Prepared {
    /// Returns the preparation of a payment that settles nothing yet.
    pub(crate) fn new(id: &IdText) -> Self {
        Self { id: id.clone(), attestations: Attestations::default() }
    }

    /// Signs every attestation that a payment may get; the decision finds out whether it is the payer's first one.
    pub(crate) fn sign(node: &Node, id: &IdText, payer: &Did, seller: &Did) -> Answer<Self> {
        let kind = |text| Kind::parse(text).map_err(Problem::internal);
        let (is_settled, is_customer) = (kind(TRANSACTION_SETTLED)?, kind(CUSTOMER)?);
        let roots = [(payer, node.root_record(payer)?), (seller, node.root_record(seller)?)];
        // docs/api.md, "Attestations": an attestation names the record that its subject and this node have in common.
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
        let statements =
            [settled(payer, seller, "payer"), settled(seller, payer, "seller"), customer];
        let attested = statements.into_iter().map(|said| sign(node, said));
        Ok(Self { id: id.clone(), attestations: Attestations(attested.collect::<Result<_, _>>()?) })
    }

    /// Serialises the preparation for a selling service, which passes it on to its own decision.
    pub(crate) fn to_args(&self) -> Json {
        json!({ "id": self.id.as_str(), "attested": self.attestations })
    }

    /// Reads a serialised preparation.
    /// Errors: the preparation is missing: the selling service did not prepare its sale.
    pub(crate) fn read(args: &Json) -> Result<Self, Refusal> {
        let id = args["id"].as_str().and_then(|id| IdText::parse(id).ok());
        let attestations = Attestations::deserialize(&args["attested"]).ok();
        let (id, attestations) =
            id.zip(attestations).ok_or_else(|| stored("a sale came unprepared"))?;
        Ok(Self { id, attestations })
    }
}

impl Attestations {
    /// Has the service of people's records enter one of the attestations.
    pub(crate) fn enter(
        &self,
        ctx: &mut impl CallService,
        (subject, kind): &AttestationRequest,
    ) -> Result<(), Refusal> {
        let is_it = |one: &&Attested| one.subject == *subject && one.kind == *kind;
        let missing = || stored("a payment came without what the node says of it");
        let attestation = self.0.iter().find(is_it).ok_or_else(missing)?;
        let command = TypedCommand {
            did: subject.clone(),
            op: ops::ATTESTATION_RECEIVED.to_owned(),
            reference: Some(IdText::parse(&attestation.cid).map_err(|_| stored("no CID"))?),
            body: None,
            fact: None,
            args: json!({ "text": attestation.text, "signature": attestation.signature }),
            prepared: Default::default(),
        };
        ctx.call_service(ops::SERVICE, command).map(drop)
    }
}

fn sign(node: &Node, said: Attestation) -> Answer<Attested> {
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

/// Returns a payment's id, from the time and random bytes.
pub(crate) fn payment_id(now: Timestamp, fresh: [u8; 6]) -> Result<IdText, Refusal> {
    let text = format!("pay_{}", hex::encode(&new_id_bytes(now, fresh)));
    IdText::parse(&text).map_err(stored)
}

/// Returns the refusal for a fault of the node itself.
pub(crate) fn stored(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(RefusalKind::Stored, error.to_string())
}
