//! What is paid after its order, and what is given back by somebody else than who organises: the node's own word, in the
//! event's log.
//!
//! Always: each payment comes to its tickets once, however often it is told. A payment that comes after its hold ended
//! becomes tickets if there are some left, else nothing, and the money goes back.

use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::places::check_left;
use super::selling::{Issuing, voided};
use super::{conflict, refuse};
use crate::reads;

/// Why a payment comes to nothing here: it did before.
pub(crate) const DONE: &str = "done";

fn payment(command: &Command) -> Result<&IdText, Refusal> {
    let stored = || refuse(RefusalKind::Stored, "a payment without its id");
    command.reference.as_ref().ok_or_else(stored)
}

fn done() -> Refusal {
    conflict(DONE, "This was done before.")
}

pub(super) fn paid(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let payment = payment(command)?;
    let event = &command.did;
    if !reads::of_payment(ctx.db(), event.as_str(), payment.as_str())?.is_empty() {
        return Err(done());
    }
    let missing = || {
        refuse(
            RefusalKind::NotFound,
            "No places were kept for this payment.",
        )
    };
    let hold = reads::hold(ctx.db(), event.as_str(), payment.as_str())?.ok_or_else(missing)?;
    let found = reads::event(ctx.db(), event.as_str())?.ok_or_else(super::gone)?;
    if found.status == "cancelled" {
        return Err(conflict("cancelled", "This event was cancelled."));
    }
    let now = ctx.now().as_millis();
    let kind = reads::kind(ctx.db(), event.as_str(), hold.kind, now)?.ok_or_else(missing)?;
    check_left(&kind, hold.quantity, hold.keeps(now))?;
    let issuing = Issuing {
        event,
        holder: &hold.holder,
        n: hold.kind,
        quantity: hold.quantity,
        price: hold.price,
        currency: hold.currency,
        payment,
        hold: Some(payment),
    };
    let tickets = issuing.issue(ctx, &command.args)?;
    let mut drafts: Vec<Draft> = Vec::with_capacity(2 * tickets.len());
    for ticket in &tickets {
        drafts.extend(ticket.drafts(ctx)?);
    }
    let ids: Vec<String> = tickets.iter().map(|one| one.ticket.id()).collect();
    super::enter(ctx, command, drafts, json!({ "tickets": ids }))
}

pub(super) fn withdrawn(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let payment = payment(command)?;
    let event: &Did = &command.did;
    let all = reads::of_payment(ctx.db(), event.as_str(), payment.as_str())?;
    let open = all.iter().filter(|held| held.is_open());
    let mut drafts = Vec::new();
    for held in open {
        drafts.extend(voided(ctx, held)?);
    }
    if drafts.is_empty() {
        return Err(done());
    }
    super::enter(ctx, command, drafts, json!({ "payment": payment.as_str() }))
}
