//! Entries of transfers to people's own accounts with the provider.

use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, params};

use crate::operations::Transfer;

/// Enters an account, and whether it can be paid to.
pub(super) fn account(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(account), Some(ready)) = (entry.id("account"), entry.int("ready")) else {
        return Ok(());
    };
    let since = (ready == 1).then_some(entry.at.as_millis());
    // An account that was not ready for a while gets the parts that became free meanwhile; a new account starts from
    // now.
    let sql = "INSERT INTO payouts (owner_did, node, account, ready, since) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET node = excluded.node, account = excluded.account, ready = excluded.ready,
            since = CASE WHEN node = excluded.node THEN coalesce(since, excluded.since) ELSE excluded.since END";
    run(db, sql, params![entry.did.as_str(), entry.author.as_str(), account, ready, since])
}

/// Enters a transfer of a part of a payment to an account, or the end of one.
pub(super) fn apply(db: &Connection, entry: &Applied<'_>, payment: &str) -> rusqlite::Result<()> {
    let (node, at) = (entry.did.as_str(), entry.at.as_millis());
    let (Some(n), Some(amount)) = (entry.int("n"), entry.int("amount")) else {
        return Ok(());
    };
    if entry.op == Transfer::NAME {
        let (Some(did), Some(account), Some(currency)) =
            (entry.id("did"), entry.id("account"), entry.id("currency"))
        else {
            return Ok(());
        };
        let status = match amount {
            0 => "none",
            _ => "due",
        };
        let sql = "INSERT INTO transfers (owner_did, payment, n, did, account, currency, amount, reversed, status, attempt, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0, ?9)
            ON CONFLICT DO UPDATE SET account = excluded.account, amount = excluded.amount, status = excluded.status, at = excluded.at";
        run(db, sql, params![node, payment, n, did, account, currency, amount, status, at])?;
        let sql = "DELETE FROM held WHERE owner_did = ?1 AND payment = ?2 AND n = ?3";
        return run(db, sql, params![node, payment, n]);
    }
    let of = "WHERE owner_did = ?1 AND payment = ?2 AND n = ?3";
    match entry.id("status") {
        Some("sent") => {
            let sql = format!(
                "UPDATE transfers SET status = 'sent', amount = ?4, transfer = ?5, code = NULL, at = ?6 {of}"
            );
            run(db, &sql, params![node, payment, n, amount, entry.id("transfer"), at])
        }
        Some("refused") => {
            let sql = format!(
                "UPDATE transfers SET status = 'refused', attempt = attempt + 1, code = ?4, at = ?5 {of}"
            );
            run(db, &sql, params![node, payment, n, entry.id("code"), at])
        }
        Some("reversed") => {
            let sql = format!("UPDATE transfers SET reversed = reversed + ?4 {of}");
            run(db, &sql, params![node, payment, n, amount])
        }
        _ => Ok(()),
    }
}
