//! What a command about attestations comes to: an entry in the log of who asks, and its counterpart in the other party's,
//! if that is kept here. Pure: what signatures are worth was found out before (`check`).

use imajin_ledger::rules::LogView;
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind, ops};
use imajin_protocol::Did;
use imajin_protocol::attestation::Status;
use serde_json::{Value as Json, json};

use super::check::{ARG_CHAIN, ARG_OTHER};
use super::read::{self, Found};
use super::stored::{Audience, Stored};
use crate::projection;

fn conflict(message: &str) -> Refusal {
    // With an `extra`, so that nobody takes it for a proof out of order.
    Refusal::new(RefusalKind::Conflict, message).extra(json!({ "reason": "attestation" }))
}

/// Decides a command.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let other = checked(ctx, command)?;
    let cid = command.reference.as_ref().map_or("", |id| id.as_str());
    let found = read::in_log(ctx.db(), &command.did, cid)?;
    let (op, body) = match command.op.as_str() {
        ops::ATTESTATION_ISSUE => {
            if found.is_some() {
                return Err(conflict("You have issued this very attestation already."));
            }
            let stored = command.body.as_ref().and_then(Stored::from_body);
            (
                ops::ATTESTATION_RECEIVED,
                stored.map(|stored| stored.to_body()),
            )
        }
        ops::ATTESTATION_COUNTERSIGN => {
            unanswered(found)?;
            let token = command
                .body
                .as_ref()
                .and_then(|body| body.get("witness_jws"));
            let body = token.map(|token| imajin_dfos::Value::map([("witness_jws", token.clone())]));
            (ops::ATTESTATION_COUNTERSIGNED, body)
        }
        ops::ATTESTATION_DECLINE => {
            unanswered(found)?;
            (ops::ATTESTATION_DECLINED, None)
        }
        _ => {
            if found.is_none_or(|found| found.revoked_at.is_some()) {
                return Err(conflict("There is nothing to revoke any more."));
            }
            (ops::ATTESTATION_REVOKED, None)
        }
    };
    let here = other != command.did && ctx.log(&other).is_some_and(|log| is_open(&log));
    ctx.intent();
    if here {
        ctx.derive(Draft {
            did: other,
            service: "auth",
            op,
            reference: command.reference.clone(),
            body,
            fact: None,
        });
    }
    Ok(())
}

/// In `args` of what another service attests by the node's key: the text, and its signature.
const ARG_TEXT: &str = "text";
const ARG_SIGNATURE: &str = "signature";

/// What the node itself attests, within an operation of another service, which signed it before with the node's key: in
/// the subject's own log. The parties may see it.
pub(crate) fn receive(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let stored = |text: String| Refusal::new(RefusalKind::Stored, text);
    let arg = |name: &str| {
        let text = command.args.get(name).and_then(Json::as_str);
        let text = text.map(str::to_owned);
        text.ok_or_else(|| stored(format!("an attestation came without its {name}")))
    };
    let own = Stored {
        issuer: ctx.node().clone(),
        text: arg(ARG_TEXT)?,
        signature: arg(ARG_SIGNATURE)?,
        audience: Audience::Parties,
        expires_at: None,
        author_jws: None,
    };
    let said = own
        .attestation()
        .map_err(|error| stored(error.to_string()))?;
    let cid = said.cid().map_err(|error| stored(error.to_string()))?;
    let named = command.reference.as_ref().map(|id| id.as_str());
    if said.subject != command.did || named != Some(&cid.to_string()) {
        return Err(stored(format!(
            "{cid} does not attest what it is entered as"
        )));
    }
    ctx.derive(Draft {
        did: command.did.clone(),
        service: "auth",
        op: ops::ATTESTATION_RECEIVED,
        reference: command.reference.clone(),
        body: Some(own.to_body()),
        fact: None,
    });
    Ok(())
}

/// Whether anything may still be entered there.
fn is_open(log: &LogView) -> bool {
    !log.deleted && log.read_only.is_none()
}

fn unanswered(found: Option<Found>) -> Result<(), Refusal> {
    match found.map(|found| found.status()) {
        Some(Status::Pending) => Ok(()),
        _ => Err(conflict("This attestation is answered already.")),
    }
}

/// The other party, if the command was checked against the keys that are in force.
fn checked(ctx: &Decide<'_>, command: &Command) -> Result<Did, Refusal> {
    let stored = || Refusal::new(RefusalKind::Stored, "an attestation came unchecked");
    let other = command.args.get(ARG_OTHER).and_then(Json::as_str);
    let other = other
        .and_then(|text| Did::parse(text).ok())
        .ok_or_else(stored)?;
    let then = command.args.get(ARG_CHAIN).and_then(Json::as_str);
    let chain = projection::read_chain(ctx.db(), command.did.as_str())?;
    let now = chain.map(|chain| chain.head_cid().to_string());
    match now.as_deref() == then {
        true => Ok(other),
        false => Err(conflict(
            "Your keys changed while this was being checked. Sign it anew with a key in force.",
        )),
    }
}
