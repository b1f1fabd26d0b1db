//! Tickets: bought, handed on, given back.
//!
//! Always: a ticket stands in the event's log and in its holder's, with the event's signature, or nowhere; it is paid for
//! in the same operation. The newest issue of a place is the only one that lets anybody in.

use imajin_dfos::Value;
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor};
use imajin_service::sale::{Rail, Release, Sale, Terms, give_back, quoted};
use serde_json::{Value as Json, json};

use super::places::{Keeping, check_left, check_order, on_sale};
use super::{bad, conflict, draft, event, fact_of, id, names_all, of_did, refuse, takes_entries};
use crate::event::free_at;
use crate::mint;
use crate::reads::{Event, Held, Kind};
use crate::ticket::Ticket;
use crate::{ops, reads};

const REASON_BYTES_MAX: usize = 500;
/// In `args` of a buy: what the cashier prepared.
pub(crate) const ARG_SALE: &str = "sale";
/// What a buyer agrees to of the payment.
const PAID: [&str; 6] = ["amount", "currency", "seller", "fair", "follows", "ends"];

/// A ticket that is about to be entered.
pub(crate) struct Issued {
    pub(crate) ticket: Ticket,
    pub(crate) signature: String,
    pub(crate) payment: Option<String>,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) hold: Option<IdText>,
}

impl Issued {
    /// Its entries: in the event's log and in the holder's.
    pub(crate) fn drafts(&self, ctx: &Decide<'_>) -> Result<Vec<Draft>, Refusal> {
        let ticket = &self.ticket;
        let mut members: Vec<(&'static str, FactValue)> = vec![
            ("event", of_did(&ticket.event)?.into()),
            ("holder", of_did(&ticket.holder)?.into()),
            ("type", i64::from(ticket.kind).into()),
            ("seat", id(&ticket.seat())?.into()),
            ("issue", i64::from(ticket.issue).into()),
            ("price", self.price.into()),
            ("currency", id(self.currency.code())?.into()),
        ];
        if let Some(payment) = &self.payment {
            members.push(("payment", id(payment)?.into()));
        }
        if let Some(hold) = &self.hold {
            members.push(("hold", hold.clone().into()));
        }
        let fact = fact_of(members)?;
        let body = Value::map([
            ("ticket", Value::from(ticket.text())),
            ("signature", Value::from(self.signature.as_str())),
        ]);
        let named = id(&ticket.id())?;
        let one = |did: &Did| {
            draft(
                did,
                ops::TICKET,
                named.clone(),
                Some(fact.clone()),
                Some(body.clone()),
            )
        };
        let mut drafts = vec![one(&ticket.event)];
        if takes_entries(ctx, &ticket.holder) {
            drafts.push(one(&ticket.holder));
        }
        Ok(drafts)
    }
}

/// What somebody buys.
pub(crate) struct Order<'c> {
    pub(crate) n: i64,
    pub(crate) quantity: i64,
    fact: &'c Fact,
    hold: Option<&'c IdText>,
}

impl<'c> Order<'c> {
    /// Reads the fact of `events.buy`.
    pub(crate) fn read(command: &'c Command) -> Result<Self, Refusal> {
        let keys = [&["type", "quantity"][..], &PAID].concat();
        let fact = command.fact_with(&keys, &["hold", "rail", "quoted"])?;
        let int = |key: &str| fact.int(key).unwrap_or(0);
        Ok(Self {
            n: int("type"),
            quantity: int("quantity"),
            fact,
            hold: fact.id("hold"),
        })
    }

    /// What the buyer agrees to, if it is what the event says: the manifest and the seller are the event's.
    pub(crate) fn sale(&self, event: &Event, payer: &Did) -> Result<Sale, Refusal> {
        let text = |key: &str| self.fact.id(key).map(IdText::as_str);
        let wrong = |key: &str| bad(key, format!("The fact's {key} is not well-formed."));
        if text("seller") != Some(event.organiser.as_str()) {
            let text = format!(
                "The seller is who organises the event: {}.",
                event.organiser
            );
            return Err(bad("seller", text));
        }
        if text("fair") != Some(event.fair.as_str()) {
            return Err(conflict(
                "changed",
                "Who gets what has changed since you looked: look again, and agree to it anew.",
            )
            .field("fair"));
        }
        if self.fact.int("ends") != event.over_at {
            return Err(conflict(
                "changed",
                "The event's end has changed since you looked: look again, and agree to it.",
            )
            .field("ends"));
        }
        let manifest = event.manifest.as_deref().ok_or_else(super::gone)?;
        let manifest = Manifest::parse(manifest)
            .map_err(|error| refuse(RefusalKind::Stored, error.to_string()))?;
        let amount = Minor::new(self.fact.int("amount").unwrap_or(-1));
        let rail = match text("rail") {
            None => Some(Rail::Ledger),
            Some(rail) => Rail::parse(rail).filter(|rail| *rail != Rail::Ledger),
        };
        let terms = Terms {
            amount: amount.map_err(|_| wrong("amount"))?,
            currency: Currency::parse(text("currency").unwrap_or_default())
                .map_err(|_| wrong("currency"))?,
            seller: event.organiser.clone(),
            service: id("events")?,
            kind: id("ticket")?,
            follows: Digest::parse(text("follows").unwrap_or_default())
                .ok_or_else(|| wrong("follows"))?,
            manifest,
            rail: rail.ok_or_else(|| wrong("rail"))?,
            // Not before the event is over: until then the money is there for giving it back.
            release: Release {
                free_at: event.over_at.and_then(free_at),
                about: Some(of_did(&event.did)?),
            },
            quoted: quoted(self.fact).map_err(|_| wrong("quoted"))?,
        };
        Ok(Sale {
            payer: payer.clone(),
            terms,
        })
    }

    /// The price is the one that stands there.
    fn check_price(&self, kind: &Kind) -> Result<(), Refusal> {
        let amount = kind.price.checked_mul(self.quantity);
        let currency = self.fact.id("currency").map(IdText::as_str);
        let same = amount.is_some()
            && self.fact.int("amount") == amount
            && currency == Some(kind.currency.code());
        match same {
            true => Ok(()),
            false => {
                let text = "The price has changed since you looked: look again.";
                Err(conflict("price", text).field("amount"))
            }
        }
    }
}

pub(super) fn buy(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = event(ctx, command)?;
    let order = Order::read(command)?;
    let kind = on_sale(ctx, &found, order.n, order.quantity)?;
    order.check_price(&kind)?;
    let sale = order.sale(&found, &command.did)?;
    let kept_already = own_hold(ctx, command, &found, &order)?;
    check_left(&kind, order.quantity, kept_already)?;
    if !sale.terms.is_immediate() {
        check_order(ctx, &found, &command.did, order.hold)?;
    }
    ctx.intent();
    let begun = sale.ask(ctx, command.args[ARG_SALE].clone())?;
    let mut drafts = Vec::new();
    let mut reply = json!({ "payment": begun.payment.as_str(), "paid": begun.paid });
    match begun.until {
        None if begun.paid => {
            let issuing = Issuing {
                event: &found.did,
                holder: &command.did,
                n: order.n,
                quantity: order.quantity,
                price: kind.price,
                currency: kind.currency,
                payment: &begun.payment,
                hold: order.hold,
            };
            let tickets = issuing.issue(ctx, &command.args)?;
            for ticket in &tickets {
                drafts.extend(ticket.drafts(ctx)?);
            }
            let ids: Vec<String> = tickets.iter().map(|one| one.ticket.id()).collect();
            reply["tickets"] = json!(ids);
        }
        Some(until) => {
            let until = until.as_millis();
            let keeping = Keeping {
                kind: &kind,
                holder: &command.did,
                quantity: order.quantity,
                until,
                named: &begun.payment,
                instead_of: order.hold,
            };
            drafts.push(keeping.draft(&found)?);
            reply["until"] = json!(until);
        }
        None => {
            return Err(refuse(
                RefusalKind::Stored,
                "a payment is waited for without an end",
            ));
        }
    }
    names_all(command, &drafts)?;
    ctx.reply(reply);
    for draft in drafts {
        ctx.derive(draft);
    }
    Ok(())
}

/// How many of the places that are kept count for this order.
fn own_hold(
    ctx: &Decide<'_>,
    command: &Command,
    event: &Event,
    order: &Order<'_>,
) -> Result<i64, Refusal> {
    let Some(named) = order.hold else {
        return Ok(0);
    };
    let hold = reads::hold(ctx.db(), event.did.as_str(), named.as_str())?;
    let own = hold.filter(|hold| hold.holder == command.did && hold.kind == order.n);
    let own = own.filter(|_| named.as_str().starts_with(reads::HOLD_PREFIX));
    let own = own.ok_or_else(|| bad("hold", "You are keeping no such places."))?;
    // What is over is free for everybody again, and this order takes what is left like any other.
    Ok(own.keeps(ctx.now().as_millis()))
}

/// Tickets that are about to be issued for one payment.
pub(super) struct Issuing<'a> {
    pub(super) event: &'a Did,
    pub(super) holder: &'a Did,
    pub(super) n: i64,
    pub(super) quantity: i64,
    pub(super) price: i64,
    pub(super) currency: Currency,
    pub(super) payment: &'a IdText,
    pub(super) hold: Option<&'a IdText>,
}

impl Issuing<'_> {
    /// The tickets, as the event's key signed them for exactly this.
    pub(super) fn issue(&self, ctx: &Decide<'_>, args: &Json) -> Result<Vec<Issued>, Refusal> {
        let minted = mint::minted(args);
        let n = u16::try_from(self.n).map_err(|_| unsigned())?;
        if i64::try_from(minted.len()) != Ok(self.quantity) {
            return Err(unsigned());
        }
        let mut tickets = Vec::with_capacity(minted.len());
        for one in minted {
            let ticket = one.ticket(self.event, self.holder, n, 1, ctx.now());
            let taken = reads::ticket(ctx.db(), self.event.as_str(), &one.ticket)?.is_some()
                || reads::of_seat(ctx.db(), self.event.as_str(), &one.seat)?.is_some();
            if taken {
                let text = "Two tickets came to one number: try again.";
                return Err(refuse(RefusalKind::Unavailable, text));
            }
            tickets.push(Issued {
                ticket: ticket.ok_or_else(unsigned)?,
                signature: one.signature,
                payment: Some(self.payment.as_str().to_owned()),
                price: self.price,
                currency: self.currency,
                hold: self.hold.cloned(),
            });
        }
        Ok(tickets)
    }
}

fn unsigned() -> Refusal {
    refuse(
        RefusalKind::Stored,
        "a ticket came without the event's signature",
    )
}

fn no_ticket() -> Refusal {
    refuse(RefusalKind::NotFound, "There is no such ticket.").field("ref")
}

/// A ticket in an event's log, if it is the newest of its place and still counts.
fn in_force(ctx: &Decide<'_>, event: &Did, named: &str) -> Result<Held, Refusal> {
    let held = reads::ticket(ctx.db(), event.as_str(), named)?.ok_or_else(no_ticket)?;
    let newest = reads::of_seat(ctx.db(), event.as_str(), &held.seat)?;
    let is_newest = newest.is_some_and(|newest| newest.ticket == held.ticket);
    match held.status.as_str() {
        "valid" | "used" if is_newest => Ok(held),
        "void" | "off" => Err(conflict("void", "This ticket is void: it was given back.")),
        _ => Err(conflict(
            "passed",
            "This ticket was handed on to somebody else.",
        )),
    }
}

pub(super) fn transfer(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact_with(&["event", "holder"], &[])?;
    let named = command.reference.as_ref().ok_or_else(no_ticket)?;
    let own =
        reads::ticket(ctx.db(), command.did.as_str(), named.as_str())?.ok_or_else(no_ticket)?;
    if fact.id("event").map(IdText::as_str) != Some(own.event.as_str()) {
        return Err(bad("event", "This ticket is of another event."));
    }
    let found = reads::event(ctx.db(), own.event.as_str())?.ok_or_else(super::gone)?;
    if matches!(found.status.as_str(), "cancelled" | "completed") {
        return Err(conflict(
            "over",
            "This event is over: its tickets stay where they are.",
        ));
    }
    let held = in_force(ctx, &own.event, named.as_str())?;
    if held.holder != command.did {
        return Err(no_ticket());
    }
    if held.status == "used" {
        return Err(conflict(
            "used",
            "This ticket was used: it cannot be handed on any more.",
        ));
    }
    let to = fact.id("holder").and_then(IdText::to_did);
    let to = to.ok_or_else(|| bad("holder", "The holder must be a did:imajin."))?;
    if to == command.did || !takes_entries(ctx, &to) {
        return Err(bad(
            "holder",
            "A ticket is handed on to somebody else who has a record on this box.",
        ));
    }
    let (Ok(n), Ok(issue)) = (u16::try_from(held.kind), u16::try_from(held.issue + 1)) else {
        return Err(conflict("passed", "This place was handed on too often."));
    };
    let mut minted = mint::minted(&command.args);
    let one = minted
        .pop()
        .filter(|one| one.seat == held.seat && minted.is_empty());
    let one = one.ok_or_else(unsigned)?;
    let issued = Issued {
        ticket: one
            .ticket(&found.did, &to, n, issue, ctx.now())
            .ok_or_else(unsigned)?,
        signature: one.signature,
        payment: held.payment,
        price: held.price,
        currency: held.currency,
        hold: None,
    };
    let reply = json!({ "ticket": issued.ticket.id(), "issue": issue });
    let drafts = issued.drafts(ctx)?;
    super::enter(ctx, command, drafts, reply)
}

pub(super) fn refund(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact_with(&["event", "amount", "currency"], &[])?;
    let named = command.reference.as_ref().ok_or_else(no_ticket)?;
    let event = fact
        .id("event")
        .and_then(IdText::to_did)
        .ok_or_else(super::gone)?;
    let found = reads::event(ctx.db(), event.as_str())?.ok_or_else(super::gone)?;
    if found.organiser != command.did {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Only who organises this event may do that.",
        ));
    }
    check_reason(command)?;
    let held = in_force(ctx, &event, named.as_str())?;
    if fact.int("amount") != Some(held.price)
        || fact.id("currency").map(IdText::as_str) != Some(held.currency.code())
    {
        let text = format!(
            "This ticket was paid with {} minor units of {}: that is what goes back.",
            held.price, held.currency
        );
        return Err(bad("amount", text));
    }
    let drafts = voided(ctx, &held)?;
    names_all(command, &drafts)?;
    ctx.intent();
    if let Some(payment) = held.payment.as_deref().filter(|_| held.price > 0) {
        // By the rail that it came on, from everybody who had a part of it.
        let amount = Minor::new(held.price)
            .map_err(|error| refuse(RefusalKind::Stored, error.to_string()))?;
        give_back(ctx, &command.did, &id(payment)?, amount, held.currency)?;
    }
    for draft in drafts {
        ctx.derive(draft);
    }
    ctx.reply(json!({ "ticket": held.ticket, "refunded": held.price }));
    Ok(())
}

/// That a ticket is void, in the event's log and the holder's.
pub(super) fn voided(ctx: &Decide<'_>, held: &Held) -> Result<Vec<Draft>, Refusal> {
    let fact = fact_of([
        ("event", of_did(&held.event)?.into()),
        ("seat", id(&held.seat)?.into()),
        ("issue", held.issue.into()),
    ])?;
    let named = id(&held.ticket)?;
    let one = |did: &Did| draft(did, ops::VOIDED, named.clone(), Some(fact.clone()), None);
    let mut drafts = vec![one(&held.event)];
    if takes_entries(ctx, &held.holder) {
        drafts.push(one(&held.holder));
    }
    Ok(drafts)
}

fn check_reason(command: &Command) -> Result<(), Refusal> {
    let map = command.body.as_ref().and_then(Value::as_map);
    let fine = map.is_some_and(|map| {
        map.iter().all(|(name, value)| match name.as_str() {
            "salt" => true,
            "reason" => value
                .as_str()
                .is_some_and(|text| text.len() <= REASON_BYTES_MAX),
            _ => false,
        })
    });
    match fine {
        true => Ok(()),
        false => Err(bad(
            "reason",
            format!(
                "The body may have a reason of at most {REASON_BYTES_MAX} bytes, and nothing else."
            ),
        )),
    }
}
