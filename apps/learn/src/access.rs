//! How much one person may leave in the logs of others in a day, and what a block does not stop. Guests and up may do everything
//! here; strangers read.

use imajin_service::{Access, Reach, Role};

use crate::operations::{Enroll, Leave, RefundPlace};

/// A place leaves entries with the teacher and, where it costs something, with everybody who shares in it.
const PLACES: Reach = Reach {
    author: 200,
    target: 20,
};
/// A teacher with a class refunds all of it on one day.
const REFUNDS: Reach = Reach {
    author: 1_000,
    target: 1_000,
};

pub(crate) const ROWS: &[Access] = &[
    Access::of(Enroll::NAME, Role::Guest).reaching(PLACES),
    Access::of(Leave::NAME, Role::Stranger)
        .reaching(PLACES)
        .despite_block(),
    Access::of(RefundPlace::NAME, Role::Guest)
        .reaching(REFUNDS)
        .despite_block(),
];
