//! The tables of docs/format.md §8 as data: who may do what, who may erase the body, what may follow.
//!
//! Always: a service gives its table to the ledger at the start and never changes it while the ledger runs. The kernel
//! has the `auth.*` operations, whose meaning is the log's own; it does not know what any other operation means.

mod document;
mod scope;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use document::{OpTableError, Unpublished};
pub use scope::{EntryField, ErasureScope};

/// One row of the table of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpSpec {
    /// The operation's name, e.g. `profile.update`.
    pub op: &'static str,
    /// The authority that it requires.
    pub by: RequiredAuthority,
    /// Whether it has a body; an operation has one always or never.
    pub body: bool,
    /// The people who may erase the body.
    pub erasable_by: ErasableBy,
    /// The tie between its body and a will when the operation is derived.
    pub bound: Bound,
    /// The operations that may be derived from this one.
    pub derives: &'static [Derivation],
}

/// The authority that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredAuthority {
    /// A controller key of the log's owner.
    Controller,
    /// A key of the author; never a delegate's, and never custodial where the owner has a chain.
    OwnKey,
    /// A key of the author, a delegate's, or a session.
    Any,
    /// A session, and only as the first entry of a log.
    CustodialAtStart,
    /// The home's own key.
    Node,
    /// No authority: the entry only follows from another.
    Derived,
}

/// The people who may erase a body. The names on disk are those of docs/format.md §8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErasableBy {
    /// Its author, in every log, and the owner of the log in theirs.
    #[serde(rename = "mine")]
    Author,
    /// Only the owner of the log, in theirs: another person's proof, without free text.
    #[serde(rename = "evidence")]
    LogOwner,
    /// No one, ever.
    #[serde(rename = "keep")]
    Nobody,
}

/// The tie between the body of a derived entry and a will or a signature, because the entry's author did not sign it
/// (docs/format.md §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The op has no body, or is never derived.
    Nothing,
    /// The body is the intent's body.
    Intent,
    /// The body is an attestation: its CID is `ref`, and its issuer signed it.
    Attestation,
    /// The body is a countersignature by the entry's author.
    Countersignature,
    /// The body is a ticket: signed by its event, about this entry's `ref` and `fact`.
    Ticket,
    /// The body is the text of a receipt, signed by the node that settled.
    Receipt,
    /// The body has .fair manifests, whose digests are in the intent's fact.
    Manifests,
    /// No tie: the body is the statement of the home that entered it.
    Node,
}

impl Bound {
    /// Returns the fields of an entry that its signed body repeats: `ref`, and members of the fact.
    pub fn signed_fields(self) -> &'static [&'static str] {
        match self {
            Self::Attestation => &["ref"],
            Self::Ticket => &["ref", "event", "holder", "type", "seat", "issue"],
            _ => &[],
        }
    }
}

/// A consequence that an operation may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation {
    /// The operation that follows.
    pub op: &'static str,
    /// The log that it goes into.
    pub target: TargetLog,
    /// Maximum number of these entries from one intent, in each of these logs.
    pub at_most: u32,
    /// The fields that must equal those of the intent: at most one rule for `ref`, then one for the fact.
    pub equal: &'static [Equal],
    /// The members of its fact that the intent determines, one by one, where no rule of `equal` has the whole fact.
    pub members: &'static [MemberSource],
    /// All other fields outside its body, by name (`ref`, or a member of the fact): the home chooses them.
    pub own: &'static [&'static str],
    /// The bodies that it may erase: every erasure has this, and nothing else.
    pub erases: &'static [ErasureScope],
}

/// A member of a consequence's fact that the intent determines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberSource {
    /// The member.
    pub member: &'static str,
    /// The source of its value.
    pub from: Source,
}

/// The source of a member's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The intent's `author`.
    Author,
    /// The intent's `ref`.
    Ref,
    /// The only DID of the intent's `dids`.
    OnlyDid,
    /// The member of this name of the intent's fact; absent where it has none.
    Fact(&'static str),
    /// This text.
    Text(&'static str),
    /// The price of one piece: times the intent's `quantity` it is its `amount`.
    Piece,
}

/// The log that a consequence goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetLog {
    /// The intent's own log.
    SameLog,
    /// The log of the node that the intent is addressed to; for an intent without a proof, of the node whose word it
    /// is.
    Node,
    /// The logs that the intent's fact names under `dids`.
    FactDids,
    /// Any log that the operation writes to: a proof names them in `to`, and the `txn` of an intent without a proof
    /// commits to them, where a fact would have no room for all.
    Parties,
}

/// A field of a consequence that the intent determines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equal {
    /// `ref` is the intent's `did`.
    RefIsIntentDid,
    /// `ref` is the intent's `author`.
    RefIsIntentAuthor,
    /// `ref` is the intent's `ref`.
    RefIsIntentRef,
    /// `fact` is the intent's `fact`; so is `body` the intent's `body`, where the entry's body is bound to it
    /// ([`Bound::Intent`]). Both are in the headers, so this holds without any body at hand.
    Fact,
    /// `fact` is the intent's `fact`, whatever the body is bound to.
    SameFact,
}

impl Equal {
    /// Returns whether it is about the fact.
    pub fn is_of_fact(self) -> bool {
        matches!(self, Self::Fact | Self::SameFact)
    }
}

/// All operations that this program knows.
#[derive(Debug, Clone, Default)]
pub struct OpTable(HashMap<&'static str, &'static OpSpec>);

impl OpTable {
    /// Returns the kernel's operations and those given; the later of two with one name wins.
    pub fn new(specs: impl IntoIterator<Item = &'static OpSpec>) -> Self {
        let all = KERNEL_OPS.iter().chain(specs);
        Self(all.map(|spec| (spec.op, spec)).collect())
    }

    /// Returns the row of an operation.
    pub fn get(&self, op: &str) -> Option<&'static OpSpec> {
        self.0.get(op).copied()
    }

    /// Returns all rows, unsorted.
    pub fn iter(&self) -> impl Iterator<Item = &'static OpSpec> + '_ {
        self.0.values().copied()
    }
}

impl Derivation {
    /// Allows one entry of `op` in each of these logs, with free fields.
    pub const fn new(op: &'static str, target: TargetLog) -> Self {
        Self { op, target, at_most: 1, equal: &[], members: &[], own: &[], erases: &[] }
    }

    /// Allows up to `at_most` entries in each of these logs.
    #[must_use]
    pub const fn at_most(self, at_most: u32) -> Self {
        Self { at_most, ..self }
    }

    /// Requires fields that the intent determines.
    #[must_use]
    pub const fn equal(self, equal: &'static [Equal]) -> Self {
        Self { equal, ..self }
    }

    /// Requires members of the fact that the intent determines.
    #[must_use]
    pub const fn members(self, members: &'static [MemberSource]) -> Self {
        Self { members, ..self }
    }

    /// Names what the home says: `ref`, or members of the fact.
    #[must_use]
    pub const fn own(self, own: &'static [&'static str]) -> Self {
        Self { own, ..self }
    }

    /// Says which bodies an erasure may name: those in one of these scopes.
    #[must_use]
    pub const fn erases(self, erases: &'static [ErasureScope]) -> Self {
        Self { erases, ..self }
    }

    /// Returns whether a rule has `ref`.
    pub fn ties_the_ref(&self) -> bool {
        self.equal.iter().any(|equal| !equal.is_of_fact())
    }

    /// Returns whether a rule has the whole fact.
    pub fn ties_the_fact(&self) -> bool {
        self.equal.iter().any(|equal| equal.is_of_fact())
    }

    /// Returns the source of a member of the fact, if the intent determines it.
    pub fn source(&self, member: &str) -> Option<Source> {
        let row = self.members.iter().find(|row| row.member == member);
        row.map(|row| row.from)
    }
}

impl MemberSource {
    /// Makes a member with its source.
    pub const fn new(member: &'static str, from: Source) -> Self {
        Self { member, from }
    }
}

impl Source {
    /// Returns the name in the table of operations.
    pub fn name(self) -> String {
        match self {
            Self::Author => "author".to_owned(),
            Self::Ref => "ref".to_owned(),
            Self::OnlyDid => "only_did".to_owned(),
            Self::Fact(member) => format!("fact.{member}"),
            Self::Text(text) => format!("={text}"),
            Self::Piece => "piece".to_owned(),
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "author" => Some(Self::Author),
            "ref" => Some(Self::Ref),
            "only_did" => Some(Self::OnlyDid),
            "piece" => Some(Self::Piece),
            _ => {
                let of_fact = name.strip_prefix("fact.").filter(|text| !text.is_empty());
                let text = name.strip_prefix('=').filter(|text| !text.is_empty());
                let of_fact = of_fact.map(|member| Self::Fact(leak(member.to_owned())));
                of_fact.or_else(|| text.map(|text| Self::Text(leak(text.to_owned()))))
            }
        }
    }
}

/// Keeps the text of a table for as long as the program lives.
fn leak(text: String) -> &'static str {
    String::leak(text)
}

impl OpSpec {
    /// Returns the row that allows `op` as a consequence.
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

/// The people who may write an operation into a log, by a signature or a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// The log's owner, and their delegates.
    Owner,
    /// Authors of bodies in that log, too: about those bodies alone.
    AuthorsOfBodies,
}

/// The operations that others than its owner may write into a log. Every other one is its owner's; what an operation
/// leaves in other people's logs is derived, by the table of derivations.
pub const WRITERS: &[(&str, Writers)] = &[(BODY_ERASED, Writers::AuthorsOfBodies)];

/// Returns the people who may write an operation into a log.
pub fn writers(op: &str) -> Writers {
    let row = WRITERS.iter().find(|row| row.0 == op);
    row.map_or(Writers::Owner, |row| row.1)
}

/// The operations whose meaning is the log's own (docs/format.md §8, rows `auth.*`).
pub const KERNEL_OPS: &[OpSpec] = &[
    OpSpec {
        derives: &[Derivation::new(NODE_CLAIM, TargetLog::Node).equal(&[Equal::RefIsIntentDid])],
        ..with_body(IDENTITY_CREATE, RequiredAuthority::Controller)
    },
    with_body(IDENTITY_UPDATE, RequiredAuthority::Controller),
    with_body(IDENTITY_REGISTER, RequiredAuthority::CustodialAtStart),
    with_body(HOME, RequiredAuthority::Controller),
    with_body(DELEGATION_CREATE, RequiredAuthority::OwnKey),
    without_body(DELEGATION_END, RequiredAuthority::OwnKey),
    without_body(SETTINGS_UPDATE, RequiredAuthority::OwnKey),
    OpSpec {
        // The home chooses which bodies an erasure names, among those that may be erased at all.
        bound: Bound::Node,
        ..with_body(BODY_ERASED, RequiredAuthority::OwnKey)
    },
    OpSpec {
        derives: &[Derivation::new(BODY_ERASED, TargetLog::SameLog)
            .at_most(1_000)
            .erases(&[ErasureScope::WHOLE_LOG])],
        ..with_body(DELETE, RequiredAuthority::Controller)
    },
    without_body(SIDE_ADOPT, RequiredAuthority::OwnKey),
    without_body(NODE_CLAIM, RequiredAuthority::Derived),
    with_body(ANCHOR, RequiredAuthority::Node),
    OpSpec {
        erasable_by: ErasableBy::Author,
        bound: Bound::Attestation,
        derives: &[of_other_party(ATTESTATION_RECEIVED)],
        ..with_body(ATTESTATION_ISSUE, RequiredAuthority::OwnKey)
    },
    OpSpec {
        erasable_by: ErasableBy::LogOwner,
        bound: Bound::Attestation,
        ..with_body(ATTESTATION_RECEIVED, RequiredAuthority::Derived)
    },
    OpSpec {
        erasable_by: ErasableBy::LogOwner,
        bound: Bound::Countersignature,
        derives: &[of_other_party(ATTESTATION_COUNTERSIGNED)],
        ..with_body(ATTESTATION_COUNTERSIGN, RequiredAuthority::OwnKey)
    },
    OpSpec {
        erasable_by: ErasableBy::LogOwner,
        bound: Bound::Countersignature,
        ..with_body(ATTESTATION_COUNTERSIGNED, RequiredAuthority::Derived)
    },
    OpSpec {
        derives: &[of_other_party(ATTESTATION_DECLINED)],
        ..without_body(ATTESTATION_DECLINE, RequiredAuthority::OwnKey)
    },
    without_body(ATTESTATION_DECLINED, RequiredAuthority::Derived),
    OpSpec {
        derives: &[of_other_party(ATTESTATION_REVOKED)],
        ..without_body(ATTESTATION_REVOKE, RequiredAuthority::OwnKey)
    },
    without_body(ATTESTATION_REVOKED, RequiredAuthority::Derived),
];

/// Returns the row of one of these, for constants: an unknown name fails the build.
pub const fn kernel_row(op: &str) -> OpSpec {
    let mut n = 0;
    while n < KERNEL_OPS.len() {
        if is_same(KERNEL_OPS[n].op.as_bytes(), op.as_bytes()) {
            return KERNEL_OPS[n];
        }
        n += 1;
    }
    panic!("the log has no such operation of its own")
}

/// Compares as `==`, which constants do not have yet.
const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut n = 0;
    while n < a.len() {
        if a[n] != b[n] {
            return false;
        }
        n += 1;
    }
    true
}

/// Returns the entry about the same attestation in the other party's log.
const fn of_other_party(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef])
}

const fn with_body(op: &'static str, by: RequiredAuthority) -> OpSpec {
    OpSpec {
        op,
        by,
        body: true,
        erasable_by: ErasableBy::Nobody,
        bound: Bound::Nothing,
        derives: &[],
    }
}

const fn without_body(op: &'static str, by: RequiredAuthority) -> OpSpec {
    OpSpec { body: false, ..with_body(op, by) }
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
        for row in KERNEL_OPS {
            assert_eq!(kernel_row(row.op), *row);
        }
    }
}
