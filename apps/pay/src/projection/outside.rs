//! Entries of the node about the world outside: its provider's pages, payments, refunds, disputes and accounts.

use imajin_app::data_rights::entries::words;
use imajin_ledger::rows::run;
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
pub(super) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let node = entry.did.as_str();
    let id = |key: &str| entry.id(key);
    let int = |key: &str| entry.int(key);
    if operations::is_nodes(entry.op)
        && let Some(event) = id("event")
    {
        let sql = "INSERT INTO events (owner_did, event) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        run(db, sql, [node, event])?;
    }
    if entry.op == ProviderAccount::NAME {
        return transfers::account(db, entry);
    }
    let Some(reference) = entry.reference else {
        return Ok(());
    };
    // 1 for yes, 2 for no: 0 is not known yet.
    let done = if int("done") == Some(1) { 1 } else { 2 };
    match entry.op {
        Transfer::NAME | Transferred::NAME => transfers::apply(db, entry, reference),
        Disputed::NAME => free_times::dispute(db, entry, reference),
        OpenedPage::NAME => {
            let sql = "UPDATE holds SET session = ?3, session_until = ?4, part = ?5 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, params![node, reference, id("session"), int("until"), int("part")])
        }
        Paid::NAME => {
            let sql =
                "UPDATE holds SET charge = ?3, failed = 0 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, params![node, reference, id("charge")])
        }
        Failed::NAME => {
            let sql =
                "UPDATE holds SET failed = 1 WHERE owner_did = ?1 AND payment = ?2 AND done = 0";
            run(db, sql, [node, reference])
        }
        Fulfilled::NAME if int("done") == Some(2) => {
            let sql = "UPDATE payments SET told = 1 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, [node, reference])
        }
        Fulfilled::NAME => {
            let sql = "UPDATE holds SET fulfilled = ?3 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, params![node, reference, done])?;
            let sql = "UPDATE payments SET unfulfilled = 0 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, [node, reference])?;
            free_times::refresh(db, node, reference, entry.at.as_millis())
        }
        Called::NAME => {
            let sql = "UPDATE payments SET called = ?3 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, params![node, reference, done])
        }
        Returned::NAME => {
            let status = match id("status") {
                Some("failed") if has_open_dispute(db.into(), entry.did, reference, None)? => {
                    Some("refused")
                }
                other => other,
            };
            let sent = int("amount").filter(|_| id("status") != Some("failed"));
            let sql = "UPDATE returns SET status = ?4, refund = coalesce(?5, refund), sent = coalesce(?6, sent) WHERE owner_did = ?1 AND payment = ?2 AND n = ?3";
            run(db, sql, params![node, reference, int("n"), status, id("refund"), sent])
        }
        FreedPayment::NAME => {
            let sql = "UPDATE payments SET attested = 1 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, [node, reference])
        }
        Stray::NAME => {
            let currency = id("currency").unwrap_or_default();
            let is_known = Currency::parse(currency).is_ok() && id("charge").is_some();
            let sql = "INSERT INTO strays (owner_did, session, payment, amount, currency, charge, at, status, attempt)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING";
            let values = params![
                node,
                reference,
                id("payment"),
                int("amount").unwrap_or(0),
                currency,
                id("charge"),
                entry.at.as_millis(),
                if is_known { "open" } else { "unknown" }
            ];
            run(db, sql, values)
        }
        StrayDue::NAME => {
            let sql = "UPDATE strays SET status = 'due' WHERE owner_did = ?1 AND session = ?2";
            run(db, sql, [node, reference])
        }
        StrayReturned::NAME => {
            let sql = "UPDATE strays SET status = coalesce(?3, status), attempt = attempt + coalesce(?3 = 'failed', 0) WHERE owner_did = ?1 AND session = ?2";
            run(db, sql, params![node, reference, id("status")])
        }
        _ => Ok(()),
    }
}

/// Sets a person's details for payments outside: the newest entry counts. One whose body is erased withdraws earlier
/// ones, too.
pub(super) fn details(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let Some(words) = words(entry) else {
        return run(db, "DELETE FROM details WHERE owner_did = ?1", [did]);
    };
    let sql = "INSERT INTO details (owner_did, words) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET words = excluded.words";
    run(db, sql, [did, &words])
}
