//! What verifying asks: whose key is this, are they deleted, is this revoked.
//!
//! Always: answers from one moment of the store. A failure of the store is not an answer about anybody: it is
//! kept aside and makes the whole work fail.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use imajin_dfos::identity::Verified;
use imajin_dfos::multikey::KeyCache;
use imajin_dfos::resolve::{KeyScope, ResolveError, Resolver};
use imajin_dfos::{Cid, Did, Timestamp, VerifyingKey};

use super::cache::Cache;
use super::store::{Answer, Reads, StoreError};

/// Identities that are kept ready, in memory.
const IDENTITIES_MAX: usize = 512;
/// Keys that are kept ready, in memory.
const KEYS_MAX: usize = 1_024;

/// Identities and keys that were used lately, as the writer sees them: some may not be durable yet.
pub(super) struct Recent {
    identities: Mutex<Cache<String, Arc<Verified>>>,
    pub(super) keys: KeyCache,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self {
            identities: Mutex::new(Cache::new(IDENTITIES_MAX)),
            keys: KeyCache::new(KEYS_MAX),
        }
    }

    pub(super) fn identity(&self, did: &str) -> Option<Arc<Verified>> {
        let mut identities = self
            .identities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        identities.get(&did.to_owned())
    }

    pub(super) fn put_identity(&self, chain: Arc<Verified>) {
        let mut identities = self
            .identities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        identities.put(chain.did().as_str().to_owned(), chain);
    }

    /// After a rollback nothing that was put may be believed.
    pub(super) fn forget(&self) {
        let mut identities = self
            .identities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        identities.clear();
    }
}

/// Who writes sees what they wrote; who only reads must not see what is not durable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Writer,
    Reader,
}

/// A resolver over a store.
pub(super) struct Knowledge<'a> {
    reads: &'a dyn Reads,
    recent: &'a Recent,
    side: Side,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(reads: &'a dyn Reads, recent: &'a Recent, side: Side) -> Self {
        Self {
            reads,
            recent,
            side,
            failed: RefCell::new(None),
        }
    }

    /// An identity, if it is held.
    pub(super) fn identity(&self, did: &str) -> Answer<Option<Arc<Verified>>> {
        if self.side == Side::Writer
            && let Some(chain) = self.recent.identity(did)
        {
            return Ok(Some(chain));
        }
        let Some(row) = self.reads.identity(did)? else {
            return Ok(None);
        };
        let chain = Arc::new(row.chain);
        if self.side == Side::Writer {
            self.recent.put_identity(Arc::clone(&chain));
        }
        Ok(Some(chain))
    }

    /// Whether the identity is held and deleted.
    pub(super) fn is_deleted(&self, did: &str) -> Answer<bool> {
        Ok(self
            .identity(did)?
            .is_some_and(|chain| chain.state().is_deleted))
    }

    /// Fails if any question could not be answered for lack of storage.
    pub(super) fn check(&self) -> Answer<()> {
        match self.failed.borrow_mut().take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn ask<T>(&self, answer: Answer<T>) -> Result<T, ResolveError> {
        answer.map_err(|error| {
            let text = error.to_string();
            self.failed.replace(Some(error));
            ResolveError::Unavailable(text)
        })
    }

    fn known(&self, did: &Did) -> Result<Arc<Verified>, ResolveError> {
        let unknown = || ResolveError::UnknownIdentity(did.clone());
        self.ask(self.identity(did.as_str()))?.ok_or_else(unknown)
    }
}

impl Resolver for Knowledge<'_> {
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError> {
        let key = self.known(did)?.resolve_key(key_id, scope)?;
        let material = |_| ResolveError::KeyMaterial(key_id.to_owned());
        self.recent.keys.get(&key).map_err(material)
    }

    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError> {
        Ok(self.known(did)?.state().is_deleted)
    }

    fn revoked_at(
        &self,
        issuer: &Did,
        credential: &Cid,
    ) -> Result<Option<Timestamp>, ResolveError> {
        let at = self
            .reads
            .revoked_at(issuer.as_str(), &credential.to_string());
        let at = self.ask(at)?;
        // A stored time that is none counts as for ever: the strict side.
        Ok(at.map(|at| Timestamp::parse(&at).unwrap_or(Timestamp::MIN)))
    }
}
