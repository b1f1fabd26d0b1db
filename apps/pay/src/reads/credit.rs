//! What is somebody's: free, coming, owed; and what was set aside or allowed to them.

use imajin_protocol::{Currency, Did, Minor};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::holds::AT_ONCE;
use super::{Entry, balance, currency, did, minor};

/// What of somebody's balance is held at a time.
fn held(
    db: &Connection,
    node: &Did,
    of: &Did,
    currency: Currency,
    now_ms: i64,
) -> rusqlite::Result<Minor> {
    let sql = "SELECT coalesce(sum(amount), 0) FROM held WHERE owner_did = ?1 AND did = ?2 AND currency = ?3 AND free_at > ?4";
    db.prepare_cached(sql)?.query_row(
        params![node.as_str(), of.as_str(), currency.code(), now_ms],
        |row| minor(row, 0),
    )
}

/// What somebody can spend at a time; below nothing where a limit was used or a dispute lost.
pub(crate) fn free(
    db: &Connection,
    node: &Did,
    of: &Did,
    currency: Currency,
    now_ms: i64,
) -> rusqlite::Result<Minor> {
    let all = balance(db, node, of, currency)?;
    let held = held(db, node, of, currency, now_ms)?;
    Ok(all.minus(held).unwrap_or(Minor::ZERO))
}

/// What is coming to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coming {
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// Milliseconds; none where nobody can say yet.
    pub(crate) free_at: Option<i64>,
    pub(crate) payment: String,
}

/// What is coming to somebody, the soonest first.
pub(crate) fn coming(
    db: &Connection,
    node: &Did,
    of: &Did,
    now_ms: i64,
) -> rusqlite::Result<Vec<Coming>> {
    let sql = "SELECT currency, amount, free_at, payment FROM held WHERE owner_did = ?1 AND did = ?2 AND free_at > ?3
        ORDER BY free_at, payment, n";
    db.prepare_cached(sql)?
        .query_map(params![node.as_str(), of.as_str(), now_ms], |row| {
            Ok(Coming {
                currency: currency(row, 0)?,
                amount: minor(row, 1)?,
                free_at: row.get::<_, Option<i64>>(2)?.filter(|at| *at != i64::MAX),
                payment: row.get(3)?,
            })
        })?
        .collect()
}

/// How much more than they have somebody may spend at a time.
pub(crate) fn limit(
    db: &Connection,
    node: &Did,
    of: &Did,
    currency: Currency,
    now_ms: i64,
) -> rusqlite::Result<Minor> {
    let sql = "SELECT amount FROM limits WHERE owner_did = ?1 AND did = ?2 AND currency = ?3 AND until > ?4";
    let found = db
        .prepare_cached(sql)?
        .query_row(
            params![node.as_str(), of.as_str(), currency.code(), now_ms],
            |row| minor(row, 0),
        )
        .optional()?;
    Ok(found.unwrap_or(Minor::ZERO))
}

/// What a payee owes somebody for a payment that they confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Debt {
    pub(crate) payment: String,
    pub(crate) debtor: Did,
    pub(crate) creditor: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// What of it ended because what was sold is void.
    pub(crate) voided: Minor,
    pub(crate) left: Minor,
}

const DEBT: &str =
    "SELECT payment, debtor, creditor, currency, amount, voided, remaining FROM debts";

fn read_debt(row: &Row<'_>) -> rusqlite::Result<Debt> {
    Ok(Debt {
        payment: row.get(0)?,
        debtor: did(row, 1)?,
        creditor: did(row, 2)?,
        currency: currency(row, 3)?,
        amount: minor(row, 4)?,
        voided: minor(row, 5)?,
        left: minor(row, 6)?,
    })
}

/// All debts of a payment, those that ended too.
pub(crate) fn debts_of_payment(
    db: &Connection,
    node: &Did,
    payment: &str,
) -> rusqlite::Result<Vec<Debt>> {
    db.prepare_cached(&format!(
        "{DEBT} WHERE owner_did = ?1 AND payment = ?2 ORDER BY creditor"
    ))?
    .query_map([node.as_str(), payment], read_debt)?
    .collect()
}

/// What somebody owes or is owed, the newest first.
pub(crate) fn debts(db: &Connection, node: &Did, of: &Did) -> rusqlite::Result<Vec<Debt>> {
    let side =
        |side: &str| format!("{DEBT} WHERE owner_did = ?1 AND {side} = ?2 AND remaining > 0");
    let sql = format!(
        "{} UNION {} ORDER BY payment DESC LIMIT {AT_ONCE}",
        side("debtor"),
        side("creditor")
    );
    db.prepare_cached(&sql)?
        .query_map([node.as_str(), of.as_str()], read_debt)?
        .collect()
}

/// Credit that somebody asked for in money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    pub(crate) payment: String,
    pub(crate) did: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// `asked`, `paid` or `refused`.
    pub(crate) status: String,
    /// Milliseconds.
    pub(crate) at: i64,
}

const WITHDRAWAL: &str = "SELECT payment, did, currency, amount, status, at FROM withdrawals";

fn read_withdrawal(row: &Row<'_>) -> rusqlite::Result<Withdrawal> {
    Ok(Withdrawal {
        payment: row.get(0)?,
        did: did(row, 1)?,
        currency: currency(row, 2)?,
        amount: minor(row, 3)?,
        status: row.get(4)?,
        at: row.get(5)?,
    })
}

/// The payout of this id.
pub(crate) fn withdrawal(
    db: &Connection,
    node: &Did,
    payment: &str,
) -> rusqlite::Result<Option<Withdrawal>> {
    db.prepare_cached(&format!(
        "{WITHDRAWAL} WHERE owner_did = ?1 AND payment = ?2"
    ))?
    .query_row([node.as_str(), payment], read_withdrawal)
    .optional()
}

/// Payouts that wait for the owner, or, of somebody, all; the newest first.
pub(crate) fn withdrawals(
    db: &Connection,
    node: &Did,
    of: Option<&Did>,
) -> rusqlite::Result<Vec<Withdrawal>> {
    match of {
        Some(of) => db
            .prepare_cached(&format!(
                "{WITHDRAWAL} WHERE owner_did = ?1 AND did = ?2 ORDER BY at DESC LIMIT {AT_ONCE}"
            ))?
            .query_map([node.as_str(), of.as_str()], read_withdrawal)?
            .collect(),
        None => db
            .prepare_cached(&format!(
                "{WITHDRAWAL} WHERE owner_did = ?1 AND status = 'asked' ORDER BY at DESC LIMIT {AT_ONCE}"
            ))?
            .query_map([node.as_str()], read_withdrawal)?
            .collect(),
    }
}

/// What its account wrote when it asked for a payout: the intent right before the credit that it took.
pub(crate) fn asked_payout(
    db: &Connection,
    payout: &Withdrawal,
) -> rusqlite::Result<Option<Entry>> {
    let sql =
        "SELECT at, op, payment, fact, body FROM entries WHERE owner_did = ?1 AND op = ?2 AND seq <
            (SELECT min(seq) FROM entries WHERE owner_did = ?1 AND payment = ?3 AND op = ?4)
        ORDER BY seq DESC LIMIT 1";
    let (ask, credit) = (crate::ops::PAYOUT_ASK, crate::ops::CREDIT);
    db.prepare_cached(sql)?
        .query_row(
            [payout.did.as_str(), ask, &payout.payment, credit],
            Entry::read,
        )
        .optional()
}
