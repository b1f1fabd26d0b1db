//! Queries of listings, of their terms, and of orders.

mod orders;

use imajin_app::operation::ItemId;
use imajin_app::{Answer, Node, Problem, args};
use imajin_items::{store, visible_item};
use imajin_ledger::Reader;
use imajin_protocol::{Did, Minor};
use imajin_selling::Offered;
use rusqlite::{Result, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::listings::{Contact, Item, Listings, Rent, is_for_sale};
use crate::manifest::{MANIFEST, TEXTS};
use crate::orders::{OrderTerms, total};
use crate::rent::{Rental, Span, peak};

pub(crate) use orders::{
    Which, bookings, due_refunds, groups_of_order, has_code, next_lapse, open_orders, order,
    order_with, orders, reputation, seller_record,
};

/// Reads the tables of this service.
pub(crate) fn read<T>(node: &Node, query: impl FnOnce(Reader<'_>) -> Result<T>) -> Answer<T> {
    node.read(MANIFEST.name, |db| query(db.into()))
}

/// The terms on which a listing is sold or lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Terms {
    #[serde(flatten)]
    pub(crate) offered: Offered,
    /// The number of pieces in all; -1 without a limit.
    pub(crate) quantity: i64,
    /// The number of pieces that were not sold yet; left out without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<i64>,
    /// For how many days it can be given back; 0 is like cash.
    pub(crate) returns: i64,
    /// The deposit, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deposit: Option<i64>,
}

impl Terms {
    /// Returns what so many pieces cost with the deposit, in minor units; `None` if no amount is so large, or if the order is for
    /// a time and the listing isn't lent, or the other way round.
    pub(crate) fn cost(&self, rent: Option<Rent>, rental: &Rental, quantity: i64) -> Option<Minor> {
        let Some(unit) = rent else {
            let is_sold = *rental == Rental::default();
            return total(self.offered.price, quantity).filter(|_| is_sold);
        };
        let deposit = self.deposit.unwrap_or_default();
        let bond = rental.bond.map_or(0, Minor::get);
        let price = rental.span()?.price(unit, self.offered.price, quantity)?;
        let amount = price.checked_add(deposit).filter(|_| bond == deposit)?;
        Minor::new(amount).ok()
    }
}

/// The condition of orders that keep their pieces at a time (`?3`): a promise does while its payment can come, and what was called
/// off, or went back before it was handed over, is there again.
const KEPT: &str = "orders.owner_did = ?1 AND seller = ?1 AND listing = ?2 AND cancelled_by IS NULL
    AND (until_ms IS NULL OR until_ms > ?3) AND (is_lost = 0 OR is_sent = 1 OR is_handed = 1)";

/// Returns the terms of a listing at a time in milliseconds; `None` if it has no offer.
pub(crate) fn terms(db: Reader<'_>, owner: &str, item: &str, now_ms: i64) -> Result<Option<Terms>> {
    let Some(offered) = Offered::find(db, owner, item)? else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT terms.quantity, terms.returns, deposit, iif(terms.quantity < 0, NULL, max(0, terms.quantity -
            (SELECT coalesce(sum(orders.quantity), 0) FROM orders WHERE {KEPT} AND from_ms IS NULL)))
        FROM terms WHERE terms.owner_did = ?1 AND item = ?2"
    );
    db.row(&sql, params![owner, item, now_ms], |row| {
        Ok(Terms {
            offered,
            quantity: row.get(0)?,
            returns: row.get(1)?,
            deposit: row.get(2)?,
            left: row.get(3)?,
        })
    })
}

/// Returns the terms of a listing that can be ordered at a time in milliseconds, and the unit of time that it is lent for; `None`
/// if the listing is gone.
pub(crate) fn terms_on_sale(
    db: Reader<'_>,
    owner: &str,
    id: &str,
    now_ms: i64,
) -> Result<Option<(Option<Rent>, Terms)>> {
    let item = store::item::<Listings>(db, owner, id)?;
    let Some(item) = item.filter(is_for_sale) else {
        return Ok(None);
    };
    let terms = terms(db, owner, id, now_ms)?;
    Ok(terms.map(|terms| (item.own.rent, terms)))
}

/// Returns how many pieces of a listing can be ordered at a time in milliseconds, on its terms: of what is lent, for this whole
/// time; to be sold, those that are not lent from now on. `None` without a limit.
pub(crate) fn pieces_left(
    db: Reader<'_>,
    (seller, listing): (&Did, &ItemId),
    (terms, rental): (&Terms, &Rental),
    now_ms: i64,
) -> Result<Option<i64>> {
    let Some(left) = terms.left else {
        return Ok(None);
    };
    let span = rental.span().unwrap_or(Span {
        from: now_ms,
        to: i64::MAX,
    });
    let bookings = bookings(db, seller.as_str(), listing.as_str(), now_ms)?;
    Ok(Some((left - peak(&bookings, span)).max(0)))
}

/// Returns whether the pieces of an order could be ordered at a time in milliseconds.
pub(crate) fn has_left(db: Reader<'_>, order: &OrderTerms, now_ms: i64) -> Result<bool> {
    let (seller, listing) = (&order.seller, &order.listing);
    let on_sale = terms_on_sale(db, seller.as_str(), listing.as_str(), now_ms)?;
    let Some((_, terms)) = on_sale else {
        return Ok(false);
    };
    let span = order.rental.span();
    let is_bookable = span.is_none_or(|span| span.is_bookable(now_ms));
    let left = pieces_left(db, (seller, listing), (&terms, &order.rental), now_ms)?;
    Ok(is_bookable && left.is_none_or(|left| left >= order.quantity.0))
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
