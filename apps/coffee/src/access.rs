//! Access rules of this service: what strangers may do (tip, and say something with a tip), how much one person may
//! leave in the logs of others in a day, and what a block does not stop. Guests and up may do the rest.

use imajin_app::{Access, Allowance, Reach, Role};

use crate::operations::{Say, Tip, Unsay};

/// Tips of strangers in a day. An unpaid one leaves a promise in two records, and nothing else.
const STRANGERS: Allowance = Allowance { each: 20, address: 40, all: 1_000, free: None };
/// A tip leaves entries with the jar's owner, with everyone who shares in it, and in the node's books.
const TIPS: Reach = Reach::daily(1_000, 100);
/// A tip has words at most once.
const WORDS: Reach = Reach::daily(100, 20);

pub(crate) const ROWS: &[Access] = &[
    Access::strangers(Tip::NAME, STRANGERS).reaching(TIPS),
    Access::strangers(Say::NAME, STRANGERS).reaching(WORDS),
    Access::new(Unsay::NAME, Role::Stranger).reaching(WORDS).despite_block(),
    Access::new("POST /api/pay", Role::Stranger),
    Access::new("GET /api/given", Role::Stranger),
];
