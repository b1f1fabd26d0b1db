//! What a command of this service comes to. Pure: time, ids and everything else arrive with the command, so that a
//! route can show the same consequences before anybody signs.

mod arrived;
mod callback;
mod checkout;
mod cover;
mod debts;
mod fair;
mod fees;
mod lost;
mod outside;
mod payout;
mod posting;
mod refund;
mod release;
mod settle;
mod terms;
mod transfer;

use std::collections::BTreeSet;

use imajin_dfos::{Timestamp, Value, hex};
use imajin_ledger::{Command, CommandWill, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::{Did, Fact, FactValue, IdText, new_id_bytes};
use imajin_service::sale;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::attest::{Prepared, Said};
use crate::shelf::Logs;
use crate::{ops, reads};

pub(crate) use settle::division;
pub(crate) use terms::amount_of;
pub(crate) use transfer::ready;

/// How often another id is drawn where its memo is taken: each draw meets one with a chance of 1 to 2^40 for each that is
/// waited for.
const DRAWS_MAX: u32 = 8;

/// What a rule may look at.
pub(crate) struct World<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) node: &'a Did,
    pub(crate) now: Timestamp,
    pub(crate) logs: &'a Logs<'a>,
}

/// What somebody asks for: a command, or what would be one.
pub(crate) struct Asked<'a> {
    pub(crate) op: &'a str,
    pub(crate) did: &'a Did,
    pub(crate) reference: Option<&'a IdText>,
    pub(crate) fact: Option<&'a Fact>,
    pub(crate) body: Option<&'a Value>,
    /// Whether another service asks, within an operation of its own.
    pub(crate) is_asked: bool,
}

/// What follows.
pub(crate) struct Consequences {
    pub(crate) drafts: Vec<Draft>,
    /// What the node attests of it.
    pub(crate) attested: Vec<Said>,
    pub(crate) reply: Json,
}

impl Consequences {
    fn none() -> Self {
        Self {
            drafts: Vec::new(),
            attested: Vec::new(),
            reply: Json::Null,
        }
    }

    /// In whose logs besides the asker's own: what a proof names in `to`.
    pub(crate) fn others(&self, did: &Did) -> BTreeSet<Did> {
        let others = self.drafts.iter().filter(|draft| draft.did != *did);
        others.map(|draft| draft.did.clone()).collect()
    }
}

impl World<'_> {
    /// Whether an entry can stand in somebody's log here. Where it cannot, the node's books still say what is theirs.
    fn takes_entries(&self, did: &Did) -> bool {
        (self.logs)(did).is_some_and(|log| !log.deleted && log.read_only.is_none())
    }
}

fn refuse(kind: RefusalKind, message: impl Into<String>) -> Refusal {
    Refusal::new(kind, message)
}

fn bad(field: &str, message: impl Into<String>) -> Refusal {
    refuse(RefusalKind::BadRequest, message).field(field)
}

/// A conflict with what is there; with an `extra`, so that nobody takes it for a proof out of order.
fn conflict(reason: &str, message: impl Into<String>) -> Refusal {
    refuse(RefusalKind::Conflict, message).extra(json!({ "reason": reason }))
}

/// Decides a command.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    // The node's own word is said by this program alone, wherever it stands.
    if *ctx.author() != command.did && !ops::is_nodes(&command.op) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Money is moved by whose it is, and by nobody else.",
        ));
    }
    let prepared = Prepared::read(&command.args);
    let mut id = match &prepared.id {
        Some(text) => id(text)?,
        None => payment_id(ctx.now(), ctx.fresh_bytes())?,
    };
    // Two payments that may still come never have the same memo, which is a part of the id.
    if matches!(command.op.as_str(), ops::CHECKOUT | ops::TOPUP) {
        let mut draws = 0;
        while draws < DRAWS_MAX
            && reads::is_memo_open(ctx.db(), ctx.node(), &sale::memo(id.as_str()))?
        {
            id = payment_id(ctx.now(), ctx.fresh_bytes())?;
            draws += 1;
        }
    }
    let found = {
        let logs = |did: &Did| ctx.log(did);
        let world = World {
            db: ctx.db(),
            node: ctx.node(),
            now: ctx.now(),
            logs: &logs,
        };
        let asked = Asked {
            op: &command.op,
            did: &command.did,
            reference: command.reference.as_ref(),
            fact: command.fact.as_ref(),
            body: command.body.as_ref(),
            is_asked: ctx.is_asked(),
        };
        consequences(&world, &asked, id)?
    };
    if let CommandWill::Signed(proof) = &command.will {
        let to = &proof.payload.to;
        let others = found.others(&command.did);
        if let Some(missing) = others.iter().find(|did| !to.contains(did)) {
            return Err(bad(
                "to",
                format!("This also writes in the record of {missing}: name everybody in \"to\"."),
            )
            .extra(json!({ "to": others })));
        }
    }
    // A sale within another service's operation is entered by what follows from it.
    if !ctx.is_asked() {
        ctx.intent();
    }
    for draft in found.drafts {
        ctx.derive(draft);
    }
    for said in &found.attested {
        prepared.enter(ctx, said)?;
    }
    ctx.reply(found.reply);
    Ok(())
}

/// What an operation comes to.
pub(crate) fn consequences(
    world: &World<'_>,
    asked: &Asked<'_>,
    id: IdText,
) -> Result<Consequences, Refusal> {
    match asked.op {
        ops::FAIR_PUBLISH => fair::publish(world, asked),
        ops::SETTLE => settle::settle(world, asked, id),
        ops::CHECKOUT => checkout::checkout(world, asked, id),
        ops::TOPUP => checkout::top_up(world, asked, id),
        ops::EMT_CONFIRM => arrived::confirm(world, asked),
        ops::REFUND => refund::refund(world, asked),
        ops::CALLBACK => callback::choose(world, asked),
        ops::FEES_CHANGE => fees::change(world, asked),
        ops::DEBT_PAY => debts::pay(world, asked),
        ops::DEBT_FORGIVE => debts::forgive(world, asked),
        ops::PAYOUT_ASK => payout::ask(world, asked, id),
        ops::PAYOUT_CLOSE => payout::close(world, asked),
        ops::LIMIT => payout::limit(world, asked),
        ops::TOPUP_REVERSED => payout::reversed(world, asked),
        ops::LATER if asked.is_asked => release::later(world, asked),
        op if ops::is_nodes(op) => outside::decide(world, asked),
        other => Err(refuse(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

/// A payment's id where nothing was prepared, from the command's time and fresh bytes.
pub(crate) fn payment_id(now: Timestamp, fresh: [u8; 6]) -> Result<IdText, Refusal> {
    id(&format!("pay_{}", hex::encode(&new_id_bytes(now, fresh))))
}

/// A text as it stands in a fact.
fn id(text: &str) -> Result<IdText, Refusal> {
    IdText::parse(text).map_err(|error| bad("fact", format!("{error}.")))
}

/// A DID as it stands in a fact.
fn of_did(did: &Did) -> Result<IdText, Refusal> {
    IdText::from_did(did).map_err(|error| bad("did", format!("{error}.")))
}

fn fact_of<const N: usize>(members: [(&str, FactValue); N]) -> Result<Fact, Refusal> {
    Fact::new(members).map_err(|error| bad("fact", format!("{error}.")))
}

fn no_ref(asked: &Asked<'_>) -> Result<(), Refusal> {
    match asked.reference {
        None => Ok(()),
        Some(_) => Err(bad("ref", format!("{} has no ref.", asked.op))),
    }
}

/// The fact, with exactly these keys.
fn fact_with<'a>(asked: &Asked<'a>, keys: &[&str]) -> Result<&'a Fact, Refusal> {
    imajin_ledger::machine::fact_with(asked.op, asked.fact, keys, &[])
}

/// A text of the body; none where it is not there. Other members than those allowed are refused.
fn body_text<'a>(
    asked: &Asked<'a>,
    name: &str,
    allowed: &[&str],
    bytes_max: usize,
) -> Result<Option<&'a str>, Refusal> {
    let map = asked.body.and_then(Value::as_map);
    let map = map.ok_or_else(|| bad("body", format!("{} needs a body.", asked.op)))?;
    let other = map
        .keys()
        .find(|key| *key != "salt" && !allowed.contains(&key.as_str()));
    if let Some(other) = other {
        return Err(bad(other, format!("{} has no {other:?}.", asked.op)));
    }
    match map.get(name) {
        None => Ok(None),
        Some(Value::Text(text)) if text.len() <= bytes_max => Ok(Some(text)),
        Some(_) => Err(bad(
            name,
            format!("{name} must be a text of at most {bytes_max} bytes."),
        )),
    }
}
