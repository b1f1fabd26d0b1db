//! What verifying needs to know of other chains, asked of whoever keeps them.
//!
//! Always: this library looks nothing up. A [`Resolver`] answers from what its owner holds and has verified;
//! "not known here" is an answer of its own, so that an operation can wait for what it depends on instead of
//! being refused for ever.
//!
//! Rules: DFOS v1 PROTOCOL "Key Resolution"; CREDENTIALS "Revocation Scope".

mod known;
mod verifier;

pub use known::Known;
pub use verifier::{Revoked, Verifier};

use ed25519_dalek::VerifyingKey;

use crate::identity::{Role, Verified};
use crate::{Cid, Did, PublicKey, Timestamp};

/// Which of an identity's keys may have made a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// A key in force now, in any role, of an identity that is not deleted.
    Current,
    /// A key in force now for authentication, of an identity that is not deleted.
    CurrentAuth,
    /// Any key that the identity ever listed, also if it is deleted.
    Historical,
}

/// The owner's knowledge of identities and revocations.
pub trait Resolver {
    /// The key that `key_id` names in `did`, if it counts in that scope. [`Verified::resolve_key`] answers
    /// this for one chain.
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError>;

    /// Whether the identity is deleted at the moment; fails with [`ResolveError::UnknownIdentity`] if it is
    /// not known.
    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError>;

    /// The earliest `createdAt` of all revocations of this credential that its issuer signed, if there is
    /// one. Who knows that there is one but not when answers [`Timestamp::MIN`], the strict side.
    fn revoked_at(&self, issuer: &Did, credential: &Cid)
    -> Result<Option<Timestamp>, ResolveError>;
}

/// Why a resolver has no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The identity's chain is not held here (yet).
    #[error("unknown identity: {0}")]
    UnknownIdentity(Did),
    /// The chain that is held here never listed that key (yet).
    #[error("unknown key {key_id} on identity {did}")]
    UnknownKey {
        /// Whose key.
        did: Did,
        /// Its id.
        key_id: String,
    },
    /// The key is not in force, or not in the role that is asked for.
    #[error("signing key is not in the identity's current state")]
    NotCurrent,
    /// The identity is deleted.
    #[error("signing identity is deleted: {0}")]
    Deleted(Did),
    /// What the chain lists under that id is no Ed25519 public key.
    #[error("the key {0} is not an Ed25519 public key")]
    KeyMaterial(String),
    /// The owner's storage or transport failed; says nothing about the identity.
    #[error("the identity could not be looked up: {0}")]
    Unavailable(String),
}

impl ResolveError {
    /// Whether the answer may be another once more is known: then what was verified is not refused, it waits.
    pub fn is_dependency(&self) -> bool {
        matches!(
            self,
            Self::UnknownIdentity(_) | Self::UnknownKey { .. } | Self::Unavailable(_)
        )
    }
}

impl Verified {
    /// The key that `key_id` names in this chain, if it counts in that scope.
    pub fn resolve_key(&self, key_id: &str, scope: KeyScope) -> Result<PublicKey, ResolveError> {
        let material = || ResolveError::KeyMaterial(key_id.to_owned());
        let role = match scope {
            KeyScope::Historical => {
                let mut known = self.historical_keys();
                if !known.any(|(id, _)| id == key_id) {
                    return Err(ResolveError::UnknownKey {
                        did: self.did().clone(),
                        key_id: key_id.to_owned(),
                    });
                }
                return self.historical_key(key_id).ok_or_else(material);
            }
            KeyScope::Current => None,
            KeyScope::CurrentAuth => Some(Role::Auth),
        };
        if self.state().is_deleted {
            return Err(ResolveError::Deleted(self.did().clone()));
        }
        let key = match role {
            Some(role) => self.state().key(role, key_id),
            None => self.state().any_key(key_id),
        };
        let key = key.ok_or(ResolveError::NotCurrent)?;
        key.public_key().map_err(|_| material())
    }
}
