//! What strangers may do here: take a free ticket, and look at what is theirs. Guests and up may do the rest.

use imajin_service::{Access, Allowance, Reach, Role};

use crate::ops;

/// Free tickets of strangers in a day: two each, so that somebody can bring somebody, and a hall full of all of them.
const FREE: Allowance = Allowance {
    each: 2,
    all: 200,
    free: Some("amount"),
};

/// Each hold and each release adds an entry to the event's log.
const PLACES: Reach = Reach {
    author: 100,
    target: 30,
};

pub(crate) const ROWS: &[Access] = &[
    Access::strangers(ops::BUY, FREE),
    Access::of(ops::HOLD, Role::Guest).reaching(PLACES),
    Access::of(ops::RELEASE, Role::Guest).reaching(PLACES),
    Access::of("POST /api/events/{id}/quote", Role::Stranger),
    // What costs something is refused with the operation.
    Access::of("POST /api/events/{id}/buy", Role::Stranger),
    Access::of("GET /api/mine", Role::Stranger),
    Access::of("GET /api/tickets/{id}", Role::Stranger),
    Access::of("GET /api/tickets/{id}/qr.svg", Role::Stranger),
    Access::of("GET /api/tickets/{id}/qr.png", Role::Stranger),
];
