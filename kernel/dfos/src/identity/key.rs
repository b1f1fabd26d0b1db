//! Keys as an identity chain names them.
//!
//! Always: kept verbatim, with unknown members, because they are part of the signed payload. A key's text is only
//! decoded when the key is used: the reference implementations accept a chain with an undecodable key, so this one
//! must, too.

use std::collections::BTreeMap;

use super::IdentityError;
use crate::multikey::{KeyError, PublicKey};
use crate::{Value, VerifyingKey};

/// Keys of one role, at most (DFOS v1 "Bounds").
pub const KEYS_MAX: usize = 256;

const ID: &str = "id";
const TYPE: &str = "type";
const MULTIKEY: &str = "Multikey";
const MATERIAL: &str = "publicKeyMultibase";

/// A key object: `{id, type: "Multikey", publicKeyMultibase}` and its other signed members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(Value);

impl Key {
    /// A public key under its conventional id.
    pub fn new(key: &PublicKey) -> Self {
        Self::with_id(&key.key_id(), key)
    }

    /// A public key under a chosen id; the id can never name another key in that chain.
    pub fn with_id(id: &str, key: &PublicKey) -> Self {
        Self(Value::map([
            (ID, Value::from(id)),
            (TYPE, Value::from(MULTIKEY)),
            (MATERIAL, Value::from(key.to_multikey())),
        ]))
    }

    pub(super) fn from_value(value: &Value, role: Role) -> Result<Self, IdentityError> {
        let shaped = value.get_str(ID).is_some()
            && value.get_str(TYPE) == Some(MULTIKEY)
            && value.get_str(MATERIAL).is_some();
        if shaped { Ok(Self(value.clone())) } else { Err(IdentityError::Schema(role.member())) }
    }

    /// The id, unique in its role and bound to this key for ever.
    pub fn id(&self) -> &str {
        self.0.get_str(ID).unwrap_or_default()
    }

    /// The key's text, as it was signed.
    pub fn multibase(&self) -> &str {
        self.0.get_str(MATERIAL).unwrap_or_default()
    }

    /// The key itself.
    ///
    /// # Errors
    /// Its text is not an Ed25519 public key.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_multikey(self.multibase())
    }

    /// The key object, verbatim.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

/// A key's role for its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Authenticate: sign-in, entries in the person's own log.
    Auth,
    /// Assert: sign content.
    Assert,
    /// Control: change the identity itself.
    Controller,
}

impl Role {
    /// All roles, in the order of a DID document.
    pub const ALL: [Self; 3] = [Self::Auth, Self::Assert, Self::Controller];

    /// The member of an operation with this role's keys.
    pub fn member(self) -> &'static str {
        match self {
            Self::Auth => "authKeys",
            Self::Assert => "assertKeys",
            Self::Controller => "controllerKeys",
        }
    }
}

/// The keys of an identity, by role. One key may appear in several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// Keys for authentication.
    pub auth: Vec<Key>,
    /// Keys for assertions.
    pub assert: Vec<Key>,
    /// Keys that may change the identity; at least one.
    pub controller: Vec<Key>,
}

impl Keys {
    /// One key in every role.
    pub fn single(key: Key) -> Self {
        Self { auth: vec![key.clone()], assert: vec![key.clone()], controller: vec![key] }
    }

    /// The keys of a role.
    pub fn for_role(&self, role: Role) -> &[Key] {
        match role {
            Role::Auth => &self.auth,
            Role::Assert => &self.assert,
            Role::Controller => &self.controller,
        }
    }

    /// The key with this id in a role.
    pub fn find(&self, role: Role, id: &str) -> Option<&Key> {
        self.for_role(role).iter().find(|key| key.id() == id)
    }

    /// The controller key with this id, decompressed.
    pub(super) fn controller(&self, id: &str) -> Result<VerifyingKey, IdentityError> {
        let key = self.find(Role::Controller, id);
        let key = key.ok_or_else(|| IdentityError::NotController(id.to_owned()))?;
        let key = key.public_key().and_then(|key| key.verifying_key());
        key.map_err(|_| IdentityError::KeyMaterial)
    }

    /// All keys of all roles; a key with several roles comes several times.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        Role::ALL.into_iter().flat_map(|role| self.for_role(role))
    }

    /// Parses the three lists of an operation or a state; all are required.
    pub(super) fn from_value(value: &Value) -> Result<Self, IdentityError> {
        let list = |role: Role| {
            let keys = value.get(role.member()).and_then(Value::as_list);
            let keys = keys.ok_or(IdentityError::Schema(role.member()))?;
            if keys.len() > KEYS_MAX {
                return Err(IdentityError::TooMany(role.member()));
            }
            keys.iter().map(|key| Key::from_value(key, role)).collect()
        };
        Ok(Self {
            auth: list(Role::Auth)?,
            assert: list(Role::Assert)?,
            controller: list(Role::Controller)?,
        })
    }

    pub(super) fn put_into(&self, members: &mut BTreeMap<String, Value>) {
        for role in Role::ALL {
            let keys = self.for_role(role).iter().map(|key| key.as_value().clone());
            members.insert(role.member().to_owned(), Value::List(keys.collect()));
        }
    }

    /// DFOS v1 "Identity Chain", rule 5: at least one controller, ids unique in each role, and no id ever names two
    /// keys, neither here nor, by `seen`, in the identity's past.
    pub(super) fn check(&self, seen: &BTreeMap<String, String>) -> Result<(), IdentityError> {
        if self.controller.is_empty() {
            return Err(IdentityError::Schema(Role::Controller.member()));
        }
        let mut here: BTreeMap<&str, &str> = BTreeMap::new();
        for key in self.iter() {
            let before = here.insert(key.id(), key.multibase());
            let before = before.or_else(|| seen.get(key.id()).map(String::as_str));
            if before.is_some_and(|before| before != key.multibase()) {
                return Err(IdentityError::KeyRebound(key.id().to_owned()));
            }
        }
        for role in Role::ALL {
            let mut ids = std::collections::BTreeSet::new();
            if let Some(key) = self.for_role(role).iter().find(|key| !ids.insert(key.id())) {
                return Err(IdentityError::RepeatedId(key.id().to_owned()));
            }
        }
        Ok(())
    }
}
