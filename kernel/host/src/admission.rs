//! Admission of operations by role: the table of all apps' rows ([`imajin_app::access`]), which the extractor `Authed`
//! and the command route consult.
//!
//! Always: a command's share of an allowance or a budget is reserved before it is submitted, and the unused part is
//! returned.

mod blocked;
mod counts;
pub(crate) mod writers;

use std::collections::HashMap;

use imajin_app::access::LEAST;
use imajin_app::{Access, Budgeted, Node, Peer, Problem, Role, Services, extension, not_accepted};
use imajin_ledger::Command;
use imajin_protocol::Did;

use crate::budget::Want;
use crate::config::Registration;
use crate::prefix::Prefix;
use crate::prelude::*;

pub use blocked::Blocks;
pub(crate) use counts::Reservation;

/// All rows of a node.
pub(crate) struct Table {
    ops: HashMap<&'static str, Access>,
    /// The least role that may ask at each route, by method and path with its placeholders (`GET /events/api/mine`).
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

/// The roles and allowances of a node.
#[extension(pub trait Admission)]
impl Node {
    /// The row of an operation; that of one without is for guests and up.
    fn access_of(&self, op: &'static str) -> Access {
        let row = access(self).ops.get(op).copied();
        row.unwrap_or(Access::new(op, LEAST))
    }

    /// Whether a member of this household admitted this person, so that strangers cannot create many such people: true
    /// for the owner, and for members of a node that requires an invite. With open registration, a member is a key like
    /// any other.
    fn is_invited(&self, author: &Did) -> Result<bool, Problem> {
        Ok(match self.role(author)? {
            Role::Owner => true,
            Role::Member => self.registration() != Registration::Open,
            Role::Guest | Role::Stranger => false,
        })
    }

    /// Admits an entry that the node itself makes for `author` in another person's log, by the row of `what`.
    ///
    /// # Errors
    /// 403 if the other person does not accept this from them, 429 if they have used up the day's allowance.
    fn leave(
        &self,
        what: &'static str,
        author: &Did,
        target: &Did,
    ) -> Result<LeaveReservation<'_>, Problem> {
        let others = [target.clone()].into();
        self.refuse_blocked(author, &others, not_accepted)?;
        let mut taken = Reservation::new(self.budgets(), 1);
        let quotas = match self.access_of(what).reach {
            Some(reach) if author != target => taken.reach(what, reach, author, others, self.did()),
            _ => Vec::new(),
        };
        reserve(self, taken, &quotas).map(LeaveReservation)
    }
}

/// Refuses (403) a person whose role is below the route's least role.
pub(crate) fn admit_at(node: &Node, did: &Did, route: &str) -> Result<(), Problem> {
    let needed = access(node).routes.get(route).copied().unwrap_or(LEAST);
    if needed == Role::Stranger { Ok(()) } else { admitted(node.role(did)?, needed) }
}

/// Refuses a command for which its author's role is too low, or whose author a person it names has blocked (403),
/// or for which its author has used up the day's allowance (429).
pub(crate) fn admit<'a>(
    node: &'a Node,
    author: &Did,
    command: &Command,
    peer: Option<&Peer>,
) -> Result<Reservation<'a>, Problem> {
    let row = access(node).ops.get(command.op.as_str());
    let needed = row.map_or(LEAST, |row| row.least);
    let refused = match needed {
        Role::Stranger => None,
        _ => admitted(node.role(author)?, needed).err(),
    };
    let amount = row.map_or(1, |row| row.amount(command));
    let mut reservation = Reservation::new(node.budgets(), amount);
    let mut wants = Vec::new();
    let mut address = None;
    if let Some(problem) = refused {
        let allowance = row.and_then(|row| Some((row.what, row.strangers?)));
        let (what, allowance) =
            allowance.filter(|(_, some)| some.is_for(command)).ok_or(problem)?;
        wants.extend(reservation.allow(what, author, allowance));
        address = Some((what, allowance.address));
    }
    if let Some((what, most)) = row.and_then(|row| Some((row.what, row.uninvited?)))
        && row.is_some_and(|row| row.is_counted(command))
        && !node.is_invited(author)?
    {
        address = Some((what, most));
    }
    // Commands of the node itself come from no address.
    if let (Some((what, most)), Some(peer)) = (address, peer) {
        wants.push(reservation.allow_from(what, Prefix::from_address(peer.address), most));
    }
    blocked::check_blocks(node, author, command)?;
    if let Some((what, reach)) = row.and_then(|row| Some((row.what, row.reach?))) {
        let targets = counts::targets(command, author);
        wants.extend(reservation.reach(what, reach, author, targets, node.did()));
    }
    reserve(node, reservation, &wants)
}

fn access(node: &Node) -> &Table {
    node.part()
}

/// Takes all that is wanted, or nothing.
fn reserve<'a>(
    node: &'a Node,
    mut reservation: Reservation<'a>,
    wants: &[Want],
) -> Result<Reservation<'a>, Problem> {
    if wants.is_empty() {
        return Ok(reservation);
    }
    match reservation.take(wants, node.now()) {
        Ok(()) => {
            node.keep_limits();
            Ok(reservation)
        }
        Err(seconds) => {
            node.metrics().limited.inc();
            Err(Problem::too_many(seconds))
        }
    }
}

/// The allowance that `Node::leave` took. Dropping it returns it, unless it is kept.
pub struct LeaveReservation<'a>(Reservation<'a>);

impl LeaveReservation<'_> {
    /// Keeps the allowance, since the entry is made.
    pub fn keep(self) {
        self.0.keep_all();
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
            "This node does not know you yet. Use an invite of its owner's, or come in with your email address."
        }
    };
    Err(Problem::forbidden(text)
        .slug("admission")
        .with_member("role", role.as_str())
        .with_member("needed", needed.as_str()))
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
