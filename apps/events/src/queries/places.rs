//! Places that somebody keeps, or has ordered and not paid.

use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did};
use rusqlite::{Connection, Row, params};

use super::{currency, did};

/// Until when places are kept that somebody asks the organiser for: they keep nothing.
pub(crate) const ASKED: i64 = 0;

/// Places that are kept for somebody, or that they ask for.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    pub(crate) event: Did,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    /// Until when it keeps them; [`ASKED`]: it keeps none yet.
    pub(crate) until: i64,
    /// Sold, approved, or given up.
    pub(crate) done: bool,
}

const HOLD: &str =
    "SELECT owner_did, holder, type, quantity, price, currency, until, done FROM holds";

impl Hold {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            event: did(row, 0)?,
            holder: did(row, 1)?,
            kind: row.get(2)?,
            quantity: row.get(3)?,
            price: row.get(4)?,
            currency: currency(row, 5)?,
            until: row.get(6)?,
            done: row.get(7)?,
        })
    }

    /// Whether its organiser is asked for these places and has not answered.
    pub(crate) fn is_ask(&self) -> bool {
        !self.done && self.until == ASKED
    }

    /// How many places it keeps at a time.
    pub(crate) fn keeps(&self, now: i64) -> i64 {
        if !self.done && self.until > now {
            self.quantity
        } else {
            0
        }
    }
}

/// The hold of an id at an event, over or not.
pub(crate) fn hold<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    id: &str,
) -> rusqlite::Result<Option<Hold>> {
    let sql = format!("{HOLD} WHERE owner_did = ?1 AND hold = ?2");
    db.into().row(&sql, [event, id], Hold::read)
}

/// The places that are kept for somebody's payment, by every record that says so: a payment's id is no proof, and a record
/// that was brought here may name any.
pub(crate) fn holds_of_payment(
    db: &Connection,
    payment: &str,
    payer: &Did,
) -> rusqlite::Result<Vec<Hold>> {
    let sql = format!("{HOLD} WHERE hold = ?1 AND holder = ?2 ORDER BY owner_did");
    db.prepare_cached(&sql)?
        .query_map([payment, payer.as_str()], Hold::read)?
        .collect()
}

/// What is open at an event: holds, and orders whose payment has not come.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// The hold's own id, or the payment's.
    pub(crate) id: String,
    pub(crate) hold: Hold,
}

const OPEN: &str =
    "SELECT owner_did, holder, type, quantity, price, currency, until, done, hold FROM holds
    WHERE owner_did = ?1 AND (?2 IS NULL OR holder = ?2)";

impl Open {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            hold: Hold::read(row)?,
            id: row.get(8)?,
        })
    }

    /// Whether it is an order whose payment has not come.
    pub(crate) fn is_order(&self) -> bool {
        !self.id.starts_with(HOLD_PREFIX)
    }
}

/// What an id of a hold begins with; an order has its payment's.
pub(crate) const HOLD_PREFIX: &str = "hld_";

/// What is open at an event at a time, of one person or of everybody, the soonest to end first.
pub(crate) fn open<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    holder: Option<&str>,
    now: i64,
) -> rusqlite::Result<Vec<Open>> {
    let sql = format!("{OPEN} AND done = 0 AND until > ?3 ORDER BY until, hold");
    db.into()
        .rows(&sql, params![event, holder, now], Open::read)
}

/// What the organiser of an event is asked for and has not answered, of one person or of everybody, the first to ask first:
/// an id begins with its time.
pub(crate) fn asks<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    holder: Option<&str>,
) -> rusqlite::Result<Vec<Open>> {
    let sql = format!("{OPEN} AND done = 0 AND until = ?3 ORDER BY hold");
    db.into()
        .rows(&sql, params![event, holder, ASKED], Open::read)
}

/// How many free places of a type somebody took at an event, or keeps, without those of the hold `own`. A place that they
/// passed on counts, too.
pub(crate) fn taken_free<'a>(
    db: impl Into<Reader<'a>>,
    (event, kind): (&str, i64),
    person: &str,
    own: Option<&str>,
    now: i64,
) -> rusqlite::Result<i64> {
    let sql = "SELECT (SELECT count(*) FROM tickets WHERE owner_did = ?1 AND holder = ?3 AND type = ?2 AND issue = 1 AND status <> 'void')
        + (SELECT coalesce(sum(quantity), 0) FROM holds WHERE owner_did = ?1 AND holder = ?3 AND type = ?2 AND done = 0 AND until > ?5 AND hold IS NOT ?4)";
    let taken = db
        .into()
        .row(sql, params![event, kind, person, own, now], |row| {
            row.get(0)
        })?;
    Ok(taken.unwrap_or(0))
}
