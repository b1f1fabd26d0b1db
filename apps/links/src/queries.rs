//! Queries of the tables, and who sees what they find.
//!
//! Always: an id is its owner's own, so every query names both.

use std::collections::BTreeSet;

use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_service::operation::Choice;
use imajin_service::{Node, Problem};
use rusqlite::{Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Accent, Kind, Visibility};
use crate::manifest::MANIFEST;

/// Something on a person's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Item {
    /// Its id in its owner's log.
    #[schema(example = "itm_000000000000000000000001")]
    pub(crate) id: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// The collection that a link is in.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// The title.
    pub(crate) title: String,
    /// Where a link leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// A text.
    pub(crate) note: Option<String>,
    /// What follows the owner's name in its address; without one it is the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slug: Option<String>,
    /// Who sees it.
    pub(crate) visibility: Visibility,
    /// Whether it is switched on.
    pub(crate) on: bool,
    /// From when it is shown, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<i64>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<i64>,
    /// The colour of a page or collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accent: Option<Accent>,
    /// Whether clicks on this page are counted.
    #[serde(skip_serializing_if = "is_true")]
    pub(crate) counts: bool,
    /// The item that it is a copy of: `<DID>/<id>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) copied: Option<String>,
    /// When it was first put, in milliseconds since 1970.
    pub(crate) put: i64,
    /// Names this version of it: what an edit says in its `rev`.
    pub(crate) rev: i64,
    /// The number of clicks until yesterday. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clicks: Option<u64>,
    /// Entries of it that still have their words.
    #[serde(skip)]
    pub(crate) bodies: i64,
}

fn is_true(value: &bool) -> bool {
    *value
}

impl Item {
    /// The last part of its address.
    pub(crate) fn address(&self) -> &str {
        match self.visibility {
            // A slug can be guessed.
            Visibility::Link => &self.id,
            _ => self.slug.as_deref().unwrap_or(&self.id),
        }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = |at: usize| row.get::<_, Option<String>>(at);
        let kind = row.get::<_, String>(1)?;
        let visibility = row.get::<_, String>(6)?;
        Ok(Self {
            id: row.get(0)?,
            kind: Kind::named(&kind).unwrap_or(Kind::Link),
            parent: text(2)?,
            title: row.get(3)?,
            url: text(4)?,
            note: text(5)?,
            visibility: Visibility::named(&visibility).unwrap_or(Visibility::Private),
            slug: text(7)?,
            on: row.get(8)?,
            from: row.get(9)?,
            until: row.get(10)?,
            accent: text(11)?.as_deref().and_then(Accent::named),
            counts: row.get(12)?,
            copied: text(13)?,
            put: row.get(14)?,
            rev: row.get(15)?,
            bodies: row.get(16)?,
            clicks: None,
        })
    }
}

const COLUMNS: &str = "id, kind, parent, title, url, note, visibility, slug, is_on, from_ms, until_ms, accent, counts, copied, put_ms, rev, bodies";

fn items<'a>(
    db: impl Into<Reader<'a>>,
    which: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Item>> {
    let sql = format!("SELECT {COLUMNS} FROM items WHERE owner_did = ?1 {which}");
    db.into().rows(&sql, params, Item::read)
}

/// All of a person's items, in their order.
pub(crate) fn all<'a>(db: impl Into<Reader<'a>>, owner: &str) -> rusqlite::Result<Vec<Item>> {
    items(db, "ORDER BY place, id", [owner])
}

/// One of them.
pub(crate) fn item<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    id: &str,
) -> rusqlite::Result<Option<Item>> {
    items(db, "AND id = ?2", [owner, id]).map(|found| found.into_iter().next())
}

/// The one with a slug.
pub(crate) fn by_slug<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    slug: &str,
) -> rusqlite::Result<Option<Item>> {
    items(db, "AND slug = ?2", [owner, slug]).map(|found| found.into_iter().next())
}

/// What a person says of the page itself.
pub(crate) fn page<'a>(db: impl Into<Reader<'a>>, owner: &str) -> rusqlite::Result<Option<Item>> {
    items(db, "AND kind = 'page' ORDER BY id", [owner]).map(|found| found.into_iter().next())
}

/// How many items a person has.
pub(crate) fn number<'a>(db: impl Into<Reader<'a>>, owner: &str) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM items WHERE owner_did = ?1";
    let number = db.into().row(sql, [owner], |row| row.get::<_, i64>(0))?;
    Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
}

/// The ids of what is in a collection, or on the page itself.
pub(crate) fn ids_in<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    parent: Option<&str>,
) -> rusqlite::Result<BTreeSet<String>> {
    let sql = "SELECT id FROM items WHERE owner_did = ?1 AND parent IS ?2";
    let ids = db
        .into()
        .rows(sql, params![owner, parent], |row| row.get(0))?;
    Ok(ids.into_iter().collect())
}

/// The number of entries of an item, and of what is in it, that still have their words; `None` if it isn't there.
pub(crate) fn bodies<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    id: &str,
) -> rusqlite::Result<Option<usize>> {
    let sql = "SELECT sum(bodies) FROM items WHERE owner_did = ?1 AND (id = ?2 OR parent = ?2) HAVING max(id = ?2)";
    let number = db
        .into()
        .row(sql, [owner, id], |row| row.get::<_, i64>(0))?;
    Ok(number.map(|number| usize::try_from(number).unwrap_or(0)))
}

/// Whether a person's log has the clicks of a day.
pub(crate) fn is_counted<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    day: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM counted WHERE owner_did = ?1 AND day = ?2";
    db.into().exists(sql, [owner, day])
}

/// All counted clicks: day, link, number.
pub(crate) fn counted<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let sql = "SELECT day, link, clicks FROM counted WHERE owner_did = ?1 ORDER BY day, link";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    db.into().rows(sql, [owner], row)
}

/// The clicks of all days on each of a person's links.
fn clicks<'a>(db: impl Into<Reader<'a>>, owner: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    let sql = "SELECT link, CAST(total(clicks) AS INTEGER) FROM counted WHERE owner_did = ?1 GROUP BY link ORDER BY link";
    db.into()
        .rows(sql, [owner], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The collections that a person follows: owner, id, since when.
pub(crate) fn follows<'a>(
    db: impl Into<Reader<'a>>,
    did: &str,
) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let sql =
        "SELECT of_did, item, since_ms FROM follows WHERE owner_did = ?1 ORDER BY of_did, item";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    db.into().rows(sql, [did], row)
}

/// The collections that a person follows with something new in them, the newest first: owner, id, since when it is
/// new for this person, which is the follow or `after_ms`.
pub(crate) fn with_news<'a>(
    db: impl Into<Reader<'a>>,
    did: &str,
    after_ms: i64,
    limit: usize,
) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let sql = "SELECT of_did, item, max(since_ms, ?2) AS since, (SELECT max(put_ms) FROM items WHERE owner_did = of_did AND parent = item) AS newest
        FROM follows WHERE owner_did = ?1 AND newest > since ORDER BY newest DESC, of_did, item LIMIT ?3";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.into().rows(sql, params![did, after_ms, limit], row)
}

/// How many people here follow a collection.
pub(crate) fn followers<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    id: &str,
) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM follows WHERE of_did = ?1 AND item = ?2";
    let number = db
        .into()
        .row(sql, [owner, id], |row| row.get::<_, i64>(0))?;
    Ok(number.unwrap_or(0).unsigned_abs())
}

/// Who looks, and when.
pub(crate) struct Viewing {
    /// Whether it is the owner.
    pub(crate) is_own: bool,
    is_connected: bool,
    now_ms: i64,
}

impl Viewing {
    /// Somebody's view of a person's page; a stranger's without a viewer.
    pub(crate) fn of(node: &Node, owner: &Did, viewer: Option<&Did>) -> Result<Self, Problem> {
        let is_own = viewer == Some(owner);
        let is_connected = match viewer {
            Some(viewer) if !is_own => node.connected(owner, viewer)?.unwrap_or(false),
            _ => false,
        };
        Ok(Self {
            is_own,
            is_connected,
            now_ms: node.now().as_millis(),
        })
    }

    /// Whether they see an item. `by_address`: they named its id, or that of the collection it is in.
    pub(crate) fn sees(&self, item: &Item, by_address: bool) -> bool {
        let is_time = item.from.is_none_or(|from| from <= self.now_ms)
            && item.until.is_none_or(|until| self.now_ms < until);
        let is_for_them = match item.visibility {
            Visibility::Public => true,
            Visibility::Connections => self.is_connected,
            Visibility::Link => by_address,
            Visibility::Private => false,
        };
        self.is_own || (item.on && is_time && is_for_them)
    }
}

/// A person's items as a viewer finds them on the page, in their order. Only the owner sees the numbers of clicks.
pub(crate) fn shown(node: &Node, owner: &Did, viewer: Option<&Did>) -> Result<Vec<Item>, Problem> {
    let viewing = Viewing::of(node, owner, viewer)?;
    let (mut found, clicks) = node.read(MANIFEST.name, |db| {
        let clicks = match viewing.is_own {
            true => clicks(db, owner.as_str())?,
            false => Vec::new(),
        };
        Ok((all(db, owner.as_str())?, clicks))
    })?;
    found.retain(|item| viewing.sees(item, false));
    let there: BTreeSet<String> = found.iter().map(|item| item.id.clone()).collect();
    let is_there = |id: &String| viewing.is_own || there.contains(id);
    found.retain(|item| item.parent.as_ref().is_none_or(is_there));
    if viewing.is_own {
        for item in &mut found {
            let at = clicks.binary_search_by(|(link, _)| link.as_str().cmp(&item.id));
            let number = at.map_or(0, |at| clicks[at].1.unsigned_abs());
            item.clicks = Some(number);
        }
    }
    Ok(found)
}

/// One item that a viewer names by its id, or by its slug, and what they see in it; `None` if it isn't there for them.
pub(crate) fn seen(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Result<Option<(Item, Vec<Item>)>, Problem> {
    let viewing = Viewing::of(node, owner, viewer)?;
    let owner = owner.as_str();
    let found = node.read(MANIFEST.name, |db| {
        let (found, by_id) = match item(db, owner, name)? {
            Some(found) => (Some(found), true),
            None => (by_slug(db, owner, name)?, false),
        };
        let Some(found) = found else { return Ok(None) };
        let around = match &found.parent {
            Some(parent) => item(db, owner, parent)?,
            None => None,
        };
        let within = match found.kind {
            Kind::Collection => {
                items(db, "AND parent = ?2 ORDER BY place, id", [owner, &found.id])?
            }
            Kind::Link | Kind::Page => Vec::new(),
        };
        Ok(Some((found, by_id, around, within)))
    })?;
    let Some((found, by_id, around, mut within)) = found else {
        return Ok(None);
    };
    let is_around = found.parent.is_none() || around.is_some_and(|it| viewing.sees(&it, by_id));
    if !(is_around || viewing.is_own) || !viewing.sees(&found, by_id) {
        return Ok(None);
    }
    within.retain(|item| viewing.sees(item, by_id));
    Ok(Some((found, within)))
}

/// When a stranger will see something else of a person's items, though nobody changes them.
pub(crate) fn next_change(node: &Node, owner: &Did) -> Result<Timestamp, Problem> {
    let sql = "SELECT min(at) FROM (SELECT from_ms AS at FROM items WHERE owner_did = ?1 UNION ALL SELECT until_ms FROM items WHERE owner_did = ?1)
        WHERE at > ?2";
    let next = node.read(MANIFEST.name, |db| {
        let params = params![owner.as_str(), node.now().as_millis()];
        Reader::from(db).row(sql, params, |row| row.get::<_, Option<i64>>(0))
    })?;
    let next = next.flatten().map(Timestamp::from_millis);
    Ok(next.and_then(Result::ok).unwrap_or(Timestamp::MAX))
}

/// Whether clicks on a person's links are counted.
pub(crate) fn counts(node: &Node, owner: &Did) -> Result<bool, Problem> {
    let page = node.read(MANIFEST.name, |db| page(db, owner.as_str()))?;
    Ok(page.is_none_or(|page| page.counts))
}
