//! Times from which the parts of payments are free, and the parts that are held until then.
//!
//! Always: `held` has the legs of payments whose parts were not free at the newest entry about them, with the time at
//! which they become free, and those of sales by card until they reach an account with the provider. The free amount at
//! a moment is the balance less the rows of a later time.

use imajin_app::operation::Choice as _;
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair, run};
use imajin_log::Applied;
use imajin_selling::HELD_MS_MAX;
use rusqlite::{Connection, params};

use crate::dispute_status::{DisputeStatus, is_over};
use crate::queries::has_open_dispute;

/// Recomputes when a payment is free and which of its parts are held, after a change to it.
pub(super) fn refresh(
    db: &Connection,
    node: &str,
    payment: &str,
    at_ms: i64,
) -> rusqlite::Result<()> {
    // A payment that was not held when it was paid never is.
    let sql = "UPDATE payments SET free_at = CASE WHEN base = 0 THEN 0 WHEN unfulfilled = 1 OR EXISTS
            (SELECT 1 FROM disputes d WHERE d.owner_did = ?1 AND d.payment = ?2 AND d.holds = 1) THEN ?3 ELSE base END
        WHERE owner_did = ?1 AND payment = ?2";
    run(db, sql, params![node, payment, i64::MAX])?;
    run(db, "DELETE FROM held WHERE owner_did = ?1 AND payment = ?2", [node, payment])?;
    let sql = "INSERT INTO held (owner_did, payment, n, did, currency, amount, free_at, by_card)
        SELECT l.owner_did, l.payment, l.n, l.did, p.currency, l.amount - l.back, p.free_at, p.rail = 'stripe'
        FROM payments p JOIN legs l ON l.owner_did = p.owner_did AND l.payment = p.payment
        WHERE p.owner_did = ?1 AND p.payment = ?2 AND l.n > 0 AND l.amount > l.back
            AND (p.free_at > ?3 OR (p.rail = 'stripe' AND p.base > 0 AND NOT EXISTS
                (SELECT 1 FROM transfers t WHERE t.owner_did = ?1 AND t.payment = ?2 AND t.n = l.n)))";
    run(db, sql, params![node, payment, at_ms])
}

/// Postpones the end of what is sold under a name: parts of its sales that are held stay held until then.
pub(super) fn later(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(about), Some(free_at)) = (entry.reference, entry.int("free_at")) else {
        return Ok(());
    };
    let (node, at) = (entry.did.as_str(), entry.at.as_millis());
    let sql = "INSERT INTO ends (owner_did, about, free_at) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET free_at = max(free_at, excluded.free_at)";
    run(db, sql, params![node, about, free_at])?;
    // Parts that are free already stay free.
    let sql = "SELECT payment, at FROM payments WHERE owner_did = ?1 AND about = ?2 AND free_at > ?3 AND base < ?4";
    let rows: Vec<(String, i64)> =
        Reader::from(db).rows(sql, params![node, about, at, free_at], pair)?;
    for (payment, paid_at) in rows {
        let base = free_at.min(paid_at.saturating_add(HELD_MS_MAX));
        let sql = "UPDATE payments SET base = max(base, ?3) WHERE owner_did = ?1 AND payment = ?2";
        run(db, sql, params![node, payment, base])?;
        refresh(db, node, &payment, at)?;
    }
    Ok(())
}

/// Enters a dispute by the payer's bank, or its outcome.
pub(super) fn dispute(db: &Connection, entry: &Applied<'_>, payment: &str) -> rusqlite::Result<()> {
    let (node, at) = (entry.did.as_str(), entry.at.as_millis());
    let (Some(dispute), Some(status), Some(amount)) =
        (entry.id("dispute"), entry.id("status"), entry.int("amount"))
    else {
        return Ok(());
    };
    let sql = "SELECT free_at FROM payments WHERE owner_did = ?1 AND payment = ?2";
    let free_at: Option<i64> = Reader::from(db).row(sql, [node, payment], first)?;
    let holds = !is_over(status) && free_at.is_some_and(|free_at| free_at > at);
    let sql = "INSERT INTO disputes (owner_did, dispute, payment, amount, status, holds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET status = excluded.status, amount = excluded.amount, holds = min(holds, excluded.holds)";
    run(db, sql, params![node, dispute, payment, amount, status, holds])?;
    // A refund that the owner made at the provider may still fail, like any other.
    if let Some(refund) = entry.id("refund")
        && DisputeStatus::from_name(status) == Some(DisputeStatus::Lost)
    {
        let sql = "INSERT INTO returns (owner_did, payment, n, amount, part, ended, sent, status, refund)
            VALUES (?1, ?2, 1 + (SELECT count(*) FROM returns WHERE owner_did = ?1 AND payment = ?2), ?3, 0, 0, ?3, 'succeeded', ?4)";
        run(db, sql, params![node, payment, amount, refund])?;
    }
    if !has_open_dispute(db.into(), entry.did, payment, None)? {
        let sql = "UPDATE returns SET status = 'failed' WHERE owner_did = ?1 AND payment = ?2 AND status = 'refused'";
        run(db, sql, [node, payment])?;
    }
    refresh(db, node, payment, at)
}
