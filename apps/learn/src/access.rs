//! Access rules: how many entries one person may add per day to other people's logs, and what a block doesn't stop.
//! Guests and higher roles may do everything in this app; strangers may read.

use imajin_app::{Access, Reach, Role};

use crate::operations::{Enroll, Leave, RefundPlace};

/// Limits on enrolments. Each adds entries to the teacher's log and, in a paid course, to the logs of everyone who
/// shares in the income.
const PLACES: Reach = Reach::daily(200, 20);
/// Limits on refunds. A teacher may refund a whole class in one day.
const REFUNDS: Reach = Reach::daily(1_000, 1_000);

pub(crate) const ROWS: &[Access] = &[
    Access::new(Enroll::NAME, Role::Guest).reaching(PLACES),
    Access::new(Leave::NAME, Role::Stranger).reaching(PLACES).despite_block(),
    Access::new(RefundPlace::NAME, Role::Guest).reaching(REFUNDS).despite_block(),
];
