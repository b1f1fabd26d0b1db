//! Saying who made a file, and agreeing to it.
//!
//! Always: a manifest is about exactly the file of its asset, so it fits no other. Signatures are checked before the command
//! is submitted, because a key that once belonged to a person stays valid for its signatures.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, List, Operation, Reasons, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::Did;
use imajin_protocol::fair::{AgreementList, Digest, FairError, Manifest, Work};

use crate::fair::{self, EverKeys};
use crate::fields::{AgreedList, Signature, agreed_json};
use crate::ids::AssetId;
use crate::queries::{self, State};

/// Says who made a file, and on which terms: a .fair manifest that one of those whom it names signed. The newest one counts.
#[derive(Debug, Operation)]
#[operation(
    name = "media.fair",
    authority = OwnKey,
    erasable_by = Author,
    refusal = FairRefusal,
    prepared = Result<(), FairRefusal>
)]
pub(crate) struct PutFair {
    /// The asset's id.
    #[reference]
    pub(crate) asset: AssetId,
    /// The manifest's text, exactly as it was signed. Its member `work` names the asset's file without a .fair in it.
    pub(crate) manifest: Manifest,
    /// Signatures of people who agreed to it already.
    pub(crate) agreed: Option<AgreedList>,
    /// The manifest's digest.
    #[fact]
    pub(crate) fair: Digest,
}

#[derive(Debug, Clone, Reasons)]
pub(crate) enum FairRefusal {
    /// You have no file with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// fair must be the digest of the body's manifest: {}.
    #[refused(BadRequest, field = "fair")]
    Digest(Digest),
    /// The manifest is about another file: its member work must have the cid {} and {} bytes.
    #[refused(BadRequest, field = "manifest")]
    OtherWork(String, u64),
    #[refused(
        Conflict,
        reason = "unread",
        field = "manifest",
        message = "A .fair came with this file: ask for the file’s own (GET /media/api/assets/<id>/fair), which says what work must be."
    )]
    Unread,
    /// Readers could understand it in different ways, or none of the people that it names signed it.
    #[refused(BadRequest, field = "manifest", message = "{}.")]
    Unsigned(FairError),
    /// A signature next to it isn't good.
    #[refused(BadRequest, field = "agreed", message = "agreed: {}.")]
    Disagreed(String),
}

impl PutFair {
    /// Refuses a manifest that is about another file, or isn't signed.
    fn check(&self, work: &Work, keys: &EverKeys<'_>) -> Result<(), FairRefusal> {
        let manifest = &self.manifest;
        manifest.check().map_err(FairRefusal::Unsigned)?;
        if manifest.work().map_err(FairRefusal::Unsigned)?.as_ref() != Some(work) {
            return Err(FairRefusal::OtherWork(work.cid.clone(), work.bytes));
        }
        let signed = manifest.clone().verify(keys).map_err(FairRefusal::Unsigned)?;
        let agreed = self.agreed.iter().flat_map(|all| &all.0);
        let agreed = agreed_json(agreed.map(|one| (one.did.as_str(), one.signature.as_str())));
        let wrong = |error: FairError| FairRefusal::Disagreed(error.to_string());
        let agreed = AgreementList::read(&agreed).map_err(wrong)?;
        match signed.check(&agreed, keys).map_err(wrong)?.wrong.first() {
            None => Ok(()),
            Some(did) => {
                let text = format!("the signature of {did} is not by a key of theirs");
                Err(FairRefusal::Disagreed(text))
            }
        }
    }
}

impl BeforeSubmit for PutFair {
    fn before_submit(&self, request: &Request<'_>) -> Result<Result<(), FairRefusal>, Problem> {
        let (node, owner) = (request.node, request.owner);
        let asset = queries::read(node, |db| queries::asset(db, owner.as_str(), &self.asset))?;
        let Some(asset) = asset.filter(|asset| asset.state != State::Erased) else {
            return Ok(Err(FairRefusal::Unknown));
        };
        let Some(work) = fair::known_work(node, &asset)? else {
            return Ok(Err(FairRefusal::Unread));
        };
        Ok(self.check(&work, &EverKeys(node)))
    }
}

impl Decide for PutFair {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FairRefusal> {
        let digest = self.manifest.digest();
        refuse_if!(self.fair != digest, FairRefusal::Digest(digest));
        match queries::state(ctx.reader(), ctx.owner().as_str(), &self.asset)? {
            Some(State::Kept | State::Trash) => {}
            _ => return Err(FairRefusal::Unknown.into()),
        }
        Ok(ctx.prepared().clone()?)
    }
}

/// Agrees to a manifest that another person entered for a file of theirs, as one of those whom it names.
#[derive(Debug, Operation)]
#[operation(
    name = "media.fair.agree",
    authority = OwnKey,
    undo = Signed,
    erasable_by = Author,
    derives = [Derivation::new(FairAgreed::NAME, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef])],
    refusal = AgreeRefusal,
    prepared = Result<(), AgreeRefusal>
)]
pub(crate) struct AgreeToFair {
    /// The manifest's digest.
    #[reference]
    pub(crate) fair: Digest,
    /// The owner of the file that it is about.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    /// The manifest's text, exactly as it was signed.
    pub(crate) manifest: Manifest,
    /// The signature over the same bytes as the manifest's own.
    pub(crate) signature: Signature,
}

#[derive(Debug, Clone, Reasons)]
pub(crate) enum AgreeRefusal {
    /// ref must be the digest of the body's manifest: {}.
    #[refused(BadRequest, field = "ref")]
    Digest(Digest),
    /// This is your own file: enter your signature with the manifest (media.fair, agreed).
    #[refused(BadRequest, field = "dids")]
    Own,
    /// They have no file with such a manifest that names you.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// They have since entered another manifest for this file: {}. Read it before you agree.
    #[refused(Conflict, reason = "changed", field = "ref")]
    Changed(String),
    /// You agreed to this manifest already.
    #[refused(Conflict, reason = "agreed")]
    Agreed,
    /// The manifest lacks a valid signature of a person whom it names.
    #[refused(BadRequest, field = "manifest", message = "{}.")]
    Unsigned(FairError),
    /// signature is not over this manifest by a key of yours.
    #[refused(BadRequest, field = "signature")]
    Forged,
    /// Their record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "dids")]
    Away,
}

impl BeforeSubmit for AgreeToFair {
    fn before_submit(&self, request: &Request<'_>) -> Result<Result<(), AgreeRefusal>, Problem> {
        let author = (request.owner.as_str(), self.signature.as_str());
        Ok(match fair::is_agreement(request.node, &self.manifest, author) {
            Ok(true) => Ok(()),
            Ok(false) => Err(AgreeRefusal::Forged),
            Err(error) => Err(AgreeRefusal::Unsigned(error)),
        })
    }
}

impl Decide for AgreeToFair {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AgreeRefusal> {
        let (manifest, author) = (&self.manifest, ctx.owner().clone());
        refuse_if!(self.fair != manifest.digest(), AgreeRefusal::Digest(manifest.digest()));
        let owner = self.dids.0.first().ok_or(AgreeRefusal::Unknown)?.clone();
        refuse_if!(owner == author, AgreeRefusal::Own);
        ctx.prepared().clone()?;
        let digest = self.fair.to_string();
        // The empty CID is that of no file.
        let work = manifest.work().ok().flatten().map_or_else(String::new, |work| work.cid);
        let named = (author.as_str(), work.as_str(), digest.as_str());
        let current = queries::current(ctx.reader(), owner.as_str(), named)?;
        if !current.contains(&digest) {
            return Err(match current.into_iter().next() {
                Some(other) => AgreeRefusal::Changed(other).into(),
                None => AgreeRefusal::Unknown.into(),
            });
        }
        let agreement = (digest.as_str(), author.as_str());
        let has_agreed = queries::has_agreed(ctx.reader(), owner.as_str(), agreement)?;
        refuse_if!(has_agreed, AgreeRefusal::Agreed);
        refuse_if!(!ctx.takes_entries(&owner), AgreeRefusal::Away);
        let agreed = FairAgreed { fair: self.fair, signature: self.signature.clone() };
        Ok(ctx.derive(owner, &agreed)?)
    }
}

/// Somebody agreed to a manifest.
#[derive(Debug, Operation)]
#[operation(
    name = "media.fair.agreed",
    authority = Derived,
    erasable_by = LogOwner,
    bound = Node
)]
pub(crate) struct FairAgreed {
    /// The manifest's digest.
    #[reference]
    pub(crate) fair: Digest,
    /// The signature.
    pub(crate) signature: Signature,
}
