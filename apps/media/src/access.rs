//! Limits on the entries that one person may leave in the logs of others in a day, and operations that a block does not stop. Guests and
//! up may do everything here, but for the sticks in the box, which are for the people who live on it.

use imajin_app::{Access, Reach, Role};

use crate::operations::{AgreeToFair, Buy, Refund};

/// An agreement leaves an entry with the owner of the file; a band's whole archive is agreed to on one day.
const AGREEMENTS: Reach = Reach::daily(500, 200);

/// A purchase leaves entries with the seller and with all who share in the price.
const PURCHASES: Reach = Reach::daily(200, 50);
/// A seller gives back a whole album's sales on one day.
const REFUNDS: Reach = Reach::daily(1_000, 1_000);

pub(crate) const ROWS: &[Access] = &[
    Access::new(AgreeToFair::NAME, Role::Guest).reaching(AGREEMENTS),
    Access::new(Buy::NAME, Role::Guest).reaching(PURCHASES),
    Access::new(Refund::NAME, Role::Guest).reaching(REFUNDS).despite_block(),
    // The sticks in the household's machine.
    member("GET /api/sticks"),
    member("GET /api/sticks/{stick}"),
    member("GET /api/import"),
    member("POST /api/import"),
    member("DELETE /api/import"),
    member("POST /api/import/refused"),
];

const fn member(what: &'static str) -> Access {
    Access::new(what, Role::Member)
}
