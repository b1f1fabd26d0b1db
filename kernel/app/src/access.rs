//! An app's rows for the table of access, which the host enforces.
//!
//! Always: an operation or a route without a row is for guests and up. A row for strangers names one operation or
//! route, and their daily allowance, for each and for all of them together; an app adds rows, never code
//! ([`crate::Service::access`]).

use std::collections::{BTreeMap, BTreeSet};

use imajin_ledger::Command;
use imajin_log::ops::{self, Writers};
use imajin_log::{OpSpec, TargetLog};

use crate::problem::Problem;
use crate::role::Role;

/// The role that an operation or route without a row needs.
pub const LEAST: Role = Role::Guest;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The operation (`events.buy`), or the method and path of a route (`GET /api/mine`, relative to `/<service>`).
    pub what: &'static str,
    /// The least role that may do it.
    pub least: Role,
    /// The daily allowance of strangers, if strangers may do more than `least` allows.
    pub strangers: Option<Allowance>,
    /// The limit on entries that an author leaves in other people's logs with this operation.
    pub reach: Option<Reach>,
    /// Maximum per day and address (an IPv6 /64) for uninvited people together: strangers, guests, and members of a
    /// node with open registration. Keys and mailboxes cost nothing, addresses do. Where strangers have an allowance
    /// for free things, only free things count.
    pub uninvited: Option<u32>,
    /// A number in the operation's fact that says how many things one command takes or leaves. Every number of the row
    /// counts those; without it, commands.
    pub counted: Option<&'static str>,
    /// Whether the operation succeeds although a person whom it names has blocked its author: for operations that
    /// return, withdraw or end something.
    pub despite_block: bool,
}

/// Daily limits on the entries that an author leaves in other people's logs with one operation. Entries are permanent,
/// so an author must not be able to grow another person's log at will. The operation that undoes such an entry leaves
/// none in other logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The maximum over all logs together.
    pub author: u32,
    /// The maximum for each log.
    pub target: u32,
}

impl Reach {
    /// Makes a limit for a row of the table. The maximum for one log is never above that for all.
    pub const fn daily(author: u32, target: u32) -> Self {
        assert!(author >= target);
        Self { author, target }
    }
}

/// The owner's own limits on entries in other people's logs, by operation; each replaces the limit of the operation's
/// row.
pub type Budgeted = BTreeMap<String, Reach>;

/// Says which of these operations has no budget in these rows that could be changed.
pub fn check_budgeted<'a>(
    rows: impl IntoIterator<Item = &'a Access>,
    budgeted: &Budgeted,
) -> Result<(), String> {
    let names: BTreeSet<&str> =
        rows.into_iter().filter(|row| row.reach.is_some()).map(|row| row.what).collect();
    let unknown = budgeted.keys().find(|op| !names.contains(op.as_str()));
    unknown.map_or(Ok(()), |op| Err(op.clone()))
}

/// The daily allowance of strangers for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The daily maximum of one stranger.
    pub each: u32,
    /// The daily maximum of one address (an IPv6 /64): keys cost nothing, addresses do.
    pub address: u32,
    /// The daily maximum of all strangers together.
    pub all: u32,
    /// A number in the operation's fact that must be 0, so that only free things count.
    pub free: Option<&'static str>,
}

impl Access {
    /// Something that this role may do, and those above it.
    pub const fn new(what: &'static str, least: Role) -> Self {
        Self {
            what,
            least,
            strangers: None,
            reach: None,
            uninvited: None,
            counted: None,
            despite_block: false,
        }
    }

    /// Limits uninvited people to `address` commands per day and address.
    #[must_use]
    pub const fn uninvited(self, address: u32) -> Self {
        Self { uninvited: Some(address), ..self }
    }

    /// Counts as many for each command as this number of its fact says.
    #[must_use]
    pub const fn counting(self, name: &'static str) -> Self {
        Self { counted: Some(name), ..self }
    }

    /// This row, for something that a block does not stop.
    #[must_use]
    pub const fn despite_block(self) -> Self {
        Self { despite_block: true, ..self }
    }

    /// Limits the entries that the operation leaves in other people's logs.
    #[must_use]
    pub const fn reaching(self, reach: Reach) -> Self {
        Self { reach: Some(reach), ..self }
    }

    /// An operation for guests and up, of which strangers have an allowance.
    pub const fn strangers(what: &'static str, allowance: Allowance) -> Self {
        Self { strangers: Some(allowance), ..Self::new(what, LEAST) }
    }

    /// Whether a command is one that the row's numbers for strangers and addresses count.
    pub fn is_counted(&self, command: &Command) -> bool {
        self.strangers.is_none_or(|some| some.is_for(command))
    }

    /// The number that a command counts. A fact without a usable number counts one; the operation refuses it.
    pub fn amount(&self, command: &Command) -> u32 {
        let number = self.counted.and_then(|name| command.fact.as_ref()?.int(name));
        number.map_or(1, |number| u32::try_from(number.max(1)).unwrap_or(u32::MAX))
    }
}

impl Allowance {
    /// Whether a command is one that strangers have this allowance for.
    pub fn is_for(&self, command: &Command) -> bool {
        self.free.is_none_or(|name| {
            let fact = command.fact.as_ref();
            fact.and_then(|fact| fact.int(name)) == Some(0)
        })
    }
}

/// Whether an operation may leave entries in the logs of others.
pub fn reaches_others(spec: &OpSpec) -> bool {
    let leaves = |target: TargetLog| matches!(target, TargetLog::FactDids | TargetLog::Parties);
    spec.derives.iter().any(|one| leaves(one.target)) || ops::writers(spec.op) != Writers::Owner
}

/// The refusal for an author whose entries a person does not accept; the same for every cause.
pub fn not_accepted() -> Problem {
    Problem::forbidden("They do not accept this from you.").slug("not-accepted")
}
