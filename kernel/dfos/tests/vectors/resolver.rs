//! A resolver for vectors: keys are known by their ids, whoever's they are.

use std::collections::BTreeMap;

use imajin_dfos::resolve::{KeyScope, ResolveError, Resolver};
use imajin_dfos::{Cid, Did, PublicKey, SigningKey, Timestamp, VerifyingKey};

use crate::{bytes, entries, text};

/// The keys of all vectors, and whether everything is revoked.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) keys: BTreeMap<String, PublicKey>,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Keys {
    pub(crate) fn of_vectors() -> Self {
        let keys = entries("keys");
        let keys = keys.iter().map(|entry| {
            let key = PublicKey::from_hex(text(entry, "publicHex")).unwrap();
            (text(entry, "keyId").to_owned(), key)
        });
        Self { keys: keys.collect(), revoked_at: None }
    }
}

impl Resolver for Keys {
    fn key(&self, did: &Did, key_id: &str, _: KeyScope) -> Result<VerifyingKey, ResolveError> {
        let unknown = || ResolveError::UnknownIdentity(did.clone());
        let key = self.keys.get(key_id).ok_or_else(unknown)?;
        Ok(key.verifying_key().unwrap())
    }

    fn is_deleted(&self, _: &Did) -> Result<bool, ResolveError> {
        Ok(false)
    }

    fn revoked_at(&self, _: &Did, _: &Cid) -> Result<Option<Timestamp>, ResolveError> {
        Ok(self.revoked_at)
    }
}

/// The private key of the first entry of `keys` that comes from upstream or, without it, ours.
pub(crate) fn signing_key() -> (SigningKey, String) {
    let entry = entries("keys").remove(0);
    let private: [u8; 32] = bytes(&entry, "privateHex").try_into().unwrap();
    (SigningKey::from_bytes(&private), text(&entry, "keyId").to_owned())
}
