//! Tips, their words, and reminders: the tables, and how entries change them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. A tip has a row of its receiver and one of its giver.

use imajin_app::operation::{Paragraphs, Title, read_operation};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_selling::{self as selling, Offered};
use rusqlite::{Connection, params};

use crate::operations::{OfferJar, Promised, Remind, ReturnedTip, Say, Show, TipWords, Tipped};

/// The operation by which the payer's log records a refund.
pub(crate) const REFUNDED: &str = selling::REFUNDED.op;
/// The seller's operation to refund a payment, in their own log.
pub(crate) const REFUND: &str = selling::GIVE_BACK;

/// The tables.
macro_rules! schema {
    () => {
        "
CREATE TABLE promises (
    owner_did TEXT NOT NULL,
    payment TEXT NOT NULL,
    jar TEXT NOT NULL,
    seller TEXT NOT NULL,
    from_did TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    shown INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE TABLE tips (
    owner_did TEXT NOT NULL,
    payment TEXT NOT NULL,
    jar TEXT NOT NULL,
    seller TEXT NOT NULL,
    from_did TEXT NOT NULL,
    amount INTEGER NOT NULL,          -- minor units
    back INTEGER NOT NULL,            -- of which went back
    currency TEXT NOT NULL,
    shown INTEGER NOT NULL,           -- 1: the giver's name may be shown
    at_ms INTEGER NOT NULL,
    said TEXT,
    said_as TEXT,                     -- the name to be shown with it
    is_out INTEGER NOT NULL,          -- 1: the page shows what was said
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX tips_of_jar ON tips (owner_did, seller, jar, at_ms);
CREATE TABLE reminders (
    owner_did TEXT NOT NULL,
    seller TEXT NOT NULL,
    jar TEXT NOT NULL,
    day INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, seller, jar)
) STRICT, WITHOUT ROWID;
"
    };
}
pub(crate) use schema;

/// Applies an entry that is about a tip or a reminder.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        OfferJar::NAME => {
            Offered::put(db, entry, |offer: OfferJar| (offer.price.0, offer.currency, offer.fair))
        }
        Promised::NAME => promised(db, entry),
        Tipped::NAME => tipped(db, entry),
        Say::NAME => {
            let words =
                read_operation::<Say>(entry).map(|say| (say.operation.text, say.operation.name));
            say(db, entry, words)
        }
        TipWords::NAME => {
            let words = read_operation::<TipWords>(entry)
                .map(|say| (say.operation.text, say.operation.name));
            say(db, entry, words)
        }
        Show::NAME => show(db, entry),
        Remind::NAME => remind(db, entry),
        REFUNDED | REFUND => refunded(db, entry),
        ReturnedTip::NAME => returned(db, entry),
        _ => Ok(()),
    }
}

fn promised(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(promised) = read_operation::<Promised>(entry) else {
        return Ok(());
    };
    let Promised { payment, tip, until } = promised.operation;
    let sql = "INSERT OR REPLACE INTO promises (owner_did, payment, jar, seller, from_did, amount, currency, shown, until_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let params = params![
        entry.did.as_str(),
        payment.as_str(),
        tip.jar.as_str(),
        tip.seller.as_str(),
        tip.from.as_str(),
        tip.amount.get(),
        tip.currency.code(),
        name_flag(tip.shown.0, promised.has_more),
        until.as_millis(),
    ];
    run(db, sql, params)
}

fn tipped(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(tipped) = read_operation::<Tipped>(entry) else {
        return Ok(());
    };
    let Tipped { payment, tip } = tipped.operation;
    let (owner, payment) = (entry.did.as_str(), payment.as_str());
    let sql = "INSERT INTO tips (owner_did, payment, jar, seller, from_did, amount, back, currency, shown, at_ms, is_out)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9, 0) ON CONFLICT DO NOTHING";
    let params = params![
        owner,
        payment,
        tip.jar.as_str(),
        tip.seller.as_str(),
        tip.from.as_str(),
        tip.amount.get(),
        tip.currency.code(),
        name_flag(tip.shown.0, tipped.has_more),
        entry.at.as_millis(),
    ];
    run(db, sql, params)?;
    run(db, "DELETE FROM promises WHERE owner_did = ?1 AND payment = ?2", [owner, payment])
}

/// Returns 1 if a name may be shown, otherwise 0; also 0 if a later version added members about it.
fn name_flag(shown: i64, has_more: bool) -> i64 {
    if has_more { 0 } else { shown }
}

fn say(
    db: &Connection,
    entry: &Applied<'_>,
    said: Option<(Paragraphs<500>, Option<Title<60>>)>,
) -> rusqlite::Result<()> {
    let Some((text, name)) = said else {
        return Ok(());
    };
    // In the receiver's log, only the giver of a tip has words with it.
    let sql = "UPDATE tips SET said = ?3, said_as = ?4, is_out = 0 WHERE owner_did = ?1 AND payment = ?2 AND from_did = ?5";
    let (did, author) = (entry.did.as_str(), entry.author.as_str());
    let name = name.map(|name| name.0);
    run(db, sql, params![did, entry.reference, text.0, name, author])
}

fn show(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let show = read_operation::<Show>(entry).filter(|show| !show.has_more);
    let on = show.map_or(0, |show| show.operation.on.0);
    let sql = "UPDATE tips SET is_out = ?3 WHERE owner_did = ?1 AND seller = ?1 AND payment = ?2";
    run(db, sql, params![entry.did.as_str(), entry.reference, on])
}

fn remind(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(remind) = read_operation::<Remind>(entry) else {
        return Ok(());
    };
    let (owner, remind) = (entry.did.as_str(), remind.operation);
    let (seller, jar) = (remind.seller.as_str(), remind.jar.as_str());
    if remind.day.0 == 0 {
        let sql = "DELETE FROM reminders WHERE owner_did = ?1 AND seller = ?2 AND jar = ?3";
        return run(db, sql, [owner, seller, jar]);
    }
    let sql =
        "INSERT OR REPLACE INTO reminders (owner_did, seller, jar, day, amount, currency, since_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let params = params![
        owner,
        seller,
        jar,
        remind.day.0,
        remind.amount.get(),
        remind.currency.code(),
        entry.at.as_millis()
    ];
    run(db, sql, params)
}

fn refunded(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let amount = entry.int("amount");
    let sql = "UPDATE tips SET back = min(amount, back + ?3) WHERE owner_did = ?1 AND payment = ?2";
    run(db, sql, params![entry.did.as_str(), entry.reference, amount.unwrap_or(0)])
}

fn returned(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE tips SET back = amount WHERE owner_did = ?1 AND payment = ?2";
    run(db, sql, params![entry.did.as_str(), entry.reference])
}
