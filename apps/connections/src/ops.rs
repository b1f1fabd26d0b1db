//! The operations of this service, as docs/format.md §8 lists them.

use imajin_ledger::ops::{
    ATTESTATION_COUNTERSIGN, ATTESTATION_COUNTERSIGNED, ATTESTATION_ISSUE, ATTESTATION_RECEIVED,
};
use imajin_ledger::{By, Class, Derivation, Equal, OpSpec, Place};

/// Makes an invitation to connect.
pub(crate) const INVITE: &str = "connections.invite";
/// Takes it back.
pub(crate) const INVITE_WITHDRAW: &str = "connections.invite.withdraw";
/// Accepts somebody's invitation: two are connected.
pub(crate) const ACCEPT: &str = "connections.accept";
/// What that leaves in the log of who invited.
pub(crate) const ACCEPTED: &str = "connections.accepted";
/// Who invited countersigns, and says what they have to say of who came.
pub(crate) const CONFIRM: &str = "connections.confirm";
/// Ends a connection.
pub(crate) const DISCONNECT: &str = "connections.disconnect";
/// What that leaves in the other's log.
pub(crate) const DISCONNECTED: &str = "connections.disconnected";
/// What one calls somebody, for oneself.
pub(crate) const NICKNAME: &str = "connections.nickname";

/// Whom one answers, and for what.
pub(crate) const POLICY: &str = "connections.policy";
/// Somebody asked about one: what they declared to use it for.
pub(crate) const QUERIED: &str = "connections.queried";

/// The key of the fact that names the other one.
pub(crate) const FACT_DIDS: &str = "dids";
/// The key of the fact that names an invitation.
pub(crate) const FACT_INVITE: &str = "invite";
/// The key of the fact that names an attestation.
pub(crate) const FACT_ATTESTATION: &str = "attestation";
/// The key of the fact that says how many may accept.
pub(crate) const FACT_USES: &str = "uses";
/// The key of the fact that says whether the inviter will vouch: 0 or 1.
pub(crate) const FACT_VOUCH: &str = "vouch";

/// The key of the fact that says how many connections may lie between.
pub(crate) const FACT_REACH: &str = "reach";
/// The keys of the fact that say what an answer costs.
pub(crate) const FACT_PRICE: &str = "price";
pub(crate) const FACT_CURRENCY: &str = "currency";

const fn spec(
    op: &'static str,
    by: By,
    body: Option<Class>,
    derives: &'static [Derivation],
) -> OpSpec {
    OpSpec {
        op,
        by,
        body: body.is_some(),
        // Without a body the class decides nothing.
        class: match body {
            Some(class) => class,
            None => Class::Keep,
        },
        derives,
    }
}

const fn derives(
    op: &'static str,
    place: Place,
    at_most: u32,
    equal: &'static [Equal],
) -> Derivation {
    Derivation {
        op,
        place,
        at_most,
        equal,
    }
}

const BY_AUTHOR: &[Equal] = &[Equal::RefIsIntentAuthor];
const SAME_REF: &[Equal] = &[Equal::RefIsIntentRef];

const ACCEPTS: &[Derivation] = &[
    derives(ACCEPTED, Place::FactDids, 1, BY_AUTHOR),
    derives(ATTESTATION_ISSUE, Place::SameLog, 1, SAME_REF),
    derives(ATTESTATION_RECEIVED, Place::FactDids, 1, SAME_REF),
];
const CONFIRMS: &[Derivation] = &[
    derives(ATTESTATION_COUNTERSIGN, Place::SameLog, 1, SAME_REF),
    derives(ATTESTATION_COUNTERSIGNED, Place::FactDids, 1, SAME_REF),
    derives(ATTESTATION_ISSUE, Place::SameLog, 2, &[]),
    derives(ATTESTATION_RECEIVED, Place::FactDids, 2, &[]),
];
const DISCONNECTS: &[Derivation] = &[derives(DISCONNECTED, Place::FactDids, 1, BY_AUTHOR)];

/// docs/format.md §8, rows `connections.*`.
pub(crate) const OPS: &[OpSpec] = &[
    spec(INVITE, By::Any, Some(Class::Mine), &[]),
    spec(INVITE_WITHDRAW, By::Any, None, &[]),
    spec(ACCEPT, By::OwnKey, Some(Class::Mine), ACCEPTS),
    spec(ACCEPTED, By::Derived, None, &[]),
    spec(CONFIRM, By::OwnKey, Some(Class::Mine), CONFIRMS),
    spec(DISCONNECT, By::Any, None, DISCONNECTS),
    spec(DISCONNECTED, By::Derived, None, &[]),
    spec(NICKNAME, By::Any, Some(Class::Mine), &[]),
    spec(POLICY, By::Any, None, &[]),
    spec(QUERIED, By::Node, Some(Class::Mine), &[]),
];
