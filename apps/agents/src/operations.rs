//! The operations of this service. Each is declared once, as a type, next to its decision.

use imajin_app::operation::{
    BeforeSubmit, Context, Day, Decide, Decision, Declaration, Operation, Reasons, Request, Title,
};
use imajin_app::{Problem, args};

use crate::fields::{DelegationCid, ServiceName};
use crate::helper;
use crate::manifest::TEXTS;
use crate::queries;

/// The declarations of all operations of this service.
pub(crate) static ALL: [Declaration; 2] = [NameHelper::DECLARATION, NoteReading::DECLARATION];

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
#[operation(name = "agents.read", authority = Node, refusal = NoteRefusal)]
pub(crate) struct NoteReading {
    /// The CID of the program's delegation.
    #[reference]
    pub(crate) delegation: DelegationCid,
    /// The service.
    #[fact]
    pub(crate) service: ServiceName,
    /// The day, in UTC.
    #[fact]
    pub(crate) day: Day,
}

/// Why a reading is not noted.
#[derive(Debug, Reasons)]
pub(crate) enum NoteRefusal {
    /// The reading is noted already.
    #[refused(
        Conflict,
        reason = "noted",
        message = "This day’s reading is noted already."
    )]
    Noted,
}

impl Decide for NoteReading {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<NoteRefusal> {
        if queries::is_noted(ctx.reader(), ctx.owner(), self)? {
            Err(NoteRefusal::Noted.into())
        } else {
            Ok(())
        }
    }
}
