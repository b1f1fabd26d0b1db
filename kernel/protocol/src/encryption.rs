//! The encryption keys of an identity in its chain: the entries `ImajinEncryption` among its services, one for each device and
//! recovery sheet that can decrypt messages to the person.
//!
//! Always: read and written here alone. An entry that is malformed leaves its chain valid, and is not used.

use imajin_dfos::Value;
use imajin_dfos::identity::{IdentityError, Service, State};

use crate::{EncryptionKey, multikey};

/// The type of a service that is an encryption key.
pub const SERVICE_TYPE: &str = "ImajinEncryption";
/// Maximum number of encryption keys of one identity; later ones are ignored.
pub const KEYS_MAX: usize = 8;

/// One encryption key of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionService {
    /// The key.
    pub key: EncryptionKey,
    /// The id of the signing key of the device or sheet that has its private half.
    pub of: String,
    /// Whether a recovery sheet has it.
    pub is_sheet: bool,
}

impl EncryptionService {
    /// Reads a service: `{id, type, key, of, sheet?: true}`. `None` for one of another type, and for a malformed one.
    pub fn read(service: &Service) -> Option<Self> {
        let of = service.get_str("of").filter(|of| !of.is_empty())?;
        let is_sheet = match service.get("sheet") {
            None => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return None,
        };
        let is_ours = service.kind() == SERVICE_TYPE;
        Some(Self {
            key: multikey::parse_x25519(service.get_str("key").filter(|_| is_ours)?)?,
            of: of.to_owned(),
            is_sheet,
        })
    }

    /// Returns the service, named after the signing key: each has one encryption key.
    ///
    /// # Errors
    /// The DFOS rules for services.
    pub fn service(&self) -> Result<Service, IdentityError> {
        let id = format!("encryption-{}", self.of);
        let members = [
            ("id", Value::from(id)),
            ("type", Value::from(SERVICE_TYPE)),
            ("key", Value::from(multikey::x25519(&self.key))),
            ("of", Value::from(self.of.as_str())),
        ];
        let sheet = self.is_sheet.then_some(("sheet", Value::Bool(true)));
        Service::new(Value::map(members.into_iter().chain(sheet)))
    }
}

/// Returns the encryption keys among a chain's services, in their order: the first [`KEYS_MAX`] that are well-formed.
pub fn among(services: &[Service]) -> Vec<EncryptionService> {
    let keys = services.iter().filter_map(EncryptionService::read);
    keys.take(KEYS_MAX).collect()
}

/// Returns the encryption keys of an identity, in ascending order, none twice. A deleted identity has none.
pub fn keys_of(state: &State) -> Vec<EncryptionKey> {
    let all = if state.is_deleted { Vec::new() } else { among(&state.services) };
    in_order(all.into_iter().map(|entry| entry.key))
}

/// Returns the keys that copies for the owner are encrypted to, each of which opens them alone: those of the recovery
/// sheets in the chain, else the `encryption_key` that entry 0 names.
pub fn owner_keys(chain: Option<&State>, entry_0: Option<EncryptionKey>) -> Vec<EncryptionKey> {
    let chain = chain.filter(|state| !state.is_deleted);
    let all = chain.map(|state| among(&state.services));
    let sheets = all.into_iter().flatten().filter(|entry| entry.is_sheet);
    let sheets = in_order(sheets.map(|entry| entry.key));
    if sheets.is_empty() { entry_0.into_iter().collect() } else { sheets }
}

fn in_order(keys: impl Iterator<Item = EncryptionKey>) -> Vec<EncryptionKey> {
    let mut keys: Vec<EncryptionKey> = keys.collect();
    keys.sort_unstable_by_key(|key| *key.as_bytes());
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests;
