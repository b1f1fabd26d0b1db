//! The operations of this service, as docs/format.md §8 lists them.
//!
//! Always: an intent stands in the log of who wills it (organiser, buyer, holder); what it comes to for the event stands,
//! derived, in the event's own.

use imajin_ledger::{Bound, By, Class, Derivation, OpSpec, Place, ops as kernel};
use imajin_service::sale;

/// Makes an event.
pub(crate) const CREATE: &str = "events.create";
/// Changes it: words, ticket types, who shares.
pub(crate) const UPDATE: &str = "events.update";
/// Publishes, pauses, cancels, completes it.
pub(crate) const STATUS: &str = "events.status";
/// Cancels somebody else's event, as the node's owner.
pub(crate) const CANCEL: &str = "events.cancel";
/// Takes an organiser's words out of the event's log.
pub(crate) const ERASE: &str = "events.erase";
/// Keeps places for somebody who is about to pay.
pub(crate) const HOLD: &str = "events.hold";
/// Gives them up.
pub(crate) const RELEASE: &str = "events.release";
/// Buys tickets, or takes free ones.
pub(crate) const BUY: &str = "events.buy";
/// Hands a ticket on.
pub(crate) const TRANSFER: &str = "events.transfer";
/// Takes a ticket back and gives its money back.
pub(crate) const REFUND: &str = "events.refund";
/// Lets people in.
pub(crate) const CHECKIN: &str = "events.checkin";

/// The event's log, the node's word: places that were kept are paid.
pub(crate) const PAID: &str = "events.paid";
/// The event's log, the node's word: what was paid for them is given back by somebody else than who organises.
pub(crate) const WITHDRAWN: &str = "events.withdrawn";

/// The event's log: it was made.
pub(crate) const OPENED: &str = "events.opened";
/// The event's log: it was changed.
pub(crate) const CHANGED: &str = "events.changed";
/// The event's log: it has another status.
pub(crate) const STATUS_CHANGED: &str = "events.status.changed";
/// The event's log: places are kept.
pub(crate) const HELD: &str = "events.held";
/// The event's log: they are not any more.
pub(crate) const RELEASED: &str = "events.released";
/// A ticket, in the logs of event and holder.
pub(crate) const TICKET: &str = "events.ticket";
/// A ticket is void, in the logs of event and holder.
pub(crate) const VOIDED: &str = "events.voided";
/// A ticket was used, in the logs of event and holder.
pub(crate) const USED: &str = "events.used";

/// Most tickets of one sale (WIRE.md §5, quantity).
pub(crate) const TICKETS_MAX: u32 = 100;
/// Most scans of one sync: a proof names at most so many logs.
pub(crate) const SCANS_MAX: u32 = 60;
/// Most bodies of an event's log that one command erases.
pub(crate) const ERASED_MAX: u32 = 1;

const fn parties(op: &'static str, at_most: u32) -> Derivation {
    Derivation {
        op,
        place: Place::Parties,
        at_most,
        equal: &[],
    }
}

/// What buying comes to: the payment, whole, and the tickets; or places that are kept until it is paid.
const BUYS: &[Derivation] = &[
    sale::RECEIPT,
    sale::CREDIT,
    sale::POSTED,
    sale::ATTESTED,
    sale::PENDING,
    sale::EXPECTED,
    sale::HELD,
    parties(TICKET, TICKETS_MAX),
    parties(HELD, 1),
];

const REFUNDS: &[Derivation] = &[
    sale::REFUNDED,
    sale::CREDIT,
    sale::POSTED,
    sale::OWED,
    parties(VOIDED, 1),
];

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

/// docs/format.md §8, rows `events.*`.
pub(crate) const OPS: &[OpSpec] = &[
    spec(CREATE, By::OwnKey, Some(Class::Mine), &[parties(OPENED, 1)]),
    spec(
        UPDATE,
        By::OwnKey,
        Some(Class::Mine),
        &[parties(CHANGED, 1), sale::LATER],
    ),
    spec(STATUS, By::OwnKey, None, &[parties(STATUS_CHANGED, 1)]),
    spec(CANCEL, By::OwnKey, None, &[parties(STATUS_CHANGED, 1)]),
    spec(
        ERASE,
        By::OwnKey,
        None,
        &[parties(kernel::BODY_ERASED, ERASED_MAX)],
    ),
    spec(HOLD, By::Any, None, &[parties(HELD, 1)]),
    spec(RELEASE, By::Any, None, &[parties(RELEASED, 1)]),
    spec(BUY, By::OwnKey, None, BUYS),
    spec(TRANSFER, By::OwnKey, None, &[parties(TICKET, 1)]),
    spec(REFUND, By::OwnKey, Some(Class::Mine), REFUNDS),
    spec(
        CHECKIN,
        By::Any,
        Some(Class::Mine),
        &[
            parties(USED, SCANS_MAX),
            parties(TICKET, SCANS_MAX),
            parties(kernel::ATTESTATION_RECEIVED, 1),
        ],
    ),
    spec(PAID, By::Node, None, &[parties(TICKET, TICKETS_MAX)]),
    spec(WITHDRAWN, By::Node, None, &[parties(VOIDED, TICKETS_MAX)]),
    derived(OPENED, Class::Mine, Bound::Intent),
    derived(CHANGED, Class::Mine, Bound::Intent),
    spec(STATUS_CHANGED, By::Derived, None, &[]),
    spec(HELD, By::Derived, None, &[]),
    spec(RELEASED, By::Derived, None, &[]),
    derived(TICKET, Class::Evidence, Bound::Ticket),
    spec(VOIDED, By::Derived, None, &[]),
    spec(USED, By::Derived, None, &[]),
];
