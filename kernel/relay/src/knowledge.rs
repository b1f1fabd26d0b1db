//! The lookups of verification: the owner of a key, deletions, revocations.
//!
//! Always: answers from one snapshot of the store. A failure of the store is not an answer: it is recorded and fails
//! the whole operation.

use std::cell::RefCell;
use std::sync::Arc;

use imajin_dfos::identity::Verified;
use imajin_dfos::multikey::KeyCache;
use imajin_dfos::resolve::{KeyScope, ResolveError, Resolver};
use imajin_dfos::{Cid, Did, PublicKey, Timestamp, VerifyingKey};
use parking_lot::Mutex;

use super::cache::Cache;
use super::store::{Answer, Snapshot, StoreError};

/// Identities that are kept ready, in memory; each takes about half a kilobyte.
const IDENTITIES_MAX: usize = 2_048;
/// Keys that are kept ready, in memory.
const KEYS_MAX: usize = 1_024;

/// The small part of an identity's state that verification needs often.
pub(super) struct Keyring {
    pub(super) did: Did,
    pub(super) head_cid: String,
    is_deleted: bool,
    /// All keys that ever were.
    keys: Box<[Entry]>,
}

struct Entry {
    id: Box<str>,
    /// `None` if the text is not a key.
    key: Option<PublicKey>,
    is_current: bool,
}

impl Keyring {
    pub(super) fn from_chain(chain: &Verified) -> Self {
        let state = chain.state();
        let keys = chain.historical_keys().map(|(id, _)| Entry {
            id: id.into(),
            key: chain.historical_key(id),
            is_current: state.any_key(id).is_some(),
        });
        Self {
            did: chain.did().clone(),
            head_cid: chain.head_cid().to_string(),
            is_deleted: state.is_deleted,
            keys: keys.collect(),
        }
    }

    fn entry(&self, key_id: &str) -> Option<&Entry> {
        self.keys.iter().find(|entry| *entry.id == *key_id)
    }

    /// The key of that id, in force or not.
    pub(super) fn any_key(&self, key_id: &str) -> Option<PublicKey> {
        self.entry(key_id)?.key
    }

    /// Answers as [`Verified::resolve_key`] does.
    fn resolve(&self, key_id: &str, scope: KeyScope) -> Result<PublicKey, ResolveError> {
        let candidate = self.entry(key_id);
        let entry = if scope == KeyScope::Historical {
            candidate.ok_or_else(|| ResolveError::UnknownKey {
                did: self.did.clone(),
                key_id: key_id.to_owned(),
            })?
        } else if self.is_deleted {
            return Err(ResolveError::Deleted(self.did.clone()));
        } else {
            let current = candidate.filter(|entry| entry.is_current);
            current.ok_or(ResolveError::NotCurrent)?
        };
        let material = || ResolveError::KeyMaterial(key_id.to_owned());
        entry.key.ok_or_else(material)
    }
}

/// Identities and keys that were used lately, as the writer sees them: some may not be durable yet.
pub(super) struct Recent {
    keyrings: Mutex<Cache<String, Arc<Keyring>>>,
    pub(super) keys: KeyCache,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self { keyrings: Mutex::new(Cache::new(IDENTITIES_MAX)), keys: KeyCache::new(KEYS_MAX) }
    }

    pub(super) fn keyring(&self, did: &str) -> Option<Arc<Keyring>> {
        let mut keyrings = self.keyrings.lock();
        keyrings.get(&did.to_owned())
    }

    pub(super) fn put(&self, keyring: Arc<Keyring>) {
        let mut keyrings = self.keyrings.lock();
        keyrings.put(keyring.did.as_str().to_owned(), keyring);
    }

    /// After a rollback nothing that was put may be believed.
    pub(super) fn forget(&self) {
        let mut keyrings = self.keyrings.lock();
        keyrings.clear();
    }
}

/// Whether the lookup is part of a write. A writer sees its own changes; a reader must not see changes that are not
/// durable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Writer,
    Reader,
}

/// A resolver over a store.
pub(super) struct Knowledge<'a> {
    reads: &'a Snapshot<'a>,
    recent: &'a Recent,
    side: Side,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(reads: &'a Snapshot<'a>, recent: &'a Recent, side: Side) -> Self {
        Self { reads, recent, side, failed: RefCell::new(None) }
    }

    /// The keys of an identity, if the relay has it.
    pub(super) fn keyring(&self, did: &str) -> Answer<Option<Arc<Keyring>>> {
        if self.side == Side::Writer
            && let Some(keyring) = self.recent.keyring(did)
        {
            return Ok(Some(keyring));
        }
        let Some(row) = self.reads.identity(did)? else {
            return Ok(None);
        };
        let keyring = Arc::new(Keyring::from_chain(&row.chain));
        if self.side == Side::Writer {
            self.recent.put(Arc::clone(&keyring));
        }
        Ok(Some(keyring))
    }

    /// Whether the identity is held and deleted.
    pub(super) fn is_deleted(&self, did: &str) -> Answer<bool> {
        Ok(self.keyring(did)?.is_some_and(|keyring| keyring.is_deleted))
    }

    pub(super) fn is_held(&self, did: &str) -> Answer<bool> {
        Ok(self.keyring(did)?.is_some())
    }

    /// Fails if any question could not be answered for lack of storage.
    pub(super) fn check(&self) -> Answer<()> {
        self.failed.borrow_mut().take().map_or(Ok(()), Err)
    }

    fn ask<T>(&self, answer: Answer<T>) -> Result<T, ResolveError> {
        answer.map_err(|error| {
            let text = error.to_string();
            self.failed.replace(Some(error));
            ResolveError::Unavailable(text)
        })
    }

    fn known(&self, did: &Did) -> Result<Arc<Keyring>, ResolveError> {
        let unknown = || ResolveError::UnknownIdentity(did.clone());
        self.ask(self.keyring(did.as_str()))?.ok_or_else(unknown)
    }
}

impl Resolver for Knowledge<'_> {
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError> {
        let key = match scope {
            // Roles are not kept ready: nothing on a relay depends on them.
            KeyScope::CurrentAuth => {
                let row = self.ask(self.reads.identity(did.as_str()))?;
                let row = row.ok_or_else(|| ResolveError::UnknownIdentity(did.clone()))?;
                row.chain.resolve_key(key_id, scope)?
            }
            _ => self.known(did)?.resolve(key_id, scope)?,
        };
        let material = |_| ResolveError::KeyMaterial(key_id.to_owned());
        self.recent.keys.get(&key).map_err(material)
    }

    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError> {
        Ok(self.known(did)?.is_deleted)
    }

    fn revoked_at(
        &self,
        issuer: &Did,
        credential: &Cid,
    ) -> Result<Option<Timestamp>, ResolveError> {
        let at = self.reads.revoked_at(issuer.as_str(), &credential.to_string());
        let at = self.ask(at)?;
        // An unreadable stored time counts as forever, the strict choice.
        Ok(at.map(|at| Timestamp::parse(&at).unwrap_or(Timestamp::MIN)))
    }
}

#[cfg(test)]
mod tests {
    use imajin_dfos::identity::{Key, Keys, sign_create, sign_delete, sign_update};
    use imajin_dfos::{SigningKey, Timestamp};

    use super::*;

    #[test]
    fn answers_like_the_whole_chain() {
        let key = |seed: u8| SigningKey::from_bytes(&[seed; 32]);
        let id = |seed: u8| PublicKey::from(&key(seed)).key_id();
        let at = |ms: i64| Timestamp::from_millis(1_800_000_000_000 + ms).unwrap();
        let keys = |seed: u8| Keys::single(Key::new(&PublicKey::from(&key(seed))));
        let first = sign_create(keys(1), vec![], at(0), &id(1), &key(1)).unwrap().verified;
        let two = sign_update(&first, keys(2), vec![], at(1), &id(1), &key(1)).unwrap().verified;
        let gone = sign_delete(&two, at(2), &id(2), &key(2)).unwrap().verified;
        for chain in [&first, &two, &gone] {
            let keyring = Keyring::from_chain(chain);
            assert_eq!(keyring.did, *chain.did());
            for key_id in [id(1), id(2), id(3), String::new()] {
                for scope in [KeyScope::Current, KeyScope::Historical] {
                    let (short, long) =
                        (keyring.resolve(&key_id, scope), chain.resolve_key(&key_id, scope));
                    assert_eq!(short, long, "{key_id} {scope:?}");
                }
                assert_eq!(keyring.any_key(&key_id), chain.historical_key(&key_id));
            }
        }
    }
}
