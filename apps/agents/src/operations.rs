//! The operations of this service. Each is declared once, as a type, next to its decision.

use imajin_app::operation::{
    BeforeSubmit, Context, Day, Decide, Decision, Operation, Reasons, Request, Title,
};
use imajin_app::{Problem, args};
use imajin_ledger::Reader;
use imajin_protocol::Did;

use crate::fields::{DelegationCid, ServiceName};
use crate::helper;
use crate::manifest::TEXTS;
use crate::queries::{self, Reading};

imajin_app::declarations! { NameHelper, NoteReading }

/// Helpers of one person at a time.
const HELPERS_MAX: usize = 20;

/// Names a program that has a delegation of the owner's. Only a named one can read and write by MCP, so that the key of an outside
/// app or of a computer opens nothing here.
#[derive(Debug, Operation)]
#[operation(name = "agents.name", authority = OwnKey, erasable_by = Author, prepared = ())]
pub(crate) struct NameHelper {
    /// The CID of the delegation to its key.
    #[reference]
    pub(crate) delegation: DelegationCid,
    /// The program's name, in at most 100 characters.
    pub(crate) label: Title<100>,
}

impl BeforeSubmit for NameHelper {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let helpers = helper::in_force(request.node, request.owner)?;
        let is_new = !helpers.iter().any(|cid| cid == self.delegation.as_str());
        if is_new && helpers.len() >= HELPERS_MAX {
            let message = TEXTS.say("too-many", args![max = HELPERS_MAX]);
            Err(Problem::conflict(message).slug("full"))
        } else {
            Ok(())
        }
    }
}

impl Decide for NameHelper {}

/// Notes that a program may read what a service shows its owner, before its first reading of a day.
#[derive(Debug, Operation)]
#[operation(name = "agents.read", authority = Node, facts, refusal = NoteRefusal)]
pub(crate) struct NoteReading {
    /// The CID of the program's delegation.
    #[reference]
    pub(crate) delegation: DelegationCid,
    /// The service.
    pub(crate) service: ServiceName,
    /// The day, in UTC.
    pub(crate) day: Day,
}

impl NoteReading {
    pub(crate) fn is_noted(&self, db: Reader<'_>, owner: &Did) -> rusqlite::Result<bool> {
        let reading = Reading {
            day: self.day.as_str().to_owned(),
            service: self.service.as_str().to_owned(),
        };
        queries::is_noted(db, owner, self.delegation.as_str(), &reading)
    }

    /// Returns whether the delegation is in force where the entry would stand: an end may have come before it.
    fn is_in_force(&self, ctx: &Context<'_, Self>) -> bool {
        let log = ctx.log(ctx.owner());
        let delegations = log.iter().flat_map(|log| log.delegations.iter());
        let mut in_force = delegations.filter(|one| !one.ended && ctx.now() < one.until);
        in_force.any(|one| one.cid.to_string() == self.delegation.as_str())
    }
}

#[derive(Debug, Reasons)]
pub(crate) enum NoteRefusal {
    /// This day’s reading is noted already.
    #[refused(Conflict, reason = "noted")]
    Noted,
    /// This delegation isn’t in force.
    #[refused(Forbidden, reason = "ended", field = "ref")]
    Ended,
}

impl Decide for NoteReading {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<NoteRefusal> {
        if !self.is_in_force(ctx) {
            Err(NoteRefusal::Ended.into())
        } else if self.is_noted(ctx.reader(), ctx.owner())? {
            Err(NoteRefusal::Noted.into())
        } else {
            Ok(())
        }
    }
}
