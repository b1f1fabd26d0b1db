//! The tables of this service, and how entries change them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. Ticket counts, holders and check-ins of an event are
//! rows of the event's own log; a holder's tickets are rows of the holder's log.

use imajin_app::entries_table;
use imajin_dfos::cbor;
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::event::{id_of, over_of, terms_of, time_of};
use crate::manifest::MANIFEST;
use crate::operations::{
    Changed, HeldPlaces, IssuedTicket, OpenedEvent, ReleasedPlaces, ShowPicture, StatusChanged,
    TransferTicket, UsedTicket, VoidedTicket,
};

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 10,
    page_bytes: imajin_ledger::machine::LARGE_PAGES,
    schema: concat!(
        entries_table!(),
        "
CREATE TABLE events (
    owner_did TEXT PRIMARY KEY,       -- the event
    id TEXT NOT NULL,
    organiser TEXT NOT NULL,
    grp TEXT,                         -- the group that it is for; null: everybody
    status TEXT NOT NULL,
    fair TEXT NOT NULL,               -- the digest of its manifest
    manifest TEXT,                    -- null once erased, like all words
    words TEXT,                       -- JSON
    starts INTEGER,
    ends INTEGER,
    over_at INTEGER,                  -- milliseconds, by the fact; older entries have it in their words only
    latest INTEGER,                   -- the latest over_at that it ever had
    orders INTEGER,                   -- how many orders one person may have open; null: one
    free TEXT,                        -- who gets a free place; null: everybody
    decided_by TEXT,                  -- whose decision its status is; null while it is a draft
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_id ON events (id);
CREATE INDEX events_by_time ON events (status, starts);
CREATE INDEX events_by_organiser ON events (organiser);
CREATE INDEX events_by_group ON events (grp, organiser) WHERE grp IS NOT NULL;
CREATE TABLE pictures (
    owner_did TEXT NOT NULL,          -- who named it; of an event its organiser counts
    event TEXT NOT NULL,
    cid TEXT NOT NULL,
    alt TEXT NOT NULL,
    PRIMARY KEY (owner_did, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE types (
    owner_did TEXT NOT NULL,          -- the event
    n INTEGER NOT NULL,               -- from 1
    price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    quantity INTEGER,                 -- null: without limit
    most INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    PRIMARY KEY (owner_did, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE holds (
    owner_did TEXT NOT NULL,          -- the event
    hold TEXT NOT NULL,               -- of its own, or the payment that is waited for
    holder TEXT NOT NULL,
    type INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,           -- of one, as it was then
    currency TEXT NOT NULL,
    until INTEGER NOT NULL,           -- milliseconds; past it the places are free again. 0: asked for, not approved
    done INTEGER NOT NULL,            -- 1: sold, approved, or given up
    PRIMARY KEY (owner_did, hold)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_type ON holds (owner_did, type, done, until);
CREATE INDEX holds_by_hold ON holds (hold);
CREATE INDEX holds_by_holder ON holds (owner_did, holder, type);
CREATE INDEX holds_asked ON holds (owner_did, hold) WHERE done = 0 AND until = 0;
CREATE TABLE tickets (
    owner_did TEXT NOT NULL,          -- the event, and in another row the holder
    ticket TEXT NOT NULL,
    event TEXT NOT NULL,
    holder TEXT NOT NULL,
    type INTEGER NOT NULL,
    seat TEXT NOT NULL,
    issue INTEGER NOT NULL,
    payment TEXT,
    price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,             -- valid, used, passed, void; off: the event was cancelled, its money is not on its way back yet
    at INTEGER NOT NULL,
    used_at INTEGER,
    door INTEGER,
    text TEXT,                        -- what the event signed
    signature TEXT,
    title TEXT,                       -- what its event said when it was issued, as far as it did
    starts INTEGER,
    timezone TEXT,
    type_name TEXT,
    PRIMARY KEY (owner_did, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_seat ON tickets (owner_did, seat, issue);
CREATE INDEX tickets_by_holder ON tickets (owner_did, holder);
CREATE INDEX tickets_by_payment ON tickets (payment, owner_did) WHERE payment IS NOT NULL;
"
    ),
};

/// The reason that an entry changed nothing.
enum Skip {
    /// The entry lacks members: another node wrote it by other rules.
    Form,
    Tables(rusqlite::Error),
}

impl From<rusqlite::Error> for Skip {
    fn from(error: rusqlite::Error) -> Self {
        Self::Tables(error)
    }
}

type Outcome = Result<(), Skip>;

/// Applies an entry to the tables. An entry with missing members (from a node with other rules) is only added to the
/// list of entries.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let changed = match entry.op {
        OpenedEvent::NAME => opened(db, entry),
        Changed::NAME => described(db, entry),
        ShowPicture::NAME => picture(db, entry),
        StatusChanged::NAME => status(db, entry),
        HeldPlaces::NAME => held(db, entry),
        ReleasedPlaces::NAME => reference(entry).and_then(|hold| end_hold(db, entry.did, hold)),
        IssuedTicket::NAME => ticket(db, entry),
        TransferTicket::NAME => set_status(db, entry, "passed"),
        VoidedTicket::NAME => voided(db, entry),
        UsedTicket::NAME => used(db, entry),
        _ => Ok(()),
    };
    match changed {
        Err(Skip::Tables(error)) => return Err(error),
        Err(Skip::Form) => {
            tracing::debug!(did = %entry.did, seq = entry.seq.0, op = entry.op, "an entry of another form");
        }
        Ok(()) => {}
    }
    Ok(())
}

fn reference<'e>(entry: &Applied<'e>) -> Result<&'e str, Skip> {
    entry.reference.ok_or(Skip::Form)
}

fn need_id<'e>(entry: &Applied<'e>, key: &str) -> Result<&'e str, Skip> {
    entry.id(key).ok_or(Skip::Form)
}

fn need_int(entry: &Applied<'_>, key: &str) -> Result<i64, Skip> {
    entry.int(key).ok_or(Skip::Form)
}

/// Returns a time in the body, in milliseconds.
fn time(entry: &Applied<'_>, key: &str) -> Option<i64> {
    time_of(entry.body?.get(key))
}

fn opened(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let sql = "INSERT INTO events (owner_did, id, organiser, status, fair, at, grp) VALUES (?1, ?2, ?3, 'draft', ?4, ?5, ?6)
        ON CONFLICT DO NOTHING";
    let params = params![
        entry.did.as_str(),
        id_of(entry.did).ok_or(Skip::Form)?,
        entry.author.as_str(),
        need_id(entry, "fair")?,
        entry.at.as_millis(),
        entry.id("group")
    ];
    run(db, sql, params)?;
    described(db, entry)
}

fn described(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let (event, fair) = (entry.did.as_str(), need_id(entry, "fair")?);
    let terms = entry.fact.and_then(terms_of).ok_or(Skip::Form)?;
    for (n, one) in (1_i64..).zip(&terms) {
        let sql = "INSERT INTO types (owner_did, n, price, currency, quantity, most, sold) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
            ON CONFLICT DO UPDATE SET price = excluded.price, currency = excluded.currency, quantity = excluded.quantity, most = excluded.most";
        let (code, most) = (one.currency.code(), one.most);
        run(db, sql, params![event, n, one.price, code, one.quantity, most])?;
    }
    let mut words = entry.body.cloned();
    if let Some(members) = words.as_mut().and_then(|words| words.as_map_mut()) {
        members.remove("salt");
        members.remove("manifest");
    }
    let words = words.map(|words| cbor::to_dag_json(&words).unwrap_or_default().to_string());
    let over = entry.int("ends").or_else(|| entry.body.and_then(over_of));
    let sql = "UPDATE events SET fair = ?2, manifest = ?3, words = ?4, starts = ?5, ends = ?6, over_at = ?7,
        latest = max(coalesce(latest, ?7), coalesce(?7, latest)), orders = ?8, free = ?9 WHERE owner_did = ?1";
    let params = params![
        event,
        fair,
        entry.text("manifest"),
        words,
        time(entry, "startsAt"),
        time(entry, "endsAt"),
        over,
        entry.int("orders"),
        entry.id("free")
    ];
    Ok(run(db, sql, params)?)
}

/// Stores the newest picture that an organiser named for an event. An erased one is removed.
fn picture(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let (owner, event) = (entry.did.as_str(), reference(entry)?);
    let media = entry.fact.ok_or(Skip::Form)?.ids("media");
    let cid = media.and_then(|media| media.first().cloned());
    let alt = entry.text("alt");
    let Some((cid, alt)) = cid.zip(alt) else {
        let sql = "DELETE FROM pictures WHERE owner_did = ?1 AND event = ?2";
        return Ok(run(db, sql, [owner, event])?);
    };
    let sql = "INSERT INTO pictures (owner_did, event, cid, alt) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET cid = excluded.cid, alt = excluded.alt";
    Ok(run(db, sql, [owner, event, cid.as_str(), alt])?)
}

fn status(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let (event, status) = (entry.did.as_str(), need_id(entry, "status")?);
    let sql = "UPDATE events SET status = ?2, decided_by = ?3 WHERE owner_did = ?1";
    run(db, sql, params![event, status, entry.reference])?;
    if status == "cancelled" {
        // All tickets stop being valid at once. Each becomes void in its holder's record when its refund is issued.
        let sql = "UPDATE tickets SET status = 'off' WHERE owner_did = ?1 AND event = ?1 AND status IN ('valid', 'used')";
        run(db, sql, [event])?;
        run(db, "UPDATE types SET sold = 0 WHERE owner_did = ?1", [event])?;
    }
    Ok(())
}

fn held(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let sql =
        "INSERT INTO holds (owner_did, hold, holder, type, quantity, price, currency, until, done)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING";
    let params = params![
        entry.did.as_str(),
        reference(entry)?,
        need_id(entry, "holder")?,
        need_int(entry, "type")?,
        need_int(entry, "quantity")?,
        need_int(entry, "price")?,
        need_id(entry, "currency")?,
        need_int(entry, "until")?
    ];
    run(db, sql, params)?;
    // An order replaces the hold that its buyer had for it.
    entry.id("hold").map_or(Ok(()), |before| end_hold(db, entry.did, before))
}

fn end_hold(db: &Connection, event: &Did, hold: &str) -> Outcome {
    let sql = "UPDATE holds SET done = 1 WHERE owner_did = ?1 AND hold = ?2";
    Ok(run(db, sql, [event.as_str(), hold])?)
}

/// Adds a ticket. In the event's log it replaces earlier issues of its seat, and the first issue of a seat is a sale.
fn ticket(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let (owner, event) = (entry.did.as_str(), need_id(entry, "event")?);
    let (kind, seat) = (need_int(entry, "type")?, need_id(entry, "seat")?);
    let issue = need_int(entry, "issue")?;
    let sql = "INSERT INTO tickets (owner_did, ticket, event, holder, type, seat, issue, payment, price, currency, status, at, text, signature,
        title, starts, type_name, timezone)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'valid', ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING";
    let params = params![
        owner,
        reference(entry)?,
        event,
        need_id(entry, "holder")?,
        kind,
        seat,
        issue,
        entry.id("payment"),
        need_int(entry, "price")?,
        need_id(entry, "currency")?,
        entry.at.as_millis(),
        entry.text("ticket"),
        entry.text("signature"),
        entry.text("title"),
        time(entry, "startsAt"),
        entry.text("typeName"),
        entry.text("timezone")
    ];
    run(db, sql, params)?;
    if owner != event {
        return Ok(());
    }
    if issue == 1 {
        let sql = "UPDATE types SET sold = sold + 1 WHERE owner_did = ?1 AND n = ?2";
        run(db, sql, params![event, kind])?;
        return entry.id("hold").map_or(Ok(()), |hold| end_hold(db, entry.did, hold));
    }
    let sql = "UPDATE tickets INDEXED BY tickets_by_seat SET status = 'passed' WHERE owner_did = ?1 AND seat = ?2 AND issue < ?3 AND status = 'valid'";
    Ok(run(db, sql, params![event, seat, issue])?)
}

fn set_status(db: &Connection, entry: &Applied<'_>, status: &str) -> Outcome {
    let sql = "UPDATE tickets SET status = ?3 WHERE owner_did = ?1 AND ticket = ?2";
    Ok(run(db, sql, [entry.did.as_str(), reference(entry)?, status])?)
}

/// Makes a ticket void, and its place available again.
fn voided(db: &Connection, entry: &Applied<'_>) -> Outcome {
    let sql = "UPDATE types SET sold = sold - 1 WHERE owner_did = ?1 AND n =
        (SELECT type FROM tickets WHERE owner_did = ?1 AND ticket = ?2 AND event = ?1 AND status IN ('valid', 'used'))";
    run(db, sql, [entry.did.as_str(), reference(entry)?])?;
    set_status(db, entry, "void")
}

fn used(db: &Connection, entry: &Applied<'_>) -> Outcome {
    // A ticket that was refunded before the door sent its scan stays void.
    let sql = "UPDATE tickets SET status = CASE status WHEN 'valid' THEN 'used' ELSE status END, used_at = ?3, door = ?4
        WHERE owner_did = ?1 AND ticket = ?2";
    let (at, door) = (need_int(entry, "at")?, entry.int("door"));
    Ok(run(db, sql, params![entry.did.as_str(), reference(entry)?, at, door])?)
}
