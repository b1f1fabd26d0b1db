//! The tables, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An erased body leaves no row, nor does a removed link
//! whose body was not erased (in another home's log).

use imajin_dfos::Value;
use imajin_ledger::{Applied, ProjectionSpec};
use rusqlite::{Connection, params};

use crate::operations::{Counted, PutLink, RemoveLink, SortLinks};

/// The tables.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "links",
    version: 1,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: "
CREATE TABLE links (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    place INTEGER NOT NULL,           -- among the owner's, the lowest first
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    note TEXT,
    visibility TEXT NOT NULL,
    versions INTEGER NOT NULL,        -- entries that still have their words
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE counted (owner_did TEXT NOT NULL, day TEXT NOT NULL, link TEXT NOT NULL, clicks INTEGER NOT NULL, PRIMARY KEY (owner_did, day, link)) STRICT, WITHOUT ROWID;
",
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    match (entry.op, entry.reference, entry.body) {
        (PutLink::NAME, Some(id), Some(body)) => put(db, id, body, entry),
        (RemoveLink::NAME, Some(id), _) => {
            let sql = "DELETE FROM links WHERE owner_did = ?1 AND id = ?2";
            db.prepare_cached(sql)?.execute([did, id]).map(drop)
        }
        (SortLinks::NAME, _, Some(body)) => {
            let order = body.get("order").and_then(Value::as_list);
            let sql = "UPDATE links SET place = ?3 WHERE owner_did = ?1 AND id = ?2";
            let ids = order.unwrap_or_default().iter().filter_map(Value::as_str);
            // The named links come before all others.
            db.prepare_cached("UPDATE links SET place = place + 1000000 WHERE owner_did = ?1")?
                .execute([did])?;
            for (place, id) in (0_i64..).zip(ids) {
                db.prepare_cached(sql)?.execute(params![did, id, place])?;
            }
            Ok(())
        }
        (Counted::NAME, _, Some(body)) => counted(db, did, body, entry),
        _ => Ok(()),
    }
}

fn put(db: &Connection, id: &str, body: &Value, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let fact = entry.fact.and_then(|fact| fact.id("visibility"));
    let visibility = fact.map_or("public", |id| id.as_str());
    let sql = "INSERT INTO links (owner_did, id, place, title, url, note, visibility, versions)
        VALUES (?1, ?2, (SELECT coalesce(max(place), -1) + 1 FROM links WHERE owner_did = ?1), ?3, ?4, ?5, ?6, 1)
        ON CONFLICT (owner_did, id) DO UPDATE SET title = excluded.title, url = excluded.url, note = excluded.note,
        visibility = excluded.visibility, versions = versions + 1";
    let (title, url) = (body.get_str("title"), body.get_str("url"));
    let params = params![
        entry.did.as_str(),
        id,
        title.unwrap_or_default(),
        url.unwrap_or_default(),
        body.get_str("note"),
        visibility
    ];
    db.prepare_cached(sql)?.execute(params).map(drop)
}

fn counted(db: &Connection, did: &str, body: &Value, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let day = entry.fact.and_then(|fact| fact.id("day"));
    let counts = body.get("counts").and_then(Value::as_list);
    let sql = "INSERT INTO counted (owner_did, day, link, clicks) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for count in counts.unwrap_or_default() {
        let link = count.get_str("link").unwrap_or_default();
        let clicks = count.get_i64("clicks").unwrap_or_default();
        let day = day.map_or("", |day| day.as_str());
        db.prepare_cached(sql)?
            .execute(params![did, day, link, clicks])?;
    }
    Ok(())
}
