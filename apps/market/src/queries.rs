//! Queries of listings and of their terms.

use imajin_app::{Answer, Node, Problem, args};
use imajin_items::visible_item;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_selling::Offered;
use rusqlite::{Result, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::listings::{Contact, Item, Listings};
use crate::manifest::{MANIFEST, TEXTS};

/// Reads the tables of this service.
pub(crate) fn read<T>(node: &Node, query: impl FnOnce(Reader<'_>) -> Result<T>) -> Answer<T> {
    node.read(MANIFEST.name, |db| query(db.into()))
}

/// The terms on which a listing is sold or lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Terms {
    #[serde(flatten)]
    pub(crate) offered: Offered,
    /// The number of pieces; -1 without a limit.
    pub(crate) quantity: i64,
    /// For how many days it can be given back; 0 is like cash.
    pub(crate) returns: i64,
    /// The deposit, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deposit: Option<i64>,
}

/// Returns the terms of a listing; `None` if it has no offer.
pub(crate) fn terms(db: Reader<'_>, owner: &str, item: &str) -> Result<Option<Terms>> {
    let Some(offered) = Offered::find(db, owner, item)? else {
        return Ok(None);
    };
    let sql = "SELECT quantity, returns, deposit FROM terms WHERE owner_did = ?1 AND item = ?2";
    db.row(sql, [owner, item], |row| {
        Ok(Terms {
            offered,
            quantity: row.get(0)?,
            returns: row.get(1)?,
            deposit: row.get(2)?,
        })
    })
}

/// Returns the contact in the newest version of a listing; `None` if it has none.
pub(crate) fn contact(db: Reader<'_>, owner: &Did, item: &Item) -> Result<Option<Contact>> {
    let sql = "SELECT nullif(body ->> '$.contact.phone', ''), nullif(body ->> '$.contact.email', ''), nullif(body ->> '$.contact.whatsapp', '')
        FROM entries WHERE owner_did = ?1 AND seq = ?2";
    let contact = db.row(sql, params![owner.as_str(), item.rev], |row| {
        Ok(Contact {
            phone: row.get(0)?,
            email: row.get(1)?,
            whatsapp: row.get(2)?,
        })
    })?;
    Ok(contact.filter(|contact| *contact != Contact::default()))
}

/// Returns whether a person had a listing with this id, and removed it.
fn is_removed(db: Reader<'_>, owner: &str, id: &str) -> Result<bool> {
    // The operation is a part of the statement, so that a partial index serves it.
    let sql = "SELECT 1 FROM entries WHERE owner_did = ?1 AND ref = ?2 AND op = 'market.remove'
        AND NOT EXISTS (SELECT 1 FROM items WHERE items.owner_did = ?1 AND id = ?2)";
    db.exists(sql, [owner, id])
}

/// Returns a listing that a viewer names by its id or slug.
///
/// # Errors
/// 410 if it was removed, 404 if it never existed or isn't for them.
pub(crate) fn find(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<Item> {
    if let Some(view) = visible_item::<Listings>(node, owner, viewer, name)? {
        return Ok(view.item);
    }
    let is_removed = read(node, |db| is_removed(db, owner.as_str(), name))?;
    Err(if is_removed {
        Problem::gone(TEXTS.say("removed", args![]))
    } else {
        Problem::not_found(TEXTS.say("no-such-listing", args![]))
    })
}
