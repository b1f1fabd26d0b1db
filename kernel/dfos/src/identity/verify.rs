//! Verifies an identity chain, one operation at a time.
//!
//! Always: [`Verified`] exists only for a chain of which every operation was verified, or for a snapshot of one that
//! the caller trusts. It remembers which key every key id ever named, so that extending a chain is exactly as strict as
//! verifying it again; the reference implementations forget this on extension.

use std::collections::BTreeMap;

use super::{Action, Did, IdentityError, LogError, Operation, State, Unverified, service};
use crate::batch::{AtOnce, Signatures};
use crate::multikey::PublicKey;
use crate::{Cid, Timestamp, jws};

/// A chain that was verified up to its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub(super) state: State,
    pub(super) genesis_cid: Cid,
    pub(super) head_cid: Cid,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) operation_count: u64,
    /// The text of the key that each key id named, in this operation or any before.
    pub(super) keys_ever: BTreeMap<String, String>,
}

/// Verifies a whole log, first operation first.
pub fn verify_log<T: AsRef<str>>(
    tokens: impl IntoIterator<Item = T>,
) -> Result<Verified, LogError> {
    let mut verified: Option<Verified> = None;
    for (index, token) in tokens.into_iter().enumerate() {
        let step = match &mut verified {
            Some(verified) => verified.push(token.as_ref()),
            None => Verified::genesis(token.as_ref()).map(|first| verified = Some(first)),
        };
        step.map_err(|error| LogError::Operation { index, error })?;
    }
    verified.ok_or(LogError::Empty)
}

/// Extends the chain by one operation, at a cost that does not depend on the chain's length.
pub fn extend(verified: &Verified, token: &str) -> Result<Verified, IdentityError> {
    let mut next = verified.clone();
    next.push(token)?;
    Ok(next)
}

impl Verified {
    /// Verifies the first operation of a chain.
    pub fn genesis(token: &str) -> Result<Self, IdentityError> {
        Self::genesis_of(Unverified::read(token)?, &AtOnce)
    }

    /// Like [`Self::genesis`], for an operation that was read before, with given verdicts on signatures.
    pub fn genesis_of(
        read: Unverified<'_>,
        signatures: &dyn Signatures,
    ) -> Result<Self, IdentityError> {
        let Action::Create { keys, services } = read.operation.action.clone() else {
            return Err(IdentityError::NotCreate);
        };
        let mut keys_ever = BTreeMap::new();
        keys.check(&keys_ever)?;
        service::check(&services)?;
        remember(&keys, &mut keys_ever);
        // One of a genesis's own controllers signs it, named by the bare id: its DID is not known yet.
        if read.jws.kid().contains('#') {
            return Err(IdentityError::KeyId);
        }
        let verified = Self {
            state: State { did: Did::from_genesis(&read.cid), is_deleted: false, keys, services },
            genesis_cid: read.cid,
            head_cid: read.cid,
            created_at: read.operation.created_at,
            updated_at: read.operation.created_at,
            operation_count: 1,
            keys_ever,
        };
        verified.check_signature(&read.jws, read.jws.kid(), signatures)?;
        Ok(verified)
    }

    /// Verifies and adds the next operation; a refused one changes nothing.
    pub fn push(&mut self, token: &str) -> Result<(), IdentityError> {
        self.push_with(Unverified::read(token)?, &AtOnce)
    }

    /// Like [`Self::push`], for an operation that was read before, with given verdicts on signatures.
    pub fn push_with(
        &mut self,
        read: Unverified<'_>,
        signatures: &dyn Signatures,
    ) -> Result<(), IdentityError> {
        self.check_position(&read.operation)?;
        if let Action::Update { keys, services, .. } = &read.operation.action {
            keys.check(&self.keys_ever)?;
            service::check(services)?;
        }
        let (did, key_id) = read.jws.kid().split_once('#').ok_or(IdentityError::KeyId)?;
        if did != self.state.did.as_str() {
            return Err(IdentityError::KeyId);
        }
        self.check_signature(&read.jws, key_id, signatures)?;
        self.apply(read.operation, read.cid);
        Ok(())
    }

    /// DFOS v1 "Identity Chain", rules 2 to 4.
    fn check_position(&self, operation: &Operation) -> Result<(), IdentityError> {
        match (&operation.action, self.state.is_deleted) {
            (Action::Restore { .. }, true) => {}
            (_, true) => return Err(IdentityError::Deleted),
            (Action::Restore { .. }, false) => return Err(IdentityError::NotDeleted),
            (Action::Create { .. }, false) => return Err(IdentityError::SecondCreate),
            (Action::Update { .. } | Action::Delete { .. }, false) => {}
        }
        if operation.action.previous() != Some(self.head_cid.to_string().as_str()) {
            return Err(IdentityError::Previous);
        }
        // Equal texts have equal values and the orders agree, so this is the required comparison of bytes.
        if operation.created_at <= self.updated_at { Err(IdentityError::CreatedAt) } else { Ok(()) }
    }

    /// Rule 8: a controller of the previous state must have signed (for a genesis: of the state that it makes).
    fn check_signature(
        &self,
        jws: &jws::Jws<'_>,
        key_id: &str,
        signatures: &dyn Signatures,
    ) -> Result<(), IdentityError> {
        let key = self.state.keys.controller(key_id)?;
        signatures.check(&key, jws.signing_input().as_bytes(), jws.signature())?;
        Ok(())
    }

    fn apply(&mut self, operation: Operation, cid: Cid) {
        match operation.action {
            Action::Create { keys, services } | Action::Update { keys, services, .. } => {
                remember(&keys, &mut self.keys_ever);
                self.state.keys = keys;
                self.state.services = services;
            }
            Action::Delete { .. } => self.state.is_deleted = true,
            Action::Restore { .. } => self.state.is_deleted = false,
        }
        self.head_cid = cid;
        self.updated_at = operation.created_at;
        self.operation_count += 1;
    }

    /// The state after the last operation.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The chain's DID.
    pub fn did(&self) -> &Did {
        &self.state.did
    }

    /// The CID of the first operation.
    pub fn genesis_cid(&self) -> &Cid {
        &self.genesis_cid
    }

    /// The CID of the last operation.
    pub fn head_cid(&self) -> &Cid {
        &self.head_cid
    }

    /// The first operation's time.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The last operation's time.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The number of operations.
    pub fn operation_count(&self) -> u64 {
        self.operation_count
    }

    /// The key that an id names or ever named here, in any role (DFOS v1 "historical" resolution).
    pub fn historical_key(&self, key_id: &str) -> Option<PublicKey> {
        let text = self.keys_ever.get(key_id)?;
        PublicKey::from_multikey(text).ok()
    }

    /// All ids that ever named a key here, with the key's text.
    pub fn historical_keys(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.keys_ever.iter();
        keys.map(|(id, text)| (id.as_str(), text.as_str()))
    }
}

fn remember(keys: &super::Keys, keys_ever: &mut BTreeMap<String, String>) {
    for key in keys.iter() {
        if !keys_ever.contains_key(key.id()) {
            keys_ever.insert(key.id().to_owned(), key.multibase().to_owned());
        }
    }
}
