//! The tables of this service, and how entries change them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. Ticket counts, holders and check-ins of an event are
//! rows of the event's own log; a holder's tickets are rows of the holder's log.

use imajin_app::entries_table;
use imajin_dfos::cbor;
use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use imajin_protocol::Fact;
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
    version: 9,
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

/// Applies an entry to the tables. An entry with missing members (from a node with other rules) is only added to the
/// list of entries.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let changed = match entry.op {
        OpenedEvent::NAME => opened(db, entry)?,
        Changed::NAME => changed(db, entry)?,
        ShowPicture::NAME => picture(db, entry)?,
        StatusChanged::NAME => status(db, entry)?,
        HeldPlaces::NAME => held(db, entry)?,
        ReleasedPlaces::NAME => end_hold(db, entry.did.as_str(), entry.reference)?,
        IssuedTicket::NAME => ticket(db, entry)?,
        TransferTicket::NAME => set_status(db, entry, "passed")?,
        VoidedTicket::NAME => voided(db, entry)?,
        UsedTicket::NAME => used(db, entry)?,
        _ => Some(()),
    };
    if changed.is_none() {
        tracing::debug!(did = %entry.did, seq = entry.seq.0, op = entry.op, "an entry of another form");
    }
    Ok(())
}

fn id<'f>(fact: Option<&'f Fact>, key: &str) -> Option<&'f str> {
    fact?.id(key).map(|id| id.as_str())
}

fn opened(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(fair), Some(name)) = (id(entry.fact, "fair"), id_of(entry.did)) else {
        return Ok(None);
    };
    let sql = "INSERT INTO events (owner_did, id, organiser, status, fair, at, grp) VALUES (?1, ?2, ?3, 'draft', ?4, ?5, ?6)
        ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![
        entry.did.as_str(),
        name,
        entry.author.as_str(),
        fair,
        entry.at.as_millis(),
        id(entry.fact, "group")
    ])?;
    changed(db, entry)
}

fn changed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let event = entry.did.as_str();
    let (Some(fact), Some(fair)) = (entry.fact, id(entry.fact, "fair")) else {
        return Ok(None);
    };
    let Some(terms) = terms_of(fact) else {
        return Ok(None);
    };
    for (n, one) in (1_i64..).zip(&terms) {
        let sql = "INSERT INTO types (owner_did, n, price, currency, quantity, most, sold) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
            ON CONFLICT DO UPDATE SET price = excluded.price, currency = excluded.currency, quantity = excluded.quantity, most = excluded.most";
        db.prepare_cached(sql)?.execute(params![
            event,
            n,
            one.price,
            one.currency.code(),
            one.quantity,
            one.most
        ])?;
    }
    let mut words = entry.body.cloned();
    if let Some(members) = words.as_mut().and_then(|words| words.as_map_mut()) {
        members.remove("salt");
        members.remove("manifest");
    }
    let words = words.map(|words| cbor::to_dag_json(&words).unwrap_or_default().to_string());
    let over = fact.int("ends").or_else(|| entry.body.and_then(over_of));
    let sql = "UPDATE events SET fair = ?2, manifest = ?3, words = ?4, starts = ?5, ends = ?6, over_at = ?7,
        latest = max(coalesce(latest, ?7), coalesce(?7, latest)), orders = ?8, free = ?9 WHERE owner_did = ?1";
    db.prepare_cached(sql)?.execute(params![
        event,
        fair,
        entry.body.and_then(|body| body.get_str("manifest")),
        words,
        entry.body.and_then(|body| time_of(body.get("startsAt"))),
        entry.body.and_then(|body| time_of(body.get("endsAt"))),
        over,
        fact.int("orders"),
        id(entry.fact, "free")
    ])?;
    Ok(Some(()))
}

/// Stores the newest picture that an organiser named for an event. An erased one is removed.
fn picture(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(event), Some(fact)) = (entry.reference, entry.fact) else {
        return Ok(None);
    };
    let named = fact.ids("media").and_then(|media| media.first().cloned());
    let (owner, alt) = (
        entry.did.as_str(),
        entry.body.and_then(|body| body.get_str("alt")),
    );
    let Some((cid, alt)) = named.zip(alt) else {
        db.prepare_cached("DELETE FROM pictures WHERE owner_did = ?1 AND event = ?2")?
            .execute([owner, event])?;
        return Ok(Some(()));
    };
    let sql = "INSERT INTO pictures (owner_did, event, cid, alt) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET cid = excluded.cid, alt = excluded.alt";
    db.prepare_cached(sql)?
        .execute([owner, event, cid.as_str(), alt])?;
    Ok(Some(()))
}

fn status(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let Some(status) = id(entry.fact, "status") else {
        return Ok(None);
    };
    let event = entry.did.as_str();
    db.prepare_cached("UPDATE events SET status = ?2, decided_by = ?3 WHERE owner_did = ?1")?
        .execute(params![event, status, entry.reference])?;
    if status == "cancelled" {
        // All tickets stop being valid at once. Each becomes void in its holder's record when its refund is issued.
        let sql = "UPDATE tickets SET status = 'off' WHERE owner_did = ?1 AND event = ?1 AND status IN ('valid', 'used')";
        db.prepare_cached(sql)?.execute([event])?;
        db.prepare_cached("UPDATE types SET sold = 0 WHERE owner_did = ?1")?
            .execute([event])?;
    }
    Ok(Some(()))
}

fn held(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(hold), Some(fact)) = (entry.reference, entry.fact) else {
        return Ok(None);
    };
    let (Some(holder), Some(kind), Some(quantity), Some(until)) = (
        id(entry.fact, "holder"),
        fact.int("type"),
        fact.int("quantity"),
        fact.int("until"),
    ) else {
        return Ok(None);
    };
    let (Some(price), Some(currency)) = (fact.int("price"), id(entry.fact, "currency")) else {
        return Ok(None);
    };
    let sql =
        "INSERT INTO holds (owner_did, hold, holder, type, quantity, price, currency, until, done)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![
        entry.did.as_str(),
        hold,
        holder,
        kind,
        quantity,
        price,
        currency,
        until
    ])?;
    // An order replaces the hold that its buyer had for it.
    match id(entry.fact, "hold") {
        Some(before) => end_hold(db, entry.did.as_str(), Some(before)),
        None => Ok(Some(())),
    }
}

fn end_hold(db: &Connection, event: &str, hold: Option<&str>) -> rusqlite::Result<Option<()>> {
    let Some(hold) = hold else { return Ok(None) };
    db.prepare_cached("UPDATE holds SET done = 1 WHERE owner_did = ?1 AND hold = ?2")?
        .execute([event, hold])?;
    Ok(Some(()))
}

/// Adds a ticket. In the event's log it replaces earlier issues of its seat, and the first issue of a seat is a sale.
fn ticket(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(ticket), Some(fact)) = (entry.reference, entry.fact) else {
        return Ok(None);
    };
    let (Some(event), Some(holder), Some(seat), Some(currency)) = (
        id(entry.fact, "event"),
        id(entry.fact, "holder"),
        id(entry.fact, "seat"),
        id(entry.fact, "currency"),
    ) else {
        return Ok(None);
    };
    let (Some(kind), Some(issue), Some(price)) =
        (fact.int("type"), fact.int("issue"), fact.int("price"))
    else {
        return Ok(None);
    };
    let owner = entry.did.as_str();
    if owner == event {
        match issue {
            1 => {
                let sql = "UPDATE types SET sold = sold + 1 WHERE owner_did = ?1 AND n = ?2";
                db.prepare_cached(sql)?.execute(params![event, kind])?;
                end_hold(db, event, id(entry.fact, "hold"))?;
            }
            _ => {
                let sql = "UPDATE tickets INDEXED BY tickets_by_seat SET status = 'passed' WHERE owner_did = ?1 AND seat = ?2 AND issue < ?3 AND status = 'valid'";
                db.prepare_cached(sql)?
                    .execute(params![event, seat, issue])?;
            }
        }
    }
    let word = |name: &str| entry.body.and_then(|body| body.get_str(name));
    let sql = "INSERT INTO tickets (owner_did, ticket, event, holder, type, seat, issue, payment, price, currency, status, at, text, signature,
        title, starts, type_name, timezone)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'valid', ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![
        owner,
        ticket,
        event,
        holder,
        kind,
        seat,
        issue,
        id(entry.fact, "payment"),
        price,
        currency,
        entry.at.as_millis(),
        word("ticket"),
        word("signature"),
        word("title"),
        entry.body.and_then(|body| time_of(body.get("startsAt"))),
        word("typeName"),
        word("timezone")
    ])?;
    Ok(Some(()))
}

fn set_status(db: &Connection, entry: &Applied<'_>, status: &str) -> rusqlite::Result<Option<()>> {
    let Some(ticket) = entry.reference else {
        return Ok(None);
    };
    db.prepare_cached("UPDATE tickets SET status = ?3 WHERE owner_did = ?1 AND ticket = ?2")?
        .execute([entry.did.as_str(), ticket, status])?;
    Ok(Some(()))
}

/// Makes a ticket void, and its place available again.
fn voided(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let Some(ticket) = entry.reference else {
        return Ok(None);
    };
    let sql = "UPDATE types SET sold = sold - 1 WHERE owner_did = ?1 AND n =
        (SELECT type FROM tickets WHERE owner_did = ?1 AND ticket = ?2 AND event = ?1 AND status IN ('valid', 'used'))";
    db.prepare_cached(sql)?
        .execute([entry.did.as_str(), ticket])?;
    set_status(db, entry, "void")
}

fn used(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(ticket), Some(at)) = (entry.reference, entry.fact.and_then(|fact| fact.int("at")))
    else {
        return Ok(None);
    };
    // A ticket that was refunded before the door sent its scan stays void.
    let sql = "UPDATE tickets SET status = CASE status WHEN 'valid' THEN 'used' ELSE status END, used_at = ?3, door = ?4
        WHERE owner_did = ?1 AND ticket = ?2";
    db.prepare_cached(sql)?.execute(params![
        entry.did.as_str(),
        ticket,
        at,
        entry.fact.and_then(|fact| fact.int("door"))
    ])?;
    Ok(Some(()))
}
