//! The operations of this service, as docs/format.md §8 lists them.

use imajin_ledger::ops::{
    ATTESTATION_COUNTERSIGN, ATTESTATION_COUNTERSIGNED, ATTESTATION_ISSUE, ATTESTATION_RECEIVED,
    BODY_ERASED,
};
use imajin_ledger::{Bound, By, Class, Derivation, Equal, OpSpec, Place};
use imajin_service::sale;

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
/// Blocks somebody: what they would leave in one's record is refused.
pub(crate) const BLOCK: &str = "connections.block";
/// Ends that.
pub(crate) const BLOCK_END: &str = "connections.block.end";
/// What one calls somebody, for oneself.
pub(crate) const NICKNAME: &str = "connections.nickname";

/// Whom one answers, and for what.
pub(crate) const POLICY: &str = "connections.policy";
/// Somebody asked about one: what they declared to use it for.
pub(crate) const QUERIED: &str = "connections.queried";

/// Asks about somebody who wants something for it: asked and paid at once.
pub(crate) const ASK: &str = "connections.ask";
/// What that leaves in the log of who was asked.
pub(crate) const ASKED: &str = "connections.asked";

/// Pods and groups: who wills something, and what it leaves in the group's own log.
pub(crate) mod group {
    /// Makes a group.
    pub(crate) const CREATE: &str = "connections.group.create";
    /// Changes its words and who sees it.
    pub(crate) const UPDATE: &str = "connections.group.update";
    /// Makes an invitation into it.
    pub(crate) const INVITE: &str = "connections.group.invite";
    /// Takes one back.
    pub(crate) const INVITE_WITHDRAW: &str = "connections.group.invite.withdraw";
    /// Goes into it.
    pub(crate) const JOIN: &str = "connections.group.join";
    /// Goes out of it.
    pub(crate) const LEAVE: &str = "connections.group.leave";
    /// Gives somebody another role.
    pub(crate) const ROLE: &str = "connections.group.role";
    /// Puts somebody out of it.
    pub(crate) const REMOVE: &str = "connections.group.remove";
    /// Offers it to somebody in it, who answers for it once they take it.
    pub(crate) const OFFER: &str = "connections.group.offer";
    /// Takes it.
    pub(crate) const TAKE: &str = "connections.group.take";
    /// Ends it.
    pub(crate) const DISSOLVE: &str = "connections.group.dissolve";

    /// The group's log: it was made.
    pub(crate) const OPENED: &str = "connections.group.opened";
    /// The group's log: it was changed.
    pub(crate) const CHANGED: &str = "connections.group.changed";
    /// The group's log: somebody invites into it.
    pub(crate) const INVITED: &str = "connections.group.invited";
    /// The group's log: an invitation was taken back.
    pub(crate) const INVITE_ENDED: &str = "connections.group.invite.ended";
    /// The group's log: somebody came.
    pub(crate) const JOINED: &str = "connections.group.joined";
    /// The group's log: somebody went.
    pub(crate) const LEFT: &str = "connections.group.left";
    /// The group's log and the member's: somebody has another role.
    pub(crate) const ROLE_CHANGED: &str = "connections.group.role.changed";
    /// The group's log and the member's: somebody was put out.
    pub(crate) const REMOVED: &str = "connections.group.removed";
    /// The group's log and the member's: it was offered to them.
    pub(crate) const OFFERED: &str = "connections.group.offered";
    /// The group's log: it has another owner, whose words these are.
    pub(crate) const HANDED: &str = "connections.group.handed";
    /// The group's log: it is no more.
    pub(crate) const DISSOLVED: &str = "connections.group.dissolved";

    /// What they all begin with.
    pub(crate) const PREFIX: &str = "connections.group.";
}

/// The key of the fact that names the manifest by which answers are sold.
pub(crate) const FACT_FAIR: &str = "fair";
/// The key of the fact that names a payment.
pub(crate) const FACT_PAYMENT: &str = "payment";

/// Keys of facts about groups.
pub(crate) const FACT_GROUP: &str = "group";
pub(crate) const FACT_KIND: &str = "kind";
pub(crate) const FACT_MEMBER: &str = "member";
pub(crate) const FACT_PARENT: &str = "parent";
pub(crate) const FACT_ROLE: &str = "role";
pub(crate) const FACT_VISIBILITY: &str = "visibility";

/// Most bodies of a group's log that its end erases: as many as an entry of 1 MiB names, and more than anybody writes.
pub(crate) const GROUP_WORDS_MAX: usize = 10_000;

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
        bound: Bound::Nothing,
        derives,
    }
}

/// The row of an operation that only follows from others, with a body.
const fn derived(op: &'static str, class: Class, bound: Bound) -> OpSpec {
    OpSpec {
        bound,
        ..spec(op, By::Derived, Some(class), &[])
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

const fn parties(op: &'static str) -> Derivation {
    derives(op, Place::Parties, 1, &[])
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

const ASKS: &[Derivation] = &[
    sale::RECEIPT,
    sale::CREDIT,
    sale::POSTED,
    sale::ATTESTED,
    parties(ASKED),
];

/// docs/format.md §8, rows `connections.*`.
pub(crate) const OPS: &[OpSpec] = &[
    spec(INVITE, By::Any, Some(Class::Mine), &[]),
    spec(INVITE_WITHDRAW, By::Any, None, &[]),
    spec(ACCEPT, By::OwnKey, Some(Class::Mine), ACCEPTS),
    spec(ACCEPTED, By::Derived, None, &[]),
    spec(CONFIRM, By::OwnKey, Some(Class::Mine), CONFIRMS),
    spec(DISCONNECT, By::Any, None, DISCONNECTS),
    spec(DISCONNECTED, By::Derived, None, &[]),
    spec(BLOCK, By::Any, None, &[]),
    spec(BLOCK_END, By::Any, None, &[]),
    spec(NICKNAME, By::Any, Some(Class::Mine), &[]),
    spec(POLICY, By::Any, None, &[]),
    spec(QUERIED, By::Node, Some(Class::Mine), &[]),
    spec(ASK, By::OwnKey, None, ASKS),
    derived(ASKED, Class::Mine, Bound::Node),
    spec(
        group::CREATE,
        By::OwnKey,
        Some(Class::Mine),
        &[parties(group::OPENED)],
    ),
    spec(
        group::UPDATE,
        By::Any,
        Some(Class::Mine),
        &[parties(group::CHANGED)],
    ),
    spec(
        group::INVITE,
        By::Any,
        Some(Class::Mine),
        &[parties(group::INVITED)],
    ),
    spec(
        group::INVITE_WITHDRAW,
        By::Any,
        None,
        &[parties(group::INVITE_ENDED)],
    ),
    spec(group::JOIN, By::OwnKey, None, &[parties(group::JOINED)]),
    spec(group::LEAVE, By::Any, None, &[parties(group::LEFT)]),
    spec(
        group::ROLE,
        By::OwnKey,
        None,
        &[parties(group::ROLE_CHANGED)],
    ),
    spec(group::REMOVE, By::OwnKey, None, &[parties(group::REMOVED)]),
    spec(group::OFFER, By::OwnKey, None, &[parties(group::OFFERED)]),
    spec(
        group::TAKE,
        By::OwnKey,
        Some(Class::Mine),
        &[parties(group::HANDED), parties(group::ROLE_CHANGED)],
    ),
    spec(
        group::DISSOLVE,
        By::OwnKey,
        None,
        &[parties(group::DISSOLVED), parties(BODY_ERASED)],
    ),
    derived(group::OPENED, Class::Mine, Bound::Intent),
    derived(group::CHANGED, Class::Mine, Bound::Intent),
    spec(group::INVITED, By::Derived, None, &[]),
    spec(group::INVITE_ENDED, By::Derived, None, &[]),
    spec(group::JOINED, By::Derived, None, &[]),
    spec(group::LEFT, By::Derived, None, &[]),
    spec(group::ROLE_CHANGED, By::Derived, None, &[]),
    spec(group::REMOVED, By::Derived, None, &[]),
    spec(group::OFFERED, By::Derived, None, &[]),
    derived(group::HANDED, Class::Mine, Bound::Intent),
    spec(group::DISSOLVED, By::Derived, None, &[]),
];
