//! Making an event, changing it, and what it can be.

use imajin_dfos::Value;
use imajin_dfos::cid::parse_cid;
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind, ops as kernel};
use imajin_protocol::{Did, IdText};
use serde_json::{Value as Json, json};

use super::{bad, conflict, draft, enter, fact_of, of_did, own_event, refuse, takes_entries};
use crate::{event, ops, reads};

/// In `args` of a create: it was found that this person may, and that the event's key is kept for them.
pub(crate) const ARG_MAY: &str = "may";
/// In `args` of an erase: CIDs of the bodies of the event's log, as texts.
pub(crate) const ARG_BODIES: &str = "bodies";

pub(super) fn create(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if command.args[ARG_MAY] != Json::Bool(true) {
        return Err(refuse(RefusalKind::Stored, "an event came unchecked"));
    }
    let did = command.reference.as_ref().and_then(IdText::to_did);
    let did = did.ok_or_else(|| {
        bad(
            "ref",
            "ref must be the DID that this box made for the event.",
        )
    })?;
    event::check(command.body.as_ref(), command.fact.as_ref())?;
    if reads::has_event(ctx.db(), did.as_str())? {
        return Err(conflict("exists", "This event is there already."));
    }
    if !takes_entries(ctx, &did) {
        return Err(bad("ref", "This event has no record of its own here."));
    }
    let reply = json!({ "event": did, "id": event::id_of(&did) });
    tell(ctx, command, &did, ops::OPENED, reply)
}

pub(super) fn update(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = own_event(ctx, command)?;
    if matches!(found.status.as_str(), "cancelled" | "completed") {
        return Err(conflict(
            "over",
            "This event is over: nothing of it changes any more.",
        ));
    }
    let (_, terms) = event::check(command.body.as_ref(), command.fact.as_ref())?;
    let now = ctx.now().as_millis();
    let kinds = reads::kinds(ctx.db(), found.did.as_str(), now)?;
    if terms.len() < kinds.len() {
        return Err(conflict(
            "types",
            "A type of tickets cannot go: set how many there are of it to those that are sold.",
        )
        .field("tickets"));
    }
    for (kind, terms) in kinds.iter().zip(&terms) {
        let gone = kind.sold + kind.held;
        if terms.quantity.is_some_and(|quantity| quantity < gone) {
            let text = format!(
                "Of ticket type {} {gone} are sold or about to be: there cannot be fewer.",
                kind.n
            );
            return Err(conflict("sold", text).field("quantity"));
        }
    }
    tell(ctx, command, &found.did, ops::CHANGED, Json::Null)
}

/// Into the event's log.
fn tell(
    ctx: &mut Decide<'_>,
    command: &Command,
    event: &Did,
    op: &'static str,
    reply: Json,
) -> Result<(), Refusal> {
    let mut body = command.body.clone();
    if let Some(members) = body.as_mut().and_then(Value::as_map_mut) {
        members.remove("salt");
    }
    let fact = command.fact.clone();
    let drafts = vec![draft(event, op, of_did(&command.did)?, fact, body)];
    enter(ctx, command, drafts, reply)
}

pub(super) fn status(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = own_event(ctx, command)?;
    let fact = command.fact_with(&["status"], &[])?;
    let wanted = fact.id("status").map(IdText::as_str).unwrap_or_default();
    if !event::may_become(&found.status, wanted) {
        let text = format!(
            "An event that is {} cannot become {wanted:?}.",
            found.status
        );
        return Err(conflict("status", text).field("status"));
    }
    if wanted == "published" && found.words.is_null() {
        return Err(conflict(
            "erased",
            "This event's words were erased: it cannot be published.",
        ));
    }
    let fact = fact_of([("status", super::id(wanted)?.into())])?;
    let drafts = vec![draft(
        &found.did,
        ops::STATUS_CHANGED,
        of_did(&command.did)?,
        Some(fact),
        None,
    )];
    enter(ctx, command, drafts, json!({ "status": wanted }))
}

/// What the organiser wrote of the event goes, wherever it stands in the event's log. Numbers stay: tickets depend on
/// them.
pub(super) fn erase(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = own_event(ctx, command)?;
    if matches!(found.status.as_str(), "published" | "paused") {
        return Err(conflict(
            "open",
            "This event is on: cancel it or complete it first.",
        ));
    }
    let named = command.args[ARG_BODIES].as_array().into_iter().flatten();
    let bodies: Vec<Value> = named
        .filter_map(|text| parse_cid(text.as_str()?).ok().map(Value::Link))
        .collect();
    let mut drafts = Vec::new();
    if !bodies.is_empty() {
        drafts.push(Draft {
            did: found.did.clone(),
            service: "auth",
            op: kernel::BODY_ERASED,
            reference: None,
            body: Some(Value::map([("bodies", Value::List(bodies))])),
            fact: None,
        });
    }
    enter(ctx, command, drafts, Json::Null)
}
