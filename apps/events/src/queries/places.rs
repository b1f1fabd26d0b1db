//! Queries of holds, unpaid orders and requests.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_ledger::rows::did;
use imajin_protocol::{Currency, Did};
use rusqlite::{Result, Row, params};

/// The value of `until` for a request, which holds no places.
pub(crate) const ASKED: i64 = 0;

/// A hold, an unpaid order, or a request for places.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Hold {
    pub(crate) event: Did,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    /// The end of the hold in milliseconds; [`ASKED`] for a request.
    pub(crate) until: i64,
    /// Whether the places were sold, approved or released.
    pub(crate) done: bool,
}

const HOLD: &str =
    "SELECT owner_did, holder, type, quantity, price, currency, until, done FROM holds";

impl Hold {
    /// Whether this is a request that the organiser hasn't answered.
    pub(crate) fn is_ask(&self) -> bool {
        !self.done && self.until == ASKED
    }

    /// Returns the number of places that the hold reserves at a time in milliseconds.
    pub(crate) fn keeps(&self, now: i64) -> i64 {
        if !self.done && self.until > now { self.quantity } else { 0 }
    }
}

/// Returns a hold of an event by its id, even if it has ended.
pub(crate) fn hold(db: Reader<'_>, event: &str, id: &str) -> Result<Option<Hold>> {
    db.row(&format!("{HOLD} WHERE owner_did = ?1 AND hold = ?2"), [event, id], Hold::read)
}

/// Returns the places held for a person's payment in every record that names the payment. A payment's id proves
/// nothing, since an imported record may name any.
pub(crate) fn holds_of_payment(db: Reader<'_>, payment: &str, payer: &Did) -> Result<Vec<Hold>> {
    let sql = format!("{HOLD} WHERE hold = ?1 AND holder = ?2 ORDER BY owner_did");
    db.rows(&sql, [payment, payer.as_str()], Hold::read)
}

/// A hold, an unpaid order or a request, with its id.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// The id of the hold, or of the payment.
    pub(crate) id: String,
    pub(crate) hold: Hold,
}

const OPEN: &str =
    "SELECT owner_did, holder, type, quantity, price, currency, until, done, hold FROM holds
    WHERE owner_did = ?1 AND (?2 IS NULL OR holder = ?2)";

impl Open {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { hold: Hold::read(row)?, id: row.get(8)? })
    }

    /// Whether this is an order that isn't paid yet.
    pub(crate) fn is_order(&self) -> bool {
        !self.id.starts_with(HOLD_PREFIX)
    }
}

/// Prefix of ids of holds. An order has the id of its payment.
pub(crate) const HOLD_PREFIX: &str = "hld_";

/// Returns current holds and unpaid orders of an event, of one person or of everyone, the soonest to end first.
pub(crate) fn open(
    db: Reader<'_>,
    event: &str,
    holder: Option<&str>,
    now: i64,
) -> Result<Vec<Open>> {
    let sql = format!("{OPEN} AND done = 0 AND until > ?3 ORDER BY until, hold");
    db.rows(&sql, params![event, holder, now], Open::read)
}

/// Returns unanswered requests for places at an event, of one person or of everyone, oldest first: ids begin with their
/// time.
pub(crate) fn asks(db: Reader<'_>, event: &str, holder: Option<&str>) -> Result<Vec<Open>> {
    let sql = format!("{OPEN} AND done = 0 AND until = ?3 ORDER BY hold");
    db.rows(&sql, params![event, holder, ASKED], Open::read)
}

/// Selects the requests whose places are free now (?1, in milliseconds), at events without approval.
const MOVES_UP: &str = "FROM holds JOIN events ON events.owner_did = holds.owner_did
    JOIN types ON types.owner_did = holds.owner_did AND types.n = holds.type
    WHERE holds.done = 0 AND holds.until = 0 AND types.price = 0
    AND events.status = 'published' AND events.over_at > ?1 AND events.free IS NOT 'approval'
    AND (types.quantity IS NULL OR holds.quantity + types.sold + (SELECT coalesce(sum(kept.quantity), 0) FROM holds kept
        WHERE kept.owner_did = holds.owner_did AND kept.type = holds.type AND kept.done = 0 AND kept.until > ?1) <= types.quantity)";

/// Returns the events at which places are free for a person on the waiting list.
pub(crate) fn events_moving_up(db: Reader<'_>, now: i64) -> Result<Vec<Did>> {
    let sql = format!("SELECT DISTINCT holds.owner_did {MOVES_UP} ORDER BY 1");
    db.rows(&sql, [now], |row| did(row, 0))
}

/// A request on an event's waiting list whose places are free.
#[derive(Debug, FromRow)]
pub(crate) struct Waiting {
    /// The id of the request.
    pub(crate) ask: String,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) quantity: i64,
    /// Maximum number of these free tickets per person.
    pub(crate) most: i64,
}

/// Returns the requests on an event's waiting list for which enough places are free, oldest first.
pub(crate) fn moving_up(db: Reader<'_>, event: &str, now: i64) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT holds.hold, holds.holder, holds.type, holds.quantity, types.most {MOVES_UP}
        AND holds.owner_did = ?2 ORDER BY holds.hold"
    );
    db.rows(&sql, params![now, event], Waiting::read)
}

/// Places that were kept for a person who waited for them.
#[derive(FromRow)]
pub(crate) struct Offer {
    pub(crate) event: Did,
    /// The id of the request.
    pub(crate) ask: String,
    pub(crate) holder: Did,
}

/// Returns the offers that entries of this operation made after an offset, up to another, oldest first.
pub(crate) fn offered(db: Reader<'_>, op: &str, after: i64, upto: i64) -> Result<Vec<Offer>> {
    let sql = "SELECT entries.owner_did, holds.hold, holds.holder FROM entries
        JOIN holds ON holds.owner_did = entries.owner_did AND holds.hold = entries.ref
        WHERE entries.id > ?1 AND entries.id <= ?2 AND entries.op = ?3 ORDER BY entries.id";
    db.rows(sql, params![after, upto, op], Offer::read)
}

/// Returns the number of free places of a type that a person took or holds, without those of the hold `own`. Places
/// that the person passed on count, too.
pub(crate) fn taken_free(
    db: Reader<'_>,
    (event, kind): (&str, i64),
    person: &str,
    own: Option<&str>,
    now: i64,
) -> Result<i64> {
    let sql = "SELECT (SELECT count(*) FROM tickets WHERE owner_did = ?1 AND holder = ?3 AND type = ?2 AND issue = 1 AND status <> 'void')
        + (SELECT coalesce(sum(quantity), 0) FROM holds WHERE owner_did = ?1 AND holder = ?3 AND type = ?2 AND done = 0 AND until > ?5 AND hold IS NOT ?4)";
    Ok(db.row(sql, params![event, kind, person, own, now], |row| row.get(0))?.unwrap_or(0))
}
