//! Access rules: contacts are for members, because a person with many e-mail addresses comes in as many guests; how much one person may
//! leave in the logs of others in a day, and what a block doesn't stop. Guests and higher roles may do everything else in this app;
//! strangers may read.

use imajin_app::{Access, Reach, Role};

use crate::operations::{
    CancelOrder, EraseReview, HandOver, PlaceOrder, ReportProblem, ReviewOrder,
};

/// An order leaves entries with its seller, with everyone who shares in the price, and in the node's books.
const ORDERS: Reach = Reach::daily(100, 20);
/// A seller hands over, or calls off, everything that was ordered in a day.
const WORDS: Reach = Reach::daily(1_000, 100);
/// A buyer says something about each order, and takes it back.
const OPINIONS: Reach = Reach::daily(200, 60);

const fn despite_block(op: &'static str, reach: Reach) -> Access {
    Access::new(op, Role::Guest).reaching(reach).despite_block()
}

pub(crate) const ROWS: &[Access] = &[
    Access::new("POST /api/listings/{owner}/{item}/contact", Role::Member),
    Access::new(PlaceOrder::NAME, Role::Guest).reaching(ORDERS),
    despite_block(HandOver::NAME, WORDS),
    despite_block(CancelOrder::NAME, WORDS),
    // A seller blocks no review.
    despite_block(ReviewOrder::NAME, OPINIONS),
    despite_block(EraseReview::NAME, OPINIONS),
    despite_block(ReportProblem::NAME, OPINIONS),
];
