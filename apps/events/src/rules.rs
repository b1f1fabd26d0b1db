//! What a command of this service comes to. Pure: time, ids, signatures and everything else arrive with the command.

mod checkin;
mod later;
mod making;
mod places;
mod selling;

pub(crate) use later::DONE;
pub(crate) use making::{ARG_BODIES, ARG_MAY};
pub(crate) use selling::{ARG_SALE, Order};

use imajin_dfos::order::Order as _;
use imajin_dfos::{Value, hex};
use imajin_ledger::{Command, CommandWill, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::{Did, Fact, FactValue, IdText, new_id_bytes};
use serde_json::{Value as Json, json};

use crate::ops;
use crate::reads::{self, Event};

/// Decides a command.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    // The node's own word is said by this program alone.
    let by_node = matches!(command.op.as_str(), ops::PAID | ops::WITHDRAWN);
    if *ctx.author() != command.did && !by_node {
        return Err(refuse(
            RefusalKind::Forbidden,
            "This is entered in one's own record, by whose it is or whom they let act for them.",
        ));
    }
    match command.op.as_str() {
        ops::CREATE => making::create(ctx, command),
        ops::UPDATE => making::update(ctx, command),
        ops::STATUS => making::status(ctx, command),
        ops::CANCEL => making::cancel(ctx, command),
        ops::ERASE => making::erase(ctx, command),
        ops::HOLD => places::hold(ctx, command),
        ops::RELEASE => places::release(ctx, command),
        ops::BUY => selling::buy(ctx, command),
        ops::TRANSFER => selling::transfer(ctx, command),
        ops::REFUND => selling::refund(ctx, command),
        ops::CHECKIN => checkin::checkin(ctx, command),
        ops::PAID => later::paid(ctx, command),
        ops::WITHDRAWN => later::withdrawn(ctx, command),
        other => Err(refuse(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

pub(crate) fn refuse(kind: RefusalKind, message: impl Into<String>) -> Refusal {
    Refusal::new(kind, message)
}

fn bad(field: &str, message: impl Into<String>) -> Refusal {
    refuse(RefusalKind::BadRequest, message).field(field)
}

/// A conflict with what is there; with an `extra`, so that nobody takes it for a proof out of order.
fn conflict(reason: &str, message: impl Into<String>) -> Refusal {
    refuse(RefusalKind::Conflict, message).extra(json!({ "reason": reason }))
}

fn gone() -> Refusal {
    refuse(RefusalKind::NotFound, "There is no such event here.").field("ref")
}

/// The event that the `ref` names.
fn event(ctx: &Decide<'_>, command: &Command) -> Result<Event, Refusal> {
    let named = command.reference.as_ref().ok_or_else(gone)?;
    reads::event(ctx.db(), named.as_str())?.ok_or_else(gone)
}

/// The same, of who asks. Whoever is not its organiser learns nothing more than everybody may.
fn own_event(ctx: &Decide<'_>, command: &Command) -> Result<Event, Refusal> {
    let event = event(ctx, command)?;
    match event.organiser == command.did {
        true => Ok(event),
        false => Err(refuse(
            RefusalKind::Forbidden,
            "Only who organises this event may do that.",
        )),
    }
}

/// A text as it stands in a fact.
fn id(text: &str) -> Result<IdText, Refusal> {
    IdText::parse(text).map_err(|error| bad("fact", format!("{error}.")))
}

fn of_did(did: &Did) -> Result<IdText, Refusal> {
    IdText::from_did(did).map_err(|error| bad("did", format!("{error}.")))
}

fn fact_of(members: impl IntoIterator<Item = (&'static str, FactValue)>) -> Result<Fact, Refusal> {
    Fact::new(members).map_err(|error| bad("fact", format!("{error}.")))
}

/// Whether an entry can stand in somebody's log here.
fn takes_entries(ctx: &Decide<'_>, did: &Did) -> bool {
    ctx.log(did)
        .is_some_and(|log| !log.deleted && log.read_only.is_none())
}

fn draft(
    did: &Did,
    op: &'static str,
    reference: IdText,
    fact: Option<Fact>,
    body: Option<Value>,
) -> Draft {
    Draft {
        did: did.clone(),
        service: "events",
        op,
        reference: Some(reference),
        body,
        fact,
    }
}

/// A proof names everybody in whose logs this writes, as far as this service does.
fn names_all(command: &Command, drafts: &[Draft]) -> Result<(), Refusal> {
    let CommandWill::Signed(proof) = &command.will else {
        return Ok(());
    };
    let mut others: Vec<&Did> = drafts
        .iter()
        .map(|draft| &draft.did)
        .filter(|did| **did != command.did)
        .collect();
    others.order();
    others.dedup();
    match others.iter().find(|did| !proof.payload.to.contains(did)) {
        None => Ok(()),
        Some(missing) => Err(bad(
            "to",
            format!("This also writes in the record of {missing}: name everybody in \"to\"."),
        )
        .extra(json!({ "to": others }))),
    }
}

/// Enters the command and what follows from it.
fn enter(
    ctx: &mut Decide<'_>,
    command: &Command,
    drafts: Vec<Draft>,
    reply: Json,
) -> Result<(), Refusal> {
    names_all(command, &drafts)?;
    ctx.intent();
    for draft in drafts {
        ctx.derive(draft);
    }
    ctx.reply(reply);
    Ok(())
}

/// A fresh id, from the command's time and fresh bytes.
fn fresh_id(ctx: &mut Decide<'_>, prefix: &str) -> Result<IdText, Refusal> {
    let bytes = new_id_bytes(ctx.now(), ctx.fresh_bytes());
    id(&format!("{prefix}_{}", hex::encode(&bytes)))
}
