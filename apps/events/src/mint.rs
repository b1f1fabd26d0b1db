//! Where tickets are signed: before a command goes to the writer, in the task of who asked.
//!
//! Always: the writer and `decide` have no keys, and no ticket is ever acknowledged unsigned. So the ids and places of
//! tickets are drawn here and signed with the event's key for the command's own time; `decide` makes the very same texts
//! from what it decides and enters them with these signatures, or refuses all, and then nobody has seen them.

use imajin_dfos::hex;
use imajin_ledger::Command;
use imajin_protocol::{Did, new_id_bytes};
use imajin_service::{Node, Problem, random};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::ops;
use crate::projection::PROJECTION;
use crate::reads;
use crate::ticket::{Ticket, id_of, seat_of, ticket_of};

/// In `args`: what was signed.
const ARG: &str = "minted";

/// A ticket's random parts and the event's signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Minted {
    pub(crate) ticket: String,
    pub(crate) seat: String,
    /// 128 hex digits.
    pub(crate) signature: String,
}

impl Minted {
    /// The ticket that was signed, if it was for this.
    pub(crate) fn ticket(
        &self,
        event: &Did,
        holder: &Did,
        kind: u16,
        issue: u16,
        at: imajin_dfos::Timestamp,
    ) -> Option<Ticket> {
        Some(Ticket {
            ticket: ticket_of(&self.ticket)?,
            event: event.clone(),
            holder: holder.clone(),
            kind,
            seat: seat_of(&self.seat)?,
            issue,
            issued_at: at,
        })
    }
}

/// What was signed for a command.
pub(crate) fn minted(args: &Json) -> Vec<Minted> {
    serde_json::from_value(args[ARG].clone()).unwrap_or_default()
}

/// What goes into `args`.
pub(crate) fn args_of(minted: &[Minted]) -> Json {
    json!({ ARG: minted })
}

/// Signs the tickets of a sale.
pub(crate) fn bought(sign: &Signing<'_>, quantity: i64) -> Result<Vec<Minted>, Problem> {
    if !(1..=i64::from(ops::TICKETS_MAX)).contains(&quantity) {
        let text = format!("One order has 1 to {} tickets.", ops::TICKETS_MAX);
        return Err(Problem::field("quantity", text));
    }
    (0..quantity)
        .map(|_| sign.one(random::bytes()?, 1))
        .collect()
}

/// Signs the ticket that comes to be when one is handed on.
pub(crate) fn passed(node: &Node, command: &Command) -> Result<Vec<Minted>, Problem> {
    let missing = || Problem::not_found("You have no such ticket.");
    let ticket = command.reference.as_ref().ok_or_else(missing)?;
    let to = command
        .fact
        .as_ref()
        .and_then(|fact| fact.id("holder")?.to_did());
    let to = to.ok_or_else(|| {
        Problem::field("holder", "The fact's holder is who shall have the ticket.")
    })?;
    let held = node.read(PROJECTION.name, |db| {
        let own = reads::ticket(db, command.did.as_str(), ticket.as_str())?;
        match own {
            Some(own) => reads::of_seat(db, own.event.as_str(), &own.seat),
            None => Ok(None),
        }
    })?;
    let held = held.ok_or_else(missing)?;
    let (Some(seat), Ok(kind), Ok(issue)) = (
        seat_of(&held.seat),
        u16::try_from(held.kind),
        u16::try_from(held.issue + 1),
    ) else {
        return Err(Problem::conflict("This place was handed on too often."));
    };
    let sign = Signing {
        node,
        event: &held.event,
        holder: &to,
        kind,
        at: command.now,
    };
    Ok(vec![sign.one(seat, issue)?])
}

/// What the tickets of one command have in common.
pub(crate) struct Signing<'a> {
    pub(crate) node: &'a Node,
    pub(crate) event: &'a Did,
    pub(crate) holder: &'a Did,
    pub(crate) kind: u16,
    pub(crate) at: imajin_dfos::Timestamp,
}

impl Signing<'_> {
    /// One ticket, signed.
    pub(crate) fn one(&self, seat: [u8; 8], issue: u16) -> Result<Minted, Problem> {
        let kept = self.node.kept_key(self.event)?;
        let kept =
            kept.ok_or_else(|| Problem::not_found("This box sells no tickets of such an event."))?;
        let ticket = Ticket {
            ticket: new_id_bytes(self.at, random::bytes()?),
            event: self.event.clone(),
            holder: self.holder.clone(),
            kind: self.kind,
            seat,
            issue,
            issued_at: self.at,
        };
        Ok(Minted {
            ticket: id_of(&ticket.ticket),
            seat: ticket.seat(),
            signature: hex::encode(&ticket.sign(&kept.key)),
        })
    }
}
