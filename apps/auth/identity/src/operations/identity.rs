//! Beginning an identity and changing its keys.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_dfos::identity::Verified;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_protocol::identity::verify_chain;

use super::fields::{All, Home, KeyBytes, Multikey, Text};
use crate::queries;

/// Begins an identity with its chain, or gives the record of a bare key its chain.
#[derive(Debug, Clone, Operation)]
#[operation(
    name = "auth.identity.create",
    needs = Signature,
    authority = Controller,
    erasable_by = Nobody,
    refusal = CreateRefusal,
    prepared = Admission,
    after_submit,
    kernel
)]
pub struct CreateIdentity {
    /// The chain's first operation, a compact JWS signed by the key that the DID names.
    pub token: Text,
    /// Where the record is kept.
    pub home: Home,
    /// The scope of the identity: `actor` for a person or a device.
    pub scope: Text,
    /// The kind within the scope: `human`, `device` and others.
    pub subtype: Option<Text>,
    /// An X25519 key, for copies that only the owner opens.
    pub encryption_key: Option<KeyBytes>,
}

/// Whether a key may begin a chain here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// The key is not admitted.
    Refused,
    /// The node is open, or admitted this key before.
    Admitted,
    /// The key is admitted by this invite, which was used for it.
    Invited(String),
    /// The owner of the key showed the claim code, and becomes the node's owner.
    Claims,
}

/// Why an identity cannot begin.
#[derive(Debug, Reasons)]
pub enum CreateRefusal {
    /// This node takes new identities by invite. Ask its owner for a code, and register with it as inviteCode.
    #[refused(Forbidden)]
    NotAdmitted,
    /// home.node must be this node, {}.
    #[refused(BadRequest, field = "home")]
    HomeElsewhere(Did),
    /// Another chain of this key is kept here, or it gave this key up.
    #[refused(Conflict, reason = "chain", field = "token")]
    OtherChain,
    /// This node has an owner already; a claim code works once.
    #[refused(Conflict, reason = "claimed")]
    Claimed,
}

/// Records in the node's own log that the node was claimed, given or released.
#[derive(Debug, Operation)]
#[operation(name = "auth.node.claim", authority = Derived, kernel)]
pub struct ClaimNode {
    /// The owner from then on; the node itself where it has none.
    #[reference]
    pub(super) owner: Did,
}

impl Decide for CreateIdentity {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CreateRefusal> {
        let node = ctx.node().clone();
        let is_nodes = *ctx.owner() == node;
        refuse_if!(*ctx.prepared() == Admission::Refused && !is_nodes, CreateRefusal::NotAdmitted);
        let is_elsewhere = ctx.log(ctx.owner()).is_none() && self.home.node != node;
        refuse_if!(is_elsewhere, CreateRefusal::HomeElsewhere(node));
        let fits = fits_kept_chain(ctx.reader(), ctx.owner(), &self.token.0)?;
        refuse_if!(!fits, CreateRefusal::OtherChain);
        if *ctx.prepared() != Admission::Claims {
            return Ok(());
        }
        // The first identity that shows the claim code owns the node (docs/format.md §8, `auth.node.claim`).
        refuse_if!(queries::owner_of(ctx.reader(), &node)?.is_some(), CreateRefusal::Claimed);
        let owner = ctx.owner().clone();
        ctx.derive(node, &ClaimNode { owner })?;
        Ok(())
    }
}

/// Whether a log may get its own chain besides the kept one: both must be the same, and its owner must not have given up
/// the key that begins it and signs the request in between.
fn fits_kept_chain(db: Reader<'_>, did: &Did, token: &str) -> rusqlite::Result<bool> {
    let Some(kept) = queries::chain(db, did)? else {
        return Ok(true);
    };
    if !queries::is_bare(db, did)? {
        // The log has its own chain: the ledger decides whether it may begin another.
        return Ok(true);
    }
    let tokens = queries::chain_tokens(db, did)?;
    let key = did.key_bytes();
    let controls = kept.state().keys.controller.iter().any(|controller| {
        controller.public_key().is_ok_and(|public| Some(*public.as_bytes()) == key)
    });
    let is_same = tokens.first().is_some_and(|first| first == token);
    Ok(is_same && controls && !kept.state().is_deleted)
}

/// Begins the record of a bare key, on the word of a session that just proved the key.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.identity.register",
    needs = SignIn,
    authority = CustodialAtStart,
    erasable_by = Nobody,
    refusal = RegisterRefusal,
    prepared = Proved,
    kernel
)]
pub struct RegisterIdentity {
    /// The key that the DID names.
    pub key: Multikey,
    /// Where the record is kept: this node.
    pub home: Home,
    /// The scope of the identity: `actor` for a person or a device.
    pub scope: Text,
    /// The kind within the scope: `human`, `device` and others.
    pub subtype: Option<Text>,
}

/// Whether the node itself just had a proof of what a session says: an answered challenge, a followed link.
#[derive(Debug, Clone, Copy)]
pub struct Proved(pub bool);

/// Why a record cannot begin.
#[derive(Debug, Reasons)]
pub enum RegisterRefusal {
    /// A log of a bare key begins when its key is proved: ask for a challenge and authenticate.
    #[refused(Forbidden)]
    NotProved,
    /// This identity has begun already.
    #[refused(Conflict, reason = "begun")]
    Begun,
}

impl Decide for RegisterIdentity {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RegisterRefusal> {
        refuse_if!(!ctx.prepared().0, RegisterRefusal::NotProved);
        refuse_if!(ctx.log(ctx.owner()).is_some(), RegisterRefusal::Begun);
        Ok(())
    }
}

/// Changes the keys of an identity.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.identity.update",
    needs = Signature,
    authority = Controller,
    erasable_by = Nobody,
    prepared = KeysStay,
    after_submit,
    kernel
)]
pub struct UpdateIdentity {
    /// The chain's next operation, a compact JWS.
    pub token: Text,
}

/// Whether every key keeps what it may do. Where one does not, its owner is signed out everywhere.
#[derive(Debug, Clone, Copy)]
pub struct KeysStay(pub bool);

impl Decide for UpdateIdentity {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<imajin_app::operation::Never> {
        Ok(())
    }
}

/// Keeps the chain of a client that signs no entries (it only knows register, challenge and authenticate).
///
/// Its tokens sign themselves, the first by the key that the DID names, so nothing depends on the node's word. It only
/// grows. No entry's signature depends on it: that takes `auth.identity.create`.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.identity.chain",
    needs = Signature,
    authority = Any,
    erasable_by = Nobody,
    refusal = ChainRefusal,
    prepared = KeysStay,
    after_submit
)]
pub struct KeepChain {
    /// All operations of the chain, oldest first.
    pub log: All<Text>,
}

/// Why a chain cannot be kept.
#[derive(Debug, Reasons)]
pub enum ChainRefusal {
    /// This log has a chain of its own: change it with a signed auth.identity.update.
    #[refused(Conflict, reason = "own-chain")]
    OwnChain,
    /// The chain is not this DID's, or does not extend the one that the node keeps.
    #[refused(BadRequest, field = "log", message = "{}")]
    Broken(String),
}

impl KeepChain {
    /// The chain with these operations, oldest first.
    pub fn from_log(log: &[String]) -> Self {
        Self { log: All(log.iter().cloned().map(Text).collect()) }
    }
}

impl Decide for KeepChain {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ChainRefusal> {
        refuse_if!(!queries::is_bare(ctx.reader(), ctx.owner())?, ChainRefusal::OwnChain);
        let log: Vec<&str> = self.log.0.iter().map(|token| token.0.as_str()).collect();
        extends(ctx.reader(), ctx.owner(), &log)?.map_err(ChainRefusal::Broken)?;
        Ok(())
    }
}

/// The chain with these operations, if it is this DID's and extends what the node keeps.
pub(crate) fn extends<'a>(
    db: impl Into<Reader<'a>>,
    did: &Did,
    log: &[&str],
) -> rusqlite::Result<Result<Verified, String>> {
    let tokens = queries::chain_tokens(db, did)?;
    let is_longer = log.len() > tokens.len() && tokens.iter().zip(log).all(|(old, new)| old == new);
    if !is_longer {
        return Ok(Err(format!(
            "log must be the whole chain that this node has, {} operations, and at least one more.",
            tokens.len()
        )));
    }
    Ok(match verify_chain(did, log) {
        Ok(chain) if chain.state().keys.controller.is_empty() => {
            Err("At least one controller key must stay.".to_owned())
        }
        Ok(chain) => Ok(chain),
        Err(error) => Err(format!("{error}.")),
    })
}
