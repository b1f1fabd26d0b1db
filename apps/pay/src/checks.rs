//! The checks for the box's owner: neither payments that no order awaited nor refunds by the provider may wait for long.

use imajin_app::check::Check;
use imajin_app::{Node, OwnerChecks};

use crate::Pay;
use crate::operations::Posted;
use crate::queries;

/// Time that a stray or a refund may wait before the box raises an alarm, in milliseconds: a day.
const PATIENCE_MS: i64 = 24 * 3_600_000;

impl OwnerChecks for Pay {
    fn checks(&self, node: &Node) -> Vec<Check> {
        let long_ago = node.now().as_millis() - PATIENCE_MS;
        let counts = queries::read(node, |db| {
            let strays = queries::strays(db, node.did(), None)?;
            let strays = strays.iter().filter(|one| one.at <= long_ago).count();
            Ok((strays, queries::late_returns(db, node.did(), Posted::NAME, long_ago)?))
        });
        let Ok((strays, refunds)) = counts else {
            // The checks of the records report unreadable tables.
            return Vec::new();
        };
        vec![check_strays(strays), check_refunds(refunds)]
    }
}

fn check_strays(count: usize) -> Check {
    match count {
        0 => Check::good("payments", "no payment waits for a decision"),
        _ => Check::bad(
            "payments",
            format!("{count} payments came that no order awaited, more than a day ago"),
            "refund them on the first page, or on the pages of the payment provider",
        ),
    }
}

/// The node goes on asking the provider: only the account that was paid can refund.
fn check_refunds(count: u64) -> Check {
    match count {
        0 => Check::good("refunds", "no refund waits for the payment provider"),
        _ => Check::bad(
            "refunds",
            format!("{count} refunds have waited for the payment provider for more than a day"),
            "choose the account again through which they were paid, if the box uses another one now or none, and keep it until they are made",
        ),
    }
}
