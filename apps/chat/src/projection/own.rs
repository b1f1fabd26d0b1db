//! Applies the entries of a person's own log to the tables.

use imajin_dfos::Value;
use imajin_dfos::identity::{Action, Unverified};
use imajin_log::{Applied, ops};
use imajin_protocol::IdText;
use imajin_protocol::encryption::among;
use rusqlite::{Connection, params};

use super::run;
use crate::epochs::keys_text;
use crate::operations::{
    Accept, Block, Consent, Decline, DeleteMessage, EndBlock, EndConsent, Forget, ReadMark,
    Requested, Settings,
};

pub(super) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let me = entry.did.as_str();
    let log = id(entry, "log").unwrap_or_default();
    let about = entry.reference.unwrap_or_default();
    let number = |name: &str| entry.fact.and_then(|fact| fact.int(name)).unwrap_or(0);
    match entry.op {
        ops::IDENTITY_CREATE | ops::IDENTITY_UPDATE | ops::IDENTITY_REGISTER => person(db, entry),
        Requested::NAME => run(
            db,
            "INSERT OR REPLACE INTO asked VALUES (?1, ?2, ?3, ?4, 'open')",
            params![me, log, about, entry.at.as_millis()],
        ),
        Accept::NAME => answered(db, me, log, "accepted"),
        Decline::NAME => answered(db, me, log, "declined"),
        Block::NAME => run(
            db,
            "INSERT OR REPLACE INTO blocked VALUES (?1, ?2)",
            [me, about],
        ),
        EndBlock::NAME => run(
            db,
            "DELETE FROM blocked WHERE owner_did = ?1 AND who = ?2",
            [me, about],
        ),
        ReadMark::NAME => run(
            db,
            "INSERT OR REPLACE INTO reads VALUES (?1, ?2, ?3, ?4, ?5)",
            params![me, about, number("seq"), entry.at.as_millis(), entry.seq],
        ),
        DeleteMessage::NAME => deleted(db, entry, log, about),
        Forget::NAME => deleted(db, entry, about, ""),
        Settings::NAME => run(
            db,
            "INSERT OR REPLACE INTO settings VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                me,
                about,
                id(entry, "requests").unwrap_or("none"),
                number("receipts"),
                number("presence"),
                number("mute")
            ],
        ),
        Consent::NAME => run(
            db,
            "INSERT OR REPLACE INTO consents VALUES (?1, ?2, ?3, ?4)",
            params![me, about, number("until"), number("most")],
        ),
        EndConsent::NAME => run(
            db,
            "DELETE FROM consents WHERE owner_did = ?1 AND business = ?2",
            [me, about],
        ),
        _ => Ok(()),
    }
}

fn id<'a>(entry: &Applied<'a>, name: &str) -> Option<&'a str> {
    entry.fact?.id(name).map(IdText::as_str)
}

fn answered(db: &Connection, me: &str, log: &str, state: &str) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE asked SET state = ?3 WHERE owner_did = ?1 AND log = ?2",
        [me, log, state],
    )
}

fn deleted(db: &Connection, entry: &Applied<'_>, log: &str, id: &str) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO deletions VALUES (?1, ?2, ?3, ?4)",
        params![entry.did.as_str(), log, id, entry.at.as_millis()],
    )
}

/// Stores a person's chain as of this entry: the ledger has verified it.
fn person(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let me = entry.did.as_str();
    let member = |name: &str| {
        entry
            .body
            .and_then(|body| body.get(name))
            .and_then(Value::as_str)
    };
    if let Some(scope) = member("scope") {
        run(
            db,
            "INSERT OR REPLACE INTO people VALUES (?1, '', '', 0, ?2, ?3)",
            [me, scope, member("subtype").unwrap_or("human")],
        )?;
    }
    let operation = member("token").and_then(|token| Unverified::read(token).ok());
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
    run(
        db,
        "UPDATE people SET head = ?2, keys = coalesce(?3, keys), is_deleted = ?4 WHERE owner_did = ?1",
        params![me, operation.cid().to_string(), keys, is_deleted],
    )
}
