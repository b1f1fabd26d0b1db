//! Queries that only this service has: the page itself, its items, and clicks.

use imajin_app::{Answer, Catalogue, Icon, Node};
use imajin_items::{Base, ItemOf, ItemPages, Owner, store, visible_items};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Result, Row};

use crate::Links;
use crate::fields::Kind;
use crate::manifest::{MANIFEST, TEXTS};

imajin_app::read_tables!(MANIFEST);

/// An item of a person's page.
pub(crate) type Item = ItemOf<Links>;

/// Returns all of a person's items, in their order.
pub(crate) fn all(db: Reader<'_>, owner: &str) -> Result<Vec<Item>> {
    store::all::<Links>(db, owner)
}

/// Returns the item that describes a person's page itself.
pub(crate) fn page(db: Reader<'_>, owner: &str) -> Result<Option<Item>> {
    store::of_kind::<Links>(db, owner, "page")
}

/// Whether a person's log has the clicks of a day.
pub(crate) fn is_counted(db: Reader<'_>, owner: &str, day: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM counted WHERE owner_did = ?1 AND day = ?2", [owner, day])
}

/// Returns all counted clicks: day, link, number.
pub(crate) fn counted(db: Reader<'_>, owner: &str) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT day, link, clicks FROM counted WHERE owner_did = ?1 ORDER BY day, link";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    db.rows(sql, [owner], row)
}

/// Returns the total clicks on each of a person's links.
fn clicks(db: Reader<'_>, owner: &str) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT link, CAST(total(clicks) AS INTEGER) FROM counted WHERE owner_did = ?1 GROUP BY link ORDER BY link";
    db.rows(sql, [owner], |row| Ok((row.get(0)?, row.get(1)?)))
}

impl ItemPages for Links {
    const ICON: Icon = Icon::Link;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-link";

    /// Returns the items, for their owner with the numbers of clicks.
    fn list(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
        let mut items = visible_items::<Self>(node, owner, viewer)?;
        if viewer == Some(owner) {
            let clicks = read(node, |db| clicks(db, owner.as_str()))?;
            for item in &mut items {
                let at = clicks.binary_search_by(|(link, _)| link.as_str().cmp(&item.id));
                let number = at.map_or(0, |at| clicks[at].1.unsigned_abs());
                item.own.clicks = Some(number);
            }
        }
        Ok(items)
    }

    fn is_in_feeds(kind: Kind) -> bool {
        kind == Kind::Link
    }

    /// Returns the path that leads to a link's destination, and counts the click.
    fn target_path(owner: &Owner, item: &Base) -> String {
        format!("/links/go/{}/{}", owner.address(), item.id)
    }

    fn page_path(path: &str, item: &Item, _: &[Item]) -> String {
        match item.kind {
            Kind::Page => path.to_owned(),
            Kind::Collection | Kind::Link => format!("{path}/{}", item.address()),
        }
    }
}

/// Whether clicks on a person's links are counted.
pub(crate) fn counts(node: &Node, owner: &Did) -> Answer<bool> {
    let page = read(node, |db| page(db, owner.as_str()))?;
    Ok(page.is_none_or(|page| page.own.counts))
}
