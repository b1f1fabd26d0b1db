//! An identity chain: the keys that may sign for a `did:imajin`, after each of its operations.
//!
//! Always: all operations were verified, in order. Small, because a node remembers thousands of chains: keys as bytes,
//! decompressed at first use.

use std::sync::{Arc, OnceLock};

use imajin_dfos::identity::{IdentityError, LogError, Role, Verified};
use imajin_dfos::{Cid, PublicKey, VerifyingKey};
use imajin_protocol::Did;

use super::pack::packed;

/// A verified identity chain of a `did:imajin`.
#[derive(Debug, Clone)]
pub struct Chain {
    operations: Vec<Operation>,
    /// The full state after the last operation, unless it was dropped to save memory.
    verified: Option<Arc<Verified>>,
}

/// One operation, with the keys in force after it.
#[derive(Debug, Clone)]
struct Operation {
    token: Arc<str>,
    cid: Cid,
    is_deleted: bool,
    keys: Arc<[ChainKey]>,
}

/// A key of an identity, after one of its operations.
#[derive(Debug)]
pub struct ChainKey {
    id: Box<str>,
    roles: [bool; Role::ALL.len()],
    public: Option<PublicKey>,
    ready: OnceLock<Option<Arc<VerifyingKey>>>,
}

impl ChainKey {
    /// Returns the key's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the key; `None` if its text is not a key, which the DFOS rules allow.
    pub fn public(&self) -> Option<&PublicKey> {
        self.public.as_ref()
    }

    /// Returns its roles, in the order auth, assert, controller.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        Role::ALL.into_iter().zip(self.roles).filter_map(|(role, has)| has.then_some(role))
    }

    /// Returns the key, ready to verify with.
    pub fn verifying(&self) -> Option<Arc<VerifyingKey>> {
        let ready = || self.public?.verifying_key().ok().map(Arc::new);
        self.ready.get_or_init(ready).clone()
    }
}

/// Why operations are not a chain of a DID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ChainError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("the genesis is not signed by the key of {0}, or does not name it as a controller")]
    Owner(Did),
}

impl Chain {
    /// Verifies a whole chain, and that it is the chain of `did`.
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

    /// Begins a chain with its genesis. docs/format.md §4: the DID's 32 bytes are the key that signed the genesis, a
    /// controller.
    pub fn genesis(did: &Did, token: &str) -> Result<Self, ChainError> {
        let wrap = |error| LogError::Operation { index: 0, error };
        let verified = Verified::genesis(token).map_err(wrap)?;
        if !signed_by_did(did, token, &verified) {
            return Err(ChainError::Owner(did.clone()));
        }
        let operation = Operation::new(token, &verified, None);
        Ok(Self { operations: vec![operation], verified: Some(Arc::new(verified)) })
    }

    /// Verifies and adds the next operation; a refused one changes nothing.
    ///
    /// # Errors
    /// The DFOS rule that it breaks.
    pub fn push(&mut self, token: &str) -> Result<(), IdentityError> {
        let mut verified = Verified::clone(&*self.verified()?);
        verified.push(token)?;
        let before = self.operations.last();
        let operation = Operation::new(token, &verified, before);
        self.operations.push(operation);
        self.verified = Some(Arc::new(verified));
        Ok(())
    }

    /// Returns the full state after the last operation.
    pub fn verified(&self) -> Result<Arc<Verified>, IdentityError> {
        match &self.verified {
            Some(verified) => Ok(verified.clone()),
            None => self.verify_again().map(Arc::new),
        }
    }

    fn verify_again(&self) -> Result<Verified, IdentityError> {
        let tokens = self.operations.iter().map(|operation| &*operation.token);
        imajin_dfos::identity::verify_log(tokens).map_err(|error| match error {
            LogError::Operation { error, .. } => error,
            LogError::Empty => IdentityError::NotCreate,
        })
    }

    pub(crate) fn has_details(&self) -> bool {
        self.verified.is_some()
    }

    /// Drops what can be computed again.
    pub(crate) fn forget_details(&mut self) {
        self.verified = None;
    }

    fn newest(&self) -> Option<&Operation> {
        self.operations.last()
    }

    /// Returns the CID of the newest operation.
    pub fn head_cid(&self) -> &Cid {
        // A chain begins with its genesis, so it is never empty.
        &self.operations[self.operations.len() - 1].cid
    }

    /// Returns the position of the operation with this CID, from 0.
    pub fn position(&self, cid: &Cid) -> Option<usize> {
        // Nearly all look-ups are for the newest one.
        self.operations.iter().rposition(|operation| operation.cid == *cid)
    }

    /// Returns the operations as compact JWS, oldest first.
    pub fn tokens(&self) -> Vec<Arc<str>> {
        let tokens = self.operations.iter().map(|operation| &operation.token);
        tokens.cloned().collect()
    }

    /// Returns the number of operations.
    pub fn operation_count(&self) -> usize {
        self.operations.len()
    }

    /// Returns the DID of the chain itself, `did:dfos:…`.
    pub fn dfos_did(&self) -> String {
        let genesis = self.operations.first();
        let did = genesis.map(|genesis| imajin_dfos::Did::from_genesis(&genesis.cid));
        did.map_or_else(String::new, |did| did.to_string())
    }

    /// Returns whether the identity is deleted now.
    pub fn is_deleted(&self) -> bool {
        self.newest().is_some_and(|operation| operation.is_deleted)
    }

    /// Returns whether the identity was deleted after the operation at `position`.
    pub fn is_deleted_at(&self, position: usize) -> bool {
        let operation = self.operations.get(position);
        operation.is_some_and(|operation| operation.is_deleted)
    }

    /// Returns the keys in force now, each once.
    pub fn keys(&self) -> &[ChainKey] {
        self.newest().map_or(&[], |operation| &operation.keys)
    }

    /// Returns the key with this id and role in force after the operation at `position`.
    pub fn key(&self, position: usize, role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
        find(&self.operations.get(position)?.keys, role, key_id)
    }

    /// Returns the key with this id and role in force now.
    pub fn newest_key(&self, role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
        find(self.keys(), role, key_id)
    }

    /// Returns all keys that any operation ever named: their signatures stay valid.
    pub fn ever_keys(&self) -> impl Iterator<Item = &ChainKey> {
        self.operations.iter().flat_map(|operation| &*operation.keys)
    }

    /// Returns a key that any operation ever named under `authKeys`: a node's head may be signed with it.
    pub fn ever_auth_key(&self, key_id: &str) -> Option<Arc<VerifyingKey>> {
        let mut newest_first = self.operations.iter().rev();
        newest_first.find_map(|operation| find(&operation.keys, Role::Auth, key_id))
    }
}

packed!(Chain { operations } but verified: None);
packed!(Operation { token, cid, is_deleted, keys });
packed!(ChainKey { id, roles, public } but ready: OnceLock::new());

fn find(keys: &[ChainKey], role: Role, key_id: &str) -> Option<Arc<VerifyingKey>> {
    let is_match = |key: &&ChainKey| *key.id == *key_id && key.roles().any(|has| has == role);
    keys.iter().find(is_match)?.verifying()
}

impl Operation {
    fn new(token: &str, verified: &Verified, before: Option<&Self>) -> Self {
        let state = verified.state();
        let mut keys: Vec<ChainKey> = Vec::new();
        for (place, role) in Role::ALL.into_iter().enumerate() {
            for key in state.keys.for_role(role) {
                match keys.iter_mut().find(|earlier| *earlier.id == *key.id()) {
                    Some(earlier) => earlier.roles[place] = true,
                    None => {
                        let mut roles = [false; Role::ALL.len()];
                        roles[place] = true;
                        keys.push(ChainKey {
                            id: key.id().into(),
                            roles,
                            public: key.public_key().ok(),
                            ready: OnceLock::new(),
                        });
                    }
                }
            }
        }
        // A deletion and a restoration keep the keys.
        let same = |before: &&Self| {
            let same = |(a, b): (&ChainKey, &ChainKey)| {
                a.id == b.id && a.roles == b.roles && a.public == b.public
            };
            before.keys.len() == keys.len() && before.keys.iter().zip(&keys).all(same)
        };
        let keys = match before.filter(same) {
            Some(before) => before.keys.clone(),
            None => keys.into(),
        };
        Self { token: token.into(), cid: *verified.head_cid(), is_deleted: state.is_deleted, keys }
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
    key.and_then(|key| key.public_key().ok()).is_some_and(|key| *key.as_bytes() == bytes)
}
