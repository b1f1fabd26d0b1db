//! One operation of an identity chain, as a type.
//!
//! Always: reading ignores unknown members; they are part of the CID, which is computed from the payload itself and
//! never from this type.

use std::collections::BTreeMap;

use super::IdentityError;
use super::key::Keys;
use super::service::{self, Service};
use crate::{Timestamp, Value};

/// The version of every operation's payload (DFOS v1).
const VERSION: i64 = 1;
const PREVIOUS: &str = "previousOperationCID";

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The action.
    pub action: Action,
    /// When, by the author's clock; later than the previous operation.
    pub created_at: Timestamp,
}

/// The action of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begins the chain.
    Create {
        /// The identity's keys.
        keys: Keys,
        /// Its services.
        services: Vec<Service>,
    },
    /// Replaces all keys and services.
    Update {
        /// The CID of the previous operation.
        previous: String,
        /// The identity's keys from this operation on.
        keys: Keys,
        /// Its services from this operation on.
        services: Vec<Service>,
    },
    /// Deactivates the identity; keys and services stay, for a restore.
    Delete {
        /// The CID of the previous operation.
        previous: String,
    },
    /// Undoes the delete before it.
    Restore {
        /// The CID of that delete.
        previous: String,
    },
}

impl Action {
    /// The operation's `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::Delete { .. } => "delete",
            Self::Restore { .. } => "restore",
        }
    }

    /// The CID of the previous operation; `None` for a create.
    pub fn previous(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Update { previous, .. }
            | Self::Delete { previous }
            | Self::Restore { previous } => Some(previous),
        }
    }
}

impl Operation {
    /// Parses a payload. Does not check what depends on earlier operations.
    ///
    /// # Errors
    /// [`IdentityError::Schema`] names the member.
    pub fn from_value(payload: &Value) -> Result<Self, IdentityError> {
        if payload.get_i64("version") != Some(VERSION) {
            return Err(IdentityError::Schema("version"));
        }
        let previous =
            || payload.get_str(PREVIOUS).map(str::to_owned).ok_or(IdentityError::Schema(PREVIOUS));
        let action = match payload.get_str("type") {
            Some("create") => Action::Create {
                keys: Keys::from_value(payload)?,
                services: service::from_value(payload)?,
            },
            Some("update") => Action::Update {
                previous: previous()?,
                keys: Keys::from_value(payload)?,
                services: service::from_value(payload)?,
            },
            Some("delete") => Action::Delete { previous: previous()? },
            Some("restore") => Action::Restore { previous: previous()? },
            _ => return Err(IdentityError::Schema("type")),
        };
        let created_at = payload.get_str("createdAt").map(Timestamp::parse);
        let Some(Ok(created_at)) = created_at else {
            return Err(IdentityError::Schema("createdAt"));
        };
        Ok(Self { action, created_at })
    }

    /// The payload to sign. Omits empty services, as the reference implementations do.
    pub fn to_value(&self) -> Value {
        let mut members = BTreeMap::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("version", Value::Int(VERSION));
        put("type", Value::from(self.action.name()));
        put("createdAt", Value::from(self.created_at.to_string()));
        if let Some(previous) = self.action.previous() {
            put(PREVIOUS, Value::from(previous));
        }
        if let Action::Create { keys, services } | Action::Update { keys, services, .. } =
            &self.action
        {
            keys.put_into(&mut members);
            if !services.is_empty() {
                members.insert(service::MEMBER.to_owned(), service::to_value(services));
            }
        }
        Value::Map(members)
    }
}
