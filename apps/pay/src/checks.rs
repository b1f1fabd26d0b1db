//! The check for the box's owner: payments that no order awaited must not wait for long.

use imajin_app::check::Check;
use imajin_app::{Node, OwnerChecks};

use crate::Pay;
use crate::queries;

/// Time that a stray may wait before the box raises an alarm, in milliseconds: a day.
const PATIENCE_MS: i64 = 24 * 3_600_000;

impl OwnerChecks for Pay {
    fn checks(&self, node: &Node) -> Vec<Check> {
        let strays = queries::read(node, |db| queries::strays(db, node.did(), None));
        let Ok(strays) = strays else {
            // The checks of the records report unreadable tables.
            return Vec::new();
        };
        let long_ago = node.now().as_millis() - PATIENCE_MS;
        let count = strays.iter().filter(|one| one.at <= long_ago).count();
        vec![match count {
            0 => Check::good("payments", "no payment waits for a decision"),
            _ => Check::bad(
                "payments",
                format!("{count} payments came that no order awaited, more than a day ago"),
                "refund them on the first page, or on the pages of the payment provider",
            ),
        }]
    }
}
