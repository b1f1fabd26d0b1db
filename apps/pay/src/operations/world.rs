//! The inputs and results of decisions about movements of money.
//!
//! Always: consequences are computed without a writer, so that a route can show them before the operation is signed.

use std::collections::BTreeSet;

use imajin_app::operation::{Context, Decision, Operation, Reasons, Refused, draft};
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_ledger::{Draft, Reader, Refusal, RefusalKind};
use imajin_protocol::{Did, IdText};
use serde_json::{Value as Json, json};

use crate::attest::{AttestationRequest, Attestations, Prepared};
pub(crate) use crate::attest::{payment_id, stored};
use crate::manifests::Logs;
use crate::queries::{self, Hold, Payment};

/// The state that a rule may read.
pub(crate) struct World<'a> {
    pub(crate) db: Reader<'a>,
    pub(crate) node: &'a Did,
    pub(crate) now: Timestamp,
    pub(crate) logs: &'a Logs<'a>,
}

/// The circumstances of one operation.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The author, in whose log the operation is entered.
    pub(crate) owner: &'a Did,
    /// The id drawn for the payment that the operation begins.
    pub(crate) payment: &'a IdText,
    /// Whether another service asks, within its own operation.
    pub(crate) is_nested: bool,
}

/// The consequences of an operation, unless it is refused.
pub(crate) type Outcome<R> = Result<Consequences, Refused<R>>;

/// An operation whose consequences a route can show before it is signed.
pub(crate) trait Movement: Operation {
    /// Computes the consequences of the operation.
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<Self::Refusal>;
}

pub(crate) struct Consequences {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) attested: Vec<AttestationRequest>,
    pub(crate) reply: Json,
}

impl Consequences {
    pub(crate) fn none() -> Self {
        Self { drafts: Vec::new(), attested: Vec::new(), reply: Json::Null }
    }

    /// Returns these entries about a payment as consequences.
    pub(crate) fn new(payment: &IdText, drafts: Vec<Draft>) -> Self {
        Self { drafts, attested: Vec::new(), reply: json!({ "payment": payment.as_str() }) }
    }

    /// Returns the same consequences with another reply.
    pub(crate) fn replying(self, reply: Json) -> Self {
        Self { reply, ..self }
    }

    /// Returns the logs besides the author's that the operation writes to: a proof names their owners in `to`.
    pub(crate) fn others(&self, did: &Did) -> BTreeSet<Did> {
        let entered = self.drafts.iter().map(|draft| &draft.did);
        let attested = self.attested.iter().map(|(did, _)| did);
        entered.chain(attested).filter(|other| *other != did).cloned().collect()
    }
}

impl World<'_> {
    /// Whether a person's log here takes entries. Where it doesn't, the node's books still say what is theirs.
    pub(crate) fn takes_entries(&self, did: &Did) -> bool {
        (self.logs)(did).is_some_and(|log| !log.deleted && log.read_only.is_none())
    }

    /// Whether a person deleted their record here: no one can spend their credit any more.
    pub(crate) fn has_left(&self, did: &Did) -> bool {
        (self.logs)(did).is_some_and(|log| log.deleted)
    }

    /// Returns a payment in the node's books.
    pub(crate) fn payment(&self, id: &IdText) -> rusqlite::Result<Option<Payment>> {
        queries::payment(self.db, self.node, id.as_str())
    }

    /// Returns a payment that the node awaits, or awaited.
    pub(crate) fn hold(&self, id: &IdText) -> rusqlite::Result<Option<Hold>> {
        queries::hold(self.db, self.node, id.as_str())
    }

    /// Whether a person owns the node.
    pub(crate) fn is_owner(&self, did: &Did) -> rusqlite::Result<bool> {
        queries::is_owner(self.db, self.node, did)
    }

    /// Adds a consequence to a person's log, if that log takes entries.
    pub(crate) fn add<D: Operation>(
        &self,
        drafts: &mut Vec<Draft>,
        did: &Did,
        operation: &D,
    ) -> Result<(), Refusal> {
        if self.takes_entries(did) {
            drafts.push(draft(did.clone(), operation)?);
        }
        Ok(())
    }
}

/// Reads the tables and logs as a decision would.
pub(crate) fn look<T>(node: &Node, f: impl FnOnce(&World<'_>) -> Result<T, Refusal>) -> Answer<T> {
    let logs = |did: &Did| node.ledger().view(did).ok().flatten();
    let outcome = queries::read(node, |db| {
        Ok(f(&World { db, node: node.did(), now: node.now(), logs: &logs }))
    })?;
    outcome.map_err(Problem::from)
}

/// Enters the consequences of an operation that begins no payment and needs no attestation.
pub(super) fn decide<O: Movement>(ctx: &mut Context<'_, O>, operation: &O) -> Decision<O::Refusal> {
    let none = payment_id(ctx.now(), [0; 6])?;
    decide_payment(ctx, operation, &none, &Attestations::default())
}

/// Enters the consequences of an operation that begins a payment, with the id and the attestations that the node
/// prepared for it.
pub(super) fn decide_prepared<O>(ctx: &mut Context<'_, O>, operation: &O) -> Decision<O::Refusal>
where
    O: Movement<Prepared = Prepared>,
{
    let Prepared { id, attestations } = ctx.prepared().clone();
    decide_payment(ctx, operation, &id, &attestations)
}

/// Enters the consequences of an operation; `attestations` are those that the node prepared for it.
pub(super) fn decide_payment<O: Movement>(
    ctx: &mut Context<'_, O>,
    operation: &O,
    payment: &IdText,
    attestations: &Attestations,
) -> Decision<O::Refusal> {
    let consequences = {
        let logs = |did: &Did| ctx.log(did);
        let world = World { db: ctx.reader(), node: ctx.node(), now: ctx.now(), logs: &logs };
        let case = Case { owner: ctx.owner(), payment, is_nested: ctx.is_nested() };
        operation.consequences(&world, case)?
    };
    for draft in consequences.drafts {
        ctx.derive_entry(draft);
    }
    for said in &consequences.attested {
        attestations.enter(ctx, said)?;
    }
    ctx.reply(consequences.reply);
    Ok(())
}

/// Returns the refusal for amounts whose sum is too large.
pub(crate) fn too_large(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(RefusalKind::TooLarge, error.to_string())
}

/// Refusal of an operation that only the node's owner can do.
#[derive(Debug, Reasons)]
pub(crate) enum OwnersOnly {
    /// Only the owner of this box can do that.
    #[refused(Forbidden)]
    NotOwner,
}

/// Refuses anyone but the node's owner.
pub(super) fn owners_only(world: &World<'_>, did: &Did) -> Result<(), Refused<OwnersOnly>> {
    if world.is_owner(did)? { Ok(()) } else { Err(OwnersOnly::NotOwner.into()) }
}

/// Reasons that the node doesn't record news: its record has it already, or doesn't know the payment.
#[derive(Debug, Reasons)]
pub(crate) enum News {
    /// This is known already.
    #[refused(Conflict, reason = "known")]
    Known,
    /// This node does not know such a payment.
    #[refused(NotFound)]
    Unknown,
}

/// Refuses an event of the provider that was recorded before.
pub(super) fn is_new(world: &World<'_>, event: Option<&IdText>) -> Result<(), Refused<News>> {
    match event {
        Some(event) if queries::has_event(world.db, world.node, event.as_str())? => {
            Err(News::Known.into())
        }
        _ => Ok(()),
    }
}
