//! Places: how many are left, and keeping some for who is about to pay.
//!
//! Always: available = quantity − sold − held, and nobody gets more than that. A hold that is over counts no more,
//! whether anybody took it away or not; so none can leak.

use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::{bad, conflict, draft, enter, event, fact_of, fresh_id, of_did, refuse, takes_entries};
use crate::reads::{Event, Kind};
use crate::{ops, reads};

/// How long places are kept for who pays at once.
const HOLD_MS: i64 = 10 * 60 * 1000;
/// Most holds of one person at one event: so nobody keeps others out for nothing.
const HOLDS_MAX: usize = 2;

/// A type of tickets that can be had of an event, so many.
pub(super) fn on_sale(
    ctx: &Decide<'_>,
    event: &Event,
    n: i64,
    quantity: i64,
) -> Result<Kind, Refusal> {
    let now = ctx.now().as_millis();
    match event.status.as_str() {
        "published" => {}
        "draft" => return Err(super::gone()),
        other => {
            let text = format!("This event is {other}: there are no tickets at the moment.");
            return Err(conflict("closed", text));
        }
    }
    if event.over_at().is_none_or(|over| over < now) {
        return Err(conflict("over", "This event is over."));
    }
    if !takes_entries(ctx, &event.organiser) {
        let text = "Who organises this event has left this box: there are no tickets any more.";
        return Err(conflict("closed", text));
    }
    let kind = reads::kind(ctx.db(), event.did.as_str(), n, now)?
        .ok_or_else(|| bad("type", "This event has no such type of tickets."))?;
    if !(1..=kind.most).contains(&quantity) {
        let text = format!("One order may have 1 to {} of these tickets.", kind.most);
        return Err(bad("quantity", text));
    }
    Ok(kind)
}

/// Refuses more than is left. `own` is what is kept for who asks and counts for them.
pub(super) fn check_left(kind: &Kind, quantity: i64, own: i64) -> Result<(), Refusal> {
    let left = match kind.quantity {
        None => return Ok(()),
        Some(all) => all - kind.sold - (kind.held - own),
    };
    if quantity <= left {
        return Ok(());
    }
    let left = left.max(0);
    let text = match (left, kind.held - own) {
        (0, 0) => "These tickets are sold out.".to_owned(),
        (0, _) => "The last of these tickets are with people who are paying right now. Some may come back in a few minutes.".to_owned(),
        (left, _) => format!("There are only {left} of these tickets left."),
    };
    Err(conflict("sold-out", text)
        .field("quantity")
        .extra(json!({ "reason": "sold-out", "available": left })))
}

pub(super) fn hold(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = event(ctx, command)?;
    let fact = command.fact_with(&["type", "quantity"], &[])?;
    let int = |key: &str| fact.int(key).unwrap_or(0);
    let (n, quantity) = (int("type"), int("quantity"));
    let kind = on_sale(ctx, &found, n, quantity)?;
    check_left(&kind, quantity, 0)?;
    let now = ctx.now().as_millis();
    let mine = reads::holds_of(ctx.db(), found.did.as_str(), command.did.as_str(), now)?;
    if mine >= HOLDS_MAX {
        return Err(conflict(
            "holds",
            "You are keeping places already: pay for them or give them up.",
        ));
    }
    let hold = fresh_id(ctx, "hld")?;
    let until = now.saturating_add(HOLD_MS);
    let drafts = vec![kept(&found, &kind, &command.did, quantity, until, &hold)?];
    enter(
        ctx,
        command,
        drafts,
        json!({ "hold": hold.as_str(), "until": until }),
    )
}

/// The entry that keeps places, under a hold of its own or a payment that is waited for.
pub(super) fn kept(
    event: &Event,
    kind: &Kind,
    holder: &Did,
    quantity: i64,
    until: i64,
    named: &IdText,
) -> Result<Draft, Refusal> {
    let fact = fact_of([
        ("holder", of_did(holder)?.into()),
        ("type", kind.n.into()),
        ("quantity", quantity.into()),
        ("price", kind.price.into()),
        ("currency", super::id(kind.currency.code())?.into()),
        ("until", until.into()),
    ])?;
    Ok(draft(
        &event.did,
        ops::HELD,
        named.clone(),
        Some(fact),
        None,
    ))
}

pub(super) fn release(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact_with(&["event"], &[])?;
    let missing = || refuse(RefusalKind::NotFound, "You are keeping no such places.").field("ref");
    let event = fact
        .id("event")
        .and_then(IdText::to_did)
        .ok_or_else(missing)?;
    let named = command.reference.as_ref().ok_or_else(missing)?;
    let hold = reads::hold(ctx.db(), event.as_str(), named.as_str())?;
    // What a payment keeps, ends with the payment.
    let own = hold.filter(|hold| hold.holder == command.did && named.as_str().starts_with("hld_"));
    own.ok_or_else(missing)?;
    let drafts = vec![draft(&event, ops::RELEASED, named.clone(), None, None)];
    enter(ctx, command, drafts, json!({ "released": true }))
}
