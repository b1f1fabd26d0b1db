//! What somebody may leave in the logs of others in a day, and what a block does not stop: the rows of this service in the
//! table of access.

use imajin_service::{Access, Reach, Role};

use crate::operations::{
    Accept, Ask, ChangeGroup, Confirm, CreateGroup, Disconnect, DissolveGroup, JoinGroup,
    LeaveGroup, MakeGroupInvite, OfferGroup, Queried, RemoveMember, SetRole, TakeGroup,
    WithdrawGroupInvite,
};

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
    reaches(Accept::NAME, PEOPLE),
    reaches(Confirm::NAME, PEOPLE),
    reaches(Disconnect::NAME, PEOPLE).despite_block(),
    reaches(Ask::NAME, PEOPLE),
    // The node's word, counted for the asker.
    reaches(Queried::NAME, QUESTIONS),
    // Its owner alone makes and changes a group: nobody else is named.
    reaches(CreateGroup::NAME, GROUPS).despite_block(),
    reaches(ChangeGroup::NAME, GROUPS).despite_block(),
    reaches(MakeGroupInvite::NAME, GROUPS),
    reaches(WithdrawGroupInvite::NAME, GROUPS).despite_block(),
    reaches(JoinGroup::NAME, GROUPS),
    reaches(LeaveGroup::NAME, GROUPS).despite_block(),
    // Blocking the leader of a group keeps nobody in it, or in a role.
    reaches(SetRole::NAME, GROUPS).despite_block(),
    reaches(RemoveMember::NAME, GROUPS).despite_block(),
    reaches(OfferGroup::NAME, GROUPS),
    reaches(TakeGroup::NAME, GROUPS),
    reaches(DissolveGroup::NAME, GROUPS).despite_block(),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::of(op, Role::Guest).reaching(reach)
}
