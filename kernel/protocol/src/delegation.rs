//! Delegations: what another key (an agent's, an app's, a device's) may do in someone's name (docs/format.md §6). The
//! log's rules count uses, and check whether the delegation was ended.

use crate::naming;
use imajin_dfos::{PublicKey, Timestamp, Value};
use std::fmt;

/// Maximum number of patterns in a scope.
pub const SCOPE_MAX: usize = 64;
/// Bytes of a body's salt.
pub const SALT_BYTES: usize = 16;

/// Operations that no delegate may enter, whatever the scope says: they change an identity, its home, its delegations,
/// what is erased, and what entries need. Each name includes all operations below it.
pub const NEVER_DELEGATED: [&str; 7] = [
    "auth.identity",
    "auth.home",
    "auth.delete",
    "auth.delegation",
    "auth.body",
    "auth.settings",
    "auth.side",
];

/// The content of a delegation entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The delegate's key.
    pub key: PublicKey,
    /// The operations that it covers.
    pub scope: Vec<ScopePattern>,
    /// The time from which it covers nothing.
    pub until: Timestamp,
    /// Maximum number of the delegate's entries; `None` for any number.
    pub uses: Option<u64>,
}

/// One operation (`profile.update`) or all of a service (`profile.*`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopePattern(String);

/// Why a delegation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DelegationError {
    #[error(
        "a scope is an operation like profile.update, or all of a service like profile.*; not {0:?}"
    )]
    Pattern(String),
    #[error("a delegation needs 1 to {SCOPE_MAX} scopes")]
    Scope,
    #[error("{0} needs the author's own key and cannot be delegated")]
    Never(ScopePattern),
    #[error("a delegation must end in the future and allow at least one use")]
    Over,
    #[error("the delegation's body needs {0}")]
    Body(&'static str),
}

impl ScopePattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// The text does not match the grammar.
    pub fn parse(text: &str) -> Result<Self, DelegationError> {
        let all_of_service = text.strip_suffix(".*").is_some_and(naming::is_service);
        if all_of_service || naming::is_op(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DelegationError::Pattern(text.chars().take(naming::OP_BYTES_MAX).collect()))
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the pattern includes `op`, by name alone: see [`Delegation::allows`].
    pub fn matches(&self, op: &str) -> bool {
        match self.0.strip_suffix(".*") {
            Some(service) => naming::is_op_of(service, op),
            None => self.0 == op,
        }
    }

    /// Returns whether this pattern includes everything that `other` includes.
    pub fn covers(&self, other: &Self) -> bool {
        match self.0.strip_suffix(".*") {
            Some(service) => naming::service_of(&other.0) == service,
            None => self == other,
        }
    }
}

impl fmt::Display for ScopePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether `op` needs a key of the author's own.
pub fn is_never_delegated(op: &str) -> bool {
    NEVER_DELEGATED.iter().any(|name| {
        op.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

impl Delegation {
    /// Returns whether the delegate may enter `op` at this time: in scope, before `until`, and not among
    /// [`NEVER_DELEGATED`].
    pub fn allows(&self, op: &str, at: Timestamp) -> bool {
        at < self.until
            && !is_never_delegated(op)
            && self.scope.iter().any(|pattern| pattern.matches(op))
    }

    /// Checks whether someone may enter this delegation at `at`. A scope of `auth.*` is allowed, and excludes what is
    /// never delegated; naming such an operation is refused, because it would promise what is not granted.
    pub fn check_grant(&self, at: Timestamp) -> Result<(), DelegationError> {
        if self.scope.is_empty() || self.scope.len() > SCOPE_MAX {
            return Err(DelegationError::Scope);
        }
        if let Some(pattern) = self.scope.iter().find(|pattern| is_never_delegated(&pattern.0)) {
            return Err(DelegationError::Never(pattern.clone()));
        }
        if self.until <= at || self.uses == Some(0) { Err(DelegationError::Over) } else { Ok(()) }
    }

    /// Parses the body of the entry `auth.delegation.create`: exactly these members.
    pub fn from_body(body: &Value) -> Result<Self, DelegationError> {
        let missing = DelegationError::Body;
        let members = body.as_map().ok_or(missing("to be a map"))?;
        if members
            .keys()
            .any(|key| !["key", "scope", "until", "uses", "salt"].contains(&key.as_str()))
        {
            return Err(missing("no members but key, scope, until, uses and salt"));
        }
        if body.get("salt").and_then(Value::as_bytes).is_none_or(|salt| salt.len() != SALT_BYTES) {
            return Err(missing("a salt of 16 bytes"));
        }
        let key = body.get_str("key").and_then(|text| PublicKey::from_multikey(text).ok());
        let until = body.get_str("until").and_then(|text| Timestamp::parse(text).ok());
        let scope =
            body.get("scope").and_then(Value::as_list).ok_or(missing("scope, a list of texts"))?;
        if scope.is_empty() || scope.len() > SCOPE_MAX {
            return Err(DelegationError::Scope);
        }
        let pattern = |value: &Value| match value.as_str() {
            Some(text) => ScopePattern::parse(text),
            None => Err(missing("scope, a list of texts")),
        };
        let uses = match body.get("uses") {
            None => None,
            Some(uses) => Some(uses.as_u64().ok_or(missing("uses, a number, or no such member"))?),
        };
        Ok(Self {
            key: key.ok_or(missing("key, a multikey (z6Mk…)"))?,
            scope: scope.iter().map(pattern).collect::<Result<_, _>>()?,
            until: until.ok_or(missing("until, a time like 2026-11-20T08:12:00.000Z"))?,
            uses,
        })
    }
}

#[cfg(test)]
mod tests;
