//! A resolver over chains in memory: for command lines, tests, and verifying a handful of documents.

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;

use super::{KeyScope, ResolveError, Resolver};
use crate::identity::Verified;
use crate::revocation::Revocation;
use crate::statement::Attested;
use crate::{Cid, Did, Timestamp};

/// Verified identities and revocations, in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryResolver {
    identities: BTreeMap<Did, Verified>,
    /// Revocations, by issuer and the text of the credential's CID.
    revocations: BTreeMap<(Did, String), Timestamp>,
}

impl MemoryResolver {
    /// A resolver that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an identity, or replaces its chain.
    pub fn insert(&mut self, chain: Verified) {
        self.identities.insert(chain.did().clone(), chain);
    }

    /// An identity's chain.
    pub fn get(&self, did: &Did) -> Option<&Verified> {
        self.identities.get(did)
    }

    /// Adds a revocation; of several, the earliest counts.
    pub fn revoke(&mut self, revocation: &Attested<Revocation>) {
        let key = (revocation.did.clone(), revocation.credential.clone());
        let at = self.revocations.entry(key).or_insert(revocation.created_at);
        *at = revocation.created_at.min(*at);
    }

    fn identity(&self, did: &Did) -> Result<&Verified, ResolveError> {
        let unknown = || ResolveError::UnknownIdentity(did.clone());
        self.identities.get(did).ok_or_else(unknown)
    }
}

impl FromIterator<Verified> for MemoryResolver {
    fn from_iter<I: IntoIterator<Item = Verified>>(chains: I) -> Self {
        let mut resolver = Self::new();
        for chain in chains {
            resolver.insert(chain);
        }
        resolver
    }
}

impl Resolver for MemoryResolver {
    fn key(&self, did: &Did, key_id: &str, scope: KeyScope) -> Result<VerifyingKey, ResolveError> {
        let key = self.identity(did)?.resolve_key(key_id, scope)?;
        let material = |_| ResolveError::KeyMaterial(key_id.to_owned());
        key.verifying_key().map_err(material)
    }

    fn is_deleted(&self, did: &Did) -> Result<bool, ResolveError> {
        Ok(self.identity(did)?.state().is_deleted)
    }

    fn revoked_at(
        &self,
        issuer: &Did,
        credential: &Cid,
    ) -> Result<Option<Timestamp>, ResolveError> {
        let key = (issuer.clone(), credential.to_string());
        Ok(self.revocations.get(&key).copied())
    }
}
