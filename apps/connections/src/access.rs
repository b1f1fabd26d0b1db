//! What somebody may leave in the logs of others in a day, and what a block does not stop: the rows of this service in the
//! table of access.

use imajin_service::{Access, Reach, Role};

use crate::ops::{self, group};

/// In the log of somebody else.
const PEOPLE: Reach = Reach {
    author: 100,
    target: 10,
};
/// Questions that cost nothing: programs ask them.
const QUESTIONS: Reach = Reach {
    author: 1_000,
    target: 100,
};
/// In the log of a group, where several people's words come together.
const GROUPS: Reach = Reach {
    author: 300,
    target: 100,
};

pub(crate) const ROWS: &[Access] = &[
    reaches(ops::ACCEPT, PEOPLE),
    reaches(ops::CONFIRM, PEOPLE),
    reaches(ops::DISCONNECT, PEOPLE).despite_block(),
    reaches(ops::ASK, PEOPLE),
    // The node's word, for the one who asks.
    reaches(ops::QUERIED, QUESTIONS),
    // Its owner alone makes and changes a group: nobody else is named.
    reaches(group::CREATE, GROUPS).despite_block(),
    reaches(group::UPDATE, GROUPS).despite_block(),
    reaches(group::INVITE, GROUPS),
    reaches(group::INVITE_WITHDRAW, GROUPS).despite_block(),
    reaches(group::JOIN, GROUPS),
    reaches(group::LEAVE, GROUPS).despite_block(),
    // Blocking the one who leads a group keeps nobody in it, or in a role.
    reaches(group::ROLE, GROUPS).despite_block(),
    reaches(group::REMOVE, GROUPS).despite_block(),
    reaches(group::OFFER, GROUPS),
    reaches(group::TAKE, GROUPS),
    reaches(group::DISSOLVE, GROUPS).despite_block(),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::of(op, Role::Guest).reaching(reach)
}
