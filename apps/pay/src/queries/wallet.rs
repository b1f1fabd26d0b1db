//! Queries of the wallet besides balances: refunds under way, top-ups that may be taken back, and limits.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did, Minor};
use rusqlite::{Result, params};

use super::holds::AT_ONCE;
use super::pair;

/// Returns one seller's refunds under way at the provider, by currency.
pub(crate) fn on_its_way_back(
    db: Reader<'_>,
    node: &Did,
    seller: &Did,
) -> Result<Vec<(Currency, Minor)>> {
    let sql = "SELECT p.currency, sum(r.amount - r.ended) FROM payments p JOIN returns r ON r.owner_did = p.owner_did AND r.payment = p.payment
        WHERE p.owner_did = ?1 AND p.seller = ?2 AND r.status IN ('due', 'pending', 'refused') AND r.amount > r.ended
        GROUP BY p.currency ORDER BY p.currency";
    db.rows(sql, [node.as_str(), seller.as_str()], pair)
}

/// A top-up by e-transfer that the owner confirmed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct TopUp {
    pub(crate) payment: String,
    pub(crate) payer: Did,
    pub(crate) currency: Currency,
    /// The amount that a bank could still take back.
    pub(crate) left: Minor,
    /// Time of the confirmation, in milliseconds.
    pub(crate) at: i64,
}

/// Returns confirmed top-ups that a bank could take back, the newest first.
pub(crate) fn top_ups(db: Reader<'_>, node: &Did) -> Result<Vec<TopUp>> {
    let sql = format!(
        "SELECT payment, payer, currency, gross - refunded, at FROM payments
         WHERE owner_did = ?1 AND rail = 'topup' AND gross > refunded AND EXISTS
            (SELECT 1 FROM holds h WHERE h.owner_did = ?1 AND h.payment = payments.payment AND h.rail = 'emt')
         ORDER BY id DESC LIMIT {AT_ONCE}"
    );
    db.rows(&sql, [node.as_str()], TopUp::read)
}

/// The amount that a person may spend below zero, and the end of that limit.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Limit {
    pub(crate) did: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// End of the limit, in milliseconds.
    pub(crate) until: i64,
}

/// Returns the limits that are in force at a time: a person's, or all.
pub(crate) fn limits(
    db: Reader<'_>,
    node: &Did,
    of: Option<&Did>,
    now_ms: i64,
) -> Result<Vec<Limit>> {
    let sql = "SELECT did, currency, amount, until FROM limits
        WHERE owner_did = ?1 AND (?2 IS NULL OR did = ?2) AND until > ?3 AND amount > 0 ORDER BY until, did, currency";
    db.rows(sql, params![node.as_str(), of.map(Did::as_str), now_ms], Limit::read)
}

/// Counts the entries of an operation that a person made as payer since a time: all of them, and those with one other
/// side (a member of their fact). Returns the time of the oldest, too, in milliseconds.
pub(crate) fn made_since(
    db: Reader<'_>,
    payer: &Did,
    op: &str,
    (member, other): (&str, &str),
    free: bool,
    from_ms: i64,
) -> Result<(u64, u64, Option<i64>)> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE fact ->> ?3 = ?4), min(at) FROM entries
        WHERE owner_did = ?1 AND op = ?2 AND at > ?5 AND coalesce(fact ->> 'payer', ?1) = ?1 AND (NOT ?6 OR fact ->> 'amount' = 0)";
    let params = params![payer.as_str(), op, member, other, from_ms, free];
    let counts = db.row(sql, params, |row| {
        let (all, with) = pair(row)?;
        Ok((all, with, row.get(2)?))
    })?;
    Ok(counts.unwrap_or_default())
}
