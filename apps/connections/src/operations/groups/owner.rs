//! Handing a group over, by the will of both: its owner offers it to a member, and the member takes it with words of their
//! own.

use imajin_app::operation::{AfterCommit, Choice, Context, Decide, Decision, Operation, Reasons};
use imajin_app::{Node, RoomRole, refuse_if};
use imajin_ledger::Receipt;
use imajin_log::{MemberSource, Source};
use imajin_protocol::Did;
use imajin_turns::GIVES_ROLES;

use super::members::{ANY, GroupRoleChanged, MemberRefusal, role_of, tell_both, turn};
use super::{
    AwayRefusal, BY_AUTHOR, GroupRefusal, OwnedRefusal, SAME_REF, as_role, in_group, in_parties,
    may_own_another,
};
use crate::fields::{About, GivenRole, GroupDid, GroupName, OneDid};
use crate::groups::{keys, queries};

/// Offers a group to a member. It is theirs once they take it, within a week; offered to its owner, it stays theirs.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.offer",
    authority = OwnKey,
    undo = By(&["connections.group.offer"]),
    derives = [
        in_parties(GroupOffered::NAME).equal(SAME_REF).members(&[MemberSource::new("member", Source::OnlyDid)]),
        GIVES_ROLES
    ],
    refusal = OfferRefusal
)]
pub(crate) struct OfferGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// The member.
    #[fact]
    pub(crate) dids: OneDid,
}

#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    #[refused(all)]
    Member(MemberRefusal),
    /// The group is offered to them already.
    #[refused(Conflict, reason = "offered")]
    Offered,
    /// The group is yours, and offered to nobody.
    #[refused(Conflict, reason = "owner")]
    Owner,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for OfferGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let (group, _) = as_role(ctx, &self.group, &[RoomRole::Owner])?;
        let member = &self.dids.0;
        role_of(ctx, &group, member)?;
        let open = queries::offer(ctx.reader(), &group.did, ctx.now())?;
        let offered = GroupOffered { group: group.did.clone(), member: member.clone() };
        if member != ctx.owner() {
            refuse_if!(open.as_ref() == Some(member), OfferRefusal::Offered);
            in_group(ctx, &group.did)?;
            let owner = ctx.owner().clone();
            turn(&owner, &group, member).offered(ctx)?;
            return Ok(tell_both(ctx, &group.did, member, &offered)?);
        }
        refuse_if!(open.is_none(), OfferRefusal::Owner);
        in_group(ctx, &group.did)?;
        let owner = ctx.owner().clone();
        turn(&owner, &group, member).offered(ctx)?;
        Ok(ctx.derive(group.did, &offered)?)
    }
}

/// The group's log and the member's: it was offered to them.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.offered", authority = Derived, facts)]
pub(crate) struct GroupOffered {
    /// The group.
    #[reference]
    group: Did,
    /// The member; its owner, where an offer was taken back.
    member: Did,
}

/// Takes a group that was offered, with words of the new owner. The one before stays in it as an admin.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.take",
    authority = OwnKey,
    undo = Given,
    erasable_by = Author,
    derives = [
        in_parties(GroupHanded::NAME).equal(BY_AUTHOR),
        in_parties(GroupRoleChanged::NAME)
            .equal(SAME_REF)
            .members(&[MemberSource::new("role", Source::Text("admin"))])
            .own(&["member"]),
        GIVES_ROLES
    ],
    refusal = TakeRefusal,
    after_commit
)]
pub(crate) struct TakeGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// The name, in at most 80 characters.
    pub(crate) name: GroupName,
    /// The description, in at most 2 000 characters.
    pub(crate) about: Option<About>,
}

#[derive(Debug, Reasons)]
pub(crate) enum TakeRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// This group is not offered to you, or not any more: ask its owner.
    #[refused(Conflict, reason = "offer")]
    NotOffered,
    #[refused(all)]
    Owned(OwnedRefusal),
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for TakeGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TakeRefusal> {
        let (group, _) = as_role(ctx, &self.group, &ANY)?;
        let offered = queries::offer(ctx.reader(), &group.did, ctx.now())?;
        refuse_if!(offered.as_ref() != Some(ctx.owner()), TakeRefusal::NotOffered);
        may_own_another(ctx)?;
        let before = queries::owner(ctx.reader(), &group.did)?;
        in_group(ctx, &group.did)?;
        let taker = ctx.owner().clone();
        turn(&taker, &group, &taker).role(ctx, RoomRole::Owner.name())?;
        let handed = GroupHanded {
            owner: ctx.owner().clone(),
            name: self.name.clone(),
            about: self.about.clone(),
        };
        ctx.derive(group.did.clone(), &handed)?;
        let Some(before) = before else {
            return Ok(());
        };
        turn(&taker, &group, &before).role(ctx, RoomRole::Admin.name())?;
        let changed = GroupRoleChanged {
            group: group.did.clone(),
            member: before.clone(),
            role: GivenRole::Admin,
        };
        Ok(tell_both(ctx, &group.did, &before, &changed)?)
    }
}

impl AfterCommit for TakeGroup {
    fn after_commit(&self, node: &Node, _: &Did, _: &Receipt) {
        keys::follow(node);
    }
}

/// The group's log: it has another owner, whose words these are.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.handed",
    authority = Derived,
    erasable_by = Author,
    bound = Intent
)]
pub(crate) struct GroupHanded {
    /// The new owner.
    #[reference]
    owner: Did,
    /// The name.
    name: GroupName,
    /// The description.
    about: Option<About>,
}
