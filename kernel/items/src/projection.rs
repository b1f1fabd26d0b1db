//! Applies entries to the tables.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An erased body leaves no row, nor does a removed item
//! whose body was not erased (in another home's log). What a later version wrote is never shown to more people than
//! this version understands: an item with an unreadable newest version is removed.

use imajin_app::operation::{Choice, EntryOperation, ItemId, Operation, read_operation};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, params};
use serde::Serialize;

use crate::attach::AttachFiles;
use crate::operations::{FollowItem, Of, Shared, SortItems, UnfollowItem};
use crate::store::{below, levels};
use crate::{Attached, Items, Placed, Set, Showing, Visibility};

/// A version of an item, for its row.
#[derive(Debug)]
pub struct Put {
    /// The item's id.
    pub item: ItemId,
    /// The name of its kind.
    pub kind: &'static str,
    /// The title.
    pub title: String,
    /// A text.
    pub note: Option<String>,
    /// The item's place.
    pub placed: Placed,
    /// The item's audience and times.
    pub showing: Showing,
}

/// The [`Put`] of an operation about the item in one of its members, of a kind: `version!(put, jar, Kind::Jar)`. The other members
/// have the same names in every service.
#[macro_export]
macro_rules! version {
    ($put:ident, $item:ident, $kind:expr) => {
        $crate::Put {
            item: $put.$item,
            kind: $kind.name(),
            title: $put.title.0,
            note: $put.note.map(|note| note.0),
            placed: $put.placed,
            showing: $put.showing,
        }
    };
}

/// Any service: entries of all of them are read alike.
struct Any;

impl Items for Any {
    const SERVICE: &'static str = "any";
    const DEPTH: usize = 1;
    type Kind = Visibility;
    type Own = ();

    fn may_contain(_: Visibility, _: Visibility) -> bool {
        false
    }
}

/// Applies an entry of one of the shared operations; others change nothing. `depth` is that of the service.
pub fn apply(db: &Connection, entry: &Applied<'_>, depth: usize) -> rusqlite::Result<()> {
    match entry.op.split_once('.').map(|(_, verb)| verb) {
        Some("set") => set(db, entry),
        Some("attach") => attach(db, entry),
        Some("sort") => sort(db, entry),
        Some("remove") => remove(db, entry, depth),
        Some("follow") => follow(db, entry),
        Some("unfollow") => unfollow(db, entry),
        _ => Ok(()),
    }
}

/// Applies a put: `version` makes of the operation what its row has, and what only items of its service have.
pub fn put<O: Operation, W: Serialize>(
    db: &Connection,
    entry: &Applied<'_>,
    version: impl FnOnce(O) -> (Put, W),
) -> rusqlite::Result<()> {
    if entry.body.is_none() {
        return Ok(());
    }
    let Some(read) = readable::<O>(db, entry)? else {
        return Ok(());
    };
    let (put, own) = version(read.operation);
    let own = serde_json::to_string(&own);
    let own = own.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    write(db, entry, (&put, &own), read.has_more)
}

fn write(
    db: &Connection,
    entry: &Applied<'_>,
    (put, own): (&Put, &str),
    has_more: bool,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO items (owner_did, id, place, put_ms, rev, bodies, kind, parent, title, note, slug, copied, visibility, is_on,
            from_ms, until_ms, own)
        VALUES (?1, ?2, (SELECT coalesce(max(place), -1) + 1 FROM items WHERE owner_did = ?1), ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
            ?13, ?14, ?15)
        ON CONFLICT (owner_did, id) DO UPDATE SET rev = excluded.rev, bodies = bodies + 1, kind = excluded.kind, parent = excluded.parent,
            title = excluded.title, note = excluded.note, slug = excluded.slug, copied = excluded.copied, visibility = excluded.visibility,
            is_on = excluded.is_on, from_ms = excluded.from_ms, until_ms = excluded.until_ms, own = excluded.own";
    let (placed, showing) = (&put.placed, &put.showing);
    let params = params![
        entry.did.as_str(),
        put.item.as_str(),
        entry.at.as_millis(),
        entry.seq,
        put.kind,
        placed.parent.as_ref().map(|id| id.as_str()),
        put.title,
        put.note,
        placed.slug.as_ref().map(|slug| slug.0.as_str()),
        placed.copied.as_ref().map(|origin| origin.0.as_str()),
        visibility(showing, has_more).name(),
        showing.on.map_or(1, |on| on.0),
        showing.from.map(|at| at.0),
        showing.until.map(|at| at.0),
        own,
    ];
    run(db, sql, params)
}

/// Returns the audience of an item: its owner alone if the entry has fields that this version does not know.
fn visibility(showing: &Showing, has_more: bool) -> Visibility {
    if has_more { Visibility::Private } else { showing.visibility.unwrap_or(Visibility::Public) }
}

fn set(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = readable::<Set<Any>>(db, entry)? else {
        return Ok(());
    };
    let set = read.operation.fields;
    let sql = "UPDATE items SET visibility = ?3, is_on = ?4, from_ms = ?5, until_ms = ?6 WHERE owner_did = ?1 AND id = ?2";
    let params = params![
        entry.did.as_str(),
        set.item.as_str(),
        visibility(&set.showing, read.has_more).name(),
        set.showing.on.map_or(1, |on| on.0),
        set.showing.from.map(|at| at.0),
        set.showing.until.map(|at| at.0),
    ];
    run(db, sql, params)
}

/// Reads an operation about an item. An item with an unreadable version is removed.
fn readable<O: Operation>(
    db: &Connection,
    entry: &Applied<'_>,
) -> rusqlite::Result<Option<EntryOperation<O>>> {
    let read = read_operation::<O>(entry);
    if read.is_none() {
        let sql = "DELETE FROM items WHERE owner_did = ?1 AND id = ?2";
        run(db, sql, params![entry.did.as_str(), entry.reference])?;
    }
    Ok(read)
}

fn fields<P: Shared<Any>>(entry: &Applied<'_>) -> Option<P> {
    read_operation::<Of<Any, P>>(entry).map(|read| read.operation.fields)
}

fn sort(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(SortItems { parent, order }) = fields(entry) else {
        return Ok(());
    };
    let (did, parent) = (entry.did.as_str(), parent.as_ref().map(|id| id.as_str()));
    // The named items come before all others.
    let others = "UPDATE items SET place = place + ?3 WHERE owner_did = ?1 AND parent IS ?2";
    let named = i64::try_from(order.0.len()).unwrap_or(i64::MAX >> 1);
    run(db, others, params![did, parent, named])?;
    let sql = "UPDATE items SET place = ?4 WHERE owner_did = ?1 AND parent IS ?2 AND id = ?3";
    for (place, id) in (0_i64..).zip(&order.0) {
        run(db, sql, params![did, parent, id.as_str(), place])?;
    }
    Ok(())
}

/// Applies an attachment. An unreadable one, or one with fields that this version does not know, leaves the item
/// without files.
fn attach(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if entry.body.is_none() {
        return Ok(());
    }
    let read = read_operation::<Of<Any, AttachFiles>>(entry).filter(|read| !read.has_more);
    let files: Vec<Attached> = match &read {
        Some(read) => read.operation.fields.files().collect(),
        None => Vec::new(),
    };
    let files = serde_json::to_string(&files);
    let files = files.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let sql = "INSERT INTO attached (owner_did, item, files, bodies) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT DO UPDATE SET files = excluded.files, bodies = bodies + 1";
    run(db, sql, params![entry.did.as_str(), entry.reference, files])
}

fn remove(db: &Connection, entry: &Applied<'_>, depth: usize) -> rusqlite::Result<()> {
    let sql =
        below!("DELETE FROM attached WHERE owner_did = ?1 AND item IN (SELECT id FROM below)");
    let params = params![entry.did.as_str(), entry.reference, levels(depth)];
    run(db, sql, params)?;
    let sql = below!("DELETE FROM items WHERE owner_did = ?1 AND id IN (SELECT id FROM below)");
    let params = params![entry.did.as_str(), entry.reference, levels(depth)];
    run(db, sql, params)
}

fn follow(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(FollowItem { item, dids }) = fields(entry) else {
        return Ok(());
    };
    let sql = "INSERT INTO follows (owner_did, of_did, item, since_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for of in &dids.0 {
        let since = entry.at.as_millis();
        let params = params![entry.did.as_str(), of.as_str(), item.as_str(), since];
        run(db, sql, params)?;
    }
    Ok(())
}

fn unfollow(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(UnfollowItem { item, dids }) = fields(entry) else {
        return Ok(());
    };
    let sql = "DELETE FROM follows WHERE owner_did = ?1 AND of_did = ?2 AND item = ?3";
    for of in &dids.0 {
        run(db, sql, [entry.did.as_str(), of.as_str(), item.as_str()])?;
    }
    Ok(())
}
