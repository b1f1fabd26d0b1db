//! Entries of the node about the world outside: its provider's pages, payments, refunds, disputes and accounts.

use imajin_app::data_rights::entries::words;
use imajin_log::Applied;
use imajin_protocol::Currency;
use rusqlite::{Connection, params};

use super::{free_times, transfers};
use crate::operations::{
    self, Called, Disputed, Failed, FreedPayment, Fulfilled, OpenedPage, Paid, ProviderAccount,
    Returned, Stray, StrayDue, StrayReturned, Transfer, Transferred,
};
use crate::queries::has_open_dispute;

/// Applies an entry that the node made about the world outside. One that lacks a required member changes nothing.
pub(super) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let node = entry.did.as_str();
    let id = |key: &str| entry.fact?.id(key).map(|id| id.as_str());
    let int = |key: &str| entry.fact?.int(key);
    if operations::is_nodes(entry.op)
        && let Some(event) = id("event")
    {
        let sql = "INSERT INTO events (owner_did, event) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute([node, event])?;
    }
    if entry.op == ProviderAccount::NAME {
        return transfers::account(db, entry);
    }
    let Some(reference) = entry.reference else {
        return Ok(None);
    };
    let changed = match entry.op {
        Transfer::NAME | Transferred::NAME => return transfers::apply(db, entry, reference),
        OpenedPage::NAME => db
            .prepare_cached("UPDATE holds SET session = ?3, session_until = ?4, part = ?5 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, id("session"), int("until"), int("part")])?,
        Paid::NAME => db
            .prepare_cached("UPDATE holds SET charge = ?3, failed = 0 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, id("charge")])?,
        Failed::NAME => db
            .prepare_cached("UPDATE holds SET failed = 1 WHERE owner_did = ?1 AND payment = ?2 AND done = 0")?
            .execute([node, reference])?,
        Fulfilled::NAME => match int("done") {
            Some(2) => db
                .prepare_cached("UPDATE payments SET told = 1 WHERE owner_did = ?1 AND payment = ?2")?
                .execute([node, reference])?,
            done => {
                let changed = db
                    .prepare_cached("UPDATE holds SET fulfilled = ?3 WHERE owner_did = ?1 AND payment = ?2")?
                    .execute(params![node, reference, if done == Some(1) { 1 } else { 2 }])?;
                db.prepare_cached("UPDATE payments SET unfulfilled = 0 WHERE owner_did = ?1 AND payment = ?2")?
                    .execute([node, reference])?;
                free_times::refresh(db, node, reference, entry.at.as_millis())?;
                changed
            }
        },
        Called::NAME => db
            .prepare_cached("UPDATE payments SET called = ?3 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, if int("done") == Some(1) { 1 } else { 2 }])?,
        Returned::NAME => {
            let status = match id("status") {
                Some("failed") if has_open_dispute(db.into(), entry.did, reference, None)? => Some("refused"),
                other => other,
            };
            let sent = int("amount").filter(|_| id("status") != Some("failed"));
            db.prepare_cached("UPDATE returns SET status = ?4, refund = coalesce(?5, refund), sent = coalesce(?6, sent) WHERE owner_did = ?1 AND payment = ?2 AND n = ?3")?
                .execute(params![node, reference, int("n"), status, id("refund"), sent])?
        }
        Disputed::NAME => {
            free_times::dispute(db, entry, reference)?;
            1
        }
        FreedPayment::NAME => db
            .prepare_cached("UPDATE payments SET attested = 1 WHERE owner_did = ?1 AND payment = ?2")?
            .execute([node, reference])?,
        Stray::NAME => {
            let currency = id("currency").unwrap_or_default();
            let is_known = Currency::parse(currency).is_ok() && id("charge").is_some();
            let sql = "INSERT INTO strays (owner_did, session, payment, amount, currency, charge, at, status, attempt)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING";
            db.prepare_cached(sql)?.execute(params![
                node,
                reference,
                id("payment"),
                int("amount").unwrap_or(0),
                currency,
                id("charge"),
                entry.at.as_millis(),
                if is_known { "open" } else { "unknown" }
            ])?
        }
        StrayDue::NAME => db
            .prepare_cached("UPDATE strays SET status = 'due' WHERE owner_did = ?1 AND session = ?2")?
            .execute([node, reference])?,
        StrayReturned::NAME => db
            .prepare_cached("UPDATE strays SET status = coalesce(?3, status), attempt = attempt + coalesce(?3 = 'failed', 0) WHERE owner_did = ?1 AND session = ?2")?
            .execute(params![node, reference, id("status")])?,
        _ => 0,
    };
    Ok((changed > 0).then_some(()))
}

/// Sets a person's details for payments outside: the newest entry counts. One whose body is erased withdraws earlier
/// ones, too.
pub(super) fn details(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let Some(words) = words(entry) else {
        let sql = "DELETE FROM details WHERE owner_did = ?1";
        return db.prepare_cached(sql)?.execute([did]).map(drop);
    };
    let sql = "INSERT INTO details (owner_did, words) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET words = excluded.words";
    db.prepare_cached(sql)?.execute([did, &words]).map(drop)
}
