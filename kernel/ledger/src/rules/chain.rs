//! An identity chain with every state that it ever had.
//!
//! Always: all operations were verified, in order. For the owner of a log only the newest state counts; for others
//! the state after the operation that a proof names.

use std::sync::Arc;

use imajin_dfos::identity::{IdentityError, LogError, Role, Verified};
use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::Did;

/// A verified identity chain of a `did:imajin`.
#[derive(Debug, Clone)]
pub struct Chain {
    tokens: Vec<Arc<str>>,
    states: Vec<Arc<Verified>>,
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
        Ok(Self {
            tokens: vec![token.into()],
            states: vec![Arc::new(verified)],
        })
    }

    /// Takes in the next operation; a refused one changes nothing.
    pub fn push(&mut self, token: &str) -> Result<(), IdentityError> {
        let next = imajin_dfos::identity::extend(self.newest(), token)?;
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

    /// The key in force after the operation at `position`, in one of these roles.
    pub fn key(&self, position: usize, roles: &[Role], key_id: &str) -> Option<Arc<VerifyingKey>> {
        let state = self.states.get(position)?.state();
        let key = roles.iter().find_map(|role| state.key(*role, key_id))?;
        key.public_key()
            .and_then(|key| key.verifying_key())
            .ok()
            .map(Arc::new)
    }

    /// A key that any operation ever named under `authKeys`: what a node's head may be signed with.
    pub fn ever_auth_key(&self, key_id: &str) -> Option<Arc<VerifyingKey>> {
        (0..self.states.len())
            .rev()
            .find_map(|position| self.key(position, &[Role::Auth], key_id))
    }
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
