//! Making an event, changing it, and what it can be.

use imajin_dfos::Value;
use imajin_dfos::cid::parse_cid;
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind, ops as kernel};
use imajin_protocol::{Did, IdText};
use imajin_service::sale::hold_longer;
use serde_json::{Value as Json, json};

use super::{bad, conflict, draft, enter, fact_of, of_did, own_event, refuse, takes_entries};
use crate::reads::Event;
use crate::{event, ops, reads};

/// In `args` of a create: it was found that this person may, and that the event's key is kept for them. Of a cancel: that
/// they own the node.
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
    let numbers = event::check(command.body.as_ref(), command.fact.as_ref())?;
    let now = ctx.now().as_millis();
    check_end(ctx, &found, numbers.over)?;
    let is_later = found.over_at.is_none_or(|before| numbers.over > before);
    let terms = numbers.terms;
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
    tell(ctx, command, &found.did, ops::CHANGED, Json::Null)?;
    if is_later && let Some(free_at) = event::free_at(numbers.over) {
        hold_longer(ctx, &command.did, &of_did(&found.did)?, free_at)?;
    }
    Ok(())
}

/// The end of an event decides until when its buyers' money is held: it moves within what is still held.
fn check_end(ctx: &Decide<'_>, found: &Event, over: i64) -> Result<(), Refusal> {
    if found.over_at.is_some_and(|now| over <= now) {
        return Ok(());
    }
    let Some(first) = reads::first_paid(ctx.db(), found.did.as_str())? else {
        return Ok(());
    };
    if !event::can_be_cancelled(found.latest, ctx.now().as_millis()) {
        return Err(conflict(
            "over",
            "This event is over and the money of its tickets is paid out: make a new event.",
        )
        .field("endsAt"));
    }
    match event::end_may_move(over, first) {
        true => Ok(()),
        false => Err(conflict(
            "too-late",
            "Tickets are sold, and their money is held for at most 400 days: the event must end at least three days before that. Cancel it, or choose an earlier end.",
        )
        .field("endsAt")),
    }
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
    if wanted == "cancelled" {
        check_cancel(ctx, &found)?;
    }
    if wanted == "published" && found.words.is_null() {
        return Err(conflict(
            "erased",
            "This event's words were erased: it cannot be published.",
        ));
    }
    decided(ctx, command, &found, wanted)
}

/// The node's owner cancels somebody's event: they answer for what is sold on their box.
pub(super) fn cancel(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if command.args[ARG_MAY] != Json::Bool(true) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Only the organiser of an event, and the owner of this box, can cancel it.",
        ));
    }
    let found = super::event(ctx, command)?;
    if command.fact.is_some() {
        return Err(bad("fact", "events.cancel has no fact."));
    }
    if !event::may_become(&found.status, "cancelled") {
        return Err(conflict("status", "This event is cancelled already."));
    }
    check_cancel(ctx, &found)?;
    decided(ctx, command, &found, "cancelled")
}

/// Cancelling gives everybody's money back, from what is held for it: once it is paid out, there is none.
fn check_cancel(ctx: &Decide<'_>, found: &Event) -> Result<(), Refusal> {
    let is_sold = reads::first_paid(ctx.db(), found.did.as_str())?.is_some();
    match !is_sold || event::can_be_cancelled(found.latest, ctx.now().as_millis()) {
        true => Ok(()),
        false => Err(conflict(
            "final",
            "This event ended more than three days ago, and the money of its tickets is paid out. The organiser can still give single tickets back.",
        )),
    }
}

fn decided(
    ctx: &mut Decide<'_>,
    command: &Command,
    found: &Event,
    wanted: &str,
) -> Result<(), Refusal> {
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
