//! The right to write to a log: a command is refused before its service sees it, unless its author owns the log, acts
//! for its owner, or the table of writers admits other authors ([`ops::WRITERS`]).
//!
//! Always: the rules of the log refuse the same when the entry is written. This early refusal tells an author first
//! that they have no right to the log, whatever else is wrong, and spares the service the work.

use imajin_ledger::CommandWill;
use imajin_log::ops::{self, Writers};
use imajin_log::{OpSpec, RequiredAuthority};
use imajin_protocol::Did;
use imajin_protocol::delegation::is_never_delegated;

use imajin_app::Problem;

/// Refuses (403) a will that the operation cannot have in this log.
pub(crate) fn check(spec: &OpSpec, log: &Did, will: &CommandWill) -> Result<(), Problem> {
    let may_write = |author: &Did| author == log || ops::writers(spec.op) != Writers::Owner;
    match will {
        CommandWill::Node => Ok(()),
        CommandWill::Custodial { author, .. } if may_write(author) => Ok(()),
        CommandWill::Signed(proof) if proof.kid.did() == log => Ok(()),
        // The rules of the log check that the delegation exists and is in force.
        CommandWill::Signed(proof) if proof.payload.chain.is_none() => delegable(spec),
        CommandWill::Signed(proof) if may_write(proof.kid.did()) => Ok(()),
        _ => Err(not_owner(spec)),
    }
}

fn delegable(spec: &OpSpec) -> Result<(), Problem> {
    if spec.by == RequiredAuthority::Any && !is_never_delegated(spec.op) {
        return Ok(());
    }
    let text = format!("{} takes a key of the owner's own: no delegation covers it.", spec.op);
    Err(Problem::forbidden(text).slug("own-key"))
}

fn not_owner(spec: &OpSpec) -> Problem {
    let text =
        format!("{} is only for the record's owner: nobody writes in another's record.", spec.op);
    Problem::forbidden(text).slug("not-owner")
}
