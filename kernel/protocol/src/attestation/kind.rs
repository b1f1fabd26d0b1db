//! The types of attestations: an open vocabulary, but only the types of this table have a weight (docs/api.md,
//! "Attestations").
//!
//! Always: everyone who may attest may issue an unlisted type, which is worth nothing.

use crate::tier::Capability;
use std::fmt;

/// Maximum bytes of a type.
pub const KIND_BYTES_MAX: usize = 64;

/// A type with the grammar `[a-z][a-z0-9_]*(.[a-z0-9_]+)*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(String);

/// Why a text is not a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "type must be 1 to {KIND_BYTES_MAX} characters of a-z 0-9 _ in parts joined by dots, as in event.attendance"
)]
pub struct KindError;

/// The issuers that a type allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// The node itself, about what happened on it.
    Node,
    /// Everyone, about themselves alone.
    Subject,
    /// Everyone with this capability (see [`crate::tier`]).
    Who(Capability),
}

/// The rule for a listed type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRule {
    /// The type.
    pub kind: &'static str,
    /// The weight of one attestation, fresh and by an issuer of full standing, in parts per million; negative for a
    /// warning.
    pub weight_ppm: i64,
    /// Whether it counts only after the subject has countersigned.
    pub bilateral: bool,
    /// The people who may issue it.
    pub issuer: Issuer,
}

/// A person vouches for another.
pub const VOUCH: &str = "vouch";
/// A person was invited to connect.
pub const CONNECTION_INVITED: &str = "connection.invited";
/// Two people are connected.
pub const CONNECTION_ACCEPTED: &str = "connection.accepted";
/// A payment was settled.
pub const TRANSACTION_SETTLED: &str = "transaction.settled";
/// A first transaction with a seller.
pub const CUSTOMER: &str = "customer";
/// A person attended an event.
pub const EVENT_ATTENDANCE: &str = "event.attendance";
/// A person says that they have a new way to sign in: a device, a recovery sheet. The payload names it.
pub const SESSION_CREATED: &str = "session.created";
/// A node and an actor have met. Later attestations name this record as `payload.root`.
pub const IDENTITY_ROOT: &str = "identity.root";
/// A warning. Open until a `flag.cleared` has its CID as context.
pub const FLAG_YELLOW: &str = "flag.yellow";
/// Withdraws a warning. The warning's issuer or the node's owner may do this.
pub const FLAG_CLEARED: &str = "flag.cleared";

const fn rule(kind: &'static str, weight_ppm: i64, bilateral: bool, issuer: Issuer) -> KindRule {
    KindRule { kind, weight_ppm, bilateral, issuer }
}

/// The listed types (docs/standing.md has the reasons for the weights).
pub const KINDS: &[KindRule] = &[
    rule(VOUCH, 1_000_000, false, Issuer::Who(Capability::Vouch)),
    rule(CONNECTION_ACCEPTED, 300_000, true, Issuer::Who(Capability::Connect)),
    rule(CONNECTION_INVITED, 50_000, true, Issuer::Who(Capability::Connect)),
    rule(EVENT_ATTENDANCE, 300_000, false, Issuer::Node),
    rule(TRANSACTION_SETTLED, 250_000, false, Issuer::Node),
    rule(CUSTOMER, 150_000, false, Issuer::Node),
    rule(IDENTITY_ROOT, 50_000, true, Issuer::Node),
    rule(SESSION_CREATED, 0, false, Issuer::Subject),
    rule(FLAG_YELLOW, -500_000, false, Issuer::Who(Capability::Warn)),
    rule(FLAG_CLEARED, 0, false, Issuer::Who(Capability::Warn)),
];

impl Kind {
    /// Parses a type.
    ///
    /// # Errors
    /// The text does not match the grammar.
    pub fn parse(text: &str) -> Result<Self, KindError> {
        let is_fine = text.len() <= KIND_BYTES_MAX
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.split('.').all(is_part);
        is_fine.then(|| Self(text.to_owned())).ok_or(KindError)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the rule for this type, if it is listed.
    pub fn rule(&self) -> Option<&'static KindRule> {
        KINDS.iter().find(|rule| rule.kind == self.0)
    }

    /// Returns the people who may issue it. Everyone who may attest may issue an unlisted type, except that all of
    /// `identity.` is the node's.
    pub fn issuer(&self) -> Issuer {
        match self.rule() {
            Some(rule) => rule.issuer,
            None if self.0.starts_with("identity.") => Issuer::Node,
            None => Issuer::Who(Capability::Attest),
        }
    }
}

fn is_part(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_speaks_its_own_grammar_and_names_each_once() {
        for (at, rule) in KINDS.iter().enumerate() {
            let kind = Kind::parse(rule.kind).unwrap();
            assert_eq!(kind.rule(), Some(rule));
            assert!(KINDS[..at].iter().all(|before| before.kind != rule.kind));
            assert!(rule.weight_ppm.abs() <= 1_000_000, "{}", rule.kind);
        }
        for bad in ["", ".", "a.", ".a", "A", "1a", "a b", "é", &"a".repeat(65)] {
            assert_eq!(Kind::parse(bad), Err(KindError), "{bad:?}");
        }
        assert_eq!(Kind::parse("skill.baking").unwrap().issuer(), Issuer::Who(Capability::Attest));
        assert_eq!(Kind::parse("identity.x").unwrap().issuer(), Issuer::Node);
    }
}
