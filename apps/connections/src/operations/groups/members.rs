//! The members of a group: leaving, getting another role, being removed.

use imajin_app::operation::{
    Choice, Context, Decide, Decision, FieldError, Operation, Reasons, Refused,
};
use imajin_app::{RoomRole, refuse_if};
use imajin_log::{MemberSource, Source};
use imajin_protocol::Did;
use imajin_turns::{GIVES_ROLES, PUTS_OUT, Turn};

use super::{AwayRefusal, BY_AUTHOR, GroupRefusal, SAME_REF, as_role, in_group, in_parties};
use crate::fields::{GivenRole, GroupDid, OneDid};
use crate::groups::queries::{self, Group};

/// All roles in a group.
pub(super) const ANY: [RoomRole; 3] = [RoomRole::Owner, RoomRole::Admin, RoomRole::Member];

#[derive(Debug, Reasons)]
pub(crate) enum MemberRefusal {
    /// They are not in this group.
    #[refused(NotFound, field = "dids")]
    NotIn,
}

pub(super) fn role_of<O: Operation>(
    ctx: &Context<'_, O>,
    group: &Group,
    member: &Did,
) -> Result<RoomRole, Refused<O::Refusal>>
where
    O::Refusal: From<MemberRefusal>,
{
    let role = queries::role(ctx.reader(), group.did.as_str(), member)?;
    role.ok_or_else(|| Refused::For(MemberRefusal::NotIn.into()))
}

/// Makes the turn for the group's conversation, if the group has one.
pub(super) fn turn<'a>(author: &'a Did, group: &'a Group, who: &'a Did) -> Turn<'a> {
    Turn { author, group: &group.did, who }
}

/// Enters what happened in the group's log, and in the member's if it takes entries.
pub(super) fn tell_both<O: Operation, D: Operation>(
    ctx: &mut Context<'_, O>,
    group: &Did,
    member: &Did,
    what: &D,
) -> Result<(), FieldError> {
    ctx.derive(group.clone(), what)?;
    if ctx.takes_entries(member) { ctx.derive(member.clone(), what) } else { Ok(()) }
}

/// Leaves a group.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.leave",
    authority = Any,
    undo = Ends,
    derives = [in_parties(GroupLeft::NAME).equal(BY_AUTHOR), PUTS_OUT],
    refusal = LeaveRefusal
)]
pub(crate) struct LeaveGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
}

#[derive(Debug, Reasons)]
pub(crate) enum LeaveRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// The owner of a group cannot leave it: hand it over to a member, or dissolve it.
    #[refused(Conflict, reason = "owner")]
    Owner,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for LeaveGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<LeaveRefusal> {
        let (group, role) = as_role(ctx, &self.group, &ANY)?;
        refuse_if!(role == RoomRole::Owner, LeaveRefusal::Owner);
        in_group(ctx, &group.did)?;
        let member = ctx.owner().clone();
        turn(&member, &group, &member).out(ctx, role.name())?;
        Ok(ctx.derive(group.did, &GroupLeft { member })?)
    }
}

/// The group's log: a member left.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.left", authority = Derived)]
pub(crate) struct GroupLeft {
    /// The member that left.
    #[reference]
    member: Did,
}

/// Gives a member another role.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.role",
    authority = OwnKey,
    facts,
    undo = By(&["connections.group.role"]),
    derives = [
        in_parties(GroupRoleChanged::NAME).equal(SAME_REF).members(&[
            MemberSource::new("member", Source::OnlyDid),
            MemberSource::new("role", Source::Fact("role")),
        ]),
        GIVES_ROLES
    ],
    refusal = RoleRefusal
)]
pub(crate) struct SetRole {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// The member.
    pub(crate) dids: OneDid,
    /// Their role from now on.
    pub(crate) role: GivenRole,
}

#[derive(Debug, Reasons)]
pub(crate) enum RoleRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    #[refused(all)]
    Member(MemberRefusal),
    /// They are {} in this group already.
    #[refused(Conflict, reason = "role")]
    Already(&'static str),
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for SetRole {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RoleRefusal> {
        let (group, _) = as_role(ctx, &self.group, &[RoomRole::Owner])?;
        let member = &self.dids.0;
        let has = role_of(ctx, &group, member)?;
        let is_same = has == RoomRole::Owner || has.name() == self.role.name();
        refuse_if!(is_same, RoleRefusal::Already(has.name()));
        in_group(ctx, &group.did)?;
        let changed =
            GroupRoleChanged { group: group.did.clone(), member: member.clone(), role: self.role };
        let author = ctx.owner().clone();
        turn(&author, &group, member).role(ctx, self.role.name())?;
        Ok(tell_both(ctx, &group.did, member, &changed)?)
    }
}

/// The group's log and the member's: the member has another role.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.role.changed", authority = Derived, facts)]
pub(crate) struct GroupRoleChanged {
    /// The group.
    #[reference]
    pub(super) group: Did,
    /// The member.
    pub(super) member: Did,
    /// Their role from now on.
    pub(super) role: GivenRole,
}

/// Removes a member from a group.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.remove",
    authority = OwnKey,
    undo = Ends,
    derives = [
        in_parties(GroupRemoved::NAME).equal(SAME_REF).members(&[MemberSource::new("member", Source::OnlyDid)]),
        PUTS_OUT
    ],
    refusal = RemoveRefusal
)]
pub(crate) struct RemoveMember {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// The member.
    #[fact]
    pub(crate) dids: OneDid,
}

#[derive(Debug, Reasons)]
pub(crate) enum RemoveRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    #[refused(all)]
    Member(MemberRefusal),
    /// To go yourself, leave the group.
    #[refused(BadRequest, field = "dids")]
    Oneself,
    /// Only the owner of a group removes people who lead it.
    #[refused(Forbidden)]
    Leads,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for RemoveMember {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RemoveRefusal> {
        let (group, mine) = as_role(ctx, &self.group, &[RoomRole::Owner, RoomRole::Admin])?;
        let member = &self.dids.0;
        let has = role_of(ctx, &group, member)?;
        refuse_if!(member == ctx.owner(), RemoveRefusal::Oneself);
        let leads = has == RoomRole::Owner || (has == RoomRole::Admin && mine != RoomRole::Owner);
        refuse_if!(leads, RemoveRefusal::Leads);
        in_group(ctx, &group.did)?;
        let removed = GroupRemoved { group: group.did.clone(), member: member.clone() };
        let author = ctx.owner().clone();
        turn(&author, &group, member).out(ctx, has.name())?;
        Ok(tell_both(ctx, &group.did, member, &removed)?)
    }
}

/// The group's log and the member's: the member was removed.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.removed", authority = Derived, facts)]
pub(crate) struct GroupRemoved {
    /// The group.
    #[reference]
    group: Did,
    /// The removed member.
    member: Did,
}
