//! What docs/format.md §8 says, as data: who may do what, what becomes of its body, what may follow from it.
//!
//! Always: a service's table is given to the ledger as it starts and never changes while it runs. The kernel
//! has the `auth.*` operations, whose meaning is the log's own; what any other op means is not known here.

mod document;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use document::{OpTableError, Unpublished};

/// One row of the table of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpSpec {
    /// The operation, e.g. `profile.update`.
    pub op: &'static str,
    /// Who may will it.
    pub by: By,
    /// Whether it has a body; it has one always or never.
    pub body: bool,
    /// What may become of the body.
    pub class: Class,
    /// What ties its body to somebody's will where it is derived.
    pub bound: Bound,
    /// What may follow from it.
    pub derives: &'static [Derivation],
}

/// Who may will an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A controller key of the log's owner.
    Controller,
    /// A key of the author; never a delegate's, and never custodial where the owner has a chain.
    OwnKey,
    /// A key of the author, a delegate's, or a session.
    Any,
    /// A session, and only as the first entry of a log.
    CustodialAtStart,
    /// The home, of itself.
    Node,
    /// Nobody: it only follows from another.
    Derived,
}

/// What may become of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Its author may erase it, and so may the owner of the log.
    Mine,
    /// Others' proof, without free text: it stays, though a log's owner may erase it in their own.
    Evidence,
    /// Never erased.
    Keep,
}

/// What ties the body of a derived entry to a will or a signature: its author did not sign this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The op has no body, or is never derived.
    Nothing,
    /// It is the intent's body.
    Intent,
    /// It is an attestation: its CID is `ref`, its signature is its issuer's.
    Attestation,
    /// It is a countersignature by the entry's author.
    Countersignature,
    /// It is a ticket: signed by its event, about this entry's `ref` and `fact`.
    Ticket,
    /// It is the text of a receipt, signed by the node that settled.
    Receipt,
    /// It has .fair manifests, whose digests the intent's fact names.
    Manifests,
    /// Nothing: it is the word of the home that entered it.
    Node,
}

/// What may follow from an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation {
    /// The operation that follows.
    pub op: &'static str,
    /// In whose log.
    pub place: Place,
    /// How often from one intent, in each of these logs.
    pub at_most: u32,
    /// What must be equal to what in the intent.
    pub equal: &'static [Equal],
}

/// In whose log a consequence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the intent's own.
    SameLog,
    /// In that of the node that the intent is addressed to; of one without a proof, that of the node whose word it is.
    Node,
    /// In those that the intent's fact names under `dids`.
    FactDids,
    /// In any that the operation wrote in: a proof names them in `to`, and the `txn` of an intent without one commits
    /// to them, where a fact would have no room for all.
    Parties,
}

/// A field of a consequence that the intent fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equal {
    /// `ref` is the intent's `did`.
    RefIsIntentDid,
    /// `ref` is the intent's `author`.
    RefIsIntentAuthor,
    /// `ref` is the intent's `ref`.
    RefIsIntentRef,
}

/// All operations that this program knows.
#[derive(Debug, Clone, Default)]
pub struct OpTable(HashMap<&'static str, &'static OpSpec>);

impl OpTable {
    /// The kernel's operations and those given; of two with one name the later counts.
    pub fn new(specs: impl IntoIterator<Item = &'static OpSpec>) -> Self {
        let all = KERNEL_OPS.iter().chain(specs);
        Self(all.map(|spec| (spec.op, spec)).collect())
    }

    /// The row of an operation.
    pub fn get(&self, op: &str) -> Option<&'static OpSpec> {
        self.0.get(op).copied()
    }

    /// All rows, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &'static OpSpec> + '_ {
        self.0.values().copied()
    }
}

impl OpSpec {
    /// What of this op may follow as `op`.
    pub fn derivation(&self, op: &str) -> Option<&'static Derivation> {
        self.derives.iter().find(|derivation| derivation.op == op)
    }
}

/// The service whose operations are the log's own.
pub const SERVICE: &str = "auth";
/// `auth.identity.create`
pub const IDENTITY_CREATE: &str = "auth.identity.create";
/// `auth.identity.update`
pub const IDENTITY_UPDATE: &str = "auth.identity.update";
/// `auth.identity.register`
pub const IDENTITY_REGISTER: &str = "auth.identity.register";
/// `auth.home`
pub const HOME: &str = "auth.home";
/// `auth.delegation.create`
pub const DELEGATION_CREATE: &str = "auth.delegation.create";
/// `auth.delegation.end`
pub const DELEGATION_END: &str = "auth.delegation.end";
/// `auth.settings.update`
pub const SETTINGS_UPDATE: &str = "auth.settings.update";
/// `auth.body.erased`
pub const BODY_ERASED: &str = "auth.body.erased";
/// `auth.delete`
pub const DELETE: &str = "auth.delete";
/// `auth.side.adopt`
pub const SIDE_ADOPT: &str = "auth.side.adopt";
/// `auth.anchor`
pub const ANCHOR: &str = "auth.anchor";
/// `auth.node.claim`
pub const NODE_CLAIM: &str = "auth.node.claim";

/// `auth.attestation.issue`
pub const ATTESTATION_ISSUE: &str = "auth.attestation.issue";
/// `auth.attestation.received`
pub const ATTESTATION_RECEIVED: &str = "auth.attestation.received";
/// `auth.attestation.countersign`
pub const ATTESTATION_COUNTERSIGN: &str = "auth.attestation.countersign";
/// `auth.attestation.countersigned`
pub const ATTESTATION_COUNTERSIGNED: &str = "auth.attestation.countersigned";
/// `auth.attestation.decline`
pub const ATTESTATION_DECLINE: &str = "auth.attestation.decline";
/// `auth.attestation.declined`
pub const ATTESTATION_DECLINED: &str = "auth.attestation.declined";
/// `auth.attestation.revoke`
pub const ATTESTATION_REVOKE: &str = "auth.attestation.revoke";
/// `auth.attestation.revoked`
pub const ATTESTATION_REVOKED: &str = "auth.attestation.revoked";

/// Who may write an operation into a log, by a signature or a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// The log's owner, and their delegates.
    Owner,
    /// Authors of bodies in that log, too: about those bodies alone.
    AuthorsOfBodies,
}

/// The operations that somebody else than its owner may write into a log. Every other one is its owner's; what an operation
/// leaves in the logs of others is derived, by the table of derivations.
pub const WRITERS: &[(&str, Writers)] = &[(BODY_ERASED, Writers::AuthorsOfBodies)];

/// Who may write an operation into a log.
pub fn writers(op: &str) -> Writers {
    let row = WRITERS.iter().find(|row| row.0 == op);
    row.map_or(Writers::Owner, |row| row.1)
}

/// The operations whose meaning is the log's own (docs/format.md §8, rows `auth.*`).
pub const KERNEL_OPS: &[OpSpec] = &[
    OpSpec {
        derives: &[Derivation {
            op: NODE_CLAIM,
            place: Place::Node,
            at_most: 1,
            equal: &[Equal::RefIsIntentDid],
        }],
        ..with_body(IDENTITY_CREATE, By::Controller)
    },
    with_body(IDENTITY_UPDATE, By::Controller),
    with_body(IDENTITY_REGISTER, By::CustodialAtStart),
    with_body(HOME, By::Controller),
    with_body(DELEGATION_CREATE, By::OwnKey),
    without_body(DELEGATION_END, By::OwnKey),
    without_body(SETTINGS_UPDATE, By::OwnKey),
    OpSpec {
        // Which bodies an erasure names is the home's choice, within what may be erased at all.
        bound: Bound::Node,
        ..with_body(BODY_ERASED, By::OwnKey)
    },
    OpSpec {
        derives: &[Derivation {
            op: BODY_ERASED,
            place: Place::SameLog,
            at_most: 1_000,
            equal: &[],
        }],
        ..with_body(DELETE, By::Controller)
    },
    without_body(SIDE_ADOPT, By::OwnKey),
    without_body(NODE_CLAIM, By::Derived),
    with_body(ANCHOR, By::Node),
    OpSpec {
        class: Class::Mine,
        bound: Bound::Attestation,
        derives: ATTESTATION_OF_ISSUE,
        ..with_body(ATTESTATION_ISSUE, By::OwnKey)
    },
    OpSpec {
        class: Class::Evidence,
        bound: Bound::Attestation,
        ..with_body(ATTESTATION_RECEIVED, By::Derived)
    },
    OpSpec {
        class: Class::Evidence,
        bound: Bound::Countersignature,
        derives: ATTESTATION_OF_COUNTERSIGN,
        ..with_body(ATTESTATION_COUNTERSIGN, By::OwnKey)
    },
    OpSpec {
        class: Class::Evidence,
        bound: Bound::Countersignature,
        ..with_body(ATTESTATION_COUNTERSIGNED, By::Derived)
    },
    OpSpec {
        derives: ATTESTATION_OF_DECLINE,
        ..without_body(ATTESTATION_DECLINE, By::OwnKey)
    },
    without_body(ATTESTATION_DECLINED, By::Derived),
    OpSpec {
        derives: ATTESTATION_OF_REVOKE,
        ..without_body(ATTESTATION_REVOKE, By::OwnKey)
    },
    without_body(ATTESTATION_REVOKED, By::Derived),
];

const ATTESTATION_OF_ISSUE: &[Derivation] = &[of_other_party(ATTESTATION_RECEIVED)];
const ATTESTATION_OF_COUNTERSIGN: &[Derivation] = &[of_other_party(ATTESTATION_COUNTERSIGNED)];
const ATTESTATION_OF_DECLINE: &[Derivation] = &[of_other_party(ATTESTATION_DECLINED)];
const ATTESTATION_OF_REVOKE: &[Derivation] = &[of_other_party(ATTESTATION_REVOKED)];

/// What the other party of an attestation has of it in their log: about the same one.
const fn of_other_party(op: &'static str) -> Derivation {
    Derivation {
        op,
        place: Place::FactDids,
        at_most: 1,
        equal: &[Equal::RefIsIntentRef],
    }
}

const fn with_body(op: &'static str, by: By) -> OpSpec {
    OpSpec {
        op,
        by,
        body: true,
        class: Class::Keep,
        bound: Bound::Nothing,
        derives: &[],
    }
}

const fn without_body(op: &'static str, by: By) -> OpSpec {
    OpSpec {
        op,
        by,
        body: false,
        class: Class::Keep,
        bound: Bound::Nothing,
        derives: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_derivations_are_known() {
        let table = OpTable::new([]);
        for spec in table.iter() {
            assert!(imajin_protocol::naming::is_op(spec.op), "{}", spec.op);
            for derivation in spec.derives {
                assert!(table.get(derivation.op).is_some(), "{}", derivation.op);
            }
        }
        assert_eq!(table.iter().count(), KERNEL_OPS.len());
    }
}
