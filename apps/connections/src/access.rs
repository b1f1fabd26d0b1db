//! The rows of the access table for this service: daily limits on entries in other people's logs, and the operations
//! that a block does not stop.

use imajin_app::{Access, Reach, Role};

use crate::operations::{
    Accept, Ask, ChangeGroup, Confirm, CreateGroup, Disconnect, DissolveGroup, JoinGroup,
    LeaveGroup, MakeGroupInvite, OfferGroup, Queried, RemoveMember, SetRole, TakeGroup,
    WithdrawGroupInvite,
};

/// Limits on entries in another person's log.
const PEOPLE: Reach = Reach::daily(100, 10);
/// Limits on questions without a price, which programs ask.
const QUESTIONS: Reach = Reach::daily(1_000, 100);
/// Limits on entries in a group's log, which takes entries of several people.
const GROUPS: Reach = Reach::daily(300, 100);

pub(crate) const ROWS: &[Access] = &[
    reaches(Accept::NAME, PEOPLE),
    reaches(Confirm::NAME, PEOPLE),
    reaches(Disconnect::NAME, PEOPLE).despite_block(),
    reaches(Ask::NAME, PEOPLE),
    // Entered by the node, and counted for the asker.
    reaches(Queried::NAME, QUESTIONS),
    // Only the owner makes and changes a group: these operations name no other person.
    reaches(CreateGroup::NAME, GROUPS).despite_block(),
    reaches(ChangeGroup::NAME, GROUPS).despite_block(),
    reaches(MakeGroupInvite::NAME, GROUPS),
    reaches(WithdrawGroupInvite::NAME, GROUPS).despite_block(),
    reaches(JoinGroup::NAME, GROUPS),
    reaches(LeaveGroup::NAME, GROUPS).despite_block(),
    // Blocking the leader of a group keeps no one in the group or in a role.
    reaches(SetRole::NAME, GROUPS).despite_block(),
    reaches(RemoveMember::NAME, GROUPS).despite_block(),
    reaches(OfferGroup::NAME, GROUPS),
    reaches(TakeGroup::NAME, GROUPS),
    reaches(DissolveGroup::NAME, GROUPS).despite_block(),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::new(op, Role::Guest).reaching(reach)
}
