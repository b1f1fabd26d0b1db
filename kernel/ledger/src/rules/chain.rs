//! An identity chain with every state that it ever had.
//!
//! Always: all operations were verified, in order. For the owner of a log only the newest state counts; for others
//! the state after the operation that a proof names.

use std::sync::Arc;

use imajin_dfos::identity::{IdentityError, Keys, LogError, Role, Verified};
use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::Did;

/// A verified identity chain of a `did:imajin`.
#[derive(Debug, Clone)]
pub struct Chain {
    tokens: Vec<Arc<str>>,
    states: Vec<Arc<Verified>>,
    /// Auth and controller keys of the newest state, in the form that verifies.
    newest_keys: Vec<(Role, String, Arc<VerifyingKey>)>,
}

/// Why operations are no chain of a DID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The operations themselves.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A chain of another DID.
    #[error("the genesis is not signed by the key of {0}, or does not name it as a controller")]
    Owner(Did),
}

impl Chain {
    /// Verifies a whole chain and that it is the one of `did`.
    pub fn verify<T: AsRef<str>>(
        did: &Did,
        tokens: impl IntoIterator<Item = T>,
    ) -> Result<Self, ChainError> {
        let mut chain: Option<Self> = None;
        for (index, token) in tokens.into_iter().enumerate() {
            let token = token.as_ref();
            let wrap = |error| LogError::Operation { index, error };
            match &mut chain {
                None => chain = Some(Self::genesis(did, token)?),
                Some(chain) => chain.push(token).map_err(wrap)?,
            }
        }
        Ok(chain.ok_or(LogError::Empty)?)
    }

    /// Begins a chain (docs/format.md §4: the DID's 32 bytes are the key that signed the genesis, a controller).
    pub fn genesis(did: &Did, token: &str) -> Result<Self, ChainError> {
        let wrap = |error| LogError::Operation { index: 0, error };
        let verified = Verified::genesis(token).map_err(wrap)?;
        if !signed_by_did(did, token, &verified) {
            return Err(ChainError::Owner(did.clone()));
        }
        let newest_keys = parse_all(&verified);
        Ok(Self {
            tokens: vec![token.into()],
            states: vec![Arc::new(verified)],
            newest_keys,
        })
    }

    /// Takes in the next operation; a refused one changes nothing.
    pub fn push(&mut self, token: &str) -> Result<(), IdentityError> {
        let next = imajin_dfos::identity::extend(self.newest(), token)?;
        self.newest_keys = parse_all(&next);
        self.tokens.push(token.into());
        self.states.push(Arc::new(next));
        Ok(())
    }

    /// The state now.
    pub fn newest(&self) -> &Verified {
        // A chain begins with its genesis, so there is always a last one.
        &self.states[self.states.len() - 1]
    }

    /// The CID of the newest operation.
    pub fn head_cid(&self) -> &Cid {
        self.newest().head_cid()
    }

    /// The place of the operation with this CID, from 0.
    pub fn position(&self, cid: &Cid) -> Option<usize> {
        // The newest is what is nearly always asked for.
        self.states
            .iter()
            .rposition(|state| state.head_cid() == cid)
    }

    /// The state after the operation at `position`.
    pub fn state(&self, position: usize) -> Option<&Arc<Verified>> {
        self.states.get(position)
    }

    /// The operations' tokens.
    pub fn tokens(&self) -> &[Arc<str>] {
        &self.tokens
    }

    /// The key in force after the operation at `position`, in a role.
    pub fn key(&self, position: usize, role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
        if position + 1 == self.states.len() {
            return self.newest_key(role, key_id);
        }
        parse_key(&self.states.get(position)?.state().keys, role, key_id)
    }

    /// The key in force now, in a role. Parsed once: this is asked for with every proof.
    pub fn newest_key(&self, role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
        let wanted = |key: &&(Role, String, Arc<VerifyingKey>)| key.0 == role && key.1 == key_id;
        self.newest_keys
            .iter()
            .find(wanted)
            .map(|key| key.2.clone())
    }

    /// A key that any operation ever named under `authKeys`: what a node's head may be signed with.
    pub fn ever_auth_key(&self, key_id: &str) -> Option<Arc<VerifyingKey>> {
        (0..self.states.len())
            .rev()
            .find_map(|position| self.key(position, Role::Auth, key_id))
    }
}

fn parse_key(keys: &Keys, role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
    let key = keys.find(role, key_id)?.public_key().ok()?;
    key.verifying_key().ok().map(Arc::new)
}

fn parse_all(verified: &Verified) -> Vec<(Role, String, Arc<VerifyingKey>)> {
    let keys = &verified.state().keys;
    let of_role = |role| keys.of(role).iter().map(move |key| (role, key));
    let all = [Role::Auth, Role::Controller].into_iter().flat_map(of_role);
    all.filter_map(|(role, key)| {
        Some((role, key.id().to_owned(), parse_key(keys, role, key.id())?))
    })
    .collect()
}

fn signed_by_did(did: &Did, token: &str, verified: &Verified) -> bool {
    let Some(bytes) = did.key_bytes() else {
        return false;
    };
    // The signature was verified with the controller key that the bare kid names: that key must be the DID's.
    let Ok(jws) = imajin_dfos::jws::parse(token, imajin_dfos::identity::TYP) else {
        return false;
    };
    let key = verified.state().key(Role::Controller, jws.kid());
    key.and_then(|key| key.public_key().ok())
        .is_some_and(|key| *key.as_bytes() == bytes)
}
