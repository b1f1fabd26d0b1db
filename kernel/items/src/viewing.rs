//! The visibility of items: one rule for all services.
//!
//! Always: the owner sees everything; others what is switched on, within its time, and for them, if the same holds of every
//! item that it is in. An item with the visibility `link` is found by its id alone, never by its slug, and never in a list,
//! except that of a `link` item.

use std::collections::BTreeSet;

use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use rusqlite::params;

use crate::item::{Base, COLUMNS, ItemOf, ItemRow, OWNER_COLUMN};
use crate::{Items, Visibility, store};

/// Maximum number of a viewer's connections whose items are in lists.
const CONTACTS_MAX: usize = 1_000;

/// A viewer at a time.
#[derive(Debug)]
pub struct Viewing {
    /// Whether it is the owner.
    pub is_own: bool,
    is_connected: bool,
    now_ms: i64,
}

impl Viewing {
    /// Makes a viewer's view of a person's items; a stranger's without a viewer.
    pub fn new(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Self> {
        let is_own = viewer == Some(owner);
        let is_connected = match viewer {
            Some(viewer) if !is_own => node.connected(owner, viewer)?.unwrap_or(false),
            _ => false,
        };
        Ok(Self { is_own, is_connected, now_ms: node.now().as_millis() })
    }

    /// Returns whether the viewer sees an item, apart from those that it is in. `by_address`: they named its id, or the
    /// id of a `link` item that it is in.
    pub fn sees(&self, item: &Base, by_address: bool) -> bool {
        let is_for_them = match item.visibility {
            Visibility::Public => true,
            Visibility::Connections => self.is_connected,
            Visibility::Link => by_address,
            Visibility::Private => false,
        };
        self.is_own || (item.on && item.is_due(self.now_ms) && is_for_them)
    }

    /// Keeps the items that the viewer sees; `around` is the item that contains the outermost ones.
    fn retain(&self, items: &mut Vec<ItemRow>, around: Option<&str>, by_address: bool) {
        if self.is_own {
            return;
        }
        items.retain(|item| self.sees(item, by_address));
        loop {
            let there: BTreeSet<String> = items.iter().map(|item| item.id.clone()).collect();
            let before = items.len();
            items.retain(|item| {
                item.parent.as_deref() == around
                    || item.parent.as_ref().is_some_and(|id| there.contains(id))
            });
            if items.len() == before {
                return;
            }
        }
    }
}

/// Returns a person's items as a viewer finds them, in their order.
pub fn visible_items<S: Items>(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
) -> Answer<Vec<ItemOf<S>>> {
    let viewing = Viewing::new(node, owner, viewer)?;
    let mut rows = node.read(S::SERVICE, |db| store::stored_all(db.into(), owner.as_str()))?;
    viewing.retain(&mut rows, None, false);
    typed::<S>(rows)
}

fn typed<S: Items>(items: Vec<ItemRow>) -> Answer<Vec<ItemOf<S>>> {
    let items: rusqlite::Result<_> = items.into_iter().map(ItemRow::typed::<S>).collect();
    items.map_err(Problem::internal)
}

/// An item that a viewer sees.
#[derive(Debug)]
pub struct ItemView<I> {
    /// The item.
    pub item: I,
    /// All that they see in it, on all levels, in its order.
    pub within: Vec<I>,
}

/// Returns the item that a viewer names by its id, or by its slug; `None` if the viewer doesn't see it.
pub fn visible_item<S: Items>(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Answer<Option<ItemView<ItemOf<S>>>> {
    let view = seen_stored(node, (S::SERVICE, S::DEPTH), (owner, viewer), name)?;
    let Some(ItemView { item, within }) = view else {
        return Ok(None);
    };
    Ok(Some(ItemView {
        item: item.typed::<S>().map_err(Problem::internal)?,
        within: typed::<S>(within)?,
    }))
}

fn seen_stored(
    node: &Node,
    (service, depth): (&'static str, usize),
    (owner, viewer): (&Did, Option<&Did>),
    name: &str,
) -> Answer<Option<ItemView<ItemRow>>> {
    let viewing = Viewing::new(node, owner, viewer)?;
    let owner = owner.as_str();
    node.read(service, |db| {
        let db = Reader::from(db);
        let (item, by_id) = match store::stored(db, owner, name)? {
            Some(found) => (found, true),
            None => match store::by_slug(db, owner, name)? {
                Some(found) => (found, false),
                None => return Ok(None),
            },
        };
        if !viewing.sees(&item, by_id) {
            return Ok(None);
        }
        let (mut around, mut levels) = (item.parent.clone(), depth);
        while let Some(id) = around.filter(|_| !viewing.is_own) {
            levels -= 1;
            match store::stored(db, owner, &id)? {
                Some(outer) if levels > 0 && viewing.sees(&outer, by_id) => {
                    around = outer.base.parent
                }
                _ => return Ok(None),
            }
        }
        let mut within = store::all_in(db, owner, &item.id, depth)?;
        // The address of a public item may have its id, and is for everyone.
        let by_address = by_id && item.visibility == Visibility::Link;
        viewing.retain(&mut within, Some(&item.id), by_address);
        Ok(Some(ItemView { item, within }))
    })
}

/// Returns the newest items of all people that a viewer finds in lists, each with its owner: the viewer's own only as
/// others see them. For services in which no item is in another.
pub fn newest_items<S: Items>(
    node: &Node,
    viewer: Option<&Did>,
    limit: usize,
) -> Answer<Vec<(Did, ItemOf<S>)>> {
    let connected: Vec<Did> = match viewer {
        Some(viewer) => {
            let contacts = node.contacts(viewer, CONTACTS_MAX)?.into_iter();
            contacts.map(|contact| contact.did).chain([viewer.clone()]).collect()
        }
        None => Vec::new(),
    };
    let connected = serde_json::to_string(&connected).map_err(Problem::internal)?;
    // The rule of `Viewing::sees`, so that the limit counts what is seen.
    let sql = format!(
        "SELECT {COLUMNS}, owner_did FROM items
        WHERE parent IS NULL AND is_on = 1 AND coalesce(from_ms <= ?1, 1) AND coalesce(?1 < until_ms, 1)
            AND (visibility = 'public' OR visibility = 'connections' AND owner_did IN (SELECT value FROM json_each(?2)))
        ORDER BY put_ms DESC, owner_did, id LIMIT ?3"
    );
    let params = params![node.now().as_millis(), connected, rows::int(limit)];
    let newest = node.read(S::SERVICE, |db| {
        Reader::from(db)
            .rows(&sql, params, |row| Ok((rows::did(row, OWNER_COLUMN)?, ItemRow::read(row)?)))
    })?;
    let typed = newest.into_iter().map(|(owner, row)| Ok((owner, row.typed::<S>()?)));
    typed.collect::<rusqlite::Result<_>>().map_err(Problem::internal)
}

/// Returns the next time at which a stranger's view of a person's items changes without an entry; of everybody's items
/// without an owner.
pub fn next_change(node: &Node, service: &'static str, owner: Option<&Did>) -> Answer<Timestamp> {
    let which = match owner {
        Some(_) => "owner_did = ?1",
        None => "?1 IS NULL",
    };
    let sql = format!(
        "SELECT min(at) FROM (SELECT from_ms AS at FROM items WHERE {which} UNION ALL SELECT until_ms FROM items WHERE {which})
        WHERE at > ?2"
    );
    let next = node.read(service, |db| {
        let params = params![owner.map(Did::as_str), node.now().as_millis()];
        Reader::from(db).row(&sql, params, |row| row.get::<_, Option<i64>>(0))
    })?;
    Ok(next.flatten().map(Timestamp::from_millis).and_then(Result::ok).unwrap_or(Timestamp::MAX))
}
