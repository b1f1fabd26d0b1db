//! Attestations: an entry in the log of the person who issues or answers one, and its counterpart in the other party's
//! log, if this node keeps that (docs/api.md, "Attestations").
//!
//! Always: signatures, tiers and times were checked outside the writer, against the keys in force then
//! ([`CheckedAttestation`]).

use imajin_app::operation::{Context, Decide, Decision, List, Operation, Reasons, Refused, draft};
use imajin_app::refuse_if;
use imajin_dfos::Cid;
use imajin_identity::operations::{EntryCid, Moment, Text};
use imajin_identity::queries;
use imajin_ledger::{Command, Reader, Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_protocol::attestation::Status;
use serde::Deserialize;

use crate::body::{AttestationBody, Audience};
use crate::lookup::{self, AttestationRow};

/// The other party of an attestation.
pub type Other = List<Did, 1, 1>;

/// The result of a command's checks outside the writer.
#[derive(Debug, Clone)]
pub struct CheckedAttestation {
    /// The newest operation of the chain that was used for the check; `None` for a bare key.
    pub chain: Option<Cid>,
    /// The other party.
    pub other: Did,
}

/// Attests something about a person.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.issue",
    needs = Signature,
    authority = OwnKey,
    undo = By(&["auth.attestation.revoke"]),
    erasable_by = Author,
    refusal = IssueRefusal,
    prepared = CheckedAttestation,
    kernel
)]
pub struct Issue {
    /// The attestation's CID.
    #[reference]
    pub cid: EntryCid,
    /// The person that it is about.
    #[fact]
    pub dids: Other,
    /// The attestation, as the very text that was signed.
    attestation: Text,
    /// The person who says it: the record's owner.
    issuer: Did,
    /// Their signature over the text, as 128 hexadecimal digits.
    signature: Text,
    /// The people who may see it.
    audience: Audience,
    /// When it ends.
    expires_at: Option<Moment>,
    /// The issuer's signature over the attestation's CID, by their identity chain.
    author_jws: Option<Text>,
}

/// Records an attestation in the log of the person that it is about.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.received",
    authority = Derived,
    erasable_by = LogOwner,
    kernel
)]
pub struct Received {
    /// The attestation's CID.
    #[reference]
    cid: EntryCid,
    /// The attestation, as the very text that was signed.
    attestation: Text,
    /// The person who says it.
    issuer: Did,
    /// Their signature over the text, as 128 hexadecimal digits.
    signature: Text,
    /// The people who may see it.
    audience: Audience,
    /// When it ends.
    expires_at: Option<Moment>,
    /// The issuer's signature over the attestation's CID, by their identity chain.
    author_jws: Option<Text>,
}

/// Why an attestation is not issued.
#[derive(Debug, Reasons)]
pub enum IssueRefusal {
    /// You have issued this very attestation already.
    #[refused(Conflict, reason = "attestation")]
    Issued,
    /// Your keys changed while this was being checked. Sign it again with a key in force.
    #[refused(Conflict, reason = "attestation")]
    KeysChanged,
}

/// Confirms an attestation about you, which makes it bilateral.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.countersign",
    needs = Signature,
    authority = OwnKey,
    undo = Signed,
    erasable_by = LogOwner,
    refusal = AnswerRefusal,
    prepared = CheckedAttestation,
    kernel
)]
pub struct Countersign {
    /// The attestation's CID.
    #[reference]
    pub cid: EntryCid,
    /// The person who says it.
    #[fact]
    pub dids: Other,
    /// The subject's countersignature of the CID that the issuer signed, by their identity chain.
    pub witness_jws: Text,
}

/// Records a confirmation in the issuer's log.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.countersigned",
    authority = Derived,
    erasable_by = LogOwner,
    kernel
)]
pub struct Countersigned {
    /// The attestation's CID.
    #[reference]
    cid: EntryCid,
    /// The subject's countersignature.
    witness_jws: Text,
}

/// Declines an attestation about you.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.decline",
    authority = OwnKey,
    undo = Ends,
    refusal = AnswerRefusal,
    prepared = CheckedAttestation,
    kernel
)]
pub struct Decline {
    /// The attestation's CID.
    #[reference]
    pub cid: EntryCid,
    /// The person who says it.
    #[fact]
    pub dids: Other,
}

/// Records in the issuer's log that an attestation was declined.
#[derive(Debug, Operation)]
#[operation(name = "auth.attestation.declined", authority = Derived, kernel)]
pub struct Declined {
    /// The attestation's CID.
    #[reference]
    cid: EntryCid,
}

/// Why an attestation cannot be answered.
#[derive(Debug, Reasons)]
pub enum AnswerRefusal {
    /// This attestation is answered already.
    #[refused(Conflict, reason = "attestation")]
    Answered,
    /// Your keys changed while this was being checked. Sign it again with a key in force.
    #[refused(Conflict, reason = "attestation")]
    KeysChanged,
}

/// Revokes an attestation that you issued.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.attestation.revoke",
    authority = OwnKey,
    undo = Ends,
    refusal = RevokeRefusal,
    prepared = CheckedAttestation,
    kernel
)]
pub struct Revoke {
    /// The attestation's CID.
    #[reference]
    pub cid: EntryCid,
    /// The person that it is about.
    #[fact]
    pub dids: Other,
}

/// Records a revocation in the log of the person that the attestation was about.
#[derive(Debug, Operation)]
#[operation(name = "auth.attestation.revoked", authority = Derived, kernel)]
pub struct Revoked {
    /// The attestation's CID.
    #[reference]
    cid: EntryCid,
}

/// Why an attestation cannot be taken back.
#[derive(Debug, Reasons)]
pub enum RevokeRefusal {
    /// There is nothing to revoke any more.
    #[refused(Conflict, reason = "attestation")]
    NothingLeft,
    /// Your keys changed while this was being checked. Sign it again with a key in force.
    #[refused(Conflict, reason = "attestation")]
    KeysChanged,
}

impl Issue {
    /// Makes the command that issues a signed attestation.
    pub(crate) fn new(stored: &AttestationBody, cid: Cid, subject: Did) -> Self {
        Self {
            cid: EntryCid(cid),
            dids: List(vec![subject]),
            attestation: Text(stored.text.clone()),
            issuer: stored.issuer.clone(),
            signature: Text(stored.signature.clone()),
            audience: stored.audience,
            expires_at: stored.expires_at.map(Moment),
            author_jws: stored.author_jws.clone().map(Text),
        }
    }

    /// Returns the contents of the entry's body.
    pub(crate) fn stored(&self) -> AttestationBody {
        AttestationBody {
            issuer: self.issuer.clone(),
            text: self.attestation.0.clone(),
            signature: self.signature.0.clone(),
            audience: self.audience,
            expires_at: self.expires_at.map(|at| at.0),
            author_jws: self.author_jws.as_ref().map(|token| token.0.clone()),
        }
    }
}

impl Received {
    fn new(stored: AttestationBody, cid: EntryCid) -> Self {
        Self {
            cid,
            attestation: Text(stored.text),
            issuer: stored.issuer,
            signature: Text(stored.signature),
            audience: stored.audience,
            expires_at: stored.expires_at.map(Moment),
            author_jws: stored.author_jws.map(Text),
        }
    }
}

/// Whether the owner's keys are those that a command was checked against.
fn are_keys_the_same(db: Reader<'_>, did: &Did, then: Option<Cid>) -> rusqlite::Result<bool> {
    let chain = queries::chain(db, did)?;
    Ok(chain.map(|chain| *chain.head_cid()) == then)
}

fn found<O: Operation>(
    ctx: &Context<'_, O>,
    cid: &EntryCid,
) -> rusqlite::Result<Option<AttestationRow>> {
    lookup::in_log(ctx.reader(), ctx.owner(), &cid.0.to_string())
}

/// Enters the counterpart in the other party's log, if that takes entries here.
fn tell<O, D>(ctx: &mut Context<'_, O>, counterpart: &D) -> Decision<O::Refusal>
where
    O: Operation<Prepared = CheckedAttestation>,
    D: Operation,
{
    let other = ctx.prepared().other.clone();
    if other != *ctx.owner() && ctx.takes_entries(&other) {
        ctx.derive(other, counterpart)?;
    }
    Ok(())
}

impl Decide for Issue {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<IssueRefusal> {
        let are_same = are_keys_the_same(ctx.reader(), ctx.owner(), ctx.prepared().chain)?;
        refuse_if!(!are_same, IssueRefusal::KeysChanged);
        refuse_if!(found(ctx, &self.cid)?.is_some(), IssueRefusal::Issued);
        tell(ctx, &Received::new(self.stored(), self.cid.clone()))
    }
}

fn unanswered<O>(ctx: &Context<'_, O>, cid: &EntryCid) -> Decision<AnswerRefusal>
where
    O: Operation<Prepared = CheckedAttestation>,
{
    let are_same = are_keys_the_same(ctx.reader(), ctx.owner(), ctx.prepared().chain)?;
    refuse_if!(!are_same, AnswerRefusal::KeysChanged);
    match found(ctx, cid)?.map(|found| found.status()) {
        Some(Status::Pending) => Ok(()),
        _ => Err(Refused::For(AnswerRefusal::Answered)),
    }
}

impl Decide for Countersign {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        unanswered(ctx, &self.cid)?;
        let counterpart =
            Countersigned { cid: self.cid.clone(), witness_jws: self.witness_jws.clone() };
        tell(ctx, &counterpart)
    }
}

impl Decide for Decline {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        unanswered(ctx, &self.cid)?;
        let cid = self.cid.clone();
        tell(ctx, &Declined { cid })
    }
}

impl Decide for Revoke {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RevokeRefusal> {
        let are_same = are_keys_the_same(ctx.reader(), ctx.owner(), ctx.prepared().chain)?;
        refuse_if!(!are_same, RevokeRefusal::KeysChanged);
        // The node's own attestations are only in their subject's record.
        let whose = if ctx.owner() == ctx.node() { &ctx.prepared().other } else { ctx.owner() };
        let cid = self.cid.0.to_string();
        let row = lookup::in_log(ctx.reader(), whose, &cid)?;
        let row = row.filter(|said| said.issuer == ctx.owner().as_str());
        if row.is_none_or(|said| said.revoked_at.is_some())
            || lookup::is_taken_back(ctx.reader(), ctx.owner(), &cid)?
        {
            return Err(RevokeRefusal::NothingLeft.into());
        }
        let cid = self.cid.clone();
        tell(ctx, &Revoked { cid })
    }
}

/// An attestation by another service, signed with the node's key.
#[derive(Deserialize)]
struct ByNode {
    text: String,
    signature: String,
}

/// Enters what the node itself attests, within an operation of another service: in the subject's record, for the parties
/// to see.
pub fn attestation_received(
    ctx: &mut imajin_ledger::Decide<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    let stored = |text: String| Refusal::new(RefusalKind::Stored, text);
    let args: ByNode = serde_json::from_value(command.args.clone())
        .map_err(|error| stored(format!("an attestation came incomplete: {error}")))?;
    let own = AttestationBody {
        issuer: ctx.node().clone(),
        text: args.text,
        signature: args.signature,
        audience: Audience::Parties,
        expires_at: None,
        author_jws: None,
    };
    let attestation = own.attestation().map_err(|error| stored(error.to_string()))?;
    let cid = attestation.cid().map_err(|error| stored(error.to_string()))?;
    let reference = command.reference.as_ref().map(|id| id.as_str());
    if attestation.subject != command.did || reference != Some(&cid.to_string()) {
        return Err(stored(format!("{cid} does not attest what it is entered as")));
    }
    let received = Received::new(own, EntryCid(cid));
    ctx.derive(draft(command.did.clone(), &received)?);
    Ok(())
}
