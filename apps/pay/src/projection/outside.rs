//! What the node says of the world outside: its provider's pages, payments, refunds, disputes and accounts.

use imajin_ledger::Applied;
use rusqlite::{Connection, params};

use super::{held, transfers};
use crate::ops;

/// Brings the node's own word into the tables. One that lacks something says nothing.
pub(super) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let node = entry.did.as_str();
    let id = |key: &str| entry.fact?.id(key).map(|id| id.as_str());
    let int = |key: &str| entry.fact?.int(key);
    if ops::is_nodes(entry.op)
        && let Some(event) = id("event")
    {
        let sql = "INSERT INTO events (owner_did, event) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute([node, event])?;
    }
    if entry.op == ops::ACCOUNT {
        return transfers::account(db, entry);
    }
    let Some(reference) = entry.reference else {
        return Ok(None);
    };
    let changed = match entry.op {
        ops::TRANSFER | ops::TRANSFERRED => return transfers::apply(db, entry, reference),
        ops::OPENED => db
            .prepare_cached("UPDATE holds SET session = ?3, session_until = ?4, part = ?5 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, id("session"), int("until"), int("part")])?,
        ops::PAID => db
            .prepare_cached("UPDATE holds SET charge = ?3, failed = 0 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, id("charge")])?,
        ops::FAILED => db
            .prepare_cached("UPDATE holds SET failed = 1 WHERE owner_did = ?1 AND payment = ?2 AND done = 0")?
            .execute([node, reference])?,
        ops::FULFILLED => match int("done") {
            Some(2) => db
                .prepare_cached("UPDATE payments SET told = 1 WHERE owner_did = ?1 AND payment = ?2")?
                .execute([node, reference])?,
            done => {
                let changed = db
                    .prepare_cached("UPDATE holds SET fulfilled = ?3 WHERE owner_did = ?1 AND payment = ?2")?
                    .execute(params![node, reference, if done == Some(1) { 1 } else { 2 }])?;
                db.prepare_cached("UPDATE payments SET unfulfilled = 0 WHERE owner_did = ?1 AND payment = ?2")?
                    .execute([node, reference])?;
                held::refresh(db, node, reference, entry.at.as_millis())?;
                changed
            }
        },
        ops::CALLED => db
            .prepare_cached("UPDATE payments SET called = ?3 WHERE owner_did = ?1 AND payment = ?2")?
            .execute(params![node, reference, if int("done") == Some(1) { 1 } else { 2 }])?,
        ops::RETURNED => {
            let status = match id("status") {
                Some("failed") if held::has_open_dispute(db, node, reference, None)? => Some("refused"),
                other => other,
            };
            let sent = int("amount").filter(|_| id("status") != Some("failed"));
            db.prepare_cached("UPDATE returns SET status = ?4, refund = coalesce(?5, refund), sent = coalesce(?6, sent) WHERE owner_did = ?1 AND payment = ?2 AND n = ?3")?
                .execute(params![node, reference, int("n"), status, id("refund"), sent])?
        }
        ops::DISPUTED => {
            held::dispute(db, entry, reference)?;
            1
        }
        ops::FREED => db
            .prepare_cached("UPDATE payments SET attested = 1 WHERE owner_did = ?1 AND payment = ?2")?
            .execute([node, reference])?,
        ops::STRAY => db
            .prepare_cached("INSERT INTO strays (owner_did, session, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![node, reference, entry.at.as_millis()])?,
        _ => 0,
    };
    Ok((changed > 0).then_some(()))
}
