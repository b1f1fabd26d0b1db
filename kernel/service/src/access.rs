//! What each role may do: the table that [`crate::extract::Authed`] and the door for commands ask, and nobody else.
//!
//! Always: an operation or a route without a row is for guests and up. A row for strangers names one thing, and what they
//! may do of it in a day, each and all of them together; a service adds rows, never code ([`crate::Service::access`]).

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imajin_ledger::{Command, CommandWill};
use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;
use crate::role::Role;
use crate::service::Services;

/// Who may do what has no row.
pub const LEAST: Role = Role::Guest;
const DAY: Duration = Duration::from_secs(24 * 3_600);

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
        }
    }
}

/// All rows of a node.
pub(crate) struct Table {
    ops: HashMap<&'static str, Access>,
    /// By method and whole path.
    routes: HashMap<String, Role>,
    used: Mutex<Used>,
}

/// What was done since `begun`.
struct Used {
    begun: Duration,
    counts: HashMap<Count, u32>,
}

/// What is counted of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Count {
    /// Done by strangers.
    Strangers(&'static str),
    /// Done by this stranger.
    Stranger(&'static str, Did),
    /// Entries that somebody left in the logs of others.
    Author(&'static str, Did),
    /// Entries that somebody left in the log of this one.
    Target(&'static str, Did, Did),
}

/// Uses of the day's numbers: given back unless [`Taken::keep`] is called.
pub(crate) struct Taken<'a> {
    table: &'a Table,
    counts: Vec<Count>,
}

impl Table {
    pub(crate) fn new(services: &Services, now: Duration) -> Self {
        let (mut ops, mut routes) = (HashMap::new(), HashMap::new());
        for service in services.iter() {
            for row in service.access() {
                match row.what.split_once(' ') {
                    Some((method, path)) => {
                        let route = format!("{method} /{}{path}", service.name());
                        routes.insert(route, row.least);
                    }
                    None => drop(ops.insert(row.what, *row)),
                }
            }
        }
        let used = Used {
            begun: now,
            counts: HashMap::new(),
        };
        Self {
            ops,
            routes,
            used: Mutex::new(used),
        }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one of each, or none where one of them is used up: then it says in how many seconds the day is over.
    fn take(&self, wanted: Vec<(Count, u32)>, now: Duration) -> Result<Taken<'_>, u32> {
        let mut used = self.used();
        if now.saturating_sub(used.begun) >= DAY {
            used.begun = now;
            used.counts.clear();
        }
        for (n, (count, most)) in wanted.iter().enumerate() {
            let now_too = wanted[..n]
                .iter()
                .filter(|(other, _)| other == count)
                .count();
            let before = used.counts.get(count).copied().unwrap_or_default();
            if before.saturating_add(u32::try_from(now_too).unwrap_or(u32::MAX)) >= *most {
                let left = DAY.saturating_sub(now.saturating_sub(used.begun));
                return Err(u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1));
            }
        }
        let counts: Vec<Count> = wanted.into_iter().map(|(count, _)| count).collect();
        for count in &counts {
            *used.counts.entry(count.clone()).or_default() += 1;
        }
        Ok(Taken {
            table: self,
            counts,
        })
    }
}

impl Taken<'_> {
    /// It came to something.
    pub(crate) fn keep(mut self) {
        self.counts.clear();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.counts.is_empty() {
            return;
        }
        let mut used = self.table.used();
        for count in self.counts.drain(..) {
            // A day that began meanwhile has none of them.
            if let Some(number) = used.counts.get_mut(&count) {
                *number = number.saturating_sub(1);
            }
        }
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

    /// Refuses a command that is not for what its author is (403), or of which they did as much as they may in a day (429).
    pub(crate) fn admit(&self, author: &Did, command: &Command) -> Result<Taken<'_>, Problem> {
        let table = self.access();
        let row = table.ops.get(command.op.as_str());
        let needed = row.map_or(LEAST, |row| row.least);
        let refused = match needed {
            Role::Stranger => None,
            _ => admitted(self.role(author)?, needed).err(),
        };
        let mut wanted = Vec::new();
        if let Some(problem) = refused {
            let allowance = row.and_then(|row| Some((row.what, row.strangers?)));
            let Some((what, allowance)) = allowance.filter(|(_, some)| some.is_for(command)) else {
                return Err(problem);
            };
            wanted.push((Count::Strangers(what), allowance.all));
            wanted.push((Count::Stranger(what, author.clone()), allowance.each));
        }
        if let Some((what, reach)) = row.and_then(|row| Some((row.what, row.reach?))) {
            for target in targets(command, author) {
                wanted.push((Count::Author(what, author.clone()), reach.author));
                let count = Count::Target(what, author.clone(), target);
                wanted.push((count, reach.target));
            }
        }
        let took = table.take(wanted, self.monotonic());
        took.map_err(|seconds| {
            self.metrics().limited.inc();
            Problem::too_many(seconds)
        })
    }
}

/// In whose logs a command may leave entries, beside its author's.
fn targets(command: &Command, author: &Did) -> BTreeSet<Did> {
    let mut targets: BTreeSet<Did> = match &command.will {
        CommandWill::Signed(proof) => proof.payload.to.iter().cloned().collect(),
        _ => BTreeSet::new(),
    };
    let fact = command.fact.as_ref();
    let named = fact.and_then(|fact| fact.ids("dids")).unwrap_or_default();
    targets.extend(named.iter().filter_map(|id| id.to_did()));
    targets.insert(command.did.clone());
    targets.remove(author);
    targets
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

    fn table() -> Table {
        Table::new(&Services::new([]), Duration::ZERO)
    }

    const BUY: &str = "events.buy";

    fn person(seed: u8) -> Did {
        Did::from_key(&[seed; 32])
    }

    /// One each, two of all.
    fn wanted(seed: u8) -> Vec<(Count, u32)> {
        vec![
            (Count::Strangers(BUY), 2),
            (Count::Stranger(BUY, person(seed)), 1),
        ]
    }

    #[test]
    fn strangers_share_an_allowance_that_is_new_each_day() {
        let (table, now) = (table(), Duration::from_secs(10));
        table.take(wanted(1), now).unwrap().keep();
        assert!(table.take(wanted(1), now).is_err(), "one each");
        table.take(wanted(2), now).unwrap().keep();
        assert_eq!(table.take(wanted(3), now).err(), Some(24 * 3_600 - 10));
        table.take(wanted(3), DAY).unwrap().keep();
    }

    #[test]
    fn what_came_to_nothing_is_not_counted() {
        let (table, now) = (table(), Duration::ZERO);
        for _ in 0..5 {
            drop(table.take(wanted(1), now).unwrap());
        }
        table.take(wanted(1), now).unwrap().keep();
        assert!(table.take(wanted(1), now).is_err());
    }

    #[test]
    fn several_logs_at_once_count_each() {
        let table = table();
        let author = || (Count::Author(BUY, person(1)), 2);
        let three = vec![author(), author(), author()];
        assert!(table.take(three, Duration::ZERO).is_err());
        table
            .take(vec![author(), author()], Duration::ZERO)
            .unwrap()
            .keep();
        assert!(table.take(vec![author()], Duration::ZERO).is_err());
    }

    #[test]
    fn a_refusal_says_what_is_needed() {
        assert!(admitted(Role::Member, Role::Guest).is_ok());
        let problem = admitted(Role::Stranger, Role::Guest).unwrap_err();
        assert_eq!(problem.status(), axum::http::StatusCode::FORBIDDEN);
        assert!(admitted(Role::Guest, Role::Member).is_err());
        assert!(admitted(Role::Member, Role::Owner).is_err());
    }
}
