//! Services: the addresses of an identity.
//!
//! Always: kept verbatim. Only the types that the protocol names are interpreted; the namespace is open.
//!
//! Rules: DFOS v1 PROTOCOL "Services".

use std::collections::BTreeSet;

use super::IdentityError;
use crate::{Value, cbor, multikey};

/// Entries of an identity's services, at most (DFOS v1 "Bounds").
pub const SERVICES_MAX: usize = 256;
/// Bytes of the services as dag-cbor, at most (DFOS v1 "Bounds").
pub const SERVICES_BYTES_MAX: usize = 32_768;

pub(super) const MEMBER: &str = "services";

/// One entry: `{id, type, …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service(Value);

impl Service {
    /// An entry of any type.
    ///
    /// # Errors
    /// The service breaks the rules of its type, or has bytes or links.
    pub fn new(entry: Value) -> Result<Self, IdentityError> {
        const SHAPE: IdentityError = IdentityError::Schema(MEMBER);
        let filled = |name| entry.get_str(name).is_some_and(|text| !text.is_empty());
        if !filled("id") || !filled("type") || !is_plain(&entry) {
            return Err(SHAPE);
        }
        let well_formed = match entry.get_str("type") {
            Some("DfosRelay") => filled("endpoint"),
            Some("ContentAnchor") => {
                filled("label")
                    && entry
                        .get_str("anchor")
                        .is_some_and(|anchor| classify_anchor(anchor).is_some())
            }
            _ => true,
        };
        if well_formed { Ok(Self(entry)) } else { Err(SHAPE) }
    }

    /// The id, unique among the identity's services.
    pub fn id(&self) -> &str {
        self.0.get_str("id").unwrap_or_default()
    }

    /// The type.
    pub fn kind(&self) -> &str {
        self.0.get_str("type").unwrap_or_default()
    }

    /// A member of the entry.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A member of the entry, if it is a text.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.0.get_str(name)
    }

    /// The entry, verbatim.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Bytes(_) | Value::Link(_) => false,
        Value::Int(int) => int.unsigned_abs() <= cbor::SAFE_INTEGER_MAX.unsigned_abs(),
        Value::List(items) => items.iter().all(is_plain),
        Value::Map(members) => members.values().all(is_plain),
        Value::Null | Value::Bool(_) | Value::Text(_) => true,
    }
}

/// Parses the optional services of an operation; absent means none.
pub(super) fn from_value(operation: &Value) -> Result<Vec<Service>, IdentityError> {
    let Some(entries) = operation.get(MEMBER) else {
        return Ok(Vec::new());
    };
    let entries = entries.as_list().ok_or(IdentityError::Schema(MEMBER))?;
    if entries.len() > SERVICES_MAX {
        return Err(IdentityError::TooMany(MEMBER));
    }
    let services = entries.iter().map(|entry| Service::new(entry.clone()));
    services.collect()
}

pub(super) fn to_value(services: &[Service]) -> Value {
    Value::List(services.iter().map(|s| s.as_value().clone()).collect())
}

/// Checks the rules for the list as a whole.
pub(super) fn check(services: &[Service]) -> Result<(), IdentityError> {
    if services.len() > SERVICES_MAX {
        return Err(IdentityError::TooMany(MEMBER));
    }
    let mut ids = BTreeSet::new();
    if let Some(service) = services.iter().find(|service| !ids.insert(service.id())) {
        return Err(IdentityError::RepeatedId(service.id().to_owned()));
    }
    let bytes = cbor::encode(&to_value(services)).len();
    if bytes > SERVICES_BYTES_MAX {
        return Err(IdentityError::TooLarge { what: MEMBER, bytes });
    }
    Ok(())
}

/// The target of a `ContentAnchor`, by the shape of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchorKind {
    /// A content chain, by its 31-letter id: it can change.
    Chain,
    /// An artifact, by its CID: it cannot change.
    Artifact,
}

/// The kind of an anchor; `None` for a text that is not one.
///
/// Checks the shape only, `^bafyrei[a-z2-7]{52}$`, and ignores the last letter's unused bits, as the reference
/// implementations do.
pub fn classify_anchor(anchor: &str) -> Option<AnchorKind> {
    if multikey::is_id(anchor) {
        return Some(AnchorKind::Chain);
    }
    let digits = anchor.strip_prefix("bafyrei")?;
    let base32 = |byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7');
    (digits.len() == 52 && digits.bytes().all(base32)).then_some(AnchorKind::Artifact)
}
