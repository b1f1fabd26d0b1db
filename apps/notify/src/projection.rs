//! The tables of this service, and how an entry changes them: its own entries, and the notices of all services.
//!
//! Always: a row is a function of its `owner_did`'s log alone, the log in which the entry is. Whom a notice is for is another column.

use imajin_app::entries_table;
use imajin_app::notices::{About, Notice, To};
use imajin_app::operation::{Choice, EntryOperation, read_operation};
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::manifest::MANIFEST;
use crate::operations::{Choose, See};

/// The tables. A change of what any service tells raises the version, too.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 8,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        "
CREATE TABLE notices (
    place INTEGER PRIMARY KEY,        -- the entry's offset, and in the last byte which of its notices this is
    owner_did TEXT NOT NULL,          -- the log
    seq INTEGER NOT NULL,             -- the entry in it
    at INTEGER NOT NULL,              -- milliseconds
    to_did TEXT NOT NULL,             -- a person, or a conversation by its name
    whom TEXT NOT NULL,               -- person, everybody, leaders, somebody
    about TEXT NOT NULL,
    ref TEXT,
    urgent INTEGER NOT NULL,
    op TEXT NOT NULL,
    author TEXT NOT NULL,
    who TEXT                          -- of a conversation: the one person whom it is for
) STRICT;
CREATE INDEX notices_by_log ON notices (owner_did);
CREATE INDEX notices_of ON notices (to_did, at);
CREATE TABLE seen (owner_did TEXT PRIMARY KEY, upto INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE wishes (
    owner_did TEXT NOT NULL,
    kind TEXT NOT NULL,               -- empty: all
    page INTEGER,
    push INTEGER,
    mail TEXT,
    quiet_from INTEGER,
    quiet_to INTEGER,
    zone TEXT,
    PRIMARY KEY (owner_did, kind)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry of this service.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        See::NAME => see(db, entry),
        Choose::NAME => choose(db, entry),
        _ => Ok(()),
    }
}

fn see(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<See>(entry) else {
        return Ok(());
    };
    let (upto, at) = (read.operation.upto.as_millis(), entry.at.as_millis());
    let sql = "INSERT OR REPLACE INTO seen (owner_did, upto, at) VALUES (?1, ?2, ?3)";
    run(db, sql, params![entry.did.as_str(), upto, at])
}

fn choose(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(EntryOperation { operation, .. }) = read_operation::<Choose>(entry) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO wishes (owner_did, kind, page, push, mail, quiet_from, quiet_to, zone)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![
        entry.did.as_str(),
        operation.kind.map_or("", About::as_str),
        operation.page.map(|flag| flag.0),
        operation.push.map(|flag| flag.0),
        operation.mail.map(|mail| mail.name()),
        operation.quiet_from.map(|minute| minute.0),
        operation.quiet_to.map(|minute| minute.0),
        operation.zone.map(|zone| zone.0),
    ];
    run(db, sql, values)
}

/// Keeps the notices of an entry. Authors get notices of entries that they made themselves only about security.
pub(crate) fn keep(
    db: &Connection,
    entry: &Applied<'_>,
    notices: &[Notice],
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO notices (place, owner_did, seq, at, to_did, whom, about, ref, urgent, op, author, who)
        VALUES ((?1 << 8) + ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    for (n, notice) in (0..=u8::MAX).zip(notices) {
        let (whom, to, who) = match &notice.to {
            To::Person(did) => ("person", did, None),
            To::Everybody(room) => ("everybody", room, None),
            To::Leaders(room) => ("leaders", room, None),
            To::Somebody { who, of } => ("somebody", of, Some(who)),
        };
        if who.unwrap_or(to) == entry.author && notice.about != About::Security {
            continue;
        }
        if notice.once && is_told(db, entry, (to, notice))? {
            continue;
        }
        let values = params![
            entry.offset,
            n,
            entry.did.as_str(),
            entry.seq,
            entry.at.as_millis(),
            to.as_str(),
            whom,
            notice.about.as_str(),
            notice.reference,
            notice.urgent,
            entry.op,
            entry.author.as_str(),
            who.map(Did::as_str),
        ];
        run(db, sql, values)?;
    }
    Ok(())
}

/// Whether an earlier entry of the same operation in the same log told the same recipients of the same reference.
fn is_told(
    db: &Connection,
    entry: &Applied<'_>,
    (to, notice): (&Did, &Notice),
) -> rusqlite::Result<bool> {
    let (log, to) = (entry.did.as_str(), to.as_str());
    let sql = "SELECT 1 FROM notices WHERE to_did = ?1 AND owner_did = ?2 AND op = ?3 AND seq < ?4 AND ref IS ?5";
    db.prepare_cached(sql)?.exists(params![to, log, entry.op, entry.seq, notice.reference])
}
