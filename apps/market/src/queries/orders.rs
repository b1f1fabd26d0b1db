//! Queries of orders: in the log of their seller, and in that of their buyer.

use imajin_app::operation::{Int, ItemId, List};
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_ledger::rows::{self, Column};
use imajin_protocol::{Did, IdText};
use imajin_selling::HELD_MS_MAX;
use rusqlite::{Result, Row, params};
use serde::Deserialize;

use super::KEPT;
use crate::orders::{DAY_MS, Order, OrderTerms};
use crate::rent::{BEGUN_MS_MAX, Booking, Rental};
use crate::reviews::{ListingReview, Review, SellerRecord};

/// Maximum number of reviews that are shown of a listing.
const REVIEWS_MAX: usize = 50;

/// The condition that all of an order's payment went back, as either log says: the buyer's takes no entries for a while after a
/// restore, and the seller's none after its deletion.
const IS_LOST: &str =
    "EXISTS (SELECT 1 FROM orders AS sold WHERE sold.owner_did IN (orders.owner_did, orders.seller)
    AND sold.payment = orders.payment AND (sold.is_lost = 1 OR sold.cancelled_by = 'seller'))";
/// The condition that the seller sent it, as either log says.
const IS_SENT: &str =
    "EXISTS (SELECT 1 FROM orders AS sold WHERE sold.owner_did IN (orders.owner_did, orders.seller)
    AND sold.payment = orders.payment AND sold.is_sent = 1)";
/// The condition that it was handed over, as either log says: the seller's knows of the digits that a buyer showed whose log took
/// no entries.
const IS_HANDED: &str =
    "EXISTS (SELECT 1 FROM orders AS sold WHERE sold.owner_did IN (orders.owner_did, orders.seller)
    AND sold.payment = orders.payment AND sold.is_handed = 1)";

/// The title of the listing that an order is for, as its seller's log says. A buyer's record from elsewhere may name any listing.
const TITLE: &str = "(SELECT title FROM orders AS sold JOIN items ON items.owner_did = sold.owner_did AND id = sold.listing
    WHERE sold.owner_did = orders.seller AND sold.payment = orders.payment)";

/// Returns the query of orders for which a condition holds, as [`read_order`] reads them.
fn select(condition: &str) -> String {
    format!(
        "SELECT payment, listing, seller, buyer, quantity, returns, amount, currency, until_ms, at_ms, {IS_SENT}, {IS_HANDED}, cancelled_by,
        iif(seller = owner_did, 'seller', 'buyer'), {IS_LOST}, {TITLE}, stars, review, problem, from_ms, to_ms, bond FROM orders WHERE {condition}"
    )
}

fn read_order(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        payment: rows::id(row, 0)?,
        terms: OrderTerms {
            listing: rows::parsed(row, 1, ItemId::parse)?,
            seller: rows::did(row, 2)?,
            buyer: rows::did(row, 3)?,
            quantity: Int(row.get(4)?),
            returns: Int(row.get(5)?),
            amount: rows::minor(row, 6)?,
            currency: rows::currency(row, 7)?,
            rental: Rental {
                from: read_time(row, 19)?,
                to: read_time(row, 20)?,
                bond: Column::read(row, 21)?,
            },
        },
        until: row.get(8)?,
        at: row.get(9)?,
        is_sent: row.get(10)?,
        is_handed: row.get(11)?,
        cancelled_by: Column::read(row, 12)?,
        party: Column::read(row, 13)?,
        is_lost: row.get(14)?,
        title: row.get(15)?,
        review: read_review(row, 16)?,
        problem: Column::read(row, 18)?,
    })
}

fn read_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    let at: Option<i64> = row.get(column)?;
    Ok(at.and_then(|at| Timestamp::from_millis(at).ok()))
}

/// Reads the review in two columns: the stars, and the words, which are empty if there are none, and null once they were erased.
fn read_review(row: &Row<'_>, column: usize) -> Result<Option<Review>> {
    let stars: Option<i64> = row.get(column)?;
    let text: Option<String> = row.get(column + 1)?;
    Ok(stars.map(|stars| Review {
        stars,
        erased: text.is_none(),
        text: text.filter(|text| !text.is_empty()),
    }))
}

/// Returns an order from the log of its seller or its buyer.
pub(crate) fn order(db: Reader<'_>, owner: &str, payment: &str) -> Result<Option<Order>> {
    db.row(&select("owner_did = ?1 AND payment = ?2"), [owner, payment], read_order)
}

/// Returns an order of a person, if this is the other party.
pub(crate) fn order_with(
    db: Reader<'_>,
    owner: &Did,
    payment: &IdText,
    other: &List<Did, 1, 1>,
) -> Result<Option<Order>> {
    let order = order(db, owner.as_str(), payment.as_str())?;
    Ok(order.filter(|order| other.0.first() == Some(order.other())))
}

/// Returns whether an order of a buyer's log is in its seller's log on the same terms.
pub(crate) fn is_sold(db: Reader<'_>, bought: &Order) -> Result<bool> {
    let sold = order(db, bought.terms.seller.as_str(), bought.payment.as_str())?;
    Ok(sold.is_some_and(|sold| sold.terms == bought.terms))
}

/// Returns the groups for which any version of a bought listing was offered.
pub(crate) fn groups_of_order(db: Reader<'_>, buyer: &str, payment: &str) -> Result<Vec<Did>> {
    let sql = "SELECT DISTINCT entries.fact ->> '$.for' FROM orders JOIN entries ON entries.owner_did = orders.seller
        WHERE orders.owner_did = ?1 AND payment = ?2 AND op = 'market.put' AND ref = listing AND entries.fact ->> '$.for' IS NOT NULL";
    let groups: Vec<String> = db.rows(sql, [buyer, payment], rows::first)?;
    Ok(groups.iter().filter_map(|group| Did::parse(group).ok()).collect())
}

/// The condition of a seller's own orders that cost something and were paid.
const FOR_MONEY: &str = "owner_did = ?1 AND seller = ?1 AND until_ms IS NULL AND amount > 0";

pub(crate) fn seller_record(db: Reader<'_>, seller: &str) -> Result<SellerRecord> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE cancelled_by IS NULL AND is_lost = 0), count(problem), count(stars), coalesce(sum(stars), 0)
        FROM orders WHERE {FOR_MONEY}"
    );
    Ok(db.row(&sql, [seller], SellerRecord::read)?.unwrap_or_default())
}

/// Returns the reviews of a listing, of the newest orders first.
pub(crate) fn reviews(db: Reader<'_>, seller: &str, listing: &str) -> Result<Vec<ListingReview>> {
    let sql = format!(
        "SELECT stars, review, amount - coalesce(bond, 0), currency FROM orders WHERE {FOR_MONEY} AND listing = ?2 AND stars IS NOT NULL
        ORDER BY at_ms DESC, payment LIMIT {REVIEWS_MAX}"
    );
    let reviews = db.rows(&sql, [seller, listing], |row| {
        let (amount, currency) = (row.get(2)?, rows::currency(row, 3)?);
        let review = read_review(row, 0)?;
        Ok(review.map(|review| ListingReview { review, amount, currency }))
    })?;
    Ok(reviews.into_iter().flatten().collect())
}

/// Returns whether an entry about a handover has the buyer's digits.
pub(crate) fn has_code(db: Reader<'_>, log: &str, seq: u64) -> Result<bool> {
    let sql =
        "SELECT 1 FROM entries WHERE owner_did = ?1 AND seq = ?2 AND fact ->> '$.code' IS NOT NULL";
    db.exists(sql, params![log, rows::int(seq)])
}

/// A selection of a person's orders.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Which {
    /// Orders of the person as their buyer.
    #[default]
    Buyer,
    /// Paid orders that the person is still to hand over.
    Hand,
    /// All other orders that the person got.
    Seller,
}

/// The condition of orders that their seller is still to hand over.
const TO_HAND: &str =
    "until_ms IS NULL AND is_sent = 0 AND is_handed = 0 AND cancelled_by IS NULL AND is_lost = 0";

/// Returns a part of a person's orders, the newest first.
pub(crate) fn orders(
    db: Reader<'_>,
    owner: &str,
    which: Which,
    (limit, offset): (usize, usize),
) -> Result<Vec<Order>> {
    let condition = match which {
        Which::Buyer => "buyer = ?1".to_owned(),
        Which::Hand => format!("seller = ?1 AND {TO_HAND}"),
        Which::Seller => format!("seller = ?1 AND NOT ({TO_HAND})"),
    };
    let sql = select(&format!(
        "owner_did = ?1 AND {condition} ORDER BY at_ms DESC, payment LIMIT ?2 OFFSET ?3"
    ));
    db.rows(&sql, params![owner, rows::int(limit), rows::int(offset)], read_order)
}

/// Returns the seller of each order of a buyer that is still to be paid or handed over, and whether it is to be paid.
pub(crate) fn open_orders(db: Reader<'_>, buyer: &str, now_ms: i64) -> Result<Vec<(Did, bool)>> {
    let sql = format!(
        "SELECT seller, until_ms IS NOT NULL FROM orders WHERE owner_did = ?1 AND buyer = ?1 AND cancelled_by IS NULL AND NOT {IS_LOST}
        AND (until_ms > ?2 AND coalesce(to_ms, until_ms) > ?2 OR until_ms IS NULL AND NOT {IS_HANDED} AND coalesce(from_ms, at_ms + returns * ?3) > ?2)"
    );
    db.rows(&sql, params![buyer, now_ms, DAY_MS], |row| Ok((rows::did(row, 0)?, row.get(1)?)))
}

/// Returns for which times pieces of a listing are lent, at a time in milliseconds. Those that ended before today are left out.
pub(crate) fn bookings(
    db: Reader<'_>,
    seller: &str,
    listing: &str,
    now_ms: i64,
) -> Result<Vec<Booking>> {
    let sql = format!(
        "SELECT from_ms, to_ms, quantity FROM orders WHERE {KEPT} AND to_ms > ?3 - {BEGUN_MS_MAX} ORDER BY from_ms"
    );
    db.rows(&sql, params![seller, listing, now_ms], Booking::read)
}

/// Returns when the first of the promised orders of all people lapses, after this time in milliseconds.
pub(crate) fn next_lapse(db: Reader<'_>, now_ms: i64) -> Result<Timestamp> {
    let sql = "SELECT min(until_ms) FROM orders WHERE until_ms > ?1";
    Ok(db.row(sql, [now_ms], |row| read_time(row, 0))?.flatten().unwrap_or(Timestamp::MAX))
}

/// Returns the paid orders that their buyers called off, and whose money did not go back yet.
pub(crate) fn due_refunds(db: Reader<'_>) -> Result<Vec<Order>> {
    let sql = select(
        "owner_did = seller AND cancelled_by = 'buyer' AND until_ms IS NULL AND is_lost = 0 AND amount > 0",
    );
    db.rows(&sql, [], read_order)
}

/// Returns the orders, from the logs of their buyers, that were paid, without a word about their handover, while they can
/// be given back at a time in milliseconds.
pub(crate) fn awaiting_handover(db: Reader<'_>, now_ms: i64) -> Result<Vec<Order>> {
    let sql = select(&format!(
        "owner_did = buyer AND amount > 0 AND {TO_HAND} AND NOT {IS_SENT} AND NOT {IS_HANDED} AND NOT {IS_LOST}
        AND coalesce(from_ms, at_ms + returns * ?2) > ?1"
    ));
    db.rows(&sql, [now_ms, DAY_MS], read_order)
}

/// Returns the orders, from the logs of their buyers, of what was lent for a deposit and counts as handed over, or was sent, at a
/// time in milliseconds, while their money can be held.
pub(crate) fn deposits(db: Reader<'_>, now_ms: i64) -> Result<Vec<Order>> {
    let sql = select(&format!(
        "owner_did = buyer AND bond > 0 AND until_ms IS NULL AND cancelled_by IS NULL AND NOT {IS_LOST}
        AND (from_ms <= ?1 OR {IS_HANDED} OR {IS_SENT}) AND at_ms > ?1 - {HELD_MS_MAX}"
    ));
    db.rows(&sql, [now_ms], read_order)
}
