//! Queries of the tables `items`, `attached` and `follows`. Each fails only where the projection can't be read.

use imajin_app::FromRow;
use imajin_ledger::{Reader, rows};
use rusqlite::{Params, Result, params};

use crate::item::{COLUMNS, ItemRow};
use crate::{ItemOf, Items};

/// Something that a person follows.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Followed {
    /// The followed item's owner.
    pub of: String,
    /// The followed item's id.
    pub item: String,
    /// The time of the follow, in milliseconds since 1970.
    pub since: i64,
}

pub(crate) fn items(db: Reader<'_>, which: &str, params: impl Params) -> Result<Vec<ItemRow>> {
    let sql = format!("SELECT {COLUMNS} FROM items WHERE owner_did = ?1 {which}");
    db.rows(&sql, params, ItemRow::read)
}

/// Returns all of a person's items, in their order.
pub fn all<S: Items>(db: Reader<'_>, owner: &str) -> Result<Vec<ItemOf<S>>> {
    stored_all(db, owner)?.into_iter().map(ItemRow::typed::<S>).collect()
}

pub(crate) fn stored_all(db: Reader<'_>, owner: &str) -> Result<Vec<ItemRow>> {
    items(db, "ORDER BY place, id", [owner])
}

/// Returns one of a person's items.
pub fn item<S: Items>(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<ItemOf<S>>> {
    stored(db, owner, id)?.map(ItemRow::typed::<S>).transpose()
}

pub(crate) fn stored(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<ItemRow>> {
    items(db, "AND id = ?2", [owner, id]).map(first)
}

/// Returns the first item of a kind, by its id: for a service with an index of such items.
pub fn of_kind<S: Items>(
    db: Reader<'_>,
    owner: &str,
    kind: &'static str,
) -> Result<Option<ItemOf<S>>> {
    // The kind is a part of the statement, so that a partial index serves it.
    let which = format!("AND kind = '{kind}' ORDER BY id LIMIT 1");
    items(db, &which, [owner]).map(first)?.map(ItemRow::typed::<S>).transpose()
}

pub(crate) fn by_slug(db: Reader<'_>, owner: &str, slug: &str) -> Result<Option<ItemRow>> {
    items(db, "AND slug = ?2", [owner, slug]).map(first)
}

fn first(found: Vec<ItemRow>) -> Option<ItemRow> {
    found.into_iter().next()
}

pub(crate) fn number(db: Reader<'_>, owner: &str) -> Result<usize> {
    let sql = "SELECT count(*) FROM items WHERE owner_did = ?1";
    let number = db.row(sql, [owner], |row| row.get::<_, i64>(0))?;
    Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
}

/// Returns the ids of the items directly in an item, or at the top level.
pub(crate) fn ids_in(db: Reader<'_>, owner: &str, parent: Option<&str>) -> Result<Vec<String>> {
    let sql = "SELECT id FROM items WHERE owner_did = ?1 AND parent IS ?2";
    db.rows(sql, params![owner, parent], |row| row.get(0))
}

/// Begins a statement about an item (`?2`) and all that is in it: the table `below (id, depth)`, `?3` levels deep.
macro_rules! below {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE below (id, depth) AS (SELECT ?2, 1 UNION SELECT items.id, depth + 1 FROM below CROSS JOIN items
                WHERE items.owner_did = ?1 AND items.parent = below.id AND depth < ?3) ",
            $rest
        )
    };
}
pub(crate) use below;

/// Returns the ids of an item and of everything in it, with the number of their entries that still have their words.
pub(crate) fn with_all_in_it(
    db: Reader<'_>,
    owner: &str,
    id: &str,
    depth: usize,
) -> Result<Vec<(String, usize)>> {
    let sql = below!(
        "SELECT id, bodies + ifnull((SELECT bodies FROM attached WHERE attached.owner_did = ?1 AND attached.item = items.id), 0)
            FROM items WHERE owner_did = ?1 AND id IN (SELECT id FROM below)"
    );
    db.rows(sql, params![owner, id, levels(depth)], rows::pair)
}

/// Returns how many entries about the files of an item still have their words.
pub(crate) fn attach_bodies(db: Reader<'_>, owner: &str, id: &str) -> Result<i64> {
    let sql = "SELECT bodies FROM attached WHERE owner_did = ?1 AND item = ?2";
    Ok(db.row(sql, [owner, id], |row| row.get(0))?.unwrap_or(0))
}

/// Returns everything in an item, in its order.
pub(crate) fn all_in(db: Reader<'_>, owner: &str, id: &str, depth: usize) -> Result<Vec<ItemRow>> {
    // With two levels the index is enough.
    match depth {
        0 | 1 => Ok(Vec::new()),
        2 => items(db, "AND parent = ?2 ORDER BY place, id", [owner, id]),
        _ => {
            let sql = format!(
                below!(
                    "SELECT {} FROM items WHERE owner_did = ?1 AND id IN (SELECT id FROM below WHERE depth > 1) ORDER BY place, id"
                ),
                COLUMNS
            );
            db.rows(&sql, params![owner, id, levels(depth)], ItemRow::read)
        }
    }
}

/// Returns a depth as SQLite has it.
pub(crate) fn levels(depth: usize) -> i64 {
    i64::try_from(depth).unwrap_or(1)
}

/// Returns the items that a person follows.
pub fn follows(db: Reader<'_>, did: &str) -> Result<Vec<Followed>> {
    let sql =
        "SELECT of_did, item, since_ms FROM follows WHERE owner_did = ?1 ORDER BY of_did, item";
    db.rows(sql, [did], Followed::read)
}

/// Returns the followed items with news, the newest first. News is an item put after the follow and after `after_ms`.
pub(crate) fn with_news(
    db: Reader<'_>,
    did: &str,
    after_ms: i64,
    (limit, depth): (usize, usize),
) -> Result<Vec<Followed>> {
    let direct = "(SELECT max(put_ms) FROM items WHERE owner_did = of_did AND parent = item)";
    let newest = match depth {
        ..=2 => direct.to_owned(),
        _ => format!(
            "max(ifnull({direct}, 0), ifnull((SELECT max(lower.put_ms) FROM items AS upper CROSS JOIN items AS lower
                WHERE upper.owner_did = of_did AND upper.parent = item AND lower.owner_did = of_did AND lower.parent = upper.id), 0))"
        ),
    };
    let sql = format!(
        "SELECT of_did, item, max(since_ms, ?2) AS since, {newest} AS newest
        FROM follows WHERE owner_did = ?1 AND newest > since ORDER BY newest DESC, of_did, item LIMIT ?3"
    );
    db.rows(&sql, params![did, after_ms, rows::int(limit)], Followed::read)
}

/// Returns how many people on this node follow an item.
pub fn followers(db: Reader<'_>, owner: &str, id: &str) -> Result<u64> {
    let sql = "SELECT count(*) FROM follows WHERE of_did = ?1 AND item = ?2";
    Ok(db.row(sql, [owner, id], |row| row.get::<_, i64>(0))?.unwrap_or(0).unsigned_abs())
}
