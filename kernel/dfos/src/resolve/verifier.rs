//! How something is verified: whose knowledge, which keys, which revocations, and where verdicts on
//! signatures come from.

use super::{KeyScope, ResolveError, Resolver};
use crate::batch::{AtOnce, Signatures};
use crate::jws::Jws;
use crate::statement::StatementError;
use crate::{Cid, Did};

/// Which revocations count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// All that are known, whenever they were signed: for accepting something new, and for granting access.
    Known,
    /// Those signed at or before the operation: what was committed while a credential held stays valid.
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
    /// For what is already part of a log: every key that its signer ever had, and revocations as of each
    /// operation's own time.
    pub fn of_history(resolver: &'a dyn Resolver) -> Self {
        Self {
            resolver,
            signatures: &AtOnce,
            keys: KeyScope::Historical,
            revoked: Revoked::AsOf,
        }
    }

    /// For what its author sends now: the keys in force, and every revocation that is known.
    pub fn of_new(resolver: &'a dyn Resolver) -> Self {
        Self {
            resolver,
            signatures: &AtOnce,
            keys: KeyScope::Current,
            revoked: Revoked::Known,
        }
    }

    /// For what another node has taken in before: every key that its signer ever had, since it may have been
    /// rotated out meanwhile, but every revocation that is known.
    pub fn of_peer(resolver: &'a dyn Resolver) -> Self {
        Self {
            keys: KeyScope::Historical,
            ..Self::of_new(resolver)
        }
    }

    /// The same, with verdicts on signatures from a batch.
    #[must_use]
    pub fn with_signatures(self, signatures: &'a dyn Signatures) -> Self {
        Self { signatures, ..self }
    }

    /// The scope in which the signer's keys are resolved where the kind of statement leaves it open.
    pub fn key_scope(&self) -> KeyScope {
        self.keys
    }

    /// Which revocations count.
    pub fn revoked(&self) -> Revoked {
        self.revoked
    }

    /// What is known of other chains.
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
    ) -> Result<(), StatementError> {
        let key = self.resolver.key(did, key_id, scope)?;
        let input = jws.signing_input().as_bytes();
        Ok(self.signatures.check(&key, input, jws.signature())?)
    }

    /// Whether a credential counts as revoked for something done at `now_secs`.
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
