//! What each role may do: the table that [`crate::extract::Authed`] and the door for commands ask, and nobody else.
//!
//! Always: an operation or a route without a row is for guests and up. A row for strangers names one thing, and what they
//! may do of it in a day, each and all of them together; a service adds rows, never code ([`crate::Service::access`]).

mod blocked;
mod counts;
pub(crate) mod whose;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use imajin_ledger::Command;
use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;
use crate::role::Role;
use crate::service::{Service, Services};

pub use blocked::{not_accepted, reaches_others};
pub(crate) use counts::Taken;

/// Who may do what has no row.
pub const LEAST: Role = Role::Guest;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The operation (`events.buy`), or the method and path of a route (`GET /api/mine`, relative to `/<service>`).
    pub what: &'static str,
    /// Who may do it.
    pub least: Role,
    /// What strangers may do of it, where it is more than `least` says.
    pub strangers: Option<Allowance>,
    /// How often somebody may leave entries in the logs of others by it.
    pub reach: Option<Reach>,
    /// Whether it goes through where somebody whom it names blocked its author: it gives back, takes back or ends something.
    pub despite_block: bool,
}

/// How often an author may leave entries in the logs of others by one operation, in a day. An entry stays for ever, so
/// nobody's log grows by what somebody else feels like; what undoes it leaves none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// In all logs together.
    pub author: u32,
    /// In each of them.
    pub target: u32,
}

/// What the owner of a node decides otherwise than the rows: how often somebody may leave entries in the logs of others, by
/// operation.
pub type Budgeted = BTreeMap<String, Reach>;

/// Says which of these operations has no budget that could be changed.
///
/// # Errors
/// Its name.
pub fn check_budgeted(services: &[Arc<dyn Service>], budgeted: &Budgeted) -> Result<(), String> {
    let rows = services.iter().flat_map(|service| service.access());
    let known: BTreeSet<&str> = rows
        .filter(|row| row.reach.is_some())
        .map(|row| row.what)
        .collect();
    match budgeted.keys().find(|op| !known.contains(op.as_str())) {
        Some(op) => Err(op.clone()),
        None => Ok(()),
    }
}

/// What strangers may do of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How often a day, one of them.
    pub each: u32,
    /// How often a day, all of them.
    pub all: u32,
    /// A number in the operation's fact that must be 0: what costs nothing.
    pub free: Option<&'static str>,
}

impl Access {
    /// Something that this role may do, and those above it.
    pub const fn of(what: &'static str, least: Role) -> Self {
        Self {
            what,
            least,
            strangers: None,
            reach: None,
            despite_block: false,
        }
    }

    /// The same row for what a block does not stop.
    #[must_use]
    pub const fn despite_block(self) -> Self {
        Self {
            despite_block: true,
            ..self
        }
    }

    /// The same row with a limit for what it leaves in the logs of others.
    #[must_use]
    pub const fn reaching(self, reach: Reach) -> Self {
        Self {
            reach: Some(reach),
            ..self
        }
    }

    /// An operation for guests and up, of which strangers have an allowance.
    pub const fn strangers(what: &'static str, allowance: Allowance) -> Self {
        Self {
            what,
            least: LEAST,
            strangers: Some(allowance),
            reach: None,
            despite_block: false,
        }
    }
}

/// All rows of a node.
pub(crate) struct Table {
    ops: HashMap<&'static str, Access>,
    /// By method and whole path.
    routes: HashMap<String, Role>,
}

impl Table {
    pub(crate) fn new(services: &Services, budgeted: &Budgeted) -> Self {
        let (mut ops, mut routes) = (HashMap::new(), HashMap::new());
        for service in services.iter() {
            for row in service.access() {
                match row.what.split_once(' ') {
                    Some((method, path)) => {
                        let route = format!("{method} /{}{path}", service.name());
                        routes.insert(route, row.least);
                    }
                    None => {
                        let owners = row.reach.and_then(|_| budgeted.get(row.what)).copied();
                        let reach = owners.or(row.reach);
                        ops.insert(row.what, Access { reach, ..*row });
                    }
                }
            }
        }
        Self { ops, routes }
    }
}

impl Node {
    /// The row of an operation; that of one without is for guests and up.
    pub fn access_of(&self, op: &'static str) -> Access {
        let row = self.access().ops.get(op).copied();
        row.unwrap_or(Access::of(op, LEAST))
    }

    /// Who may ask at a route, by method and path with its placeholders (`GET /events/api/mine`).
    pub fn access_at(&self, route: &str) -> Role {
        self.access().routes.get(route).copied().unwrap_or(LEAST)
    }

    /// Refuses (403) somebody who asks at a route that is not for what they are.
    pub(crate) fn admit_at(&self, did: &Did, route: &str) -> Result<(), Problem> {
        let needed = self.access_at(route);
        match needed == Role::Stranger {
            true => Ok(()),
            false => admitted(self.role(did)?, needed),
        }
    }

    /// Refuses a command that is not for what its author is, or that somebody whom it names does not take from them (403),
    /// or of which they did as much as they may in a day (429).
    pub(crate) fn admit(&self, author: &Did, command: &Command) -> Result<Taken<'_>, Problem> {
        let row = self.access().ops.get(command.op.as_str());
        let needed = row.map_or(LEAST, |row| row.least);
        let refused = match needed {
            Role::Stranger => None,
            _ => admitted(self.role(author)?, needed).err(),
        };
        let mut taken = Taken::new(self.budgets());
        let mut wanted = Vec::new();
        if let Some(problem) = refused {
            let allowance = row.and_then(|row| Some((row.what, row.strangers?)));
            let Some((what, allowance)) = allowance.filter(|(_, some)| some.is_for(command)) else {
                return Err(problem);
            };
            wanted.extend(taken.allow(what, author, allowance.each, allowance.all));
        }
        self.check_blocks(author, command)?;
        if let Some((what, reach)) = row.and_then(|row| Some((row.what, row.reach?))) {
            let targets = counts::targets(command, author);
            wanted.extend(taken.reach(what, reach, author, targets, self.did()));
        }
        self.reserve(taken, &wanted)
    }

    /// The same for what the node itself enters for somebody in the log of another, by the row of `what`.
    ///
    /// # Errors
    /// Forbidden where the other one does not take it from them, 429 where they did as much as they may in a day.
    pub fn leave(
        &self,
        what: &'static str,
        author: &Did,
        target: &Did,
    ) -> Result<Left<'_>, Problem> {
        let others = [target.clone()].into();
        if self.is_blocked(author, &others)? {
            return Err(not_accepted());
        }
        let mut taken = Taken::new(self.budgets());
        let wanted = match self.access_of(what).reach {
            Some(reach) if author != target => taken.reach(what, reach, author, others, self.did()),
            _ => Vec::new(),
        };
        self.reserve(taken, &wanted).map(Left)
    }

    /// Takes all that is wanted, or nothing.
    fn reserve<'a>(
        &'a self,
        taken: Taken<'a>,
        wanted: &[(crate::budget::Hashed, u32)],
    ) -> Result<Taken<'a>, Problem> {
        if wanted.is_empty() {
            return Ok(taken);
        }
        match self.budgets().reserve(wanted, self.now()) {
            Ok(()) => {
                self.keep_limits();
                Ok(taken)
            }
            Err(seconds) => {
                // Nothing was taken, so nothing is to be given back.
                taken.keep_all();
                self.metrics().limited.inc();
                Err(Problem::too_many(seconds))
            }
        }
    }
}

/// What [`Node::leave`] took: given back unless it is kept.
pub struct Left<'a>(Taken<'a>);

impl Left<'_> {
    /// It is entered.
    pub fn keep(self) {
        self.0.keep_all();
    }
}

impl Allowance {
    fn is_for(&self, command: &Command) -> bool {
        self.free.is_none_or(|name| {
            let fact = command.fact.as_ref();
            fact.and_then(|fact| fact.int(name)) == Some(0)
        })
    }
}

fn admitted(role: Role, needed: Role) -> Result<(), Problem> {
    if role >= needed {
        return Ok(());
    }
    let text = match needed {
        Role::Owner => "Only the owner of this node may do this.",
        Role::Member => {
            "This is for members of this node. Ask its owner for an invite, and use its code."
        }
        _ => {
            "This node does not know you yet. Use an invite of its owner's, or come in with your e-mail address."
        }
    };
    Err(Problem::forbidden(text)
        .slug("admission")
        .with("role", role.as_str())
        .with("needed", needed.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_needed() {
        assert!(admitted(Role::Member, Role::Guest).is_ok());
        let problem = admitted(Role::Stranger, Role::Guest).unwrap_err();
        assert_eq!(problem.status(), axum::http::StatusCode::FORBIDDEN);
        assert!(admitted(Role::Guest, Role::Member).is_err());
        assert!(admitted(Role::Member, Role::Owner).is_err());
    }
}
