//! Search in the titles and texts of items, as far as the searcher may see them, and a person's items in the same form.
//!
//! Always: only the owner finds an item that is visible by its address alone, as in every list.

use std::collections::{BTreeMap, BTreeSet};

use imajin_app::{Answer, Hit, Icon, Lang, Node, SearchWords};
use imajin_ledger::Reader;
use imajin_protocol::Did;

use crate::{Base, ItemPages, Owner};

/// Maximum number of matching items that are checked for visibility.
const LOOKED_AT: usize = 500;

/// Searches a service for what the searcher finds on people's pages; the items of one owner stay in their order.
pub fn in_pages<S: ItemPages>(
    node: &Node,
    person: &Did,
    (words, limit): (&SearchWords, usize),
    lang: Lang,
) -> Answer<Vec<Hit>> {
    let matches = node.read(S::SERVICE, |db| having(db.into(), words))?;
    let mut hits = Vec::new();
    for (owner, ids) in matches {
        if hits.len() >= limit {
            break;
        }
        let Ok(owner) = Did::parse(&owner) else {
            continue;
        };
        let all = S::list(node, &owner, Some(person))?;
        let mut items = all.iter().filter(|item| ids.contains(&item.id)).peekable();
        if items.peek().is_none() {
            continue;
        }
        let owner = Owner::from_did(node, owner)?;
        let (path, called) = (owner.path(S::SERVICE), owner.called(lang));
        hits.extend(items.take(limit - hits.len()).map(|item| Hit {
            title: item.title.clone(),
            detail: called.clone(),
            href: S::page_path(&path, item, &all),
            icon: S::ICON,
        }));
    }
    Ok(hits)
}

/// Returns items of one person's as a page about that person lists them.
pub fn hits<'i>(
    node: &Node,
    owner: &Did,
    (service, icon): (&str, Icon),
    items: impl Iterator<Item = &'i Base>,
) -> Answer<Vec<Hit>> {
    let path = Owner::from_did(node, owner.clone())?.path(service);
    let hit = |item: &Base| Hit {
        title: item.title.clone(),
        detail: String::new(),
        href: format!("{path}/{}", item.address()),
        icon,
    };
    Ok(items.map(hit).collect())
}

/// Returns the ids of the items that have these words, by their owners.
fn having(
    db: Reader<'_>,
    words: &SearchWords,
) -> rusqlite::Result<BTreeMap<String, BTreeSet<String>>> {
    let sql = "SELECT owner_did, id, coalesce(title, ''), coalesce(note, '') FROM items";
    let rows = db.rows(sql, [], |row| {
        let texts = [row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?];
        let ids = || Ok((row.get(0)?, row.get(1)?));
        words.are_in(texts).then(ids).transpose()
    })?;
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (owner, id) in rows.into_iter().flatten().take(LOOKED_AT) {
        all.entry(owner).or_default().insert(id);
    }
    Ok(all)
}
