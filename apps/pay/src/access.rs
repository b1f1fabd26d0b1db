//! Access rules of this service: what only the node's owner may do with its money, how many entries a person may leave
//! in others' logs in a day, and what a block doesn't stop. Guests and up may do the rest with what is theirs.

use imajin_service::{Access, Reach, Role};

use crate::operations::{
    AskPayout, ChangeFees, Checkout, ClosePayout, ConfirmTransfer, ForgiveDebt, PayDebt, Refund,
    ReverseTopUp, SetLimit, Settle, TakeCards, TopUp,
};

/// A payment leaves entries with the payee, everybody who shares in it, and the node. It may be of nothing at all.
const PAYMENTS: Reach = Reach {
    author: 5_000,
    target: 1_000,
};
/// Orders that are paid later, or never: an entry with the seller, and one in the node's books.
const ORDERS: Reach = Reach {
    author: 200,
    target: 30,
};
/// Requests for credit that may never be paid: each leaves an entry in the node's books.
const TOP_UPS: Reach = Reach {
    author: 30,
    target: 30,
};
/// Confirmations, refunds and payouts of payments that exist already.
const MADE: Reach = Reach {
    author: 50_000,
    target: 20_000,
};

pub(crate) const ROWS: &[Access] = &[
    reaches(Settle::NAME, PAYMENTS),
    reaches(Checkout::NAME, ORDERS),
    // Nobody's block keeps money from the one it belongs to.
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
    Access::of(op, Role::Guest).reaching(reach)
}

const fn owner(what: &'static str) -> Access {
    Access::of(what, Role::Owner)
}
