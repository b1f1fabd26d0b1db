//! Queries of essays and series, and of what belongs to them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use imajin_app::{Answer, Node};
use imajin_dfos::order::Order as _;
use imajin_items::Base;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_selling::Cashier;
use rusqlite::{Result, params};

use crate::items::Item;
use crate::manifest::MANIFEST;

imajin_app::read_tables!(MANIFEST);

/// Returns the text in the newest version of an essay; `None` if it has none.
pub(crate) fn text(db: Reader<'_>, author: &Did, essay: &Base) -> Result<Option<String>> {
    let sql = "SELECT body ->> '$.text' FROM entries WHERE owner_did = ?1 AND seq = ?2";
    let params = params![author.as_str(), essay.rev];
    Ok(db.row(sql, params, |row| row.get::<_, Option<String>>(0))?.flatten())
}

/// Returns the digest of the manifest with the makers of an essay; `None` if it has none.
pub(crate) fn fair(db: Reader<'_>, author: &Did, essay: &str) -> Result<Option<Digest>> {
    let sql = "SELECT fair FROM makers WHERE owner_did = ?1 AND item = ?2";
    let fair = db.row(sql, [author.as_str(), essay], |row| row.get::<_, Option<String>>(0))?;
    Ok(fair.flatten().and_then(|fair| Digest::parse(&fair)))
}

/// Returns the manifest with the makers of an essay, and its path; `None` if it has none, or this box has no app of manifests.
pub(crate) fn makers(node: &Node, author: &Did, essay: &str) -> Answer<Option<(Manifest, String)>> {
    let fair = read(node, |db| fair(db, author, essay))?;
    let Some((fair, cashier)) = fair.zip(node.get::<dyn Cashier>()) else {
        return Ok(None);
    };
    let manifest = cashier.manifest(node, &fair)?;
    Ok(manifest.map(|manifest| (manifest, cashier.manifest_path(&fair))))
}

/// Sorts a person's essays and series: those in no series with the newest first, a series as new as its newest essay; then those in
/// series, in the author's order.
pub(crate) fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    let mut newest: BTreeMap<String, i64> = BTreeMap::new();
    for item in &items {
        let id = item.parent.as_ref().unwrap_or(&item.id);
        let put = newest.entry(id.clone()).or_insert(item.put);
        *put = item.put.max(*put);
    }
    items.order_by_key(|item| {
        if item.parent.is_some() {
            (true, Reverse(0))
        } else {
            (false, Reverse(newest.get(&item.id).copied().unwrap_or(0)))
        }
    });
    items
}
