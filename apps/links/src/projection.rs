//! The tables, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An erased body leaves no row, nor does a removed item
//! whose body was not erased (in another home's log). What a later version wrote is never shown to more people than
//! this version understands: an item whose newest version it can't read is gone from the page.

use imajin_ledger::{Applied, ProjectionSpec};
use imajin_service::operation::{Choice, Entered, Operation, entered};
use rusqlite::{Connection, params};

use crate::fields::{Kind, Visibility};
use crate::operations::{Counted, Follow, PutItem, RemoveItem, SetItem, SortItems, Unfollow};

/// The tables.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "links",
    version: 2,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: "
CREATE TABLE items (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT,                      -- the collection that a link is in
    place INTEGER NOT NULL,           -- among all of the owner's, the lowest first
    title TEXT NOT NULL,
    url TEXT,
    note TEXT,
    slug TEXT,
    accent TEXT,
    counts INTEGER NOT NULL,          -- 0: clicks on this page are not counted
    copied TEXT,                      -- of which item it is a copy: DID/id
    visibility TEXT NOT NULL,
    is_on INTEGER NOT NULL,
    from_ms INTEGER,
    until_ms INTEGER,
    put_ms INTEGER NOT NULL,          -- when it was first put
    rev INTEGER NOT NULL,             -- the entry of its newest version
    bodies INTEGER NOT NULL,          -- entries that still have their words
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pages ON items (owner_did) WHERE kind = 'page';
CREATE INDEX items_in ON items (owner_did, parent, put_ms);
CREATE TABLE counted (owner_did TEXT NOT NULL, day TEXT NOT NULL, link TEXT NOT NULL, clicks INTEGER NOT NULL, PRIMARY KEY (owner_did, day, link)) STRICT, WITHOUT ROWID;
CREATE TABLE follows (owner_did TEXT NOT NULL, of_did TEXT NOT NULL, item TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (owner_did, of_did, item)) STRICT, WITHOUT ROWID;
CREATE INDEX followers ON follows (of_did, item);
",
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutItem::NAME => put(db, entry),
        SetItem::NAME => set(db, entry),
        SortItems::NAME => sort(db, entry),
        RemoveItem::NAME => remove(db, entry),
        Follow::NAME => follow(db, entry),
        Unfollow::NAME => unfollow(db, entry),
        Counted::NAME => counted(db, entry),
        _ => Ok(()),
    }
}

fn put(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if entry.body.is_none() {
        return Ok(());
    }
    let Some(Entered {
        operation: item,
        has_more,
    }) = readable::<PutItem>(db, entry)?
    else {
        return Ok(());
    };
    let visibility = match has_more {
        true => Visibility::Private,
        false => item.visibility.unwrap_or(Visibility::Public),
    };
    let sql = "INSERT INTO items (owner_did, id, place, put_ms, rev, bodies, kind, parent, title, url, note, slug, accent, counts,
            copied, visibility, is_on, from_ms, until_ms)
        VALUES (?1, ?2, (SELECT coalesce(max(place), -1) + 1 FROM items WHERE owner_did = ?1), ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
            ?13, ?14, ?15, ?16, ?17)
        ON CONFLICT (owner_did, id) DO UPDATE SET rev = excluded.rev, bodies = bodies + 1, kind = excluded.kind, parent = excluded.parent,
            title = excluded.title, url = excluded.url, note = excluded.note, slug = excluded.slug, accent = excluded.accent,
            counts = excluded.counts, copied = excluded.copied, visibility = excluded.visibility, is_on = excluded.is_on,
            from_ms = excluded.from_ms, until_ms = excluded.until_ms";
    let params = params![
        entry.did.as_str(),
        item.item.as_str(),
        entry.at.as_millis(),
        entry.seq,
        item.kind.unwrap_or(Kind::Link).name(),
        item.parent.as_ref().map(|id| id.as_str()),
        &*item.title,
        item.url.as_ref().map(|url| url.as_str()),
        item.note.as_ref().map(|note| note.0.as_str()),
        item.slug.as_ref().map(|slug| slug.0.as_str()),
        item.accent.map(|accent| accent.name()),
        item.count.map_or(1, |count| count.0),
        item.copied.as_ref().map(|origin| origin.0.as_str()),
        visibility.name(),
        item.on.map_or(1, |on| on.0),
        item.from.map(|at| at.0),
        item.until.map(|at| at.0),
    ];
    db.prepare_cached(sql)?.execute(params).map(drop)
}

fn set(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Entered {
        operation: item,
        has_more,
    }) = readable::<SetItem>(db, entry)?
    else {
        return Ok(());
    };
    let visibility = match has_more {
        true => Visibility::Private,
        false => item.visibility.unwrap_or(Visibility::Public),
    };
    let sql = "UPDATE items SET visibility = ?3, is_on = ?4, from_ms = ?5, until_ms = ?6 WHERE owner_did = ?1 AND id = ?2";
    let params = params![
        entry.did.as_str(),
        item.item.as_str(),
        visibility.name(),
        item.on.map_or(1, |on| on.0),
        item.from.map(|at| at.0),
        item.until.map(|at| at.0),
    ];
    db.prepare_cached(sql)?.execute(params).map(drop)
}

/// An operation about an item; an item with a version that can't be read is gone.
fn readable<O: Operation>(
    db: &Connection,
    entry: &Applied<'_>,
) -> rusqlite::Result<Option<Entered<O>>> {
    let read = entered::<O>(entry);
    if read.is_none() {
        let sql = "DELETE FROM items WHERE owner_did = ?1 AND id = ?2";
        let params = params![entry.did.as_str(), entry.reference];
        db.prepare_cached(sql)?.execute(params)?;
    }
    Ok(read)
}

fn sort(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Entered {
        operation: sort, ..
    }) = entered::<SortItems>(entry)
    else {
        return Ok(());
    };
    let (did, parent) = (
        entry.did.as_str(),
        sort.parent.as_ref().map(|id| id.as_str()),
    );
    // Those that are named come before all others.
    let others = "UPDATE items SET place = place + ?3 WHERE owner_did = ?1 AND parent IS ?2";
    let named = i64::try_from(sort.order.0.len()).unwrap_or(i64::MAX >> 1);
    db.prepare_cached(others)?
        .execute(params![did, parent, named])?;
    let sql = "UPDATE items SET place = ?4 WHERE owner_did = ?1 AND parent IS ?2 AND id = ?3";
    for (place, id) in (0_i64..).zip(&sort.order.0) {
        db.prepare_cached(sql)?
            .execute(params![did, parent, id.as_str(), place])?;
    }
    Ok(())
}

fn remove(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM items WHERE owner_did = ?1 AND (id = ?2 OR parent = ?2)";
    let params = params![entry.did.as_str(), entry.reference];
    db.prepare_cached(sql)?.execute(params).map(drop)
}

fn follow(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Entered { operation, .. }) = entered::<Follow>(entry) else {
        return Ok(());
    };
    let sql = "INSERT INTO follows (owner_did, of_did, item, since_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for of in &operation.dids.0 {
        let (item, since) = (operation.item.as_str(), entry.at.as_millis());
        let params = params![entry.did.as_str(), of.as_str(), item, since];
        db.prepare_cached(sql)?.execute(params)?;
    }
    Ok(())
}

fn unfollow(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Entered { operation, .. }) = entered::<Unfollow>(entry) else {
        return Ok(());
    };
    let sql = "DELETE FROM follows WHERE owner_did = ?1 AND of_did = ?2 AND item = ?3";
    for of in &operation.dids.0 {
        let params = [entry.did.as_str(), of.as_str(), operation.item.as_str()];
        db.prepare_cached(sql)?.execute(params)?;
    }
    Ok(())
}

fn counted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Entered {
        operation: counted, ..
    }) = entered::<Counted>(entry)
    else {
        return Ok(());
    };
    let sql = "INSERT INTO counted (owner_did, day, link, clicks) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for count in &counted.counts.0 {
        let params = params![
            entry.did.as_str(),
            counted.day.as_str(),
            count.link.as_str(),
            count.clicks.0
        ];
        db.prepare_cached(sql)?.execute(params)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
