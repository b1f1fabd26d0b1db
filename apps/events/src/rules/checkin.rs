//! The door: who was let in, as one command that a door signs when it has a network again.
//!
//! Always: the first that is entered counts. Whoever comes with the same ticket to a second door is told when and where
//! the first was. A ticket that this box does not know any more (an older copy was put back) counts by the event's own
//! signature.

use imajin_dfos::Value;
use imajin_ledger::rules::Owner;
use imajin_ledger::{Command, Decide, Draft, Refusal};
use imajin_protocol::Did;
use serde_json::json;

use super::selling::Issued;
use super::{bad, draft, fact_of, id, names_all, own_event, takes_entries};
use crate::attend;
use crate::reads::{Event, Held};
use crate::ticket::Ticket;
use crate::{ops, reads};

/// Most doors. They have numbers: what stands in a fact stays, so no words are in it.
const DOORS_MAX: i64 = 999;
/// How far a door's clock may be ahead.
const AHEAD_MS: i64 = 5 * 60 * 1000;

/// One ticket that was looked at.
struct Scan {
    ticket: String,
    /// When, by the door's clock.
    at: i64,
    /// What the code said, where this box may not know the ticket.
    code: Option<String>,
}

/// What a scan comes to.
struct Found {
    result: &'static str,
    first: Option<(i64, Option<i64>)>,
    drafts: Vec<Draft>,
}

pub(super) fn checkin(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let event = own_event(ctx, command)?;
    let (scans, door) = read(command, ctx.now().as_millis())?;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut results = Vec::with_capacity(scans.len());
    let mut seen: Vec<(&str, i64)> = Vec::new();
    for scan in &scans {
        let found = match seen.iter().find(|(ticket, _)| *ticket == scan.ticket) {
            Some((_, at)) => Found {
                result: "already",
                first: Some((*at, door)),
                drafts: Vec::new(),
            },
            None => look(ctx, &event, scan, door)?,
        };
        if found.result == "used" {
            seen.push((&scan.ticket, scan.at));
        }
        let first = found
            .first
            .map(|(at, door)| json!({ "at": at, "door": door }));
        results.push(json!({ "ticket": scan.ticket, "result": found.result, "first": first }));
        drafts.extend(found.drafts);
    }
    names_all(command, &drafts)?;
    let came = newcomers(ctx, &event, &drafts)?;
    ctx.intent();
    for draft in drafts {
        ctx.derive(draft);
    }
    for holder in came {
        attend::enter(ctx, &command.args, &holder)?;
    }
    ctx.reply(json!({ "results": results }));
    Ok(())
}

/// Who came for the first time: those in whose records it is entered that a ticket of theirs was used.
fn newcomers(ctx: &Decide<'_>, event: &Event, drafts: &[Draft]) -> Result<Vec<Did>, Refusal> {
    let mut came: Vec<Did> = Vec::new();
    for draft in drafts {
        let holder = &draft.did;
        let is_new = draft.op == ops::USED && *holder != event.did && !came.contains(holder);
        if is_new && !reads::was_there(ctx.db(), event.did.as_str(), holder.as_str())? {
            came.push(holder.clone());
        }
    }
    Ok(came)
}

fn read(command: &Command, now: i64) -> Result<(Vec<Scan>, Option<i64>), Refusal> {
    let wrong = || {
        bad(
            "scans",
            format!(
                "The body has scans, 1 to {} of {{ticket, at, code?}} (at in milliseconds, not in the future), and may have door.",
                ops::SCANS_MAX
            ),
        )
    };
    let map = command
        .body
        .as_ref()
        .and_then(Value::as_map)
        .ok_or_else(wrong)?;
    if map
        .keys()
        .any(|key| !["scans", "door", "salt"].contains(&key.as_str()))
    {
        return Err(wrong());
    }
    let list = map
        .get("scans")
        .and_then(Value::as_list)
        .ok_or_else(wrong)?;
    if list.is_empty() || list.len() > ops::SCANS_MAX as usize {
        return Err(wrong());
    }
    let scan = |one: &Value| {
        let at = one
            .get_i64("at")
            .filter(|at| *at > 0 && *at <= now.saturating_add(AHEAD_MS))?;
        let code = one.get_str("code").map(str::to_owned);
        Some(Scan {
            ticket: one.get_str("ticket")?.to_owned(),
            at,
            code,
        })
    };
    let scans: Option<Vec<Scan>> = list.iter().map(scan).collect();
    let door = map.get("door").map(|door| {
        let number = door.as_i64().filter(|door| (1..=DOORS_MAX).contains(door));
        number.ok_or_else(|| bad("door", format!("A door is a number from 1 to {DOORS_MAX}.")))
    });
    let door = door.transpose()?;
    Ok((scans.ok_or_else(wrong)?, door))
}

fn look(ctx: &Decide<'_>, event: &Event, scan: &Scan, door: Option<i64>) -> Result<Found, Refusal> {
    let only = |result| Found {
        result,
        first: None,
        drafts: Vec::new(),
    };
    let Some(held) = reads::ticket(ctx.db(), event.did.as_str(), &scan.ticket)? else {
        return admitted(ctx, event, scan, door)
            .map(|found| found.unwrap_or_else(|| only("unknown")));
    };
    let newest = reads::of_seat(ctx.db(), event.did.as_str(), &held.seat)?;
    if newest.is_none_or(|newest| newest.ticket != held.ticket) {
        return Ok(only("passed"));
    }
    Ok(match held.status.as_str() {
        "valid" => Found {
            drafts: used(ctx, event, &held, scan, door)?,
            ..only("used")
        },
        "used" => Found {
            first: held.used_at.map(|at| (at, held.door)),
            ..only("already")
        },
        "passed" => only("passed"),
        _ => only("void"),
    })
}

fn used(
    ctx: &Decide<'_>,
    event: &Event,
    held: &Held,
    scan: &Scan,
    door: Option<i64>,
) -> Result<Vec<Draft>, Refusal> {
    used_of(ctx, &event.did, &held.ticket, &held.holder, scan.at, door)
}

fn used_of(
    ctx: &Decide<'_>,
    event: &Did,
    ticket: &str,
    holder: &Did,
    at: i64,
    door: Option<i64>,
) -> Result<Vec<Draft>, Refusal> {
    let mut members = vec![("event", super::of_did(event)?.into()), ("at", at.into())];
    if let Some(door) = door {
        members.push(("door", door.into()));
    }
    let fact = fact_of(members)?;
    let named = id(ticket)?;
    let one = |did: &Did| draft(did, ops::USED, named.clone(), Some(fact.clone()), None);
    let mut drafts = vec![one(event)];
    if takes_entries(ctx, holder) {
        drafts.push(one(holder));
    }
    Ok(drafts)
}

/// A ticket that is not in the event's log, and that the event signed all the same.
fn admitted(
    ctx: &Decide<'_>,
    event: &Event,
    scan: &Scan,
    door: Option<i64>,
) -> Result<Option<Found>, Refusal> {
    let Some(Ok((ticket, signature))) = scan.code.as_deref().map(Ticket::from_code) else {
        return Ok(None);
    };
    let fits = ticket.event == event.did && ticket.id() == scan.ticket;
    if !fits || !signed_by(ctx, &event.did, &ticket, &signature) {
        return Ok(None);
    }
    let newest = reads::of_seat(ctx.db(), event.did.as_str(), &ticket.seat())?;
    let only = |result| Found {
        result,
        first: None,
        drafts: Vec::new(),
    };
    if let Some(newest) = newest {
        // The place is known: only a later issue than the known one is news.
        if newest.issue >= i64::from(ticket.issue) || newest.status == "void" {
            return Ok(Some(only("passed")));
        }
    }
    let kind = reads::kind(ctx.db(), event.did.as_str(), ticket.kind.into(), 0)?;
    let Some(kind) = kind else { return Ok(None) };
    let issued = Issued {
        signature: imajin_dfos::hex::encode(&signature),
        payment: None,
        price: 0,
        currency: kind.currency,
        hold: None,
        ticket,
    };
    let mut drafts = issued.drafts(ctx)?;
    drafts.extend(used_of(
        ctx,
        &event.did,
        &scan.ticket,
        &issued.ticket.holder,
        scan.at,
        door,
    )?);
    Ok(Some(Found {
        drafts,
        ..only("used")
    }))
}

/// By any key that the event ever had: what it signed stays signed.
fn signed_by(ctx: &Decide<'_>, event: &Did, ticket: &Ticket, signature: &[u8; 64]) -> bool {
    match ctx.log(event).map(|log| log.owner) {
        Some(Owner::Chain(chain)) => {
            crate::keys::ever(&chain).any(|key| ticket.is_signed(&key, signature))
        }
        _ => false,
    }
}
