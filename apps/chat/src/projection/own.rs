//! Applies the entries of a person's own log to the tables.

use imajin_dfos::identity::{Action, Unverified};
use imajin_ledger::rows::run;
use imajin_log::{Applied, ops};
use imajin_protocol::encryption::among;
use rusqlite::{Connection, ToSql, params};

use crate::epochs::keys_text;
use crate::operations::{
    Accept, Block, Consent, Decline, DeleteMessage, EndBlock, EndConsent, Forget, ReadMark,
    Requested, Settings,
};

const ANSWERED: &str = "UPDATE asked SET state = ?3 WHERE owner_did = ?1 AND log = ?2";
const DELETED: &str = "INSERT OR REPLACE INTO deletions VALUES (?1, ?2, ?3, ?4)";

pub(super) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let run = |sql: &str, params: &[&dyn ToSql]| run(db, sql, params);
    let (me, at) = (entry.did.as_str(), entry.at.as_millis());
    let log = entry.id("log").unwrap_or_default();
    let about = entry.reference.unwrap_or_default();
    let number = |name: &str| entry.int(name).unwrap_or(0);
    match entry.op {
        ops::IDENTITY_CREATE | ops::IDENTITY_UPDATE | ops::IDENTITY_REGISTER => person(db, entry),
        Requested::NAME => run(
            "INSERT OR REPLACE INTO asked VALUES (?1, ?2, ?3, ?4, 'open')",
            params![me, log, about, at],
        ),
        Accept::NAME => run(ANSWERED, params![me, log, "accepted"]),
        Decline::NAME => run(ANSWERED, params![me, log, "declined"]),
        Block::NAME => run("INSERT OR REPLACE INTO blocked VALUES (?1, ?2)", params![me, about]),
        EndBlock::NAME => {
            run("DELETE FROM blocked WHERE owner_did = ?1 AND who = ?2", params![me, about])
        }
        ReadMark::NAME => run(
            "INSERT OR REPLACE INTO reads VALUES (?1, ?2, ?3, ?4, ?5)",
            params![me, about, number("seq"), at, entry.seq],
        ),
        DeleteMessage::NAME => run(DELETED, params![me, log, about, at]),
        Forget::NAME => run(DELETED, params![me, about, "", at]),
        Settings::NAME => run(
            "INSERT OR REPLACE INTO settings VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                me,
                about,
                entry.id("requests").unwrap_or("none"),
                number("receipts"),
                number("presence"),
                number("mute")
            ],
        ),
        Consent::NAME => run(
            "INSERT OR REPLACE INTO consents VALUES (?1, ?2, ?3, ?4)",
            params![me, about, number("until"), number("most")],
        ),
        EndConsent::NAME => {
            run("DELETE FROM consents WHERE owner_did = ?1 AND business = ?2", params![me, about])
        }
        _ => Ok(()),
    }
}

/// Stores a person's chain as of this entry: the ledger has verified it.
fn person(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let me = entry.did.as_str();
    if let Some(scope) = entry.text("scope") {
        let sql = "INSERT OR REPLACE INTO people VALUES (?1, '', '', 0, ?2, ?3)";
        run(db, sql, [me, scope, entry.text("subtype").unwrap_or("human")])?;
    }
    let operation = entry.text("token").and_then(|token| Unverified::read(token).ok());
    let Some(operation) = operation else {
        return Ok(());
    };
    let (keys, is_deleted) = match &operation.operation().action {
        Action::Create { services, .. } | Action::Update { services, .. } => {
            let keys = among(services).into_iter().map(|one| *one.key.as_bytes());
            (Some(keys_text(keys)), false)
        }
        // The keys stay, for a restoration.
        Action::Delete { .. } => (None, true),
        Action::Restore { .. } => (None, false),
    };
    let sql = "UPDATE people SET head = ?2, keys = coalesce(?3, keys), is_deleted = ?4 WHERE owner_did = ?1";
    run(db, sql, params![me, operation.cid().to_string(), keys, is_deleted])
}
