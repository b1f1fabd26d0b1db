//! Access rules of this service: what only the node's owner may do with its money, how many entries a person may leave
//! in others' logs in a day, and what a block doesn't stop. Guests and up may do the rest with what is theirs.

use imajin_app::{Access, Reach, Role};

use crate::operations::{
    AskPayout, ChangeFees, Checkout, ClosePayout, ConfirmTransfer, ForgiveDebt, PayDebt, Refund,
    ReverseTopUp, SetLimit, Settle, TakeCards, TopUp,
};

/// A payment leaves entries with the payee, with everyone who shares in it, and with the node, even if it is free.
const PAYMENTS: Reach = Reach::daily(5_000, 1_000);
/// An order that is paid later, or never, leaves an entry with the seller, and one in the node's books.
const ORDERS: Reach = Reach::daily(200, 30);
/// Requests for credit that may never be paid: each leaves an entry in the node's books.
const TOP_UPS: Reach = Reach::daily(30, 30);
/// Limit of confirmations, refunds and payouts of existing payments.
const MADE: Reach = Reach::daily(50_000, 20_000);

pub(crate) const ROWS: &[Access] = &[
    reaches(Settle::NAME, PAYMENTS),
    reaches(Checkout::NAME, ORDERS),
    // A block does not keep people from money that is theirs.
    reaches(TopUp::NAME, TOP_UPS).despite_block(),
    reaches(ConfirmTransfer::NAME, MADE).despite_block(),
    reaches(Refund::NAME, MADE).despite_block(),
    reaches(PayDebt::NAME, PAYMENTS).despite_block(),
    reaches(ForgiveDebt::NAME, PAYMENTS).despite_block(),
    reaches(AskPayout::NAME, PAYMENTS).despite_block(),
    owner(ChangeFees::NAME),
    owner(SetLimit::NAME),
    owner(TakeCards::NAME),
    owner(ClosePayout::NAME).reaching(MADE).despite_block(),
    owner(ReverseTopUp::NAME).reaching(MADE).despite_block(),
];

const fn reaches(op: &'static str, reach: Reach) -> Access {
    Access::new(op, Role::Guest).reaching(reach)
}

const fn owner(what: &'static str) -> Access {
    Access::new(what, Role::Owner)
}
