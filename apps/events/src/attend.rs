//! What the node attests of who came (WIRE.md §3, `event.attendance`): once for each person and event.
//!
//! Always: signed outside the writer, before the decision, since a decision has no keys; what does not come to be entered
//! was said to nobody.

use imajin_ledger::{Command, Decide, Refusal, RefusalKind, TypedCommand, ops};
use imajin_protocol::attestation::kind::EVENT_ATTENDANCE;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText};
use imajin_service::{Node, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::projection::PROJECTION;
use crate::reads;
use crate::ticket::Ticket;

/// In `args`: what was signed.
const ARG: &str = "attended";

#[derive(Debug, Serialize, Deserialize)]
struct Attended {
    subject: Did,
    cid: String,
    text: String,
    signature: String,
}

/// Signs that the holders of the scanned tickets came; whether they did, is the decision's to find out.
pub(crate) fn prepare(node: &Node, command: &mut Command) -> Result<(), Problem> {
    let event = command.reference.as_ref().and_then(|id| id.to_did());
    let scans = command
        .body
        .as_ref()
        .and_then(|body| body.get("scans")?.as_list());
    let (Some(event), Some(scans)) = (event, scans) else {
        return Ok(());
    };
    let mut attended: Vec<Attended> = Vec::new();
    for scan in scans.iter().take(crate::ops::SCANS_MAX as usize) {
        let known = scan.get_str("ticket").map(|ticket| {
            node.read(PROJECTION.name, |db| {
                reads::ticket(db, event.as_str(), ticket)
            })
        });
        let known = known.transpose()?.flatten().map(|held| held.holder);
        let coded = || Some(Ticket::from_code(scan.get_str("code")?).ok()?.0.holder);
        let Some(holder) = known.or_else(coded) else {
            continue;
        };
        if !attended.iter().any(|one| one.subject == holder) {
            attended.push(sign(node, &event, holder, command.now)?);
        }
    }
    command.args = json!({ ARG: attended });
    Ok(())
}

fn sign(
    node: &Node,
    event: &Did,
    holder: Did,
    now: imajin_dfos::Timestamp,
) -> Result<Attended, Problem> {
    let said = Attestation {
        issuer: node.did().clone(),
        subject: holder.clone(),
        kind: Kind::parse(EVENT_ATTENDANCE).map_err(Problem::internal)?,
        context_id: Some(event.to_string()),
        context_type: Some("event".to_owned()),
        // WIRE.md §3: it names the record that they and this node have met.
        payload: node
            .root_record(&holder)?
            .and_then(|root| json!({ "root": root }).as_object().cloned()),
        issued_at: now,
    };
    let cid = said.cid().map_err(Problem::internal)?.to_string();
    let signed = said.sign(&node.key().key).map_err(Problem::internal)?;
    Ok(Attended {
        subject: holder,
        cid,
        text: signed.text().to_owned(),
        signature: signed.signature(),
    })
}

/// Has auth enter that somebody came, in their record.
pub(crate) fn enter(ctx: &mut Decide<'_>, args: &Json, holder: &Did) -> Result<(), Refusal> {
    let stored = |text: &str| Refusal::new(RefusalKind::Stored, text);
    let all: Vec<Attended> = serde_json::from_value(args[ARG].clone()).unwrap_or_default();
    let found = all.into_iter().find(|one| one.subject == *holder);
    let found = found.ok_or_else(|| stored("somebody came without what the node says of it"))?;
    let command = TypedCommand {
        did: holder.clone(),
        op: ops::ATTESTATION_RECEIVED.to_owned(),
        reference: Some(IdText::parse(&found.cid).map_err(|_| stored("no CID"))?),
        body: None,
        fact: None,
        args: json!({ "text": found.text, "signature": found.signature }),
    };
    ctx.ask("auth", command).map(drop)
}
