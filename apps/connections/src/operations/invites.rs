//! Invitations to connect: a code, how many may use it, and a quota by tier (docs/api.md, "Connections and profiles").

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Int, Operation, Reasons, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_protocol::IdText;
use imajin_protocol::tier::{Capability, invite_quota};

use crate::fields::{InviteCode, InviteName, Uses};
use crate::queries;

/// Makes an invitation to connect. It lasts a week.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.invite",
    authority = Any,
    erasable_by = Author,
    refusal = InviteRefusal,
    prepared = Quota
)]
pub(crate) struct MakeInvite {
    /// A new name for the invitation: `inv_` and 24 hexadecimal digits.
    #[reference]
    pub(crate) invite: InviteName,
    /// How many people may accept it.
    #[fact]
    pub(crate) uses: Uses,
    /// Whether its maker will vouch for those who accept: 1, else 0.
    #[fact]
    pub(crate) vouch: Int<0, 1>,
    /// The code to pass on.
    pub(crate) code: InviteCode,
}

/// The number of people that the inviter may have invited at a time; `None` for no limit.
pub(crate) struct Quota(Option<u32>);

#[derive(Debug, Reasons)]
pub(crate) enum InviteRefusal {
    /// There is such an invitation already. Make a new code.
    #[refused(Conflict, reason = "taken")]
    Taken,
    /// You may have {} people invited at a time, and have {}. Take an invitation back, or wait until one ends: each
    /// lasts a week.
    #[refused(Conflict, reason = "quota")]
    Quota(u32, u32),
}

impl BeforeSubmit for MakeInvite {
    fn before_submit(&self, request: &Request<'_>) -> Result<Quota, Problem> {
        let (node, owner) = (request.node, request.owner);
        node.require(owner, Capability::Connect)?;
        if self.vouch.0 == 1 {
            node.require(owner, Capability::Vouch)?;
        }
        Ok(Quota(if node.is_owner(owner)? { None } else { Some(invite_quota(node.tier(owner)?)) }))
    }
}

impl Decide for MakeInvite {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<InviteRefusal> {
        let is_taken = queries::invite_by_code(ctx.reader(), self.code.as_str())?.is_some()
            || queries::invite(ctx.reader(), ctx.owner(), self.invite.as_str())?.is_some();
        refuse_if!(is_taken, InviteRefusal::Taken);
        let Some(quota) = ctx.prepared().0 else {
            return Ok(());
        };
        let invited = queries::invited(ctx.reader(), ctx.owner(), ctx.now())?;
        let is_over = u64::from(invited) + self.uses.0.unsigned_abs() > u64::from(quota);
        refuse_if!(is_over, InviteRefusal::Quota(quota, invited));
        Ok(())
    }
}

/// Takes an invitation back.
#[derive(Debug, Operation)]
#[operation(name = "connections.invite.withdraw", authority = Any, refusal = WithdrawRefusal)]
pub(crate) struct WithdrawInvite {
    /// The invitation's name.
    #[reference]
    pub(crate) invite: IdText,
}

#[derive(Debug, Reasons)]
pub(crate) enum WithdrawRefusal {
    /// You took this invitation back already.
    #[refused(Conflict, reason = "withdrawn")]
    Withdrawn,
    /// You have no such invitation.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl Decide for WithdrawInvite {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<WithdrawRefusal> {
        match queries::invite(ctx.reader(), ctx.owner(), self.invite.as_str())? {
            Some(invite) if invite.withdrawn_at.is_none() => Ok(()),
            Some(_) => Err(WithdrawRefusal::Withdrawn.into()),
            None => Err(WithdrawRefusal::Unknown.into()),
        }
    }
}
