//! The operations of this service, as docs/format.md §8 lists them.

use imajin_ledger::{Bound, By, Class, Derivation, OpSpec, Place};
use imajin_service::sale::{self, ATTESTED, CREDIT as TO_CREDIT, POSTED as TO_BOOKS};

/// Publishes a .fair manifest: a work's, or what one distributes.
pub(crate) const FAIR_PUBLISH: &str = "pay.fair.publish";
/// Pays a seller from credit on this node (or nothing, for what is free).
pub(crate) const SETTLE: &str = sale::SETTLE;
/// Begins a payment to a seller that comes from outside.
pub(crate) const CHECKOUT: &str = sale::CHECKOUT;
/// Begins a payment from outside to the node, for credit.
pub(crate) const TOPUP: &str = "pay.topup";
/// Says that the e-transfer has arrived.
pub(crate) const EMT_CONFIRM: &str = "pay.emt.confirm";
/// Gives a payment back, in part or whole.
pub(crate) const REFUND: &str = sale::GIVE_BACK;
/// Says where one is told, by HTTP, what one was paid.
pub(crate) const CALLBACK: &str = "pay.callback";
/// Pays what one owes another.
pub(crate) const DEBT_PAY: &str = "pay.debt.pay";
/// Says that what one is owed is settled, or need not be.
pub(crate) const DEBT_FORGIVE: &str = "pay.debt.forgive";
/// Asks for credit in money.
pub(crate) const PAYOUT_ASK: &str = "pay.payout.ask";
/// The owner has paid a payout, or refuses it.
pub(crate) const PAYOUT_CLOSE: &str = "pay.payout.close";
/// The owner lets an account spend more than it has.
pub(crate) const LIMIT: &str = "pay.limit";
/// The owner's bank took back what was confirmed as a top-up.
pub(crate) const TOPUP_REVERSED: &str = "pay.topup.reversed";
/// Chooses the node's fees.
pub(crate) const FEES_CHANGE: &str = "pay.fees.change";

/// The provider has opened a page for a payment.
pub(crate) const OPENED: &str = "pay.opened";
/// The provider has the money.
pub(crate) const PAID: &str = "pay.paid";
/// The payment will not come.
pub(crate) const FAILED: &str = "pay.failed";
/// What was paid for is done, or cannot be done.
pub(crate) const FULFILLED: &str = "pay.fulfilled";
/// Who was paid was told, or could not be.
pub(crate) const CALLED: &str = "pay.called";
/// The node gives back what could not be fulfilled.
pub(crate) const RETURN: &str = "pay.return";
/// What became of giving back at the provider.
pub(crate) const RETURNED: &str = "pay.returned";
/// The payer's bank wants a payment back, or what became of that.
pub(crate) const DISPUTED: &str = "pay.disputed";
/// The provider sold something that the node knows nothing of.
pub(crate) const STRAY: &str = "pay.stray";
/// The money of a payment is free.
pub(crate) const FREED: &str = "pay.freed";
/// A part of a payment, free now, goes to somebody's account with the provider.
pub(crate) const TRANSFER: &str = "pay.transfer";
/// What became of that at the provider.
pub(crate) const TRANSFERRED: &str = "pay.transferred";
/// Somebody's account with the provider.
pub(crate) const ACCOUNT: &str = "pay.account";

/// The receipt of a payment, in the logs of payer and seller.
pub(crate) const RECEIPT: &str = sale::RECEIPT.op;
/// One's credit on this node changed.
pub(crate) const CREDIT: &str = TO_CREDIT.op;
/// A payment of one's own is given back.
pub(crate) const REFUNDED: &str = sale::REFUNDED.op;
/// A payment that one said would come: its id.
pub(crate) const PENDING: &str = sale::PENDING.op;
/// Somebody will pay one, and by which manifests.
pub(crate) const EXPECTED: &str = sale::EXPECTED.op;
/// The node's books: a payment is waited for.
pub(crate) const HELD: &str = sale::HELD.op;
/// The node's books: credit moved.
pub(crate) const POSTED: &str = TO_BOOKS.op;
/// What somebody owes another for a payment that never passed through the node.
pub(crate) const OWED: &str = sale::OWED.op;
/// The node's books: what is sold under a name ends later.
pub(crate) const LATER: &str = sale::LATER.op;
/// What became of a payout that somebody asked for.
pub(crate) const PAID_OUT: &str = "pay.paid.out";
/// The node's books: how much more than it has an account may spend.
pub(crate) const LIMITED: &str = "pay.limited";
/// The node's fees, as they were chosen.
pub(crate) const FEES_CHANGED: &str = "pay.fees.changed";

const SETTLES: &[Derivation] = &[sale::RECEIPT, TO_CREDIT, TO_BOOKS, ATTESTED];
const CHECKS_OUT: &[Derivation] = &[sale::PENDING, sale::EXPECTED, sale::HELD];
const TOPS_UP: &[Derivation] = &[sale::PENDING, sale::HELD];
const GIVES_BACK: &[Derivation] = &sale::REFUND;
const MOVES: &[Derivation] = &[TO_CREDIT, TO_BOOKS];
const CONFIRMS: &[Derivation] = &[sale::RECEIPT, TO_CREDIT, TO_BOOKS, ATTESTED, sale::OWED];
const PAYS_DEBT: &[Derivation] = &[TO_CREDIT, TO_BOOKS, sale::OWED];
const CLOSES: &[Derivation] = &[TO_CREDIT, TO_BOOKS, follows(PAID_OUT, Place::Parties)];
const LIMITS: &[Derivation] = &[follows(LIMITED, Place::Node)];
const REVERSES: &[Derivation] = &[TO_CREDIT, TO_BOOKS, sale::REFUNDED];
const CHANGES_FEES: &[Derivation] = &[follows(FEES_CHANGED, Place::Node)];

const fn follows(op: &'static str, place: Place) -> Derivation {
    Derivation {
        op,
        place,
        at_most: 1,
        equal: &[],
    }
}

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

/// docs/format.md §8, rows `pay.*`.
pub(crate) const OPS: &[OpSpec] = &[
    spec(FAIR_PUBLISH, By::OwnKey, Some(Class::Mine), &[]),
    spec(SETTLE, By::OwnKey, Some(Class::Mine), SETTLES),
    spec(CHECKOUT, By::OwnKey, Some(Class::Mine), CHECKS_OUT),
    spec(TOPUP, By::OwnKey, None, TOPS_UP),
    spec(EMT_CONFIRM, By::OwnKey, None, CONFIRMS),
    spec(DEBT_PAY, By::OwnKey, None, PAYS_DEBT),
    spec(DEBT_FORGIVE, By::OwnKey, None, PAYS_DEBT),
    spec(PAYOUT_ASK, By::OwnKey, Some(Class::Mine), MOVES),
    spec(PAYOUT_CLOSE, By::OwnKey, None, CLOSES),
    spec(LIMIT, By::OwnKey, None, LIMITS),
    spec(TOPUP_REVERSED, By::OwnKey, None, REVERSES),
    spec(REFUND, By::OwnKey, Some(Class::Mine), GIVES_BACK),
    spec(FEES_CHANGE, By::OwnKey, None, CHANGES_FEES),
    spec(CALLBACK, By::OwnKey, Some(Class::Mine), &[]),
    spec(OPENED, By::Node, None, &[]),
    spec(CALLED, By::Node, None, &[]),
    spec(PAID, By::Node, None, SETTLES),
    spec(FAILED, By::Node, None, &[]),
    spec(FULFILLED, By::Node, None, &[]),
    spec(RETURN, By::Node, None, GIVES_BACK),
    spec(RETURNED, By::Node, None, MOVES),
    spec(DISPUTED, By::Node, None, GIVES_BACK),
    spec(STRAY, By::Node, None, &[]),
    spec(FREED, By::Node, None, &[ATTESTED]),
    spec(TRANSFER, By::Node, None, MOVES),
    spec(TRANSFERRED, By::Node, None, MOVES),
    spec(ACCOUNT, By::Node, None, &[]),
    derived(RECEIPT, Class::Evidence, Bound::Receipt),
    spec(CREDIT, By::Derived, None, &[]),
    spec(REFUNDED, By::Derived, None, &[]),
    spec(PENDING, By::Derived, None, &[]),
    derived(EXPECTED, Class::Evidence, Bound::Manifests),
    spec(HELD, By::Derived, None, &[]),
    derived(POSTED, Class::Keep, Bound::Node),
    spec(OWED, By::Derived, None, &[]),
    spec(LATER, By::Derived, None, &[]),
    spec(PAID_OUT, By::Derived, None, &[]),
    spec(LIMITED, By::Derived, None, &[]),
    spec(FEES_CHANGED, By::Derived, None, &[]),
];

/// Whether an operation is the node's own word.
pub(crate) fn is_nodes(op: &str) -> bool {
    OPS.iter().any(|spec| spec.op == op && spec.by == By::Node)
}
