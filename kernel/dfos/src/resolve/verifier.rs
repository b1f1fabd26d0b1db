//! The circumstances of a verification: the resolver, the accepted keys, the revocations, and the source of verdicts on
//! signatures.

use super::{KeyScope, ResolveError, Resolver};
use crate::batch::{AtOnce, Signatures};
use crate::jws::Jws;
use crate::statement::Result;
use crate::{Cid, Did};

/// The revocations that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// All known ones, whenever they were signed: for accepting something new, and for granting access.
    Known,
    /// Revocations signed at or before the operation: what was committed under a valid credential stays valid.
    AsOf,
}

/// The circumstances of a verification.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    resolver: &'a dyn Resolver,
    signatures: &'a dyn Signatures,
    keys: KeyScope,
    revoked: Revoked,
}

impl<'a> Verifier<'a> {
    /// For operations that are already part of a log: every key that its signer ever had, and revocations as of each
    /// operation's own time.
    pub fn of_history(resolver: &'a dyn Resolver) -> Self {
        Self { resolver, signatures: &AtOnce, keys: KeyScope::Historical, revoked: Revoked::AsOf }
    }

    /// For operations that their author sends now: the keys in force, and every known revocation.
    pub fn of_new(resolver: &'a dyn Resolver) -> Self {
        Self { resolver, signatures: &AtOnce, keys: KeyScope::Current, revoked: Revoked::Known }
    }

    /// For operations that another node accepted before: every key that its signer ever had, because it may have been
    /// rotated out meanwhile, but every known revocation.
    pub fn of_peer(resolver: &'a dyn Resolver) -> Self {
        Self { keys: KeyScope::Historical, ..Self::of_new(resolver) }
    }

    /// Uses verdicts on signatures from a batch.
    #[must_use]
    pub fn with_signatures(self, signatures: &'a dyn Signatures) -> Self {
        Self { signatures, ..self }
    }

    /// The scope of the signer's keys, where the kind of statement leaves it open.
    pub fn key_scope(&self) -> KeyScope {
        self.keys
    }

    /// The revocations that count.
    pub fn revoked(&self) -> Revoked {
        self.revoked
    }

    /// The resolver.
    pub fn resolver(&self) -> &'a dyn Resolver {
        self.resolver
    }

    /// Resolves a key and checks a token's signature with it.
    pub(crate) fn check_signature(
        &self,
        jws: &Jws<'_>,
        did: &Did,
        key_id: &str,
        scope: KeyScope,
    ) -> Result<()> {
        let key = self.resolver.key(did, key_id, scope)?;
        let input = jws.signing_input().as_bytes();
        Ok(self.signatures.check(&key, input, jws.signature())?)
    }

    /// Whether a credential counts as revoked for an act at `now_secs`.
    pub(crate) fn is_revoked(
        &self,
        issuer: &Did,
        credential: &Cid,
        now_secs: i64,
    ) -> Result<bool, ResolveError> {
        let Some(at) = self.resolver.revoked_at(issuer, credential)? else {
            return Ok(false);
        };
        // An instant that is not positive cannot be told from "timeless" by the reference implementations,
        // which then take the strict side.
        Ok(self.revoked == Revoked::Known || now_secs <= 0 || at.as_secs() <= now_secs)
    }
}
