//! Ticket signing, in the task of the request, before a command goes to the writer.
//!
//! Always: the writer and its decisions have no keys, and no ticket is ever acknowledged unsigned. Ids and seats of
//! tickets are therefore drawn here and signed with the event's key. The decision enters a ticket only if it matches
//! the signed one exactly, and otherwise refuses the whole command, so that a refused ticket is never exposed.

use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_protocol::{Did, new_id_bytes};

use crate::ticket::Ticket;

/// A ticket with its event's signature.
#[derive(Debug, Clone)]
pub(crate) struct SignedTicket {
    pub(crate) ticket: Ticket,
    pub(crate) signature: [u8; 64],
}

/// The data that the tickets of one command share.
pub(crate) struct Signing<'a> {
    pub(crate) node: &'a Node,
    pub(crate) event: &'a Did,
    pub(crate) holder: &'a Did,
    /// The ticket type, from 1.
    pub(crate) kind: u16,
    pub(crate) at: Timestamp,
}

impl Signing<'_> {
    /// Signs the tickets of a sale, each for a new seat.
    pub(crate) fn sale(&self, quantity: i64) -> Answer<Vec<SignedTicket>> {
        (0..quantity).map(|_| self.sign_ticket(random::bytes()?, 1)).collect()
    }

    pub(crate) fn sign_ticket(&self, seat: [u8; 8], issue: u16) -> Answer<SignedTicket> {
        let key = self.node.kept_key(self.event)?;
        let key =
            key.ok_or_else(|| Problem::not_found("This box sells no tickets of such an event."))?;
        let ticket = Ticket {
            ticket: new_id_bytes(self.at, random::bytes()?),
            event: self.event.clone(),
            holder: self.holder.clone(),
            kind: self.kind,
            seat,
            issue,
            issued_at: self.at,
        };
        let signature = ticket.sign(&key.key);
        Ok(SignedTicket { ticket, signature })
    }
}
