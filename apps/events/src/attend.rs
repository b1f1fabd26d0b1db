//! Attendance attestations that the node issues (docs/api.md, "Attestations", `event.attendance`): one per person and
//! event.
//!
//! Always: the node signs attestations outside the writer, before the decision, since a decision has no keys. A signed
//! attestation is never exposed unless it was entered.

use imajin_app::operation::CallService;
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_ledger::{Refusal, RefusalKind, TypedCommand};
use imajin_log::ops;
use imajin_protocol::attestation::kind::EVENT_ATTENDANCE;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText};
use serde_json::json;

/// An attendance attestation with the node's signature.
#[derive(Debug, Clone)]
pub(crate) struct Attendance {
    subject: Did,
    cid: IdText,
    text: String,
    signature: String,
}

/// Signs an attestation that a person attended an event.
pub(crate) fn sign(node: &Node, event: &Did, subject: Did, now: Timestamp) -> Answer<Attendance> {
    let attestation = Attestation {
        issuer: node.did().clone(),
        subject: subject.clone(),
        kind: Kind::parse(EVENT_ATTENDANCE).map_err(Problem::internal)?,
        context_id: Some(event.to_string()),
        context_type: Some("event".to_owned()),
        // The payload names the person's record as this node knows it (docs/api.md, "Attestations").
        payload: node
            .root_record(&subject)?
            .and_then(|root| json!({ "root": root }).as_object().cloned()),
        issued_at: now,
    };
    let cid = attestation.cid().map_err(Problem::internal)?;
    let signed = attestation.sign(&node.key().key).map_err(Problem::internal)?;
    Ok(Attendance {
        subject,
        cid: IdText::from_cid(&cid),
        text: signed.text().to_owned(),
        signature: signed.signature(),
    })
}

/// Enters a person's attendance attestation in their record, through the attestation service.
pub(crate) fn enter(
    ctx: &mut impl CallService,
    all: &[Attendance],
    subject: &Did,
) -> Result<(), Refusal> {
    let attendance = all.iter().find(|one| one.subject == *subject);
    let attendance = attendance.ok_or_else(|| {
        let text = "somebody came without the node's attestation of it";
        Refusal::new(RefusalKind::Stored, text)
    })?;
    let command = TypedCommand {
        did: subject.clone(),
        op: ops::ATTESTATION_RECEIVED.to_owned(),
        reference: Some(attendance.cid.clone()),
        body: None,
        fact: None,
        args: json!({ "text": attendance.text, "signature": attendance.signature }),
        prepared: Default::default(),
    };
    ctx.call_service(ops::SERVICE, command).map(drop)
}
