//! Transfers, made or due, to people's own accounts with the provider.

use std::time::Duration;

use imajin_app::FromRow;
use imajin_host::backoff::Backoff;
use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did, Minor};
use rusqlite::{Result, params};

use super::holds::AT_ONCE;
use super::outside::is_open;
use super::{Leg, Payment, int, pair};

/// Maximum number of attempts at a transfer that the provider refuses.
pub(crate) const ATTEMPTS_MAX: i64 = 5;
/// Pauses after refusals: a day, then twice as long each time.
const BACKOFF: Backoff = Backoff::new(DAY, DAY.saturating_mul(16));
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A transfer of a part of a payment to an account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Transfer {
    pub(crate) payment: String,
    pub(crate) n: i64,
    pub(crate) did: Did,
    pub(crate) account: String,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// The amount that the node's owner took back.
    pub(crate) reversed: Minor,
    /// `due`, `sent`, `refused`, or `none` where nothing was left.
    pub(crate) status: String,
    /// Number of refusals.
    pub(crate) attempt: i64,
    /// The provider's code for the reason.
    pub(crate) code: Option<String>,
    /// Time of the newest step, in milliseconds.
    pub(crate) at: i64,
}

impl Transfer {
    /// Returns when the transfer is tried again, in milliseconds; `None` if it is not.
    pub(crate) fn again_at(&self) -> Option<i64> {
        let pause_ms = BACKOFF.pause_ms(u32::try_from(self.attempt).unwrap_or(0));
        (self.status == "refused" && self.attempt < ATTEMPTS_MAX)
            .then(|| self.at.saturating_add(pause_ms))
    }
}

const TRANSFER: &str = "SELECT payment, n, did, account, currency, amount, reversed, status, attempt, code, at FROM transfers";

/// Returns the transfer of the `n`th part of a payment.
pub(crate) fn transfer(
    db: Reader<'_>,
    node: &Did,
    payment: &str,
    n: i64,
) -> Result<Option<Transfer>> {
    let sql = format!("{TRANSFER} WHERE owner_did = ?1 AND payment = ?2 AND n = ?3");
    db.row(&sql, params![node.as_str(), payment, n], Transfer::read)
}

/// Returns the transfers that are still to be requested, without those to these accounts: `more` beyond the usual
/// number.
pub(crate) fn transfers_due(
    db: Reader<'_>,
    node: &Did,
    but_for: &[&str],
    more: usize,
) -> Result<Vec<Transfer>> {
    let but_for = serde_json::to_string(but_for).unwrap_or_default();
    let sql = format!(
        "{TRANSFER} WHERE owner_did = ?1 AND status = 'due' AND account NOT IN (SELECT value FROM json_each(?2))
         ORDER BY at LIMIT {AT_ONCE} + ?3"
    );
    db.rows(&sql, params![node.as_str(), but_for, int(more)], Transfer::read)
}

/// Returns a person's transfers, made or refused, the newest first; without a person, all those that the provider
/// refuses.
pub(crate) fn transfers(db: Reader<'_>, node: &Did, of: Option<&Did>) -> Result<Vec<Transfer>> {
    let which = match of {
        Some(_) => "did = ?2 AND status <> 'none'",
        None => "status = 'refused' AND ?2 IS NULL",
    };
    let sql =
        format!("{TRANSFER} WHERE owner_did = ?1 AND {which} ORDER BY at DESC LIMIT {AT_ONCE}");
    db.rows(&sql, params![node.as_str(), of.map(Did::as_str)], Transfer::read)
}

/// Returns parts of sales by card (payment, part) that can be transferred: they are free, not disputed, and their
/// recipient's account is ready, or a refused transfer is due again. The longest free come first; `more` is the number
/// of parts that wait for another attempt, which must not hide the others.
pub(crate) fn to_transfer(
    db: Reader<'_>,
    node: &Did,
    now_ms: i64,
    more: usize,
) -> Result<Vec<(String, i64)>> {
    let sql = format!(
        "SELECT h.payment, h.n FROM payouts a CROSS JOIN held h
            ON h.owner_did = ?1 AND h.did = a.owner_did AND h.by_card = 1 AND h.free_at BETWEEN a.since AND ?2
         WHERE a.node = ?1 AND a.ready = 1 AND NOT EXISTS
            (SELECT 1 FROM disputes d WHERE d.owner_did = ?1 AND d.payment = h.payment AND {})
         ORDER BY h.free_at LIMIT {AT_ONCE} + ?3",
        is_open("d.status")
    );
    let mut rows = db.rows(&sql, params![node.as_str(), now_ms, int(more)], pair)?;
    let sql = format!(
        "{TRANSFER} WHERE owner_did = ?1 AND status = 'refused' AND attempt < {ATTEMPTS_MAX} ORDER BY at LIMIT {AT_ONCE}"
    );
    let refused = db.rows(&sql, [node.as_str()], Transfer::read)?;
    let again = refused.into_iter().filter(|one| one.again_at().is_some_and(|at| at <= now_ms));
    rows.extend(again.map(|one| (one.payment, one.n)));
    Ok(rows)
}

/// Returns what the recipient of the `n`th part of a payment still has of it: less refunds from the part and, for the
/// seller, less refunds of the whole that they paid from their own balance.
pub(crate) fn part_due(paid: &Payment, legs: &[Leg], n: usize) -> Minor {
    let Some(leg) = legs.get(n).filter(|_| n > 0) else {
        return Minor::ZERO;
    };
    let back: i64 = legs[1..].iter().map(|leg| leg.back.get()).sum();
    let repaid = if leg.did == paid.seller { paid.refunded.get() - back } else { 0 };
    let due = leg.amount.get() - leg.back.get() - repaid.max(0);
    Minor::new(due.max(0)).unwrap_or(Minor::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::PROJECTION;

    #[test]
    fn disputed_parts_hide_no_others() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let (node, seller) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let (node_text, seller_text) = (node.as_str(), seller.as_str());
        db.execute("INSERT INTO payouts VALUES (?1, ?2, 'acct_1', 1, 0)", [seller_text, node_text])
            .unwrap();
        let count = i64::try_from(AT_ONCE).unwrap() + 1;
        for n in 1..=count {
            let payment = format!("pay_{n}");
            let held = "INSERT INTO held VALUES (?1, ?2, 1, ?3, 'CHF', 100, ?4, 1)";
            db.execute(held, params![node_text, payment, seller_text, n]).unwrap();
            if n < count {
                let dispute = "INSERT INTO disputes VALUES (?1, ?2, ?2, 100, 'needs_response', 0)";
                db.execute(dispute, [node_text, &payment]).unwrap();
            }
        }
        let free = || to_transfer(Reader::from(&db), &node, 1_000, 0).unwrap();
        assert_eq!(free(), [(format!("pay_{count}"), 1)]);
        db.execute("UPDATE disputes SET status = 'won' WHERE payment = 'pay_1'", []).unwrap();
        assert_eq!(free().len(), 2, "a closed dispute disputes nothing");
    }
}
