//! Connecting: accepting an invitation, the inviter's answer to that, and parting.

use imajin_app::operation::{
    BeforeSubmit, CallService, Context, Decide, Decision, FieldError, List, Operation, Reasons,
    Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_ledger::{Refusal, RefusalKind, TypedCommand};
use imajin_log::ops::{
    ATTESTATION_COUNTERSIGN, ATTESTATION_COUNTERSIGNED, ATTESTATION_ISSUE, ATTESTATION_RECEIVED,
    SERVICE as AUTH,
};
use imajin_log::{Derivation, Equal, MemberSource, Source, TargetLog};
use imajin_protocol::attestation::kind::{CONNECTION_ACCEPTED, CONNECTION_INVITED, VOUCH};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText};

use super::{AwayRefusal, OneselfRefusal, here, not_oneself};
use crate::fields::{OneDid, SignedText};
use crate::graph;
use crate::queries;
use crate::statements::{Meeting, Statement};

const BY_AUTHOR: &[Equal] = &[Equal::RefIsIntentAuthor];
const SAME_REF: &[Equal] = &[Equal::RefIsIntentRef];
const SAME_PERSON: &[MemberSource] = &[MemberSource::new("dids", Source::Fact("dids"))];

/// Accepts a person's invitation: two are connected, in the records of both, in one operation.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.accept",
    needs = Signature,
    authority = OwnKey,
    undo = By(&["connections.disconnect", "auth.attestation.revoke"]),
    erasable_by = Author,
    derives = [
        Derivation::new(Accepted::NAME, TargetLog::FactDids).equal(BY_AUTHOR).members(&[
            MemberSource::new("invite", Source::Fact("invite")),
            MemberSource::new("attestation", Source::Ref),
        ]),
        Derivation::new(ATTESTATION_ISSUE, TargetLog::SameLog).equal(SAME_REF).members(SAME_PERSON),
        Derivation::new(ATTESTATION_RECEIVED, TargetLog::FactDids).equal(SAME_REF),
    ],
    refusal = AcceptRefusal,
    prepared = Option<CheckedInvite>
)]
pub(crate) struct Accept {
    /// The CID of the attestation.
    #[reference]
    pub(crate) cid: IdText,
    /// The inviter.
    #[fact]
    pub(crate) dids: OneDid,
    /// The invitation's name.
    #[fact]
    pub(crate) invite: IdText,
    /// The text of the attestation `connection.accepted`.
    attestation: SignedText,
    /// The accepter's signature over it, 128 hexadecimal digits.
    signature: SignedText,
    /// The accepter's DFOS artifact of it.
    author_jws: SignedText,
}

/// The invitation whose code the request named, and what auth is asked for. None if the two are connected: then the
/// ledger has the answer to a repeated proof, whatever became of the invitation.
#[derive(Clone)]
pub(crate) struct CheckedInvite {
    inviter: Did,
    invite: String,
    attested: TypedCommand,
}

#[derive(Debug, Reasons)]
pub(crate) enum AcceptRefusal {
    #[refused(all)]
    Oneself(OneselfRefusal),
    /// You are connected already.
    #[refused(Conflict, reason = "connected")]
    Connected,
    /// To accept an invitation, name its code in X-Imajin-Invite.
    #[refused(Forbidden)]
    NotShown,
    /// This invitation has ended, was used up or taken back. Ask for another one.
    #[refused(Gone)]
    Ended,
    #[refused(all)]
    Away(AwayRefusal),
}

impl BeforeSubmit for Accept {
    fn before_submit(&self, request: &Request<'_>) -> Result<Option<CheckedInvite>, Problem> {
        let (node, owner, inviter) = (request.node, request.owner, &self.dids.0);
        not_oneself(owner, inviter)?;
        if queries::read(node, |db| graph::connected(db, owner, inviter))? {
            return Ok(None);
        }
        node.require(owner, Capability::Connect)?;
        let invitation = queries::open(node, queries::code_of(request.headers)?)?;
        let statement = Statement {
            attestation: self.attestation.clone(),
            signature: self.signature.clone(),
            author_jws: self.author_jws.clone(),
        };
        let meeting = Meeting { issuer: owner, other: inviter, invite: &self.invite };
        let (attested, _) =
            meeting.issue(&statement, &[CONNECTION_ACCEPTED]).map_err(Refusal::from)?;
        if attested.reference.as_ref() != Some(&self.cid) {
            return Err(Problem::field("ref", "ref must be the CID of the attestation."));
        }
        Ok(Some(CheckedInvite {
            inviter: invitation.inviter,
            invite: invitation.id,
            attested: request.prepare_call(attested)?,
        }))
    }
}

impl Decide for Accept {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AcceptRefusal> {
        let inviter = &self.dids.0;
        refuse_if!(graph::connected(ctx.reader(), ctx.owner(), inviter)?, AcceptRefusal::Connected);
        let is_it = |shown: &CheckedInvite| {
            shown.inviter == *inviter && shown.invite == self.invite.as_str()
        };
        let checked_invite = ctx.prepared().clone().filter(is_it).ok_or(AcceptRefusal::NotShown)?;
        let invite = queries::invite(ctx.reader(), inviter, self.invite.as_str())?;
        let invite = invite.ok_or(AcceptRefusal::Ended)?;
        // An invitation from before a parting doesn't connect the two again: that takes a newer one.
        let is_open =
            invite.is_open(ctx.now()) && !invite.precedes_parting(ctx.reader(), ctx.owner())?;
        refuse_if!(!is_open, AcceptRefusal::Ended);
        here(ctx, inviter)?;
        ctx.call_service(AUTH, checked_invite.attested)?;
        let accepted = Accepted {
            accepter: ctx.owner().clone(),
            invite: self.invite.clone(),
            attestation: self.cid.clone(),
        };
        Ok(ctx.derive(inviter.clone(), &accepted)?)
    }
}

/// Records in the inviter's log that an invitation was accepted.
#[derive(Debug, Operation)]
#[operation(name = "connections.accepted", authority = Derived, facts)]
pub(crate) struct Accepted {
    /// The accepter.
    #[reference]
    accepter: Did,
    /// The invitation's name.
    invite: IdText,
    /// The CID of `connection.accepted`.
    attestation: IdText,
}

/// Countersigns that a person accepted your invitation, which makes the attestation bilateral, and says what the inviter
/// has to say of them.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.confirm",
    needs = Signature,
    authority = OwnKey,
    undo = By(&["connections.disconnect", "auth.attestation.revoke"]),
    erasable_by = Author,
    derives = [
        Derivation::new(ATTESTATION_COUNTERSIGN, TargetLog::SameLog).equal(SAME_REF).members(SAME_PERSON),
        Derivation::new(ATTESTATION_COUNTERSIGNED, TargetLog::FactDids).equal(SAME_REF),
        Derivation::new(ATTESTATION_ISSUE, TargetLog::SameLog).at_most(2).members(SAME_PERSON),
        Derivation::new(ATTESTATION_RECEIVED, TargetLog::FactDids).at_most(2),
    ],
    refusal = ConfirmRefusal,
    prepared = Option<Vec<TypedCommand>>
)]
pub(crate) struct Confirm {
    /// The CID of `connection.accepted`.
    #[reference]
    accepted: IdText,
    /// The accepter.
    #[fact]
    dids: OneDid,
    /// The invitation's name.
    #[fact]
    invite: IdText,
    /// The countersignature.
    witness_jws: SignedText,
    /// `connection.invited`, and `vouch` where the inviter vouches: each at most once.
    attestations: List<Statement, 0, 2>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ConfirmRefusal {
    #[refused(all)]
    Oneself(OneselfRefusal),
    /// Nobody accepted such an invitation of yours.
    #[refused(NotFound)]
    Unknown,
    /// You confirmed this connection already.
    #[refused(Conflict, reason = "confirmed")]
    Confirmed,
}

impl Confirm {
    /// Returns the commands to `auth`.
    fn calls(&self, owner: &Did) -> Result<Vec<TypedCommand>, FieldError> {
        let meeting = Meeting { issuer: owner, other: &self.dids.0, invite: &self.invite };
        let mut all = vec![meeting.countersign(&self.accepted, &self.witness_jws)?];
        let mut left = vec![CONNECTION_INVITED, VOUCH];
        for statement in &self.attestations.0 {
            let (issued, kind) = meeting.issue(statement, &left)?;
            left.retain(|other| *other != kind);
            all.push(issued);
        }
        Ok(all)
    }
}

impl BeforeSubmit for Confirm {
    fn before_submit(&self, request: &Request<'_>) -> Result<Option<Vec<TypedCommand>>, Problem> {
        let (node, owner, other) = (request.node, request.owner, &self.dids.0);
        not_oneself(owner, other)?;
        let link = queries::read(node, |db| queries::link(db, owner, other))?;
        // A repeated confirmation, or one without an acceptance, is left to the ledger and the decision.
        if link.is_none_or(|link| link.confirmed) {
            return Ok(None);
        }
        let calls = self.calls(owner).map_err(Refusal::from)?;
        calls.into_iter().map(|call| request.prepare_call(call)).collect::<Result<_, _>>().map(Some)
    }
}

impl Decide for Confirm {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ConfirmRefusal> {
        let link = queries::link(ctx.reader(), ctx.owner(), &self.dids.0)?;
        let link = link.filter(|link| {
            link.invited
                && link.invite.as_deref() == Some(self.invite.as_str())
                && link.attestation.as_deref() == Some(self.accepted.as_str())
        });
        match link {
            None => return Err(ConfirmRefusal::Unknown.into()),
            Some(link) if link.confirmed => return Err(ConfirmRefusal::Confirmed.into()),
            Some(_) => {}
        }
        let calls = ctx
            .prepared()
            .clone()
            .ok_or_else(|| Refusal::new(RefusalKind::Stored, "the statements were not checked"))?;
        for call in calls {
            ctx.call_service(AUTH, call)?;
        }
        Ok(())
    }
}

/// Ends a connection, from either side, at once.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.disconnect",
    authority = Any,
    undo = Ends,
    derives = [Derivation::new(Disconnected::NAME, TargetLog::FactDids).equal(BY_AUTHOR)],
    refusal = DisconnectRefusal
)]
pub(crate) struct Disconnect {
    /// The other one.
    #[fact]
    pub(crate) dids: OneDid,
}

#[derive(Debug, Reasons)]
pub(crate) enum DisconnectRefusal {
    #[refused(all)]
    Oneself(OneselfRefusal),
    /// You are not connected.
    #[refused(Conflict, reason = "unconnected")]
    Unconnected,
}

impl Decide for Disconnect {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DisconnectRefusal> {
        let (owner, other) = (ctx.owner().clone(), &self.dids.0);
        refuse_if!(owner == *other, DisconnectRefusal::Oneself(OneselfRefusal::Connect));
        let link = queries::link(ctx.reader(), &owner, other)?;
        refuse_if!(link.is_none(), DisconnectRefusal::Unconnected);
        // The entry in the other's log is left out if that log takes no entries or has no such connection. The owner's
        // entry is enough: an edge needs both.
        if ctx.takes_entries(other) && queries::link(ctx.reader(), other, &owner)?.is_some() {
            ctx.derive(other.clone(), &Disconnected { by: owner })?;
        }
        Ok(())
    }
}

/// Records in the other person's log that a connection ended.
#[derive(Debug, Operation)]
#[operation(name = "connections.disconnected", authority = Derived)]
pub(crate) struct Disconnected {
    /// The person that disconnected.
    #[reference]
    by: Did,
}
