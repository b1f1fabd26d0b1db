//! What is asked of the tables. Each one prepared statement.

use imajin_protocol::{Currency, Did};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
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

/// What the projection wrote itself.
fn json(text: Option<String>) -> Json {
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// An event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) did: Did,
    pub(crate) id: String,
    pub(crate) organiser: Did,
    pub(crate) status: String,
    pub(crate) fair: String,
    pub(crate) manifest: Option<String>,
    /// Null where the organiser erased them.
    pub(crate) words: Json,
    pub(crate) starts: Option<i64>,
    pub(crate) ends: Option<i64>,
    /// When it is over, in milliseconds; a day after it begins, where nobody said when it ends.
    pub(crate) over_at: Option<i64>,
    /// The latest end that it ever had.
    pub(crate) latest: Option<i64>,
    /// How many orders one person may have open at once, where the organiser allows more than one.
    pub(crate) orders: Option<i64>,
    /// Whose decision its status is.
    pub(crate) decided_by: Option<String>,
}

const EVENT: &str = "SELECT owner_did, id, organiser, status, fair, manifest, words, starts, ends, over_at, latest, orders, decided_by FROM events";

impl Event {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            did: did(row, 0)?,
            id: row.get(1)?,
            organiser: did(row, 2)?,
            status: row.get(3)?,
            fair: row.get(4)?,
            manifest: row.get(5)?,
            words: json(row.get(6)?),
            starts: row.get(7)?,
            ends: row.get(8)?,
            over_at: row.get(9)?,
            latest: row.get(10)?,
            orders: row.get(11)?,
            decided_by: row.get(12)?,
        })
    }

    /// A text of its words.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.words[name].as_str().filter(|text| !text.is_empty())
    }

    /// How many orders one person may have open at once.
    pub(crate) fn orders_max(&self) -> usize {
        let most = self.orders.and_then(|most| usize::try_from(most).ok());
        most.unwrap_or(1)
    }

    /// What a ticket type is called.
    pub(crate) fn type_name(&self, n: i64) -> Option<&str> {
        let at = usize::try_from(n - 1).ok()?;
        self.words["tickets"].get(at)?["name"].as_str()
    }
}

/// The event of a DID.
pub(crate) fn event(db: &Connection, event: &str) -> rusqlite::Result<Option<Event>> {
    let sql = format!("{EVENT} WHERE owner_did = ?1");
    db.prepare_cached(&sql)?
        .query_row([event], Event::read)
        .optional()
}

/// The event of a DID or a short name.
pub(crate) fn find(db: &Connection, name: &str) -> rusqlite::Result<Option<Event>> {
    if let Some(id) = name.strip_prefix("did:imajin:event:") {
        return by_id(db, id);
    }
    match name.starts_with("did:") {
        true => event(db, name),
        false => by_id(db, name),
    }
}

fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Event>> {
    let sql = format!("{EVENT} WHERE id = ?1 ORDER BY owner_did LIMIT 1");
    db.prepare_cached(&sql)?
        .query_row([id], Event::read)
        .optional()
}

/// Which events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Of whom; else everybody's.
    pub(crate) organiser: Option<String>,
    /// Also what is not published; for the organiser.
    pub(crate) all: bool,
    /// Only what is not over by then.
    pub(crate) from: Option<i64>,
}

/// A part of them, in the order in which they begin, and how many there are.
pub(crate) fn list(
    db: &Connection,
    which: &Which,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Event>, u64)> {
    let wanted = "(?1 IS NULL OR organiser = ?1)
        AND (?2 OR (status IN ('published', 'paused', 'completed', 'cancelled') AND words IS NOT NULL))
        AND (?3 IS NULL OR over_at >= ?3)";
    let args: [&dyn ToSql; 3] = [&which.organiser, &which.all, &which.from];
    let sql = format!("SELECT count(*) FROM events WHERE {wanted}");
    let total: i64 = db
        .prepare_cached(&sql)?
        .query_row(args.as_slice(), |row| row.get(0))?;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (limit, offset) = (number(limit), number(offset));
    let sql = format!("{EVENT} WHERE {wanted} ORDER BY starts, owner_did LIMIT ?4 OFFSET ?5");
    let args: [&dyn ToSql; 5] = [&which.organiser, &which.all, &which.from, &limit, &offset];
    let found = db
        .prepare_cached(&sql)?
        .query_map(args.as_slice(), Event::read)?
        .collect::<Result<_, _>>()?;
    Ok((found, total.unsigned_abs()))
}

/// A type of tickets.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) n: i64,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) quantity: Option<i64>,
    pub(crate) most: i64,
    pub(crate) sold: i64,
    /// Kept for people who are about to pay.
    pub(crate) held: i64,
}

impl Kind {
    /// How many are left; none: without limit. Never below nothing.
    pub(crate) fn available(&self) -> Option<i64> {
        self.quantity
            .map(|quantity| quantity.saturating_sub(self.sold).saturating_sub(self.held))
            .map(|left| left.max(0))
    }
}

const KIND: &str = "SELECT n, price, currency, quantity, most, sold,
    (SELECT coalesce(sum(quantity), 0) FROM holds WHERE holds.owner_did = types.owner_did AND type = n AND done = 0 AND until > ?2)
    FROM types WHERE owner_did = ?1";

fn kind_of(row: &Row<'_>) -> rusqlite::Result<Kind> {
    Ok(Kind {
        n: row.get(0)?,
        price: row.get(1)?,
        currency: currency(row, 2)?,
        quantity: row.get(3)?,
        most: row.get(4)?,
        sold: row.get(5)?,
        held: row.get(6)?,
    })
}

/// The types of an event's tickets, as they are at a time.
pub(crate) fn kinds(db: &Connection, event: &str, now: i64) -> rusqlite::Result<Vec<Kind>> {
    let sql = format!("{KIND} ORDER BY n");
    db.prepare_cached(&sql)?
        .query_map(params![event, now], kind_of)?
        .collect()
}

/// One of them.
pub(crate) fn kind(
    db: &Connection,
    event: &str,
    n: i64,
    now: i64,
) -> rusqlite::Result<Option<Kind>> {
    let sql = format!("{KIND} AND n = ?3");
    db.prepare_cached(&sql)?
        .query_row(params![event, now, n], kind_of)
        .optional()
}

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
pub(crate) fn hold(db: &Connection, event: &str, id: &str) -> rusqlite::Result<Option<Hold>> {
    let sql = format!("{HOLD} WHERE owner_did = ?1 AND hold = ?2");
    db.prepare_cached(&sql)?
        .query_row([event, id], Hold::read)
        .optional()
}

/// The places that are kept for a payment.
pub(crate) fn hold_of_payment(db: &Connection, payment: &str) -> rusqlite::Result<Option<Hold>> {
    let sql = format!("{HOLD} WHERE hold = ?1 ORDER BY owner_did LIMIT 1");
    db.prepare_cached(&sql)?
        .query_row([payment], Hold::read)
        .optional()
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
pub(crate) fn open(
    db: &Connection,
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
    db.prepare_cached(sql)?
        .query_map(params![event, holder, now], read)?
        .collect()
}

/// A ticket, as one log has it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) ticket: String,
    pub(crate) event: Did,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) seat: String,
    pub(crate) issue: i64,
    pub(crate) payment: Option<String>,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) status: String,
    pub(crate) at: i64,
    pub(crate) used_at: Option<i64>,
    pub(crate) door: Option<i64>,
    pub(crate) text: Option<String>,
    pub(crate) signature: Option<String>,
}

impl Held {
    /// Whether it lets, or let, somebody in.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.status.as_str(), "valid" | "used")
    }

    /// Whether cancelling the event would still refund this money.
    pub(crate) fn is_open(&self) -> bool {
        self.counts() || self.status == "off"
    }

    /// Its status as everybody is told it.
    pub(crate) fn said(&self) -> &str {
        match self.status.as_str() {
            "off" => "void",
            other => other,
        }
    }
}

/// A ticket of an event that was cancelled is `off`, also in a holder's record that does not say so yet.
const TICKET: &str = "SELECT ticket, event, holder, type, seat, issue, payment, price, currency,
    CASE WHEN status IN ('valid', 'used') AND EXISTS (SELECT 1 FROM events WHERE events.owner_did = tickets.event AND events.status = 'cancelled')
    THEN 'off' ELSE status END, at, used_at, door, text, signature FROM tickets";

fn ticket_of(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        ticket: row.get(0)?,
        event: did(row, 1)?,
        holder: did(row, 2)?,
        kind: row.get(3)?,
        seat: row.get(4)?,
        issue: row.get(5)?,
        payment: row.get(6)?,
        price: row.get(7)?,
        currency: currency(row, 8)?,
        status: row.get(9)?,
        at: row.get(10)?,
        used_at: row.get(11)?,
        door: row.get(12)?,
        text: row.get(13)?,
        signature: row.get(14)?,
    })
}

/// A ticket in somebody's log: the event's or the holder's.
pub(crate) fn ticket(db: &Connection, owner: &str, ticket: &str) -> rusqlite::Result<Option<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND ticket = ?2");
    db.prepare_cached(&sql)?
        .query_row([owner, ticket], ticket_of)
        .optional()
}

/// Whether somebody was let in at an event before, by the event's log.
pub(crate) fn was_there(db: &Connection, event: &str, holder: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM tickets WHERE owner_did = ?1 AND holder = ?2 AND used_at IS NOT NULL";
    db.prepare_cached(sql)?.exists([event, holder])
}

/// Whether somebody holds a ticket of an event that counts.
pub(crate) fn has_valid(db: &Connection, holder: &str, event: &str) -> rusqlite::Result<bool> {
    // In a holder's own record a ticket becomes void a little after its event is cancelled.
    let sql =
        "SELECT 1 FROM tickets WHERE owner_did = ?1 AND event = ?2 AND status IN ('valid', 'used')
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled')";
    db.prepare_cached(sql)?.exists([holder, event])
}

/// The newest ticket of a place.
pub(crate) fn of_seat(db: &Connection, event: &str, seat: &str) -> rusqlite::Result<Option<Held>> {
    // Named, since the planner would rather walk through all tickets of an event.
    let sql = format!(
        "{TICKET} INDEXED BY tickets_by_seat WHERE owner_did = ?1 AND seat = ?2 ORDER BY issue DESC LIMIT 1"
    );
    db.prepare_cached(&sql)?
        .query_row([event, seat], ticket_of)
        .optional()
}

/// The tickets that were bought with a payment, in an event's log.
pub(crate) fn of_payment(
    db: &Connection,
    event: &str,
    payment: &str,
) -> rusqlite::Result<Vec<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND payment = ?2 ORDER BY seat, issue");
    db.prepare_cached(&sql)?
        .query_map([event, payment], ticket_of)?
        .collect()
}

/// A payment of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bought {
    pub(crate) payment: String,
    /// Whether nobody has said yet that its tickets are void in their holders' records.
    pub(crate) is_open: bool,
}

/// The payments of an event, after one, in the order of their ids; or only those that are still open.
pub(crate) fn payments(
    db: &Connection,
    event: &str,
    only_open: bool,
    after: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Bought>> {
    let sql = "SELECT payment, max(status IN ('valid', 'used', 'off')) AS open FROM tickets WHERE owner_did = ?1 AND payment > ?2
        GROUP BY payment HAVING open >= ?3 ORDER BY payment LIMIT ?4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| {
        Ok(Bought {
            payment: row.get(0)?,
            is_open: row.get(1)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map(params![event, after, only_open, limit], read)?
        .collect()
}

/// Events that were cancelled and whose money is not all on its way back.
pub(crate) fn closing(db: &Connection) -> rusqlite::Result<Vec<Event>> {
    let sql = format!(
        "{EVENT} WHERE status = 'cancelled' AND EXISTS (SELECT 1 FROM tickets
         WHERE tickets.owner_did = events.owner_did AND tickets.status = 'off' AND payment IS NOT NULL)"
    );
    db.prepare_cached(&sql)?
        .query_map([], Event::read)?
        .collect()
}

/// A ticket that was entered in its holder's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The entry's offset.
    pub(crate) id: i64,
    pub(crate) holder: Did,
    pub(crate) ticket: String,
    payment: String,
}

impl Issue {
    /// Whether two came to somebody at once.
    pub(crate) fn is_of_one_sale(&self, other: &Self) -> bool {
        (&self.holder, &self.payment) == (&other.holder, &other.payment)
    }
}

/// Tickets that were entered in their holders' records since, oldest first.
pub(crate) fn issued(db: &Connection, after: i64, limit: usize) -> rusqlite::Result<Vec<Issue>> {
    let sql = "SELECT id, owner_did, ref, fact ->> 'payment' FROM entries
        WHERE id > ?1 AND op = ?2 AND owner_did = fact ->> 'holder' AND fact ->> 'payment' IS NOT NULL ORDER BY id LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| {
        Ok(Issue {
            id: row.get(0)?,
            holder: did(row, 1)?,
            ticket: row.get(2)?,
            payment: row.get(3)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map(params![after, crate::ops::TICKET, limit], read)?
        .collect()
}

/// The offset of the newest entry; 0 where there is none.
pub(crate) fn newest_entry(db: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM entries";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// When the first refundable payment of an event arrived, in milliseconds.
pub(crate) fn first_paid(db: &Connection, event: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT min(at) FROM tickets WHERE owner_did = ?1 AND price > 0 AND payment IN
        (SELECT payment FROM tickets WHERE owner_did = ?1 AND status IN ('valid', 'used'))";
    db.prepare_cached(sql)?.query_row([event], |row| row.get(0))
}

/// The event that a payment bought tickets of.
pub(crate) fn event_of_payment(db: &Connection, payment: &str) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT owner_did FROM tickets WHERE payment = ?1 AND owner_did = event LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([payment], |row| row.get(0))
        .optional()
}

/// The tickets in a log, newest first, and how many there are.
pub(crate) fn tickets(
    db: &Connection,
    owner: &str,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Held>, u64)> {
    let total: i64 = db
        .prepare_cached("SELECT count(*) FROM tickets WHERE owner_did = ?1")?
        .query_row([owner], |row| row.get(0))?;
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY at DESC, ticket LIMIT ?2 OFFSET ?3");
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let found = db
        .prepare_cached(&sql)?
        .query_map(params![owner, number(limit), number(offset)], ticket_of)?
        .collect::<Result<_, _>>()?;
    Ok((found, total.unsigned_abs()))
}

/// All tickets of an event, by place and issue: what a door takes along.
pub(crate) fn all_tickets(db: &Connection, event: &str) -> rusqlite::Result<Vec<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY seat, issue");
    db.prepare_cached(&sql)?
        .query_map([event], ticket_of)?
        .collect()
}

/// An entry of this service in somebody's log.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) op: String,
    pub(crate) reference: Option<String>,
    pub(crate) fact: Json,
    pub(crate) body: Json,
}

/// All entries of somebody's log, in its order.
pub(crate) fn entries(db: &Connection, of: &Did) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq";
    let read = |row: &Row<'_>| {
        Ok(Entry {
            at: row.get(0)?,
            op: row.get(1)?,
            reference: row.get(2)?,
            fact: json(row.get(3)?),
            body: json(row.get(4)?),
        })
    };
    db.prepare_cached(sql)?
        .query_map([of.as_str()], read)?
        .collect()
}

/// Whether an event was made by somebody, whatever became of it.
pub(crate) fn has_event(db: &Connection, event: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM events WHERE owner_did = ?1")?
        .exists([event])
}
