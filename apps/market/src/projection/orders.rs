//! Orders: their table, and how entries change it.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An order has a row of its seller and one of its buyer, and
//! none of other people, whatever their logs say.

use imajin_app::operation::{Choice, read_operation};
use imajin_ledger::rows;
use imajin_log::Applied;
use imajin_protocol::Minor;
use rusqlite::{Connection, params};

use crate::operations::{
    CancelOrder, CancellationEntry, HandOver, HandoverEntry, OrderEntry, OrderLoss, OrderPromise,
    ProblemEntry, ReportProblem, ReviewEntry, ReviewOrder,
};
use crate::reviews::STARS_MAX;

macro_rules! schema {
    () => {
        "
CREATE TABLE orders (
    owner_did TEXT NOT NULL,          -- the seller or the buyer
    payment TEXT NOT NULL,
    listing TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    returns INTEGER NOT NULL,         -- days
    amount INTEGER NOT NULL,          -- minor units
    currency TEXT NOT NULL,
    until_ms INTEGER,                 -- of its payment; null once it is paid
    at_ms INTEGER NOT NULL,           -- of the payment, or of the promise
    is_sent INTEGER NOT NULL,         -- by the seller's word
    is_handed INTEGER NOT NULL,       -- by the buyer's word or digits
    cancelled_by TEXT,                -- seller, buyer
    is_lost INTEGER NOT NULL,         -- 1: all of the payment went back
    stars INTEGER,                    -- of the buyer's review
    review TEXT,                      -- its words; null once they were erased
    problem TEXT,                     -- missing, other, broken, deposit, money
    from_ms INTEGER,                  -- when something lent is taken over
    to_ms INTEGER,                    -- and brought back
    bond INTEGER,                     -- its deposit, in minor units
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_of_listing ON orders (owner_did, listing);
CREATE INDEX orders_promised ON orders (until_ms) WHERE until_ms IS NOT NULL;
CREATE INDEX orders_to_refund ON orders (cancelled_by) WHERE cancelled_by = 'buyer';
"
    };
}
pub(crate) use schema;

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        OrderPromise::NAME => put(db, entry, Some(entry.int("until").unwrap_or_default())),
        OrderEntry::NAME => put(db, entry, None),
        HandOver::NAME | HandoverEntry::NAME => handed(db, entry),
        CancelOrder::NAME | CancellationEntry::NAME => cancelled(db, entry),
        ReviewOrder::NAME | ReviewEntry::NAME => reviewed(db, entry),
        ReportProblem::NAME | ProblemEntry::NAME => reported(db, entry),
        OrderLoss::NAME => {
            let sql = "UPDATE orders SET is_lost = 1 WHERE owner_did = ?1 AND payment = ?2";
            rows::run(db, sql, params![entry.did.as_str(), entry.reference])
        }
        _ => Ok(()),
    }
}

/// Adds an order, or the payment of a promised one. A promise has the terms of an order, and a time besides.
fn put(db: &Connection, entry: &Applied<'_>, until: Option<i64>) -> rusqlite::Result<()> {
    let read = read_operation::<OrderEntry>(entry);
    let terms = read.map(|read| read.operation.terms);
    let Some(terms) = terms.filter(|terms| terms.parties().contains(entry.did)) else {
        return Ok(());
    };
    let span = terms.rental.span();
    let sql = "INSERT INTO orders (owner_did, payment, listing, seller, buyer, quantity, returns, amount, currency, until_ms, at_ms,
        from_ms, to_ms, bond, is_sent, is_handed, is_lost)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, 0, 0)
        ON CONFLICT DO UPDATE SET until_ms = ?10, at_ms = ?11 WHERE until_ms IS NOT NULL";
    let params = params![
        entry.did.as_str(),
        entry.reference,
        terms.listing.as_str(),
        terms.seller.as_str(),
        terms.buyer.as_str(),
        terms.quantity.0,
        terms.returns.0,
        terms.amount.get(),
        terms.currency.code(),
        until,
        entry.at.as_millis(),
        span.map(|span| span.from),
        span.map(|span| span.to),
        terms.rental.bond.map(Minor::get),
    ];
    rows::run(db, sql, params)
}

/// Notes a word about the handover by its author. Without the buyer's digits, a seller only says that it was sent.
fn handed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let has_code = entry.int("code").is_some();
    let sql = "UPDATE orders SET
        is_sent = max(is_sent, seller = ?3 AND NOT ?4), is_handed = max(is_handed, buyer = ?3 OR ?4)
        WHERE owner_did = ?1 AND payment = ?2 AND ?3 IN (seller, buyer)";
    let (owner, author) = (entry.did.as_str(), entry.author.as_str());
    rows::run(db, sql, params![owner, entry.reference, author, has_code])
}

fn cancelled(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE orders SET cancelled_by = iif(seller = ?3, 'seller', 'buyer')
        WHERE owner_did = ?1 AND payment = ?2 AND ?3 IN (seller, buyer) AND cancelled_by IS NULL";
    let (owner, author) = (entry.did.as_str(), entry.author.as_str());
    rows::run(db, sql, params![owner, entry.reference, author])
}

/// Notes the first review by the buyer. Its stars are in the fact, so that they outlive its words.
fn reviewed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let stars = entry.int("stars");
    let Some(stars) = stars.filter(|stars| (1..=STARS_MAX).contains(stars)) else {
        return Ok(());
    };
    let text = entry.body.map(|_| entry.text("text").unwrap_or_default());
    let sql = "UPDATE orders SET stars = ?4, review = ?5
        WHERE owner_did = ?1 AND payment = ?2 AND buyer = ?3 AND stars IS NULL";
    let (owner, author) = (entry.did.as_str(), entry.author.as_str());
    rows::run(db, sql, params![owner, entry.reference, author, stars, text])
}

/// Notes a problem, or its end, by the buyer.
fn reported(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<ProblemEntry>(entry) else {
        return Ok(());
    };
    let problem = read.operation.report.problem().map(|kind| kind.name());
    let sql = "UPDATE orders SET problem = ?4 WHERE owner_did = ?1 AND payment = ?2 AND buyer = ?3";
    let (owner, author) = (entry.did.as_str(), entry.author.as_str());
    rows::run(db, sql, params![owner, entry.reference, author, problem])
}

#[cfg(test)]
mod tests;
