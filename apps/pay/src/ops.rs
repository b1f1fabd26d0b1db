//! The operations of this service, as docs/format.md §8 lists them.

use imajin_ledger::{By, Class, Derivation, OpSpec, Place};

/// Publishes a .fair manifest: a work's, or what one distributes.
pub(crate) const FAIR_PUBLISH: &str = "pay.fair.publish";
/// Pays a seller from credit on this node (or nothing, for what is free).
pub(crate) const SETTLE: &str = "pay.settle";
/// Says that a seller will be paid by e-transfer.
pub(crate) const EMT_CHECKOUT: &str = "pay.emt.checkout";
/// Says that the node will be sent an e-transfer for credit.
pub(crate) const EMT_TOPUP: &str = "pay.emt.topup";
/// Says that the e-transfer has arrived.
pub(crate) const EMT_CONFIRM: &str = "pay.emt.confirm";
/// Gives a payment back, in part or whole.
pub(crate) const REFUND: &str = "pay.refund";
/// Chooses the node's fees.
pub(crate) const FEES_CHANGE: &str = "pay.fees.change";

/// The receipt of a payment, in the logs of payer and seller.
pub(crate) const RECEIPT: &str = "pay.receipt";
/// One's credit on this node changed.
pub(crate) const CREDIT: &str = "pay.credit";
/// A payment of one's own is given back.
pub(crate) const REFUNDED: &str = "pay.refunded";
/// The e-transfer that one said would come: its payment's id.
pub(crate) const EMT_PENDING: &str = "pay.emt.pending";
/// Somebody will send one an e-transfer.
pub(crate) const EMT_EXPECTED: &str = "pay.emt.expected";
/// The node's books: an e-transfer is waited for.
pub(crate) const HELD: &str = "pay.held";
/// The node's books: credit moved.
pub(crate) const POSTED: &str = "pay.posted";
/// The node's fees, as they were chosen.
pub(crate) const FEES_CHANGED: &str = "pay.fees.changed";

const fn in_log(op: &'static str, place: Place) -> Derivation {
    Derivation {
        op,
        place,
        at_most: 1,
        equal: &[],
    }
}

const SETTLES: &[Derivation] = &[
    in_log(RECEIPT, Place::Parties),
    in_log(CREDIT, Place::Parties),
    in_log(POSTED, Place::Node),
];
const CHECKS_OUT: &[Derivation] = &[
    in_log(EMT_PENDING, Place::SameLog),
    in_log(EMT_EXPECTED, Place::Parties),
    in_log(HELD, Place::Node),
];
const TOPS_UP: &[Derivation] = &[
    in_log(EMT_PENDING, Place::SameLog),
    in_log(HELD, Place::Node),
];
const REFUNDS: &[Derivation] = &[
    in_log(REFUNDED, Place::Parties),
    in_log(CREDIT, Place::Parties),
    in_log(POSTED, Place::Node),
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
        derives,
    }
}

/// docs/format.md §8, rows `pay.*`.
pub(crate) const OPS: &[OpSpec] = &[
    spec(FAIR_PUBLISH, By::OwnKey, Some(Class::Mine), &[]),
    spec(SETTLE, By::OwnKey, Some(Class::Mine), SETTLES),
    spec(EMT_CHECKOUT, By::OwnKey, Some(Class::Mine), CHECKS_OUT),
    spec(EMT_TOPUP, By::OwnKey, None, TOPS_UP),
    spec(EMT_CONFIRM, By::OwnKey, None, SETTLES),
    spec(REFUND, By::OwnKey, Some(Class::Mine), REFUNDS),
    spec(
        FEES_CHANGE,
        By::OwnKey,
        None,
        &[in_log(FEES_CHANGED, Place::Node)],
    ),
    spec(RECEIPT, By::Derived, Some(Class::Evidence), &[]),
    spec(CREDIT, By::Derived, None, &[]),
    spec(REFUNDED, By::Derived, None, &[]),
    spec(EMT_PENDING, By::Derived, None, &[]),
    spec(EMT_EXPECTED, By::Derived, Some(Class::Evidence), &[]),
    spec(HELD, By::Derived, None, &[]),
    spec(POSTED, By::Derived, Some(Class::Keep), &[]),
    spec(FEES_CHANGED, By::Derived, None, &[]),
];
