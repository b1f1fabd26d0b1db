//! Queries of the tables, one prepared statement each.

use imajin_app::FromRow;
use imajin_app::data_rights::entries::Entry;
use imajin_dfos::Timestamp;
use imajin_ledger::rows::{currency, did, first, id, minor, pair};
use imajin_ledger::{Reader, Receipt};
use imajin_log::Seq;
use imajin_protocol::fair::Digest;
use imajin_protocol::settlement::FeeSchedule;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::Rail;
use rusqlite::{Result, params};

use crate::manifest::MANIFEST;

mod credit;
mod holds;
mod outside;
mod transfers;
mod wallet;

pub(crate) use credit::*;
pub(crate) use holds::*;
pub(crate) use outside::*;
pub(crate) use transfers::*;
pub(crate) use wallet::*;

imajin_app::read_tables!(MANIFEST);

/// Returns a number of rows for SQLite.
fn int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns what the node owes `of` in a currency; negative where `of` owes the node.
pub(crate) fn balance(db: Reader<'_>, node: &Did, of: &Did, currency: Currency) -> Result<Minor> {
    let sql = "SELECT balance FROM accounts WHERE owner_did = ?1 AND did = ?2 AND currency = ?3";
    Ok(db.row(sql, [node.as_str(), of.as_str(), currency.code()], first)?.unwrap_or(Minor::ZERO))
}

/// Returns what the node owes `of` in each currency that ever moved.
pub(crate) fn balances(db: Reader<'_>, node: &Did, of: &Did) -> Result<Vec<(Currency, Minor)>> {
    let sql = "SELECT currency, balance FROM accounts WHERE owner_did = ?1 AND did = ?2 ORDER BY currency";
    db.rows(sql, [node.as_str(), of.as_str()], pair)
}

/// Sums a person's credit by node and currency, from the entries of the operation `credit` in their own log.
pub(crate) fn credit_by_node(
    db: Reader<'_>,
    of: &Did,
    credit: &str,
) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT fact ->> 'node', fact ->> 'currency', sum(fact ->> 'amount') FROM entries
        WHERE owner_did = ?1 AND op = ?2 GROUP BY 1, 2 ORDER BY 1, 2";
    db.rows(sql, [of.as_str(), credit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// A payment in the node's books.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Payment {
    pub(crate) rail: String,
    pub(crate) payer: Did,
    pub(crate) seller: Did,
    pub(crate) currency: Currency,
    pub(crate) gross: Minor,
    pub(crate) refunded: Minor,
    /// The part that bought what is void now; of e-transfers only.
    pub(crate) voided: Minor,
    /// Time from which the parts are free, in milliseconds; the largest number while that is not known.
    pub(crate) free_at: i64,
    /// The part of a refund that the seller states to have sent; of e-transfers only.
    pub(crate) sent: Minor,
}

impl Payment {
    /// Returns the amount that was not refunded.
    pub(crate) fn left(&self) -> Minor {
        self.gross.minus(self.refunded).map_or(Minor::ZERO, |left| left.max(Minor::ZERO))
    }

    /// Returns the amount that the seller still has to send back from their bank; 0 unless the payment came from bank
    /// to bank.
    pub(crate) fn to_send(&self) -> Minor {
        if self.rail != Rail::Emt.as_str() {
            return Minor::ZERO;
        }
        self.refunded.minus(self.sent).map_or(Minor::ZERO, |left| left.max(Minor::ZERO))
    }

    /// Whether the parts are held at a time.
    pub(crate) fn is_held(&self, now: Timestamp) -> bool {
        self.free_at > now.as_millis()
    }
}

/// Returns the end of what is sold under a name, in milliseconds, if it was postponed after its sales.
pub(crate) fn end_of(db: Reader<'_>, node: &Did, about: &str) -> Result<Option<i64>> {
    let sql = "SELECT free_at FROM ends WHERE owner_did = ?1 AND about = ?2";
    db.row(sql, [node.as_str(), about], first)
}

pub(crate) fn payment(db: Reader<'_>, node: &Did, id: &str) -> Result<Option<Payment>> {
    let sql = "SELECT rail, payer, seller, currency, gross, refunded, voided, free_at, sent FROM payments WHERE owner_did = ?1 AND payment = ?2";
    db.row(sql, [node.as_str(), id], Payment::read)
}

/// Returns the service that sold a payment's goods.
pub(crate) fn selling_service(db: Reader<'_>, node: &Did, payment: &str) -> Result<Option<String>> {
    let sql = "SELECT service FROM payments WHERE owner_did = ?1 AND payment = ?2";
    Ok(db.row(sql, [node.as_str(), payment], first)?.flatten())
}

/// Returns the kind of the posting (an entry of operation `posted`) in the node's books that an entry about credit belongs to:
/// the next one of its payment. `None` if the books are another node's.
pub(crate) fn posting_kind(
    db: Reader<'_>,
    node: &Did,
    posted: &str,
    (log, seq): (&Did, u64),
) -> Result<Option<String>> {
    let sql = "SELECT posting.fact ->> 'kind' FROM entries AS credit JOIN entries AS posting ON posting.ref = credit.ref
        WHERE credit.owner_did = ?1 AND credit.seq = ?2 AND posting.owner_did = ?3 AND posting.op = ?4 AND posting.id > credit.id
        ORDER BY posting.id LIMIT 1";
    Ok(db.row(sql, params![log.as_str(), Seq(seq), node.as_str(), posted], first)?.flatten())
}

/// Returns the refunds of e-transfers that a seller still has to send, the oldest payment first, with their ids and the
/// time of the refund.
pub(crate) fn to_send_back(
    db: Reader<'_>,
    node: &Did,
    seller: &Did,
) -> Result<Vec<(IdText, i64, Payment)>> {
    let sql = "SELECT rail, payer, seller, currency, gross, refunded, voided, free_at, sent, payment,
        (SELECT max(entries.at) FROM entries WHERE entries.owner_did = payments.owner_did AND ref = payments.payment) FROM payments
        WHERE owner_did = ?1 AND seller = ?2 AND rail = 'emt' AND refunded > sent ORDER BY id";
    db.rows(sql, [node.as_str(), seller.as_str()], |row| {
        Ok((id(row, 9)?, row.get::<_, Option<i64>>(10)?.unwrap_or_default(), Payment::read(row)?))
    })
}

/// A leg of a payment: one account's part.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Leg {
    pub(crate) did: Did,
    pub(crate) amount: Minor,
    pub(crate) back: Minor,
}

/// Returns the legs of a payment: the source of the money, then its recipients.
pub(crate) fn legs(db: Reader<'_>, node: &Did, id: &str) -> Result<Vec<Leg>> {
    let sql = "SELECT did, amount, back FROM legs WHERE owner_did = ?1 AND payment = ?2 ORDER BY n";
    db.rows(sql, [node.as_str(), id], Leg::read)
}

/// Whether a payer has paid a seller before, with money that the node saw and that became free. Free payments don't
/// count.
pub(crate) fn has_paid(db: Reader<'_>, node: &Did, payer: &Did, seller: &Did) -> Result<bool> {
    let sql =
        "SELECT 1 FROM payments WHERE owner_did = ?1 AND payer = ?2 AND seller = ?3 AND gross > 0
            AND rail IN ('ledger', 'stripe') AND attested = 1";
    db.exists(sql, [node.as_str(), payer.as_str(), seller.as_str()])
}

/// The content of an entry about keys of the card provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(crate) struct KeysEntry {
    /// The entry's offset.
    at: i64,
    /// Whether the box takes cards with these keys.
    pub(crate) takes: bool,
}

/// Returns the content of the newest entry of an operation about some keys of the card provider.
pub(crate) fn said_of(db: Reader<'_>, op: &str, keys: &str) -> Result<Option<KeysEntry>> {
    let sql = "SELECT id, fact ->> 'account' IS NOT NULL FROM entries WHERE op = ?1 AND fact ->> 'keys' = ?2 ORDER BY id DESC LIMIT 1";
    db.row(sql, [op, keys], KeysEntry::read)
}

pub(crate) fn is_owner(db: Reader<'_>, node: &Did, did: &Did) -> Result<bool> {
    let sql = "SELECT 1 FROM owners WHERE owner_did = ?1 AND did = ?2";
    db.exists(sql, [node.as_str(), did.as_str()])
}

/// Whether this node is the box whose tables these are: only the box has owners here.
pub(crate) fn is_box(db: Reader<'_>, node: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM owners WHERE owner_did = ?1", [node])
}

/// Returns the distribution manifest that was a person's newest at a time.
pub(crate) fn distribution(db: Reader<'_>, did: &Did, at_ms: i64) -> Result<Option<String>> {
    let sql = "SELECT text FROM manifests WHERE owner_did = ?1 AND distributes = 1 AND at <= ?2 ORDER BY id DESC LIMIT 1";
    db.row(sql, params![did.as_str(), at_ms], first)
}

/// Returns the text of a manifest in a log of this node.
pub(crate) fn manifest(db: Reader<'_>, digest: &Digest) -> Result<Option<String>> {
    let sql = "SELECT text FROM manifests WHERE digest = ?1 ORDER BY id LIMIT 1";
    db.row(sql, [digest.to_string()], first)
}

/// Returns a page of a person's entries, newest first, and the total number of entries.
pub(crate) fn newest(
    db: Reader<'_>,
    of: &Did,
    limit: usize,
    offset: usize,
) -> Result<(Vec<Entry>, u64)> {
    let sql = "SELECT count(*) FROM entries WHERE owner_did = ?1";
    let total = db.row(sql, [of.as_str()], first)?;
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3";
    let entries = db.rows(sql, params![of.as_str(), int(limit), int(offset)], Entry::read)?;
    Ok((entries, total.unwrap_or_default()))
}

/// Returns the first entry of an operation about a payment in a person's log.
pub(crate) fn entry_about(
    db: Reader<'_>,
    of: &Did,
    op: &str,
    payment: &str,
) -> Result<Option<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE ref = ?2 AND owner_did = ?1 AND op = ?3 ORDER BY seq LIMIT 1";
    db.row(sql, [of.as_str(), payment, op], Entry::read)
}

/// Returns the entry with this number in a log.
pub(crate) fn entry(db: Reader<'_>, of: &Did, seq: u64) -> Result<Option<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 AND seq = ?2";
    db.row(sql, params![of.as_str(), Seq(seq)], Entry::read)
}

/// Returns the payment that an entry of a person's log is about.
fn payment_at(db: Reader<'_>, of: &Did, seq: u64) -> Result<Option<String>> {
    let sql = "SELECT ref FROM entries WHERE owner_did = ?1 AND seq = ?2";
    Ok(db.row(sql, params![of.as_str(), Seq(seq)], first)?.flatten())
}

/// Returns the payment that an operation began, by its entry in a node's books.
pub(crate) fn payment_of(db: Reader<'_>, node: &Did, receipt: &Receipt) -> Result<Option<String>> {
    let entry = receipt.entries.iter().find(|entry| entry.did == *node);
    entry.map_or(Ok(None), |entry| payment_at(db, node, entry.seq))
}

/// Returns a node's fees and the recipient of the network's; no fees and the node itself where none were chosen.
pub(crate) fn fee_schedule(db: Reader<'_>, node: &Did) -> Result<(FeeSchedule, Did)> {
    let sql = "SELECT schedule, network FROM fees WHERE owner_did = ?1";
    let row = db.row(sql, [node.as_str()], pair)?;
    let read = |(schedule, network): (String, String)| {
        let schedule = serde_json::from_str(&schedule).ok()?;
        Some((schedule, Did::parse(&network).ok()?))
    };
    // The projection wrote both values itself.
    Ok(row.and_then(read).unwrap_or_else(|| (FeeSchedule::default(), node.clone())))
}
