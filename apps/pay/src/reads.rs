//! What is asked of the tables. Each one prepared statement.

use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_service::sale::Rail;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value as Json;

fn bad(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

fn did(row: &Row<'_>, column: usize) -> rusqlite::Result<Did> {
    Did::parse(&row.get::<_, String>(column)?).map_err(|error| bad(column, error))
}

fn currency(row: &Row<'_>, column: usize) -> rusqlite::Result<Currency> {
    Currency::parse(&row.get::<_, String>(column)?).map_err(|error| bad(column, error))
}

fn minor(row: &Row<'_>, column: usize) -> rusqlite::Result<Minor> {
    Minor::new(row.get(column)?).map_err(|error| bad(column, error))
}

/// What a node owes somebody in a currency; negative where they owe it.
pub(crate) fn balance(
    db: &Connection,
    node: &Did,
    of: &Did,
    currency: Currency,
) -> rusqlite::Result<Minor> {
    let sql = "SELECT balance FROM accounts WHERE owner_did = ?1 AND did = ?2 AND currency = ?3";
    let found = db
        .prepare_cached(sql)?
        .query_row([node.as_str(), of.as_str(), currency.code()], |row| {
            minor(row, 0)
        })
        .optional()?;
    Ok(found.unwrap_or(Minor::ZERO))
}

/// What a node owes somebody, in each currency that ever moved.
pub(crate) fn balances(
    db: &Connection,
    node: &Did,
    of: &Did,
) -> rusqlite::Result<Vec<(Currency, Minor)>> {
    let sql = "SELECT currency, balance FROM accounts WHERE owner_did = ?1 AND did = ?2 ORDER BY currency";
    db.prepare_cached(sql)?
        .query_map([node.as_str(), of.as_str()], |row| {
            Ok((currency(row, 0)?, minor(row, 1)?))
        })?
        .collect()
}

/// What somebody's own log says of their credit, by the node that owes it.
pub(crate) fn credit_by_node(
    db: &Connection,
    of: &Did,
) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let sql = "SELECT fact ->> 'node', fact ->> 'currency', sum(fact ->> 'amount') FROM entries
        WHERE owner_did = ?1 AND op = ?2 GROUP BY 1, 2 ORDER BY 1, 2";
    db.prepare_cached(sql)?
        .query_map([of.as_str(), crate::ops::CREDIT], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect()
}

/// A payment, as the node's books have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) rail: String,
    pub(crate) payer: Did,
    pub(crate) seller: Did,
    pub(crate) currency: Currency,
    pub(crate) gross: Minor,
    pub(crate) refunded: Minor,
}

/// The payment of this id.
pub(crate) fn payment(db: &Connection, node: &Did, id: &str) -> rusqlite::Result<Option<Payment>> {
    let sql = "SELECT rail, payer, seller, currency, gross, refunded FROM payments WHERE owner_did = ?1 AND payment = ?2";
    db.prepare_cached(sql)?
        .query_row([node.as_str(), id], read_payment)
        .optional()
}

fn read_payment(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        rail: row.get(0)?,
        payer: did(row, 1)?,
        seller: did(row, 2)?,
        currency: currency(row, 3)?,
        gross: minor(row, 4)?,
        refunded: minor(row, 5)?,
    })
}

/// One side of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leg {
    pub(crate) did: Did,
    pub(crate) amount: Minor,
    pub(crate) back: Minor,
}

/// The sides of a payment: where the money came from, then who got it.
pub(crate) fn legs(db: &Connection, node: &Did, id: &str) -> rusqlite::Result<Vec<Leg>> {
    let sql = "SELECT did, amount, back FROM legs WHERE owner_did = ?1 AND payment = ?2 ORDER BY n";
    let read = |row: &Row<'_>| {
        Ok(Leg {
            did: did(row, 0)?,
            amount: minor(row, 1)?,
            back: minor(row, 2)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map([node.as_str(), id], read)?
        .collect()
}

/// A payment that is, or was, waited for.
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
    /// Milliseconds.
    pub(crate) until: i64,
    pub(crate) session: Option<Session>,
    /// The provider's name for the payment itself.
    pub(crate) charge: Option<String>,
    pub(crate) done: bool,
    pub(crate) failed: bool,
}

/// The page where it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// The provider's name for it.
    pub(crate) id: String,
    /// Milliseconds.
    pub(crate) until: i64,
    /// What goes on to the payee's own account.
    pub(crate) part: Option<Minor>,
    part_back: Minor,
}

impl Hold {
    /// Whether it is for credit, which the node sells.
    pub(crate) fn is_credit(&self, node: &Did) -> bool {
        self.payee == *node
    }

    /// What goes on to the payee's own account with the provider.
    pub(crate) fn passed_on(&self) -> Option<(Did, Minor)> {
        Some((self.payee.clone(), self.session.as_ref()?.part?))
    }

    /// What of that is still there.
    pub(crate) fn left(&self) -> Option<(Did, Minor)> {
        let session = self.session.as_ref()?;
        let left = session.part?.minus(session.part_back).ok()?;
        Some((self.payee.clone(), left))
    }
}

const HOLD: &str = "SELECT payment, payer, payee, currency, amount, follows, rail, service, kind, until, session, session_until, part,
    part_back, charge, done, failed FROM holds";

fn read_hold(row: &Row<'_>) -> rusqlite::Result<Hold> {
    let word = |column| {
        let text: String = row.get(column)?;
        IdText::parse(&text).map_err(|error| bad(column, error))
    };
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
        payment: word(0)?,
        payer: did(row, 1)?,
        payee: did(row, 2)?,
        currency: currency(row, 3)?,
        amount: minor(row, 4)?,
        follows: row.get(5)?,
        // One that this program does not know is nobody's to confirm; its money would come from outside all the same.
        rail: Rail::parse(&row.get::<_, String>(6)?).unwrap_or(Rail::Stripe),
        service: word(7)?,
        kind: word(8)?,
        until: row.get(9)?,
        session,
        charge: row.get(14)?,
        done: row.get(15)?,
        failed: row.get(16)?,
    })
}

/// The hold of this id.
pub(crate) fn hold(db: &Connection, node: &Did, id: &str) -> rusqlite::Result<Option<Hold>> {
    db.prepare_cached(&format!("{HOLD} WHERE owner_did = ?1 AND payment = ?2"))?
        .query_row([node.as_str(), id], read_hold)
        .optional()
}

/// Whether somebody has paid a seller before. What was free does not count.
pub(crate) fn has_paid(
    db: &Connection,
    node: &Did,
    payer: &Did,
    seller: &Did,
) -> rusqlite::Result<bool> {
    let sql =
        "SELECT 1 FROM payments WHERE owner_did = ?1 AND payer = ?2 AND seller = ?3 AND gross > 0";
    db.prepare_cached(sql)?
        .exists([node.as_str(), payer.as_str(), seller.as_str()])
}

/// Whether somebody owns the node.
pub(crate) fn is_owner(db: &Connection, node: &Did, did: &Did) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM owners WHERE owner_did = ?1 AND did = ?2")?
        .exists([node.as_str(), did.as_str()])
}

/// What somebody distributes: the newest manifest of theirs that says so.
pub(crate) fn distribution(db: &Connection, did: &Did) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT text FROM manifests WHERE owner_did = ?1 AND distributes = 1 ORDER BY id DESC LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([did.as_str()], |row| row.get(0))
        .optional()
}

/// A manifest that stands in a log here.
pub(crate) fn manifest(db: &Connection, digest: &Digest) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT text FROM manifests WHERE digest = ?1 ORDER BY id LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([digest.to_string()], |row| row.get(0))
        .optional()
}

/// An entry of this service in somebody's log.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) op: String,
    pub(crate) payment: Option<String>,
    pub(crate) fact: Json,
    pub(crate) body: Json,
}

impl Entry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        // What the projection wrote itself.
        let json = |text: Option<String>| {
            text.and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default()
        };
        Ok(Self {
            at: row.get(0)?,
            op: row.get(1)?,
            payment: row.get(2)?,
            fact: json(row.get(3)?),
            body: json(row.get(4)?),
        })
    }
}

/// All entries of somebody's log, in its order.
pub(crate) fn entries(db: &Connection, of: &Did) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT at, op, payment, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq";
    db.prepare_cached(sql)?
        .query_map([of.as_str()], Entry::read)?
        .collect()
}

/// A part of them, newest first, and how many there are.
pub(crate) fn newest(
    db: &Connection,
    of: &Did,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Entry>, u64)> {
    let total: i64 = db
        .prepare_cached("SELECT count(*) FROM entries WHERE owner_did = ?1")?
        .query_row([of.as_str()], |row| row.get(0))?;
    let sql = "SELECT at, op, payment, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3";
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let found = db
        .prepare_cached(sql)?
        .query_map(
            params![of.as_str(), number(limit), number(offset)],
            Entry::read,
        )?
        .collect::<Result<_, _>>()?;
    Ok((found, total.unsigned_abs()))
}

/// The entry of an op about a payment in somebody's log.
pub(crate) fn about(
    db: &Connection,
    of: &Did,
    op: &str,
    payment: &str,
) -> rusqlite::Result<Option<Entry>> {
    let sql = "SELECT at, op, payment, fact, body FROM entries WHERE payment = ?2 AND owner_did = ?1 AND op = ?3 ORDER BY seq LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([of.as_str(), payment, op], Entry::read)
        .optional()
}

/// Which payment an entry of somebody's log is about.
pub(crate) fn payment_at(db: &Connection, of: &Did, seq: u64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT payment FROM entries WHERE owner_did = ?1 AND seq = ?2";
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    Ok(db
        .prepare_cached(sql)?
        .query_row(params![of.as_str(), seq], |row| row.get(0))
        .optional()?
        .flatten())
}

/// Whether the provider's event was heard before.
pub(crate) fn has_event(db: &Connection, node: &Did, event: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM events WHERE owner_did = ?1 AND event = ?2")?
        .exists([node.as_str(), event])
}

/// Whether a page of the provider is one that this record knows nothing of, and says so.
pub(crate) fn is_stray(db: &Connection, node: &Did, session: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM strays WHERE owner_did = ?1 AND session = ?2")?
        .exists([node.as_str(), session])
}

/// Whether it is not known yet what became of what was paid for.
pub(crate) fn is_due(db: &Connection, node: &Did, payment: &str) -> rusqlite::Result<bool> {
    let sql =
        "SELECT 1 FROM holds WHERE owner_did = ?1 AND payment = ?2 AND done = 1 AND fulfilled = 0";
    db.prepare_cached(sql)?.exists([node.as_str(), payment])
}

/// Whether its service does not know yet that all of a payment was given back.
pub(crate) fn is_to_tell(db: &Connection, node: &Did, payment: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM payments WHERE owner_did = ?1 AND payment = ?2 AND refunded >= gross AND gross > 0 AND told = 0";
    db.prepare_cached(sql)?.exists([node.as_str(), payment])
}

/// Payments whose service has not said yet what became of it.
pub(crate) fn due(db: &Connection, node: &Did, service: &str) -> rusqlite::Result<Vec<Hold>> {
    db.prepare_cached(&format!(
        "{HOLD} WHERE owner_did = ?1 AND service = ?2 AND done = 1 AND fulfilled = 0 LIMIT {AT_ONCE}"
    ))?
    .query_map([node.as_str(), service], read_hold)?
    .collect()
}

/// Payments by a rail that are still waited for.
pub(crate) fn open(db: &Connection, node: &Did, rail: Rail) -> rusqlite::Result<Vec<Hold>> {
    db.prepare_cached(&format!(
        "{HOLD} WHERE owner_did = ?1 AND rail = ?2 AND done = 0 AND failed = 0"
    ))?
    .query_map([node.as_str(), rail.as_str()], read_hold)?
    .collect()
}

/// What somebody waits for, to make or to get, the soonest to end first.
pub(crate) fn waiting(
    db: &Connection,
    node: &Did,
    did: &Did,
    now_ms: i64,
) -> rusqlite::Result<Vec<Hold>> {
    let of = |side: &str| {
        format!(
            "{HOLD} WHERE owner_did = ?1 AND {side} = ?2 AND done = 0 AND failed = 0 AND until > ?3"
        )
    };
    let sql = format!(
        "{} UNION {} ORDER BY until LIMIT {AT_ONCE}",
        of("payer"),
        of("payee")
    );
    db.prepare_cached(&sql)?
        .query_map(params![node.as_str(), did.as_str(), now_ms], read_hold)?
        .collect()
}

/// The payment that the provider knows by this name.
pub(crate) fn of_charge(
    db: &Connection,
    node: &Did,
    charge: &str,
) -> rusqlite::Result<Option<Hold>> {
    db.prepare_cached(&format!("{HOLD} WHERE charge = ?2 AND owner_did = ?1"))?
        .query_row([node.as_str(), charge], read_hold)
        .optional()
}

/// When the newest page was opened, in milliseconds.
pub(crate) fn newest_opened(db: &Connection, node: &Did) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT max(at) FROM entries WHERE owner_did = ?1 AND op = ?2";
    db.prepare_cached(sql)?
        .query_row([node.as_str(), crate::ops::OPENED], |row| row.get(0))
}

/// Payments that were given back, all of them, and whose service does not know yet.
pub(crate) fn to_tell(
    db: &Connection,
    node: &Did,
    service: &str,
) -> rusqlite::Result<Vec<(IdText, Payment, IdText)>> {
    let sql = format!(
        "SELECT rail, payer, seller, currency, gross, refunded, payment, sold FROM payments
         WHERE owner_did = ?1 AND service = ?2 AND refunded >= gross AND gross > 0 AND told = 0 LIMIT {AT_ONCE}"
    );
    let word = |row: &Row<'_>, column| {
        let text: String = row.get(column)?;
        IdText::parse(&text).map_err(|error| bad(column, error))
    };
    db.prepare_cached(&sql)?
        .query_map([node.as_str(), service], |row| {
            Ok((word(row, 6)?, read_payment(row)?, word(row, 7)?))
        })?
        .collect()
}

/// How many a worker takes at once.
const AT_ONCE: usize = 64;

/// Something that was, or is to be, given back at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) payment: String,
    pub(crate) n: i64,
    pub(crate) amount: Minor,
    pub(crate) part: Minor,
    pub(crate) status: String,
}

const RETURNED: &str = "SELECT payment, n, amount, part, status FROM returns";

fn read_returned(row: &Row<'_>) -> rusqlite::Result<Returned> {
    Ok(Returned {
        payment: row.get(0)?,
        n: row.get(1)?,
        amount: minor(row, 2)?,
        part: minor(row, 3)?,
        status: row.get(4)?,
    })
}

/// The `n`th time that something of a payment was given back.
pub(crate) fn returned(
    db: &Connection,
    node: &Did,
    payment: &str,
    n: i64,
) -> rusqlite::Result<Option<Returned>> {
    db.prepare_cached(&format!(
        "{RETURNED} WHERE owner_did = ?1 AND payment = ?2 AND n = ?3"
    ))?
    .query_row(params![node.as_str(), payment, n], read_returned)
    .optional()
}

/// The one that the provider knows by this name.
pub(crate) fn of_refund(
    db: &Connection,
    node: &Did,
    refund: &str,
) -> rusqlite::Result<Option<Returned>> {
    db.prepare_cached(&format!("{RETURNED} WHERE refund = ?2 AND owner_did = ?1"))?
        .query_row([node.as_str(), refund], read_returned)
        .optional()
}

/// What the provider is still to be asked to give back.
pub(crate) fn returns_due(db: &Connection, node: &Did) -> rusqlite::Result<Vec<Returned>> {
    db.prepare_cached(&format!(
        "{RETURNED} WHERE owner_did = ?1 AND status = 'due' LIMIT {AT_ONCE}"
    ))?
    .query_map([node.as_str()], read_returned)?
    .collect()
}

/// How far a dispute is.
pub(crate) fn dispute(db: &Connection, node: &Did, id: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT status FROM disputes WHERE owner_did = ?1 AND dispute = ?2")?
        .query_row([node.as_str(), id], |row| row.get(0))
        .optional()
}

/// Somebody's account with a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payout {
    /// By whose account it was begun.
    pub(crate) node: String,
    pub(crate) account: String,
    /// Whether it can be paid to.
    pub(crate) is_ready: bool,
}

/// The account of somebody.
pub(crate) fn payout(db: &Connection, did: &Did) -> rusqlite::Result<Option<Payout>> {
    db.prepare_cached("SELECT node, account, ready FROM payouts WHERE owner_did = ?1")?
        .query_row([did.as_str()], |row| {
            Ok(Payout {
                node: row.get(0)?,
                account: row.get(1)?,
                is_ready: row.get(2)?,
            })
        })
        .optional()
}

/// Whose account this is.
pub(crate) fn owner_of_account(db: &Connection, account: &str) -> rusqlite::Result<Option<Did>> {
    db.prepare_cached("SELECT owner_did FROM payouts WHERE account = ?1")?
        .query_row([account], |row| did(row, 0))
        .optional()
}

/// A payment whose seller wants to be told.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) url: String,
    pub(crate) payment: String,
    pub(crate) paid: Payment,
    pub(crate) service: Option<String>,
    pub(crate) sold: Option<String>,
    /// Milliseconds.
    pub(crate) at: i64,
}

/// Payments whose sellers are still to be told.
pub(crate) fn calls(db: &Connection, node: &Did) -> rusqlite::Result<Vec<Call>> {
    let sql = format!(
        "SELECT p.rail, p.payer, p.seller, p.currency, p.gross, p.refunded, p.payment, p.service, p.sold, p.at, c.url
         FROM callbacks c CROSS JOIN payments p
         WHERE p.owner_did = ?1 AND p.seller = c.owner_did AND p.called = 0 AND p.id > c.since ORDER BY p.id LIMIT {AT_ONCE}"
    );
    db.prepare_cached(&sql)?
        .query_map([node.as_str()], |row| {
            Ok(Call {
                paid: read_payment(row)?,
                payment: row.get(6)?,
                service: row.get(7)?,
                sold: row.get(8)?,
                at: row.get(9)?,
                url: row.get(10)?,
            })
        })?
        .collect()
}

/// Whether a payment's seller was told, or is not to be told any more.
pub(crate) fn is_called(db: &Connection, node: &Did, payment: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM payments WHERE owner_did = ?1 AND payment = ?2 AND called > 0";
    db.prepare_cached(sql)?.exists([node.as_str(), payment])
}

/// Where somebody is told what they were paid.
pub(crate) fn callback(db: &Connection, did: &Did) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT url FROM callbacks WHERE owner_did = ?1")?
        .query_row([did.as_str()], |row| row.get(0))
        .optional()
}
