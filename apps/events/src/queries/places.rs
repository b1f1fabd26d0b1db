//! Places that somebody keeps, or has ordered and not paid.

use imajin_ledger::Reader;
use imajin_protocol::{Currency, Did};
use rusqlite::{Connection, Row, params};

use super::{currency, did};

/// Places that are kept for somebody.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    pub(crate) event: Did,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) until: i64,
    /// Sold, or given up.
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

    /// How many places it keeps at a time.
    pub(crate) fn keeps(&self, now: i64) -> i64 {
        match !self.done && self.until > now {
            true => self.quantity,
            false => 0,
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

impl Open {
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
    let sql = "SELECT owner_did, holder, type, quantity, price, currency, until, done, hold FROM holds
        WHERE owner_did = ?1 AND (?2 IS NULL OR holder = ?2) AND done = 0 AND until > ?3 ORDER BY until, hold";
    let read = |row: &Row<'_>| {
        Ok(Open {
            hold: Hold::read(row)?,
            id: row.get(8)?,
        })
    };
    db.into().rows(sql, params![event, holder, now], read)
}
