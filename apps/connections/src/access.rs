//! What somebody may leave in the logs of others in a day: the rows of this service in the table of access.

use imajin_service::{Access, Reach, Role};

use crate::ops::{self, group};

/// In the log of somebody else.
const PEOPLE: Reach = Reach {
    author: 100,
    target: 10,
};
/// In the log of a group, where several people's words come together.
const GROUPS: Reach = Reach {
    author: 300,
    target: 100,
};

pub(crate) const ROWS: &[Access] = &[
    reaches(ops::ACCEPT, PEOPLE),
    reaches(ops::CONFIRM, PEOPLE),
    reaches(ops::DISCONNECT, PEOPLE),
    reaches(ops::ASK, PEOPLE),
    reaches(group::UPDATE, GROUPS),
    reaches(group::INVITE, GROUPS),
    reaches(group::INVITE_WITHDRAW, GROUPS),
    reaches(group::JOIN, GROUPS),
    reaches(group::LEAVE, GROUPS),
    reaches(group::ROLE, GROUPS),
    reaches(group::REMOVE, GROUPS),
    reaches(group::OFFER, GROUPS),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::of(op, Role::Guest).reaching(reach)
}
