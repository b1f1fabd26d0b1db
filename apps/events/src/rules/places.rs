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
/// Most holds and open orders of one person at one event, unless its organiser allows more orders: so nobody keeps
/// others out for nothing.
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
    if event.over_at.is_none_or(|over| over < now) {
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
    check_open(ctx, &found, &command.did, None)?;
    let now = ctx.now().as_millis();
    let hold = fresh_id(ctx, "hld")?;
    let until = now.saturating_add(HOLD_MS);
    let keeping = Keeping {
        kind: &kind,
        holder: &command.did,
        quantity,
        until,
        named: &hold,
        instead_of: None,
    };
    let drafts = vec![keeping.draft(&found)?];
    enter(
        ctx,
        command,
        drafts,
        json!({ "hold": hold.as_str(), "until": until }),
    )
}

/// Refuses more holds and open orders than one person may have at an event. `own` is a hold of theirs that an order takes
/// the place of.
fn check_open(
    ctx: &Decide<'_>,
    event: &Event,
    did: &Did,
    own: Option<&IdText>,
) -> Result<(), Refusal> {
    let now = ctx.now().as_millis();
    let mut open = reads::open(ctx.db(), event.did.as_str(), Some(did.as_str()), now)?;
    open.retain(|one| own.is_none_or(|own| own.as_str() != one.id));
    match open.len() < HOLDS_MAX.max(event.orders_max()) {
        true => Ok(()),
        false => Err(conflict(
            "holds",
            "You are keeping places already: pay for them or give them up.",
        )),
    }
}

/// Refuses an order that is paid later to somebody who has as many open as the organiser allows.
pub(super) fn check_order(
    ctx: &Decide<'_>,
    event: &Event,
    did: &Did,
    own: Option<&IdText>,
) -> Result<(), Refusal> {
    let now = ctx.now().as_millis();
    let open = reads::open(ctx.db(), event.did.as_str(), Some(did.as_str()), now)?;
    let orders = open.iter().filter(|one| one.is_order()).count();
    if orders >= event.orders_max() {
        let text = match event.orders_max() {
            1 => "You have an open order for this event: pay for it or give it up.".to_owned(),
            most => {
                format!("You have {most} open orders for this event: pay for one or give one up.")
            }
        };
        return Err(conflict("orders", text));
    }
    check_open(ctx, event, did, own)
}

/// Places that are about to be kept, under a hold of their own or under the payment that is expected.
pub(super) struct Keeping<'a> {
    pub(super) kind: &'a Kind,
    pub(super) holder: &'a Did,
    pub(super) quantity: i64,
    /// Milliseconds.
    pub(super) until: i64,
    pub(super) named: &'a IdText,
    /// The hold that ends with it.
    pub(super) instead_of: Option<&'a IdText>,
}

impl Keeping<'_> {
    /// The entry that keeps them.
    pub(super) fn draft(&self, event: &Event) -> Result<Draft, Refusal> {
        let mut members = vec![
            ("holder", of_did(self.holder)?.into()),
            ("type", self.kind.n.into()),
            ("quantity", self.quantity.into()),
            ("price", self.kind.price.into()),
            ("currency", super::id(self.kind.currency.code())?.into()),
            ("until", self.until.into()),
        ];
        if let Some(hold) = self.instead_of {
            members.push(("hold", hold.clone().into()));
        }
        let fact = fact_of(members)?;
        let named = self.named.clone();
        Ok(draft(&event.did, ops::HELD, named, Some(fact), None))
    }
}

/// Gives places up: one's own, or, for the organiser, anybody's at their event.
pub(super) fn release(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact_with(&["event"], &[])?;
    let missing = || refuse(RefusalKind::NotFound, "You are keeping no such places.").field("ref");
    let event = fact
        .id("event")
        .and_then(IdText::to_did)
        .ok_or_else(missing)?;
    let named = command.reference.as_ref().ok_or_else(missing)?;
    let organises =
        reads::event(ctx.db(), event.as_str())?.is_some_and(|event| event.organiser == command.did);
    let hold = reads::hold(ctx.db(), event.as_str(), named.as_str())?;
    let hold = hold.filter(|hold| organises || hold.holder == command.did);
    // A payment that comes for an order after this is like any that comes too late: tickets if some are left, else it
    // goes back.
    if hold.ok_or_else(missing)?.done {
        return Err(conflict("done", "These places are given up or paid for."));
    }
    let drafts = vec![draft(&event, ops::RELEASED, named.clone(), None, None)];
    enter(ctx, command, drafts, json!({ "released": true }))
}
