//! Queries of what the node recorded about its card provider and other outside payments, and of the work still due
//! there.

use imajin_app::FromRow;
use imajin_app::operation::Choice as _;
use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did, IdText, Minor};
use rusqlite::{Result, params};

use super::holds::AT_ONCE;
use super::{Payment, did, first, id, int, pair};
use crate::dispute_status::DisputeStatus;
use crate::operations::SetDetails;

/// Whether this event of the provider has been recorded.
pub(crate) fn has_event(db: Reader<'_>, node: &Did, event: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM events WHERE owner_did = ?1 AND event = ?2", [node.as_str(), event])
}

/// Whether the record lists a page of the provider as a stray, a paid page that no order awaited.
pub(crate) fn is_stray(db: Reader<'_>, node: &Did, session: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM strays WHERE owner_did = ?1 AND session = ?2";
    db.exists(sql, [node.as_str(), session])
}

/// A stray: a payment at the provider that no order awaited.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Stray {
    /// The provider's id of the page.
    pub(crate) session: IdText,
    /// The order that was paid, with its payer and its seller.
    pub(crate) payment: Option<String>,
    pub(crate) payer: Option<Did>,
    pub(crate) payee: Option<Did>,
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
    /// The provider's id of the payment itself.
    pub(crate) charge: String,
    /// Time when the node heard of the payment, in milliseconds.
    pub(crate) at: i64,
    /// `open`, `due`, `pending`, `succeeded` or `failed`.
    pub(crate) status: String,
    /// Number of failed attempts to refund the payment.
    pub(crate) attempt: i64,
}

impl Stray {
    /// Whether a refund can still be requested.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "open" | "failed")
    }
}

/// The query of all [`Stray`]s that the node can refund.
const STRAYS: &str =
    "SELECT s.session, s.payment, h.payer, h.payee, s.amount, s.currency, s.charge, s.at, s.status, s.attempt
    FROM strays s LEFT JOIN holds h ON h.owner_did = s.owner_did AND h.payment = s.payment
    WHERE s.status <> 'unknown' AND s.owner_did = ?1";

/// Returns the stray of this page of the provider.
pub(crate) fn stray(db: Reader<'_>, node: &Did, session: &str) -> Result<Option<Stray>> {
    let sql = format!("{STRAYS} AND s.session = ?2");
    db.row(&sql, [node.as_str(), session], Stray::read)
}

/// Returns the stray of this payment at the provider.
pub(crate) fn stray_of_charge(db: Reader<'_>, node: &Did, charge: &str) -> Result<Option<Stray>> {
    let sql = format!("{STRAYS} AND s.charge = ?2");
    db.row(&sql, [node.as_str(), charge], Stray::read)
}

/// Returns the strays that are not refunded yet, the oldest first; those of one seller, or all.
pub(crate) fn strays(db: Reader<'_>, node: &Did, payee: Option<&Did>) -> Result<Vec<Stray>> {
    let sql = format!(
        "{STRAYS} AND s.status <> 'succeeded' AND (?2 IS NULL OR h.payee = ?2) ORDER BY s.at, s.session"
    );
    db.rows(&sql, params![node.as_str(), payee.map(Did::as_str)], Stray::read)
}

/// Whether the selling service has yet to hear that a payment was fully refunded.
pub(crate) fn is_to_tell(db: Reader<'_>, node: &Did, payment: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM payments WHERE owner_did = ?1 AND payment = ?2 AND refunded >= gross AND gross > 0 AND told = 0";
    db.exists(sql, [node.as_str(), payment])
}

/// Returns fully refunded payments whose service does not know yet.
pub(crate) fn to_tell(
    db: Reader<'_>,
    node: &Did,
    service: &str,
    more: usize,
) -> Result<Vec<(IdText, Payment, IdText)>> {
    let sql = format!(
        "SELECT rail, payer, seller, currency, gross, refunded, voided, free_at, sent, payment, sold FROM payments
         WHERE owner_did = ?1 AND service = ?2 AND refunded >= gross AND gross > 0 AND told = 0 LIMIT {AT_ONCE} + ?3"
    );
    db.rows(&sql, params![node.as_str(), service, int(more)], |row| {
        Ok((id(row, 9)?, Payment::read(row)?, id(row, 10)?))
    })
}

/// A refund at the provider, made or still to make.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Returned {
    pub(crate) payment: String,
    pub(crate) n: i64,
    pub(crate) amount: Minor,
    pub(crate) part: Minor,
    /// The part that ended because the payer's bank took the money instead.
    pub(crate) ended: Minor,
    /// The amount that the provider refunded or is refunding.
    pub(crate) sent: Minor,
    /// `due`, `pending`, `succeeded`, `failed`, or `refused` while the bank may still take it.
    pub(crate) status: String,
}

impl Returned {
    /// Returns the amount that did not end.
    pub(crate) fn left(&self) -> Minor {
        self.amount.minus(self.ended).unwrap_or(Minor::ZERO)
    }
}

const RETURNED: &str = "SELECT payment, n, amount, part, ended, sent, status FROM returns";

/// Returns all refunds of a payment, in order.
pub(crate) fn returns(db: Reader<'_>, node: &Did, payment: &str) -> Result<Vec<Returned>> {
    let sql = format!("{RETURNED} WHERE owner_did = ?1 AND payment = ?2 ORDER BY n");
    db.rows(&sql, [node.as_str(), payment], Returned::read)
}

/// Returns the `n`th refund of a payment.
pub(crate) fn returned(
    db: Reader<'_>,
    node: &Did,
    payment: &str,
    n: i64,
) -> Result<Option<Returned>> {
    let sql = format!("{RETURNED} WHERE owner_did = ?1 AND payment = ?2 AND n = ?3");
    db.row(&sql, params![node.as_str(), payment, n], Returned::read)
}

/// Returns the refund that the provider knows by this name.
pub(crate) fn of_refund(db: Reader<'_>, node: &Did, refund: &str) -> Result<Option<Returned>> {
    let sql = format!("{RETURNED} WHERE refund = ?2 AND owner_did = ?1");
    db.row(&sql, [node.as_str(), refund], Returned::read)
}

/// Returns the refunds that are still to be requested from the provider.
pub(crate) fn returns_due(db: Reader<'_>, node: &Did, more: usize) -> Result<Vec<Returned>> {
    let sql = format!(
        "{RETURNED} WHERE owner_did = ?1 AND status = 'due' AND amount > ended LIMIT {AT_ONCE} + ?2"
    );
    db.rows(&sql, params![node.as_str(), int(more)], Returned::read)
}

/// Counts the refunds that the provider has yet to make, of payments whose newest refund was posted (by the operation `posted`)
/// before a time in milliseconds.
pub(crate) fn late_returns(
    db: Reader<'_>,
    node: &Did,
    posted: &str,
    before_ms: i64,
) -> Result<u64> {
    let sql = "SELECT count(*) FROM returns WHERE owner_did = ?1 AND status = 'due' AND amount > ended AND ?3 >=
        (SELECT max(entries.at) FROM entries WHERE entries.owner_did = ?1 AND ref = returns.payment AND op = ?2
            AND fact ->> 'kind' IN ('refund', 'repaid'))";
    Ok(db.row(sql, params![node.as_str(), posted, before_ms], first)?.unwrap_or_default())
}

/// Returns two sums of a payment's refunds: those still pending at the provider, and those that failed.
pub(crate) fn at_provider(db: Reader<'_>, node: &Did, payment: &str) -> Result<(Minor, Minor)> {
    let sql = "SELECT coalesce(sum(amount - ended) FILTER (WHERE status IN ('due', 'pending', 'refused')), 0),
            coalesce(sum(amount - ended) FILTER (WHERE status = 'failed'), 0)
        FROM returns WHERE owner_did = ?1 AND payment = ?2";
    Ok(db.row(sql, [node.as_str(), payment], pair)?.unwrap_or((Minor::ZERO, Minor::ZERO)))
}

/// Returns the SQL condition for open disputes, by the name of the column with their status.
pub(super) fn is_open(column: &str) -> String {
    let closed = DisputeStatus::ALL.iter().filter(|status| status.is_over());
    let closed: Vec<String> = closed.map(|status| format!("'{}'", status.name())).collect();
    format!("{column} NOT IN ({})", closed.join(", "))
}

/// Whether a payment has an open dispute other than `but`.
pub(crate) fn has_open_dispute(
    db: Reader<'_>,
    node: &Did,
    payment: &str,
    but: Option<&str>,
) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM disputes WHERE owner_did = ?1 AND payment = ?2 AND dispute IS NOT ?3 AND {}",
        is_open("status")
    );
    db.exists(&sql, params![node.as_str(), payment, but])
}

/// Whether the node has yet to attest a payment: its money is free, and none of it was refunded.
pub(crate) fn is_to_attest(db: Reader<'_>, node: &Did, payment: &str, now_ms: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM payments WHERE owner_did = ?1 AND payment = ?2 AND attested = 0 AND refunded = 0 AND free_at <= ?3";
    db.exists(sql, params![node.as_str(), payment, now_ms])
}

/// Returns the payments that the node has yet to attest.
pub(crate) fn to_attest(
    db: Reader<'_>,
    node: &Did,
    now_ms: i64,
    more: usize,
) -> Result<Vec<(IdText, Did, Did)>> {
    let sql = format!(
        "SELECT payment, payer, seller FROM payments
         WHERE owner_did = ?1 AND attested = 0 AND refunded = 0 AND free_at <= ?2 ORDER BY free_at LIMIT {AT_ONCE} + ?3"
    );
    db.rows(&sql, params![node.as_str(), now_ms, int(more)], |row| {
        Ok((id(row, 0)?, did(row, 1)?, did(row, 2)?))
    })
}

/// Returns the number of the newest entry of the node's own log that these tables have.
pub(crate) fn newest_posting(db: Reader<'_>, node: &Did) -> Result<i64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM entries WHERE owner_did = ?1";
    Ok(db.row(sql, [node.as_str()], first)?.unwrap_or_default())
}

/// A payment that was refunded or disputed, at least in part.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct WentBack {
    /// Sequence number of the entry in the node's books.
    pub(crate) seq: i64,
    pub(crate) payment: String,
    pub(crate) payer: Did,
    pub(crate) seller: Did,
}

/// Returns payments that were refunded or disputed, at least in part, after this entry of the node's books.
pub(crate) fn went_back(
    db: Reader<'_>,
    node: &Did,
    posted: &str,
    after: i64,
    limit: usize,
) -> Result<Vec<WentBack>> {
    let sql = "SELECT seq, ref, fact ->> 'payer', fact ->> 'seller' FROM entries
        WHERE owner_did = ?1 AND seq > ?3 AND op = ?2 AND ref IS NOT NULL AND fact ->> 'kind' IN ('refund', 'repaid', 'lost', 'dispute')
        ORDER BY seq LIMIT ?4";
    db.rows(sql, params![node.as_str(), posted, after, int(limit)], WentBack::read)
}

/// Returns the status of a dispute.
pub(crate) fn dispute(db: Reader<'_>, node: &Did, id: &str) -> Result<Option<String>> {
    let sql = "SELECT status FROM disputes WHERE owner_did = ?1 AND dispute = ?2";
    db.row(sql, [node.as_str(), id], first)
}

/// A person's account with a provider.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Payout {
    /// The node that opened the account.
    pub(crate) node: String,
    pub(crate) account: String,
    /// Whether the account can be paid to.
    pub(crate) is_ready: bool,
    /// Time since when the account can be paid to, in milliseconds.
    pub(crate) since: Option<i64>,
}

/// Returns a person's account with a provider.
pub(crate) fn payout(db: Reader<'_>, did: &Did) -> Result<Option<Payout>> {
    let sql = "SELECT node, account, ready, since FROM payouts WHERE owner_did = ?1";
    db.row(sql, [did.as_str()], Payout::read)
}

pub(crate) fn owner_of_account(db: Reader<'_>, account: &str) -> Result<Option<Did>> {
    db.row("SELECT owner_did FROM payouts WHERE account = ?1", [account], first)
}

/// A payment to report to its seller's callback address.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) url: String,
    pub(crate) payment: String,
    pub(crate) paid: Payment,
    pub(crate) service: Option<String>,
    pub(crate) sold: Option<String>,
    /// Time of the payment, in milliseconds.
    pub(crate) at: i64,
}

/// Returns the payments whose sellers are still to be told: the oldest of each seller, so that no seller's hide another's.
pub(crate) fn calls(db: Reader<'_>, node: &Did, per_seller: usize) -> Result<Vec<Call>> {
    let sql = "SELECT p.rail, p.payer, p.seller, p.currency, p.gross, p.refunded, p.voided, p.free_at, p.sent, p.payment, p.service, p.sold, p.at, c.url
        FROM callbacks c CROSS JOIN payments p ON p.id IN (
          SELECT id FROM payments WHERE owner_did = ?1 AND seller = c.owner_did AND called = 0 AND id > c.since ORDER BY id LIMIT ?2)
        ORDER BY p.id";
    db.rows(sql, params![node.as_str(), int(per_seller)], |row| {
        Ok(Call {
            paid: Payment::read(row)?,
            payment: row.get(9)?,
            service: row.get(10)?,
            sold: row.get(11)?,
            at: row.get(12)?,
            url: row.get(13)?,
        })
    })
}

/// Whether a payment's seller was told, or is no longer to be told.
pub(crate) fn is_called(db: Reader<'_>, node: &Did, payment: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM payments WHERE owner_did = ?1 AND payment = ?2 AND called > 0";
    db.exists(sql, [node.as_str(), payment])
}

/// Returns the address to which a person's payments are reported.
pub(crate) fn callback(db: Reader<'_>, did: &Did) -> Result<Option<String>> {
    db.row("SELECT url FROM callbacks WHERE owner_did = ?1", [did.as_str()], first)
}

/// Returns a person's details for payments outside the node; for the node itself, those of its owners.
pub(crate) fn details(db: Reader<'_>, node: &Did, did: &Did) -> Result<Option<SetDetails>> {
    let sql = "SELECT words FROM details WHERE owner_did = ?2
        OR (?1 = ?2 AND owner_did IN (SELECT did FROM owners WHERE owner_did = ?1)) ORDER BY owner_did";
    let words: Vec<String> = db.rows(sql, [node.as_str(), did.as_str()], first)?;
    Ok(words.iter().find_map(|words| SetDetails::kept(words)))
}
