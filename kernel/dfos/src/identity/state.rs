//! The state of an identity after its last operation.

use std::collections::BTreeMap;

use super::service;
use super::{Did, IdentityError, Key, Keys, Role, Service};
use crate::Value;

/// The state of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The identity's DID.
    pub did: Did,
    /// Whether the last operation was a delete.
    pub is_deleted: bool,
    /// The keys in force; those of a deleted identity can only restore it.
    pub keys: Keys,
    /// The services.
    pub services: Vec<Service>,
}

impl State {
    /// The key in force with this id and role.
    pub fn key(&self, role: Role, id: &str) -> Option<&Key> {
        self.keys.find(role, id)
    }

    /// The key in force with this id, whatever its role.
    pub fn any_key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id() == id)
    }

    /// The state as DFOS writes it: `{did, isDeleted, authKeys, assertKeys, controllerKeys, services}`.
    pub fn to_value(&self) -> Value {
        let mut members = BTreeMap::new();
        members.insert("did".to_owned(), Value::from(self.did.as_str()));
        members.insert("isDeleted".to_owned(), Value::Bool(self.is_deleted));
        self.keys.put_into(&mut members);
        let services = service::to_value(&self.services);
        members.insert(service::MEMBER.to_owned(), services);
        Value::Map(members)
    }

    /// Parses the form of [`Self::to_value`] from the caller's own storage: it proves nothing.
    pub fn from_value(value: &Value) -> Result<Self, IdentityError> {
        let did = value.get_str("did").map(Did::parse);
        let Some(Ok(did)) = did else {
            return Err(IdentityError::Schema("did"));
        };
        let is_deleted = value.get("isDeleted").and_then(Value::as_bool);
        Ok(Self {
            did,
            is_deleted: is_deleted.ok_or(IdentityError::Schema("isDeleted"))?,
            keys: Keys::from_value(value)?,
            services: service::from_value(value)?,
        })
    }
}
