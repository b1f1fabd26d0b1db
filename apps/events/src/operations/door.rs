//! Check-ins: ticket scans that a door signs as one command once it has a network.
//!
//! Always: the first scan entered counts. A second scan of the same ticket returns the time and door of the first. The
//! list keeps a scan made offline even if its ticket was refunded before the scan was sent. A ticket that this node
//! doesn't know (because an older copy of its data was restored) is accepted on the event's own signature.

use std::collections::BTreeSet;

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Int, List, Operation, Reasons, Record, Refused,
    Request,
};
use imajin_app::text_type;
use imajin_app::{Answer, refuse_if};
use imajin_ledger::{Draft, Refusal};
use imajin_log::ops::ATTESTATION_RECEIVED;
use imajin_log::rules::Owner;
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::shared::{OrganiserRefusal, id, own_event, parties};
use super::ticket::{IssuedTicket, SaleTerms, in_both, issued};
use crate::attend::{self, Attendance};
use crate::keys;
use crate::mint::SignedTicket;
use crate::queries::{self, Event, TicketRow};
use crate::ticket::Ticket;

/// Maximum number of scans in one command: a proof names at most this many logs.
const SCANS_MAX: u32 = 60;
/// Maximum time that a door's clock may be ahead.
const AHEAD_MS: i64 = 5 * 60 * 1000;

/// The number of a door. Facts are never erased, so doors have numbers instead of names.
type Door = Int<1, 999>;
/// A time by the door's clock, in milliseconds.
type Millis = Int<1, { i64::MAX >> 11 }>;

/// Lets people in.
#[derive(Debug, Operation)]
#[operation(
    name = "events.checkin",
    authority = Any,
    undo = Happened,
    erasable_by = Author,
    derives = [
        parties(UsedTicket::NAME, SCANS_MAX).own(&["ref", "event", "at", "door"]),
        parties(IssuedTicket::NAME, SCANS_MAX).own(IssuedTicket::OWN),
        parties(ATTESTATION_RECEIVED, 1)
    ],
    refusal = CheckInRefusal,
    prepared = Vec<Attendance>
)]
pub(crate) struct CheckIn {
    /// The event.
    #[reference]
    event: Did,
    /// The tickets that were scanned, 1 to 60.
    scans: List<Scan, 1, { SCANS_MAX as usize }>,
    /// The number of the door, 1 to 999.
    door: Option<Door>,
}

/// One ticket that a door looked at.
#[derive(Debug, Record)]
struct Scan {
    /// The ticket's number, as its code or a person said it.
    ticket: Scanned,
    /// When, in milliseconds by the door's clock; at most five minutes in the future.
    at: Millis,
    /// The ticket's compact form, for a node that does not know the ticket.
    code: Option<Scanned>,
}

text_type!(
    /// An arbitrary text that a door scanned or a person entered.
    Scanned,
    |_| true,
    "must be a text",
    json!({ "type": "string" }),
    |_| "tkt_000000000000000000000001"
);

#[derive(Debug, Reasons)]
pub(crate) enum CheckInRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    /// scans must not be in the future: the door's clock is ahead by more than five minutes.
    #[refused(BadRequest, field = "scans")]
    ClockAhead,
}

/// A ticket was used, in the logs of event and holder.
#[derive(Debug, Operation)]
#[operation(name = "events.used", authority = Derived, facts)]
pub(crate) struct UsedTicket {
    /// The ticket.
    #[reference]
    ticket: IdText,
    /// Its event.
    event: Did,
    /// When, in milliseconds by the door's clock.
    at: Millis,
    /// The number of the door.
    door: Option<Door>,
}

impl BeforeSubmit for CheckIn {
    /// Signs attendance attestations for the holders of all scanned tickets. The decision enters only those of holders
    /// who were let in.
    fn before_submit(&self, request: &Request<'_>) -> Answer<Vec<Attendance>> {
        let node = request.node;
        let mut holders = BTreeSet::new();
        for scan in &self.scans.0 {
            let ticket =
                queries::read(node, |db| queries::ticket(db, self.event.as_str(), &scan.ticket.0))?;
            let recorded_holder = ticket.map(|held| held.holder);
            let coded = || Some(Ticket::from_code(&scan.code.as_ref()?.0).ok()?.0.holder);
            holders.extend(recorded_holder.or_else(coded));
        }
        let sign = |holder| attend::sign(node, &self.event, holder, request.now);
        holders.into_iter().map(sign).collect()
    }
}

/// The result of a scan.
struct Verdict {
    result: &'static str,
    /// The time and door of an earlier use of the ticket.
    first: Option<(i64, Option<i64>)>,
    drafts: Vec<Draft>,
    /// The holder who was let in.
    holder: Option<Did>,
}

impl Verdict {
    fn only(result: &'static str) -> Self {
        Self { result, first: None, drafts: Vec::new(), holder: None }
    }

    fn already(at: i64, door: Option<i64>) -> Self {
        Self { first: Some((at, door)), ..Self::only("already") }
    }
}

impl Decide for CheckIn {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CheckInRefusal> {
        let event = own_event(ctx, &self.event).map_err(Refused::widen)?;
        let latest = ctx.now().as_millis().saturating_add(AHEAD_MS);
        refuse_if!(self.scans.0.iter().any(|scan| scan.at.0 > latest), CheckInRefusal::ClockAhead);
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(self.scans.0.len());
        for (n, scan) in self.scans.0.iter().enumerate() {
            let before = self.scans.0[..n].iter().zip(&verdicts);
            let mut before = before.filter(|(other, verdict)| {
                other.ticket.0 == scan.ticket.0 && !verdict.drafts.is_empty()
            });
            let verdict = match before.next() {
                Some((first, _)) => Verdict::already(first.at.0, self.door.map(|door| door.0)),
                None => self.look(ctx, &event, scan)?,
            };
            verdicts.push(verdict);
        }
        let newcomers = newcomers(ctx, &event, &verdicts)?;
        let mut results = Vec::with_capacity(verdicts.len());
        for (scan, verdict) in self.scans.0.iter().zip(verdicts) {
            let first = verdict.first.map(|(at, door)| json!({ "at": at, "door": door }));
            let result =
                json!({ "ticket": scan.ticket.0, "result": verdict.result, "first": first });
            results.push(result);
            for draft in verdict.drafts {
                ctx.derive_entry(draft);
            }
        }
        let attendances = ctx.prepared().clone();
        for holder in newcomers {
            attend::enter(ctx, &attendances, &holder)?;
        }
        ctx.reply(json!({ "results": results }));
        Ok(())
    }
}

/// Returns the holders who were let in at this event for the first time and whose log takes entries.
fn newcomers(
    ctx: &Context<'_, CheckIn>,
    event: &Event,
    verdicts: &[Verdict],
) -> Result<Vec<Did>, Refusal> {
    let mut came: Vec<Did> = Vec::new();
    for holder in verdicts.iter().filter_map(|verdict| verdict.holder.as_ref()) {
        let is_new = ctx.takes_entries(holder) && !came.contains(holder);
        let event = event.did.as_str();
        if is_new && !queries::was_there(ctx.reader(), event, holder.as_str())? {
            came.push(holder.clone());
        }
    }
    Ok(came)
}

impl CheckIn {
    fn look(
        &self,
        ctx: &Context<'_, Self>,
        event: &Event,
        scan: &Scan,
    ) -> Result<Verdict, Refusal> {
        let did = event.did.as_str();
        let Some(held) = queries::ticket(ctx.reader(), did, &scan.ticket.0)? else {
            return self.look_at_code(ctx, event, scan);
        };
        if matches!(held.status.as_str(), "void" | "off") {
            return self.let_in_void(ctx, event, scan, &held);
        }
        let newest = queries::of_seat(ctx.reader(), did, &held.seat)?;
        if newest.is_none_or(|newest| newest.ticket != held.ticket) {
            return Ok(Verdict::only("passed"));
        }
        match (held.status.as_str(), held.used_at) {
            ("valid", _) => self.let_in(ctx, event, scan, &held.holder),
            ("used", Some(at)) => Ok(Verdict::already(at, held.door)),
            ("used", None) => Ok(Verdict::only("already")),
            _ => Ok(Verdict::only("passed")),
        }
    }

    /// Handles a ticket that was refunded before its scan arrived: the list records that its holder came, without an
    /// attestation.
    fn let_in_void(
        &self,
        ctx: &Context<'_, Self>,
        event: &Event,
        scan: &Scan,
        held: &TicketRow,
    ) -> Result<Verdict, Refusal> {
        let drafts = match held.used_at {
            Some(_) => Vec::new(),
            None => self.let_in(ctx, event, scan, &held.holder)?.drafts,
        };
        Ok(Verdict {
            first: held.used_at.map(|at| (at, held.door)),
            drafts,
            ..Verdict::only("void")
        })
    }

    /// Handles a ticket that isn't in the event's log but may carry the event's signature.
    fn look_at_code(
        &self,
        ctx: &Context<'_, Self>,
        event: &Event,
        scan: &Scan,
    ) -> Result<Verdict, Refusal> {
        let unknown = Ok(Verdict::only("unknown"));
        let code = scan.code.as_ref().map(|code| Ticket::from_code(&code.0));
        let Some(Ok((ticket, signature))) = code else {
            return unknown;
        };
        let is_of = ticket.event == event.did && ticket.id() == scan.ticket.0;
        if !is_of || !is_signed(ctx, &event.did, &ticket, &signature) {
            return unknown;
        }
        let did = event.did.as_str();
        if let Some(newest) = queries::of_seat(ctx.reader(), did, &ticket.seat())? {
            // The seat is known: accept only a later issue.
            if newest.issue >= i64::from(ticket.issue) || newest.status == "void" {
                return Ok(Verdict::only("passed"));
            }
        }
        let Some(kind) = queries::kind(ctx.reader(), did, ticket.kind.into(), 0)? else {
            return unknown;
        };
        let terms = SaleTerms { payment: None, price: 0, currency: kind.currency, hold: None };
        let signed = SignedTicket { ticket, signature };
        let holder = &signed.ticket.holder;
        let mut drafts = issued(ctx, &signed, &terms, event)?;
        let used = self.let_in(ctx, event, scan, holder)?;
        drafts.extend(used.drafts);
        Ok(Verdict { drafts, ..used })
    }

    fn let_in(
        &self,
        ctx: &Context<'_, Self>,
        event: &Event,
        scan: &Scan,
        holder: &Did,
    ) -> Result<Verdict, Refusal> {
        let used = UsedTicket {
            ticket: id(&scan.ticket.0)?,
            event: event.did.clone(),
            at: scan.at,
            door: self.door,
        };
        Ok(Verdict {
            drafts: in_both(ctx, (&event.did, holder), &used)?,
            holder: Some(holder.clone()),
            ..Verdict::only("used")
        })
    }
}

/// Whether any present or past key of the event signed the ticket.
fn is_signed(
    ctx: &Context<'_, CheckIn>,
    event: &Did,
    ticket: &Ticket,
    signature: &[u8; 64],
) -> bool {
    match ctx.log(event).map(|log| log.owner) {
        Some(Owner::Chain(chain)) => {
            keys::ever(&chain).any(|key| ticket.is_signed(&key, signature))
        }
        _ => false,
    }
}
