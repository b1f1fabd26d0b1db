//! Inviting into a group: a code, which role it gives, how many may use it; and joining by one.

use imajin_app::operation::{
    BeforeSubmit, Choice, Context, Decide, Decision, Operation, Reasons, Request,
};
use imajin_app::{Problem, RoomRole, refuse_if};
use imajin_log::{MemberSource, Source};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText};

use super::members::GroupRemoved;
use super::{
    AwayRefusal, GroupRefusal, SAME_REF, WHAT_ITS_AUTHOR_SAYS, as_role, in_group, in_parties,
};
use crate::fields::{GivenRole, GroupDid, InviteCode, InviteName, Uses};
use crate::groups::queries::{self, GroupInvite};
use crate::groups::{INVITES_MAX, MEMBERS_MAX};
use crate::queries::{code_of, invite_by_code};

/// Makes an invitation into a group. It lasts a week.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.invite",
    authority = Any,
    undo = By(&["connections.group.invite.withdraw"]),
    erasable_by = Author,
    derives = [
        in_parties(GroupInvited::NAME).equal(SAME_REF).members(&[
            MemberSource::new("role", Source::Fact("role")),
            MemberSource::new("uses", Source::Fact("uses")),
        ])
    ],
    refusal = InviteRefusal,
    prepared = ()
)]
pub(crate) struct MakeGroupInvite {
    /// A new name for the invitation: `inv_` and 24 hexadecimal digits.
    #[reference]
    pub(crate) invite: InviteName,
    /// The group.
    #[fact]
    pub(crate) group: GroupDid,
    /// The role that it gives: `member`, or by the group's owner `admin`.
    #[fact]
    pub(crate) role: GivenRole,
    /// How many people may join by it.
    #[fact]
    pub(crate) uses: Uses,
    /// The code to pass on.
    pub(crate) code: InviteCode,
}

#[derive(Debug, Reasons)]
pub(crate) enum InviteRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// There is such an invitation already. Make a new code.
    #[refused(Conflict, reason = "taken")]
    Taken,
    /// A group has at most {} open invitations. Take one back, or wait until one ends: each lasts a week.
    #[refused(Conflict, reason = "quota")]
    Quota(u64),
    #[refused(all)]
    Away(AwayRefusal),
}

impl BeforeSubmit for MakeGroupInvite {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        request.node.require(request.owner, Capability::Connect)
    }
}

impl Decide for MakeGroupInvite {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<InviteRefusal> {
        // Somebody who may not give a role may not invite with it either.
        let least: &[RoomRole] = match self.role {
            GivenRole::Admin => &[RoomRole::Owner],
            GivenRole::Member => &[RoomRole::Owner, RoomRole::Admin],
        };
        let (group, _) = as_role(ctx, &self.group, least)?;
        let is_taken = queries::by_code(ctx.reader(), self.code.as_str())?.is_some()
            || invite_by_code(ctx.reader(), self.code.as_str())?.is_some()
            || queries::invite(ctx.reader(), &group.did, self.invite.as_str())?.is_some();
        refuse_if!(is_taken, InviteRefusal::Taken);
        let open = queries::open_invites(ctx.reader(), &group.did, ctx.now())?;
        refuse_if!(open.len() as u64 >= INVITES_MAX, InviteRefusal::Quota(INVITES_MAX));
        in_group(ctx, &group.did)?;
        let invited =
            GroupInvited { invite: self.invite.clone(), role: self.role, uses: self.uses };
        Ok(ctx.derive(group.did, &invited)?)
    }
}

/// The group's log: a member invites into it.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.invited", authority = Derived, facts)]
pub(crate) struct GroupInvited {
    /// The invitation's name.
    #[reference]
    invite: InviteName,
    /// The role that it gives.
    role: GivenRole,
    /// How many people may join by it.
    uses: Uses,
}

/// Takes an invitation into a group back.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.invite.withdraw",
    authority = Any,
    undo = Ends,
    derives = [in_parties(GroupInviteEnded::NAME).equal(SAME_REF)],
    refusal = WithdrawRefusal
)]
pub(crate) struct WithdrawGroupInvite {
    /// The invitation's name.
    #[reference]
    pub(crate) invite: IdText,
    /// The group.
    #[fact]
    pub(crate) group: GroupDid,
}

#[derive(Debug, Reasons)]
pub(crate) enum WithdrawRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// This invitation was taken back already.
    #[refused(Conflict, reason = "withdrawn")]
    Withdrawn,
    /// The group has no such invitation.
    #[refused(NotFound, field = "ref")]
    Unknown,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for WithdrawGroupInvite {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<WithdrawRefusal> {
        let (group, _) = as_role(ctx, &self.group, &[RoomRole::Owner, RoomRole::Admin])?;
        match queries::invite(ctx.reader(), &group.did, self.invite.as_str())? {
            Some(invite) if !invite.is_withdrawn => {}
            Some(_) => return Err(WithdrawRefusal::Withdrawn.into()),
            None => return Err(WithdrawRefusal::Unknown.into()),
        }
        in_group(ctx, &group.did)?;
        let invite = self.invite.clone();
        Ok(ctx.derive(group.did, &GroupInviteEnded { invite })?)
    }
}

/// The group's log: an invitation was taken back.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.invite.ended", authority = Derived)]
pub(crate) struct GroupInviteEnded {
    /// The invitation's name.
    #[reference]
    invite: IdText,
}

/// Joins a group by an invitation.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.join",
    needs = Code,
    authority = OwnKey,
    facts,
    undo = By(&["connections.group.leave"]),
    derives = [in_parties(GroupJoined::NAME).equal(WHAT_ITS_AUTHOR_SAYS)],
    refusal = JoinRefusal,
    prepared = Option<CheckedInvite>
)]
pub(crate) struct JoinGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// The invitation's name.
    pub(crate) invite: IdText,
    /// The role that it gives.
    pub(crate) role: GivenRole,
}

/// The invitation whose code the request named. `None` for a person who is in the group: the ledger answers a repeated
/// proof, whatever happened to the invitation since.
pub(crate) struct CheckedInvite(GroupInvite);

#[derive(Debug, Reasons)]
pub(crate) enum JoinRefusal {
    /// You are in this group already.
    #[refused(Conflict, reason = "member")]
    Member,
    /// People join a group by an invitation: name its code in X-Imajin-Invite.
    #[refused(Forbidden)]
    NotShown,
    /// This invitation has ended, was used up or taken back. Ask for another one.
    #[refused(Gone)]
    Ended,
    /// The role that this invitation gives is {}.
    #[refused(BadRequest, field = "role")]
    Role(&'static str),
    /// This group has {} people, which is the most.
    #[refused(Conflict, reason = "full")]
    Full(u64),
    #[refused(all)]
    Away(AwayRefusal),
}

impl BeforeSubmit for JoinGroup {
    fn before_submit(&self, request: &Request<'_>) -> Result<Option<CheckedInvite>, Problem> {
        let node = request.node;
        if node.group_role(&self.group.0, request.owner)?.is_some() {
            return Ok(None);
        }
        node.require(request.owner, Capability::Connect)?;
        let invite = queries::open(node, code_of(request.headers)?)?;
        Ok(Some(CheckedInvite(invite)))
    }
}

impl Decide for JoinGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<JoinRefusal> {
        let (group, name) = (&self.group.0, self.invite.as_str());
        let role = queries::role(ctx.reader(), group.as_str(), ctx.owner())?;
        refuse_if!(role.is_some(), JoinRefusal::Member);
        let is_it = |shown: &&CheckedInvite| shown.0.group == *group && shown.0.name == name;
        refuse_if!(ctx.prepared().as_ref().filter(is_it).is_none(), JoinRefusal::NotShown);
        let invite = queries::invite(ctx.reader(), group, name)?.ok_or(JoinRefusal::Ended)?;
        // An invitation from before a removal doesn't bring the removed person back.
        let is_open = invite.is_open(ctx.reader(), ctx.now())?
            && !invite.precedes(ctx.reader(), GroupRemoved::NAME, ctx.owner())?;
        refuse_if!(!is_open, JoinRefusal::Ended);
        refuse_if!(self.role != invite.role, JoinRefusal::Role(invite.role.name()));
        let size = queries::size(ctx.reader(), group)?;
        refuse_if!(size >= MEMBERS_MAX, JoinRefusal::Full(MEMBERS_MAX));
        in_group(ctx, group)?;
        let joined = GroupJoined {
            member: ctx.owner().clone(),
            invite: self.invite.clone(),
            role: self.role,
        };
        Ok(ctx.derive(group.clone(), &joined)?)
    }
}

/// The group's log: a person joined.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.joined", authority = Derived, facts)]
pub(crate) struct GroupJoined {
    /// The new member.
    #[reference]
    member: Did,
    /// The invitation's name.
    invite: IdText,
    /// The role that it gave.
    role: GivenRole,
}
