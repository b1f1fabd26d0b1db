//! Facts about other chains that verification needs.
//!
//! Always: this library looks nothing up. A [`Resolver`] answers from what its owner has and has verified; "not known
//! here" is a separate answer, so that an operation can wait for its dependencies instead of being refused for ever.
//!
//! Rules: DFOS v1 PROTOCOL "Key Resolution"; CREDENTIALS "Revocation Scope".

mod memory;
mod verifier;

pub use memory::MemoryResolver;
pub use verifier::{Revoked, Verifier};

use ed25519_dalek::VerifyingKey;

use crate::identity::{Role, Verified};
use crate::{Cid, Did, PublicKey, Timestamp};

/// The keys of an identity that may have made a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// A key in force now, in any role, of an identity that is not deleted.
    Current,
    /// A key in force now for authentication, of an identity that is not deleted.
    CurrentAuth,
    /// Any key that the identity ever listed, even if it is deleted.
    Historical,
}

/// The owner's knowledge of identities and revocations.
pub trait Resolver {
    /// The key `key_id` of `did`, if that scope includes it. [`Verified::resolve_key`] answers this for one chain.
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError>;

    /// Whether the identity is deleted now; fails with [`ResolveError::UnknownIdentity`] if it is unknown.
    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError>;

    /// The earliest `createdAt` of all revocations of this credential by its issuer, if there is one. A resolver that
    /// knows of one without its time answers [`Timestamp::MIN`], the strict side.
    fn revoked_at(&self, issuer: &Did, credential: &Cid)
    -> Result<Option<Timestamp>, ResolveError>;
}

/// Why a resolver has no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ResolveError {
    #[error("unknown identity: {0}")]
    UnknownIdentity(Did),
    #[error("unknown key {key_id} on identity {did}")]
    UnknownKey { did: Did, key_id: String },
    /// The key is not in force, or not in the requested role.
    #[error("signing key is not in the identity's current state")]
    NotCurrent,
    #[error("signing identity is deleted: {0}")]
    Deleted(Did),
    #[error("the key {0} is not an Ed25519 public key")]
    KeyMaterial(String),
    /// The owner's storage or transport failed; this says nothing about the identity.
    #[error("the identity could not be looked up: {0}")]
    Unavailable(String),
}

impl ResolveError {
    /// Whether the result may change once more is known: then the operation is not refused, it waits.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::UnknownIdentity(_) | Self::UnknownKey { .. } | Self::Unavailable(_))
    }
}

impl Verified {
    /// The key `key_id` of this chain, if that scope includes it.
    pub fn resolve_key(&self, key_id: &str, scope: KeyScope) -> Result<PublicKey, ResolveError> {
        let material = || ResolveError::KeyMaterial(key_id.to_owned());
        let role = match scope {
            KeyScope::Historical => {
                let mut keys = self.historical_keys();
                if !keys.any(|(id, _)| id == key_id) {
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
