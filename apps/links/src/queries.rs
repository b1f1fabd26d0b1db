//! Queries of the tables.

use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_service::{Node, Problem};
use rusqlite::{Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::manifest::MANIFEST;

/// A link on a person's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LinkRow {
    /// The link's id in its owner's log.
    #[schema(example = "itm_000000000000000000000001")]
    pub(crate) id: String,
    /// The title.
    pub(crate) title: String,
    /// The address.
    pub(crate) url: String,
    /// A short description.
    pub(crate) note: Option<String>,
    /// `public`, `connections` or `private`.
    pub(crate) visibility: String,
    /// The number of clicks until yesterday. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clicks: Option<u64>,
}

/// A person's links in their order, or one of them.
pub(crate) fn links<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    only: Option<&str>,
) -> rusqlite::Result<Vec<LinkRow>> {
    let sql = "SELECT id, title, url, note, visibility,
        (SELECT coalesce(sum(clicks), 0) FROM counted c WHERE c.owner_did = l.owner_did AND c.link = l.id)
        FROM links l WHERE owner_did = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY place, id";
    db.into().rows(sql, params![owner, only], |row| {
        Ok(LinkRow {
            id: row.get(0)?,
            title: row.get(1)?,
            url: row.get(2)?,
            note: row.get(3)?,
            visibility: row.get(4)?,
            clicks: Some(row.get::<_, i64>(5)?.unsigned_abs()),
        })
    })
}

/// The number of a link's versions that still have their words; `None` if the link is not on the page.
pub(crate) fn versions<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    id: &str,
) -> rusqlite::Result<Option<usize>> {
    let sql = "SELECT versions FROM links WHERE owner_did = ?1 AND id = ?2";
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

/// A person's links as a visitor sees them, or one of them. Only the owner sees the numbers of clicks.
pub(crate) fn shown(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    only: Option<&str>,
) -> Result<Vec<LinkRow>, Problem> {
    let is_own = viewer == Some(owner);
    let is_connected = match viewer {
        Some(viewer) => node.connected(owner, viewer)?.unwrap_or(false),
        None => false,
    };
    let mut found = node.read(MANIFEST.name, |db| links(db, owner.as_str(), only))?;
    found.retain(|link| match link.visibility.as_str() {
        "public" => true,
        "connections" => is_own || is_connected,
        _ => is_own,
    });
    if !is_own {
        found.iter_mut().for_each(|link| link.clicks = None);
    }
    Ok(found)
}
