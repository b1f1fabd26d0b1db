//! Queries of a person's credit: free, coming and owed amounts, payouts, and limits.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did, Minor};
use rusqlite::{Result, params};

use super::holds::AT_ONCE;
use super::{Entry, balance, currency, first, int, minor};

/// Returns the part of a person's balance that is held at a time.
fn held(db: Reader<'_>, node: &Did, of: &Did, currency: Currency, now_ms: i64) -> Result<Minor> {
    let sql = "SELECT coalesce(sum(amount), 0) FROM held WHERE owner_did = ?1 AND did = ?2 AND currency = ?3 AND free_at > ?4";
    let held = db.row(sql, params![node.as_str(), of.as_str(), currency.code(), now_ms], first)?;
    Ok(held.unwrap_or(Minor::ZERO))
}

/// Returns a person's balance less what is held at a time; below zero where a limit was used or a dispute was lost.
pub(crate) fn free(
    db: Reader<'_>,
    node: &Did,
    of: &Did,
    currency: Currency,
    now_ms: i64,
) -> Result<Minor> {
    let all = balance(db, node, of, currency)?;
    let held = held(db, node, of, currency, now_ms)?;
    Ok(all.minus(held).unwrap_or(Minor::ZERO))
}

/// An amount that is coming to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coming {
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// Time from which the amount is free, in milliseconds; `None` while that is not known.
    pub(crate) free_at: Option<i64>,
    pub(crate) payment: String,
}

/// Returns the amounts that are coming to a person, the soonest first.
pub(crate) fn coming(db: Reader<'_>, node: &Did, of: &Did, now_ms: i64) -> Result<Vec<Coming>> {
    let sql = "SELECT currency, amount, free_at, payment FROM held WHERE owner_did = ?1 AND did = ?2 AND free_at > ?3
        ORDER BY free_at, payment, n";
    db.rows(sql, params![node.as_str(), of.as_str(), now_ms], |row| {
        Ok(Coming {
            currency: currency(row, 0)?,
            amount: minor(row, 1)?,
            free_at: row.get::<_, Option<i64>>(2)?.filter(|at| *at != i64::MAX),
            payment: row.get(3)?,
        })
    })
}

/// Returns the amount that a person may spend below zero at a time.
pub(crate) fn limit(
    db: Reader<'_>,
    node: &Did,
    of: &Did,
    currency: Currency,
    now_ms: i64,
) -> Result<Minor> {
    let sql = "SELECT amount FROM limits WHERE owner_did = ?1 AND did = ?2 AND currency = ?3 AND until > ?4";
    let amount =
        db.row(sql, params![node.as_str(), of.as_str(), currency.code(), now_ms], first)?;
    Ok(amount.unwrap_or(Minor::ZERO))
}

/// A payee's debt to another person, for a payment that the payee confirmed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Debt {
    pub(crate) payment: String,
    pub(crate) debtor: Did,
    pub(crate) creditor: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// The part that ended because the sale became void.
    pub(crate) voided: Minor,
    pub(crate) left: Minor,
}

const DEBT: &str =
    "SELECT payment, debtor, creditor, currency, amount, voided, remaining FROM debts";

/// Returns all debts of a payment, including ended ones.
pub(crate) fn debts_of_payment(db: Reader<'_>, node: &Did, payment: &str) -> Result<Vec<Debt>> {
    let sql = format!("{DEBT} WHERE owner_did = ?1 AND payment = ?2 ORDER BY creditor");
    db.rows(&sql, [node.as_str(), payment], Debt::read)
}

/// A person's debts, and the debts of others to them.
#[derive(Debug, Default)]
pub(crate) struct Debts {
    /// The person's own debts, and debts to them for payments whose manifest they signed; each the newest first.
    pub(crate) signed: Vec<Debt>,
    /// Debts to the person that others state, by manifests that the person never signed; the newest first, without
    /// those of declined debtors.
    pub(crate) said: Vec<Debt>,
    /// Number of debts that others state, including those beyond `said`.
    pub(crate) said_in_all: u64,
    /// The people whose debts they declined.
    pub(crate) declined: Vec<Did>,
}

/// Returns a person's debts and claims. `owed` is the operation that leaves a line with creditors who signed.
pub(crate) fn debts(db: Reader<'_>, node: &Did, of: &Did, owed: &str) -> Result<Debts> {
    let is_signed = "EXISTS (SELECT 1 FROM entries WHERE entries.ref = payment AND entries.owner_did = creditor AND op = ?3)";
    let is_declined = "EXISTS (SELECT 1 FROM declined WHERE declined.owner_did = creditor AND declined.debtor = debts.debtor)";
    let theirs =
        format!("owner_did = ?1 AND creditor = ?2 AND remaining > 0 AND NOT {is_declined}");
    let signed = format!(
        "{DEBT} WHERE owner_did = ?1 AND debtor = ?2 AND remaining > 0 UNION
         {DEBT} WHERE {theirs} AND {is_signed} ORDER BY payment DESC LIMIT {AT_ONCE}"
    );
    let condition = format!("{theirs} AND NOT {is_signed}");
    let args = [node.as_str(), of.as_str(), owed];
    let read = |sql: &str| db.rows(sql, args, Debt::read);
    let count = format!("SELECT count(*) FROM debts WHERE {condition}");
    let declined = "SELECT debtor FROM declined WHERE owner_did = ?1 ORDER BY debtor";
    let said_in_all = db.row(&count, args, first)?;
    Ok(Debts {
        signed: read(&signed)?,
        said: read(&format!("{DEBT} WHERE {condition} ORDER BY payment DESC LIMIT {AT_ONCE}"))?,
        said_in_all: said_in_all.unwrap_or_default(),
        declined: db.rows(declined, [of.as_str()], first)?,
    })
}

/// Returns the people who state a debt to a person without that person's signature, except declined debtors; at most
/// `limit`.
pub(crate) fn debtors(
    db: Reader<'_>,
    node: &Did,
    of: &Did,
    owed: &str,
    limit: usize,
) -> Result<Vec<Did>> {
    let sql = "SELECT DISTINCT debtor FROM debts WHERE owner_did = ?1 AND creditor = ?2 AND remaining > 0
        AND NOT EXISTS (SELECT 1 FROM declined WHERE declined.owner_did = creditor AND declined.debtor = debts.debtor)
        AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.ref = payment AND entries.owner_did = creditor AND op = ?3)
        ORDER BY debtor LIMIT ?4";
    db.rows(sql, params![node.as_str(), of.as_str(), owed, int(limit)], first)
}

/// The sum that a person owes another on this box, or is owed by them, over all payments.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct DebtSum {
    pub(crate) other: Did,
    pub(crate) is_theirs: bool,
    pub(crate) currency: Currency,
    pub(crate) sum: Minor,
}

/// Returns all sums that a person still owes or is owed after e-transfers.
pub(crate) fn owed(db: Reader<'_>, of: &Did) -> Result<Vec<DebtSum>> {
    // Only the box has owners, so the query reads its books alone.
    let side = |mine: &str, other: &str, theirs: u8| {
        format!(
            "SELECT {other}, {theirs}, currency, sum(remaining) FROM debts
             WHERE owner_did IN (SELECT owner_did FROM owners) AND {mine} = ?1 AND remaining > 0
             AND NOT EXISTS (SELECT 1 FROM declined WHERE declined.owner_did = creditor AND declined.debtor = debts.debtor AND creditor = ?1)
             GROUP BY {other}, currency"
        )
    };
    let sql = format!(
        "{} UNION ALL {} ORDER BY 2, 1, 3",
        side("debtor", "creditor", 0),
        side("creditor", "debtor", 1)
    );
    db.rows(&sql, [of.as_str()], DebtSum::read)
}

/// A payout of credit that a person asked for.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Withdrawal {
    pub(crate) payment: String,
    pub(crate) did: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    /// `asked`, `paid` or `refused`.
    pub(crate) status: String,
    /// Time of the request, in milliseconds.
    pub(crate) at: i64,
}

const WITHDRAWAL: &str = "SELECT payment, did, currency, amount, status, at FROM withdrawals";

/// Returns the payout with this id.
pub(crate) fn withdrawal(db: Reader<'_>, node: &Did, payment: &str) -> Result<Option<Withdrawal>> {
    let sql = format!("{WITHDRAWAL} WHERE owner_did = ?1 AND payment = ?2");
    db.row(&sql, [node.as_str(), payment], Withdrawal::read)
}

/// Returns the payouts that wait for the owner or, given a person, all of theirs; the newest first.
pub(crate) fn withdrawals(db: Reader<'_>, node: &Did, of: Option<&Did>) -> Result<Vec<Withdrawal>> {
    let which = match of {
        Some(_) => "did = ?2",
        None => "status = 'asked' AND ?2 IS NULL",
    };
    let sql =
        format!("{WITHDRAWAL} WHERE owner_did = ?1 AND {which} ORDER BY at DESC LIMIT {AT_ONCE}");
    db.rows(&sql, params![node.as_str(), of.map(Did::as_str)], Withdrawal::read)
}

/// Returns the request for a payout: the newest entry of the operation `ask` before the `credit` that it took.
pub(crate) fn asked_payout(
    db: Reader<'_>,
    payout: &Withdrawal,
    (ask, credit): (&str, &str),
) -> Result<Option<Entry>> {
    let sql =
        "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 AND op = ?2 AND seq <
            (SELECT min(seq) FROM entries WHERE owner_did = ?1 AND ref = ?3 AND op = ?4)
        ORDER BY seq DESC LIMIT 1";
    db.row(sql, [payout.did.as_str(), ask, &payout.payment, credit], Entry::read)
}
