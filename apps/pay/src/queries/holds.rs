//! Queries of payments that the node awaits, or awaited.

use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Rail, Release};
use rusqlite::{Result, Row, params};

use super::{currency, did, first, id, int, minor};

/// A payment that the node awaits, or awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) payment: IdText,
    pub(crate) payer: Did,
    pub(crate) payee: Did,
    pub(crate) currency: Currency,
    pub(crate) amount: Minor,
    pub(crate) follows: Option<String>,
    pub(crate) rail: Rail,
    pub(crate) service: IdText,
    pub(crate) kind: IdText,
    /// Time when the payment was begun, in milliseconds.
    pub(crate) since: i64,
    /// Deadline, in milliseconds.
    pub(crate) until: i64,
    pub(crate) session: Option<Session>,
    /// The provider's id of the payment itself.
    pub(crate) charge: Option<String>,
    pub(crate) done: bool,
    pub(crate) failed: bool,
    /// The release of the parts, as the payer agreed to it.
    pub(crate) release: Release,
    /// The memo that the payer writes into a transfer.
    pub(crate) memo: String,
}

/// The provider's page of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The provider's id of the page.
    pub(crate) id: String,
    /// End of the page's validity, in milliseconds.
    pub(crate) until: i64,
    /// The amount transferred to the payee's own account.
    pub(crate) part: Option<Minor>,
    part_back: Minor,
}

impl Hold {
    /// Whether the payment is for credit, which the node sells.
    pub(crate) fn is_credit(&self, node: &Did) -> bool {
        self.payee == *node
    }

    /// Returns the payee and the amount that is transferred to their own account with the provider.
    pub(crate) fn passed_on(&self) -> Option<(Did, Minor)> {
        Some((self.payee.clone(), self.session.as_ref()?.part?))
    }

    /// Returns the payee and the transferred amount that was not taken back.
    pub(crate) fn left(&self) -> Option<(Did, Minor)> {
        let session = self.session.as_ref()?;
        let left = session.part?.minus(session.part_back).ok()?;
        Some((self.payee.clone(), left))
    }
}

const HOLD: &str = "SELECT payment, payer, payee, currency, amount, follows, rail, service, kind, until, session, session_until, part,
    part_back, charge, done, failed, free_at, about, memo,
    (SELECT min(entries.at) FROM entries WHERE entries.owner_did = holds.owner_did AND ref = holds.payment) FROM holds";

fn read_hold(row: &Row<'_>) -> Result<Hold> {
    let session: Option<String> = row.get(10)?;
    let part: Option<i64> = row.get(12)?;
    let session = match session {
        Some(id) => Some(Session {
            id,
            until: row.get::<_, Option<i64>>(11)?.unwrap_or_default(),
            part: part.and_then(|part| Minor::new(part).ok()),
            part_back: minor(row, 13)?,
        }),
        None => None,
    };
    Ok(Hold {
        payment: id(row, 0)?,
        payer: did(row, 1)?,
        payee: did(row, 2)?,
        currency: currency(row, 3)?,
        amount: minor(row, 4)?,
        follows: row.get(5)?,
        // A rail that this program does not know can't be confirmed by anyone; its money would come from outside all
        // the same.
        rail: Rail::parse(&row.get::<_, String>(6)?).unwrap_or(Rail::Stripe),
        service: id(row, 7)?,
        kind: id(row, 8)?,
        since: row.get::<_, Option<i64>>(20)?.unwrap_or_default(),
        until: row.get(9)?,
        session,
        charge: row.get(14)?,
        done: row.get(15)?,
        failed: row.get(16)?,
        release: Release {
            free_at: row.get::<_, Option<i64>>(17)?.and_then(|at| Timestamp::from_millis(at).ok()),
            about: row.get::<_, Option<String>>(18)?.and_then(|about| IdText::parse(&about).ok()),
        },
        memo: match row.get::<_, Option<String>>(19)? {
            Some(memo) => memo,
            None => memo_of_before(&row.get::<_, String>(0)?),
        },
    })
}

/// Returns the memo of a payment from before memos were random: the beginning of its id.
fn memo_of_before(payment: &str) -> String {
    let short: String = payment.split('_').nth(1).unwrap_or(payment).chars().take(8).collect();
    format!("IMJ-{}", short.to_ascii_uppercase())
}

/// Whether a payment that may still come has this memo.
pub(crate) fn is_memo_open(db: Reader<'_>, node: &Did, memo: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM holds WHERE owner_did = ?1 AND memo = ?2 AND done = 0 AND failed = 0";
    db.exists(sql, [node.as_str(), memo])
}

/// Returns top-ups by e-transfer that were not confirmed in time, the newest first: the owner may confirm them late.
pub(crate) fn late_top_ups(db: Reader<'_>, node: &Did, now_ms: i64) -> Result<Vec<Hold>> {
    let sql = format!(
        "{HOLD} WHERE owner_did = ?1 AND payee = ?1 AND rail = 'emt' AND done = 0 AND failed = 0 AND until <= ?2
         ORDER BY until DESC LIMIT {AT_ONCE}"
    );
    db.rows(&sql, params![node.as_str(), now_ms], read_hold)
}

pub(crate) fn hold(db: Reader<'_>, node: &Did, id: &str) -> Result<Option<Hold>> {
    let sql = format!("{HOLD} WHERE owner_did = ?1 AND payment = ?2");
    db.row(&sql, [node.as_str(), id], read_hold)
}

/// Whether the outcome of a paid sale is still unknown.
pub(crate) fn is_due(db: Reader<'_>, node: &Did, payment: &str) -> Result<bool> {
    let sql =
        "SELECT 1 FROM holds WHERE owner_did = ?1 AND payment = ?2 AND done = 1 AND fulfilled = 0";
    db.exists(sql, [node.as_str(), payment])
}

/// Returns paid holds whose service has not reported the outcome yet.
pub(crate) fn due(db: Reader<'_>, node: &Did, service: &str, more: usize) -> Result<Vec<Hold>> {
    let sql = format!(
        "{HOLD} WHERE owner_did = ?1 AND service = ?2 AND done = 1 AND fulfilled = 0 LIMIT {AT_ONCE} + ?3"
    );
    db.rows(&sql, params![node.as_str(), service, int(more)], read_hold)
}

/// Returns paid holds that no service here fulfils: their goods were handed over elsewhere.
pub(crate) fn due_elsewhere(
    db: Reader<'_>,
    node: &Did,
    services: &[&str],
    more: usize,
) -> Result<Vec<IdText>> {
    let names = serde_json::to_string(services).unwrap_or_default();
    let sql = format!(
        "SELECT payment FROM payments WHERE owner_did = ?1 AND unfulfilled = 1
            AND coalesce(service, '') NOT IN (SELECT value FROM json_each(?2)) LIMIT {AT_ONCE} + ?3"
    );
    db.rows(&sql, params![node.as_str(), names, int(more)], first)
}

/// Returns the payments by a rail that are still awaited.
pub(crate) fn open(db: Reader<'_>, node: &Did, rail: Rail) -> Result<Vec<Hold>> {
    let sql = format!("{HOLD} WHERE owner_did = ?1 AND rail = ?2 AND done = 0 AND failed = 0");
    db.rows(&sql, [node.as_str(), rail.as_str()], read_hold)
}

/// Returns a person's open payments, to make or to receive, the earliest deadline first.
pub(crate) fn waiting(db: Reader<'_>, node: &Did, did: &Did, now_ms: i64) -> Result<Vec<Hold>> {
    let of = |side: &str| {
        format!(
            "{HOLD} WHERE owner_did = ?1 AND {side} = ?2 AND done = 0 AND failed = 0 AND until > ?3"
        )
    };
    let sql = format!("{} UNION {} ORDER BY until LIMIT {AT_ONCE}", of("payer"), of("payee"));
    db.rows(&sql, params![node.as_str(), did.as_str(), now_ms], read_hold)
}

/// Counts the payments to or by a person that are still expected, as of the newest entry: counting has no clock.
pub(crate) fn waited_for(db: Reader<'_>, did: &Did) -> Result<u64> {
    let sql =
        "SELECT count(*) FROM holds WHERE (payer = ?1 OR payee = ?1) AND done = 0 AND failed = 0
        AND until > (SELECT at FROM entries ORDER BY id DESC LIMIT 1)";
    Ok(db.row(sql, [did.as_str()], first)?.unwrap_or_default())
}

/// Returns the payment that the provider knows by this id.
pub(crate) fn of_charge(db: Reader<'_>, node: &Did, charge: &str) -> Result<Option<Hold>> {
    let sql = format!("{HOLD} WHERE charge = ?2 AND owner_did = ?1");
    db.row(&sql, [node.as_str(), charge], read_hold)
}

/// Returns when the newest page was opened, in milliseconds: the newest entry of the operation `opened`.
pub(crate) fn newest_opened(db: Reader<'_>, node: &Did, opened: &str) -> Result<Option<i64>> {
    let sql = "SELECT max(at) FROM entries WHERE owner_did = ?1 AND op = ?2";
    Ok(db.row(sql, [node.as_str(), opened], first)?.flatten())
}

/// Number of rows that a worker takes at once.
pub(super) const AT_ONCE: usize = 64;
