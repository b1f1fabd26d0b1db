//! What is found out before a command goes to the writer: whether somebody may, which key an event has, what of its log
//! is to be erased; and the tickets are signed (`mint`).

use imajin_dfos::cid::dag_cbor_cid;
use imajin_ledger::Command;
use imajin_ledger::entry::Header;
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use imajin_service::{Node, Problem};
use serde_json::json;

use crate::attend;
use crate::mint::{self, Signing};
use crate::projection::PROJECTION;
use crate::rules::{ARG_BODIES, ARG_MAY, ARG_SALE, Order};
use crate::{ops, reads};

/// What a kept key of an event is called.
pub(crate) const KEPT: &str = "event";
/// Entries of a log that are read at once.
const PAGE: usize = 500;

/// Puts typed extras into `args`, or refuses.
pub(crate) fn prepare(node: &Node, command: &mut Command) -> Result<(), Problem> {
    match command.op.as_str() {
        ops::CREATE => create(node, command),
        ops::CANCEL => {
            command.args = json!({ ARG_MAY: node.is_owner(&command.did)? });
            Ok(())
        }
        ops::ERASE => erase(node, command),
        ops::HOLD => node.require(&command.did, Capability::Ticket),
        ops::BUY => buy(node, command),
        ops::CHECKIN => attend::prepare(node, command),
        ops::TRANSFER => {
            command.args = mint::args_of(&mint::passed(node, command)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The cashier signs what it will attest, and the event its tickets, where they are paid at once.
fn buy(node: &Node, command: &mut Command) -> Result<(), Problem> {
    node.require(&command.did, Capability::Ticket)?;
    let missing = || Problem::not_found("There is no such event on this box.");
    let named = command.reference.as_ref().ok_or_else(missing)?;
    let event = node.read(PROJECTION.name, |db| reads::event(db, named.as_str()))?;
    let event = event.ok_or_else(missing)?;
    let order = Order::read(command)?;
    let sale = order.sale(&event, &command.did)?;
    let minted = match sale.terms.is_immediate() {
        true => {
            let kind = u16::try_from(order.n)
                .map_err(|_| Problem::field("type", "This event has no such type of tickets."))?;
            let sign = Signing {
                node,
                event: &event.did,
                holder: &command.did,
                kind,
                at: command.now,
            };
            mint::bought(&sign, order.quantity)?
        }
        false => Vec::new(),
    };
    let mut args = mint::args_of(&minted);
    args[ARG_SALE] = node.cashier()?.prepare(node, &sale)?;
    command.args = args;
    Ok(())
}

fn create(node: &Node, command: &mut Command) -> Result<(), Problem> {
    node.require(&command.did, Capability::CreateEvent)?;
    let event = command.reference.as_ref().and_then(|id| id.to_did());
    let kept = match &event {
        Some(event) => node.kept_key(event)?,
        None => None,
    };
    let theirs = kept.is_some_and(|kept| kept.what == KEPT && kept.whose == command.did);
    if !theirs {
        return Err(Problem::field(
            "ref",
            "ref must be the DID that this box made for the event: ask POST /events/api/events/key for it.",
        ));
    }
    command.args = json!({ ARG_MAY: true });
    Ok(())
}

/// The bodies that have words of the organiser in the event's log.
fn erase(node: &Node, command: &mut Command) -> Result<(), Problem> {
    let event = command.reference.as_ref().and_then(|id| id.to_did());
    let bodies = match event {
        Some(event) => bodies(node, &event)?,
        None => Vec::new(),
    };
    command.args = json!({ ARG_BODIES: bodies });
    Ok(())
}

fn bodies(node: &Node, event: &Did) -> Result<Vec<String>, Problem> {
    let mut bodies = Vec::new();
    let mut after = None;
    loop {
        let entries = node.ledger().entries(event, after, PAGE)?;
        for entry in &entries {
            let header = Header::decode(&entry.header).map_err(Problem::internal)?;
            after = Some(header.seq);
            let has_words = matches!(header.op.as_str(), ops::OPENED | ops::CHANGED);
            if let Some(body) = entry.body.as_deref().filter(|_| has_words) {
                bodies.push(dag_cbor_cid(body).to_string());
            }
        }
        if entries.len() < PAGE {
            return Ok(bodies);
        }
    }
}
