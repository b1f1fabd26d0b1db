//! What each role may do: the table that [`crate::extract::Authed`] and the door for commands ask, and nobody else.
//!
//! Always: an operation or a route without a row is for guests and up. A row for strangers names one thing, and what they
//! may do of it in a day, each and all of them together; a service adds rows, never code ([`crate::Service::access`]).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imajin_ledger::Command;
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
        }
    }

    /// An operation for guests and up, of which strangers have an allowance.
    pub const fn strangers(what: &'static str, allowance: Allowance) -> Self {
        Self {
            what,
            least: LEAST,
            strangers: Some(allowance),
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

/// What strangers did since `begun`.
struct Used {
    begun: Duration,
    all: HashMap<&'static str, u32>,
    each: HashMap<(&'static str, Did), u32>,
}

/// One use of an allowance: given back unless [`Taken::keep`] is called.
pub(crate) struct Taken<'a> {
    table: &'a Table,
    what: Option<(&'static str, Did)>,
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
            all: HashMap::new(),
            each: HashMap::new(),
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

    /// Takes one of a stranger's allowance, or says in how many seconds there is one.
    fn take(
        &self,
        what: &'static str,
        allowance: &Allowance,
        did: &Did,
        now: Duration,
    ) -> Result<Taken<'_>, u32> {
        let mut used = self.used();
        if now.saturating_sub(used.begun) >= DAY {
            used.begun = now;
            used.all.clear();
            used.each.clear();
        }
        let key = (what, did.clone());
        let all = used.all.get(what).copied().unwrap_or_default();
        let each = used.each.get(&key).copied().unwrap_or_default();
        if all >= allowance.all || each >= allowance.each {
            let left = DAY.saturating_sub(now.saturating_sub(used.begun));
            return Err(u32::try_from(left.as_secs()).unwrap_or(u32::MAX).max(1));
        }
        used.all.insert(what, all + 1);
        used.each.insert(key.clone(), each + 1);
        Ok(Taken {
            table: self,
            what: Some(key),
        })
    }
}

impl Taken<'_> {
    fn nothing(table: &Table) -> Taken<'_> {
        Taken { table, what: None }
    }

    /// It came to something.
    pub(crate) fn keep(mut self) {
        self.what = None;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(key) = self.what.take() else { return };
        let mut used = self.table.used();
        if let Some(count) = used.all.get_mut(key.0) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = used.each.get_mut(&key) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Node {
    /// Who may ask for an operation: the least role, and what strangers have of it.
    pub fn access_of(&self, op: &str) -> (Role, Option<Allowance>) {
        let row = self.access().ops.get(op);
        row.map_or((LEAST, None), |row| (row.least, row.strangers))
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

    /// Refuses (403, or 429 where an allowance is used up) a command that is not for what its author is.
    pub(crate) fn admit(&self, author: &Did, command: &Command) -> Result<Taken<'_>, Problem> {
        let table = self.access();
        let row = table.ops.get(command.op.as_str());
        let needed = row.map_or(LEAST, |row| row.least);
        if needed == Role::Stranger {
            return Ok(Taken::nothing(table));
        }
        let role = self.role(author)?;
        let allowance = row.and_then(|row| Some((row.what, row.strangers?)));
        match (admitted(role, needed), allowance) {
            (Ok(()), _) => Ok(Taken::nothing(table)),
            (Err(_), Some((what, allowance))) if allowance.is_for(command) => table
                .take(what, &allowance, author, self.monotonic())
                .map_err(Problem::too_many),
            (Err(problem), _) => Err(problem),
        }
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

    fn table() -> Table {
        Table::new(&Services::new([]), Duration::ZERO)
    }

    const TWO: Allowance = Allowance {
        each: 1,
        all: 2,
        free: None,
    };

    #[test]
    fn strangers_share_an_allowance_that_is_new_each_day() {
        let (table, now) = (table(), Duration::from_secs(10));
        let person = |seed: u8| Did::from_key(&[seed; 32]);
        let take = |seed: u8, now| table.take("events.buy", &TWO, &person(seed), now);
        take(1, now).unwrap().keep();
        assert!(take(1, now).is_err(), "one each");
        take(2, now).unwrap().keep();
        assert_eq!(take(3, now).err(), Some(24 * 3_600 - 10), "two of all");
        take(3, DAY).unwrap().keep();
    }

    #[test]
    fn what_came_to_nothing_is_not_counted() {
        let (table, now) = (table(), Duration::ZERO);
        let did = Did::from_key(&[1; 32]);
        for _ in 0..5 {
            drop(table.take("events.buy", &TWO, &did, now).unwrap());
        }
        table.take("events.buy", &TWO, &did, now).unwrap().keep();
        assert!(table.take("events.buy", &TWO, &did, now).is_err());
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
