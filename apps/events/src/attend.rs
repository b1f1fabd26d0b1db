//! What the node attests of the people who came (docs/api.md, "Attestations", `event.attendance`): once for each person and
//! event.
//!
//! Always: the node signs it outside the writer, before the decision, since a decision has no keys. Nobody sees a signed
//! attestation that is not entered.

use imajin_dfos::Timestamp;
use imajin_ledger::{Refusal, RefusalKind, TypedCommand, ops};
use imajin_protocol::attestation::kind::EVENT_ATTENDANCE;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText};
use imajin_service::operation::CallService;
use imajin_service::{Node, Problem};
use serde_json::json;

/// An attestation that somebody came, as the node signed it.
#[derive(Debug, Clone)]
pub(crate) struct Attendance {
    subject: Did,
    cid: IdText,
    text: String,
    signature: String,
}

/// Signs that somebody came to an event.
pub(crate) fn sign(
    node: &Node,
    event: &Did,
    subject: Did,
    now: Timestamp,
) -> Result<Attendance, Problem> {
    let said = Attestation {
        issuer: node.did().clone(),
        subject: subject.clone(),
        kind: Kind::parse(EVENT_ATTENDANCE).map_err(Problem::internal)?,
        context_id: Some(event.to_string()),
        context_type: Some("event".to_owned()),
        // docs/api.md, "Attestations": it names the record that they and this node have met.
        payload: node
            .root_record(&subject)?
            .and_then(|root| json!({ "root": root }).as_object().cloned()),
        issued_at: now,
    };
    let cid = said.cid().map_err(Problem::internal)?;
    let signed = said.sign(&node.key().key).map_err(Problem::internal)?;
    Ok(Attendance {
        subject,
        cid: IdText::from_cid(&cid),
        text: signed.text().to_owned(),
        signature: signed.signature(),
    })
}

/// Has the service of attestations enter that somebody came, in their record.
pub(crate) fn enter(
    ctx: &mut impl CallService,
    all: &[Attendance],
    subject: &Did,
) -> Result<(), Refusal> {
    let found = all.iter().find(|one| one.subject == *subject);
    let found = found.ok_or_else(|| {
        let text = "somebody came without the node's attestation of it";
        Refusal::new(RefusalKind::Stored, text)
    })?;
    let command = TypedCommand {
        did: subject.clone(),
        op: ops::ATTESTATION_RECEIVED.to_owned(),
        reference: Some(found.cid.clone()),
        body: None,
        fact: None,
        args: json!({ "text": found.text, "signature": found.signature }),
        prepared: Default::default(),
    };
    ctx.call_service(ops::SERVICE, command).map(drop)
}
