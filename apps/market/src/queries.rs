//! Queries of listings, of their terms, and of orders.

mod orders;

use imajin_app::operation::ItemId;
use imajin_items::store;
use imajin_ledger::Reader;
use imajin_protocol::{Did, Minor};
use imajin_selling::Offered;
use rusqlite::{Result, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::listings::{Contact, Item, Kind, Listings, Rent};
use crate::manifest::MANIFEST;
use crate::orders::{OrderTerms, total};
use crate::rent::{Rental, Span, peak};

pub(crate) use orders::{
    Which, awaiting_handover, bookings, deposits, due_refunds, groups_of_order, has_code, is_sold,
    next_lapse, open_orders, order, order_with, orders, reviews, seller_record,
};

imajin_app::read_tables!(MANIFEST);

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
        Minor::new(price.checked_add(deposit).filter(|_| bond == deposit)?).ok()
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
    let Some(item) = item.filter(|item| item.kind == Kind::Listing) else {
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
    let span = rental.span().unwrap_or(Span { from: now_ms, to: i64::MAX });
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
    let contact = db.row(sql, params![owner.as_str(), item.rev], Contact::read)?;
    Ok(contact.filter(|contact| *contact != Contact::default()))
}
