//! What is on its way to devices: a row for each notice and device, which stays for a while once it was sent, so that none is sent twice.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::notices::About;
use rusqlite::{Connection, Row, Transaction, params};

/// How long a message is worth sending: a day.
pub(crate) const WORTH_MS: i64 = 24 * 3_600_000;
/// How long a row is remembered.
const REMEMBERED_MS: i64 = 3 * 24 * 3_600_000;
/// The pause after a failure, doubled with each, and the longest.
const PAUSE_MS: i64 = 60_000;
const PAUSE_MAX_MS: i64 = 3_600_000;

/// A message for a device.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// The entry that tells it.
    pub(crate) log: Did,
    pub(crate) seq: u64,
    /// For whom, and where their device is.
    pub(crate) did: Did,
    pub(crate) endpoint: String,
    pub(crate) about: About,
    /// The conversation, if it is about one.
    pub(crate) room: Option<Did>,
    pub(crate) urgent: bool,
    /// When the entry was made, in milliseconds.
    pub(crate) at: i64,
    /// How often it was tried.
    pub(crate) tries: u32,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The push service has it.
    Sent,
    /// The browser does not take messages any more.
    Gone,
    /// This message won't be taken.
    Refused,
    /// Perhaps later; not before this many seconds, if the service said so.
    Later(Option<u32>),
}

/// Queues a message, unless it was queued before.
pub(crate) fn put(db: &Transaction<'_>, push: &Push) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO notify_given (log, seq, did, endpoint, about, room, urgent, at, due, tries, sent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0)";
    let seq = i64::try_from(push.seq).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?
        .execute(params![
            push.log.as_str(),
            seq,
            push.did.as_str(),
            push.endpoint,
            push.about.as_str(),
            push.room.as_ref().map(Did::as_str),
            push.urgent,
            push.at,
        ])
        .map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Push> {
    use imajin_ledger::rows;
    let room: Option<String> = row.get(5)?;
    Ok(Push {
        log: rows::did(row, 0)?,
        seq: row.get::<_, i64>(1)?.unsigned_abs(),
        did: rows::did(row, 2)?,
        endpoint: row.get(3)?,
        about: rows::parsed(row, 4, About::parse)?,
        room: room.and_then(|room| Did::parse(&room).ok()),
        urgent: row.get(6)?,
        at: row.get(7)?,
        tries: row.get(8)?,
    })
}

/// The messages that are due, urgent ones first.
pub(crate) fn due(db: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Push>> {
    let sql = "SELECT log, seq, did, endpoint, about, room, urgent, at, tries FROM notify_given
        WHERE due IS NOT NULL AND due <= ?1 ORDER BY urgent DESC, at, seq LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?
        .query_map(params![now.as_millis(), limit], read)?
        .collect()
}

/// Notes what became of a message.
pub(crate) fn note(
    db: &Transaction<'_>,
    push: &Push,
    outcome: Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let now = now.as_millis();
    let due = match outcome {
        Outcome::Sent | Outcome::Refused => None,
        Outcome::Gone => {
            for table in ["notify_devices", "notify_given"] {
                db.execute(
                    &format!("DELETE FROM {table} WHERE endpoint = ?1"),
                    [&push.endpoint],
                )?;
            }
            return Ok(());
        }
        Outcome::Later(said) => {
            let doubled = PAUSE_MS.saturating_mul(1 << push.tries.min(10));
            let pause = said.map_or(0, |seconds| i64::from(seconds) * 1_000);
            let due = now + doubled.min(PAUSE_MAX_MS).max(pause);
            (due < push.at.saturating_add(WORTH_MS)).then_some(due)
        }
    };
    let sql = "UPDATE notify_given SET due = ?5, tries = tries + 1, sent = ?6 WHERE log = ?1 AND seq = ?2 AND did = ?3 AND endpoint = ?4";
    let seq = i64::try_from(push.seq).unwrap_or(i64::MAX);
    db.execute(
        sql,
        params![
            push.log.as_str(),
            seq,
            push.did.as_str(),
            push.endpoint,
            due,
            outcome == Outcome::Sent
        ],
    )
    .map(drop)
}

/// Forgets what is old.
pub(crate) fn tidy(db: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let old = now.as_millis().saturating_sub(REMEMBERED_MS);
    db.execute("DELETE FROM notify_given WHERE at < ?1", [old])
        .map(drop)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const DAY: i64 = 1_800_000_000_000;

    fn did(seed: u8) -> Did {
        Did::from_key(&[seed; 32])
    }

    fn push() -> Push {
        Push {
            log: did(1),
            seq: 7,
            did: did(2),
            endpoint: "https://push.example/a".to_owned(),
            about: About::Connection,
            room: None,
            urgent: false,
            at: DAY,
            tries: 0,
        }
    }

    /// When the next one is due, in milliseconds.
    fn next_due(db: &Connection) -> rusqlite::Result<Option<i64>> {
        db.query_row(
            "SELECT min(due) FROM notify_given WHERE due IS NOT NULL",
            [],
            |row| row.get(0),
        )
    }

    fn db() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(super::super::SECRETS).unwrap();
        db
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn a_message_is_queued_once_and_tried_less_and_less_often_for_a_day() {
        let mut db = db();
        let tx = db.transaction().unwrap();
        put(&tx, &push()).unwrap();
        put(&tx, &push()).unwrap();
        let mut now = DAY + 1;
        let mut tried = 0;
        while let Some(push) = due(&tx, at(now), 9).unwrap().pop() {
            assert_eq!(due(&tx, at(now), 9).unwrap().len(), 1);
            note(&tx, &push, Outcome::Later(None), at(now)).unwrap();
            tried += 1;
            match next_due(&tx).unwrap() {
                Some(next) => now = next,
                None => break,
            }
        }
        assert!(now > DAY + WORTH_MS - PAUSE_MAX_MS && now < DAY + WORTH_MS);
        assert!((20..40).contains(&tried), "{tried}");
        // A second look at the entry does not queue it again.
        put(&tx, &push()).unwrap();
        assert_eq!(next_due(&tx).unwrap(), None);
        tidy(&tx, at(DAY + REMEMBERED_MS + 1)).unwrap();
        put(&tx, &push()).unwrap();
        assert_eq!(next_due(&tx).unwrap(), Some(0));
    }

    #[test]
    fn a_service_says_when_to_come_back_and_a_browser_that_is_gone_is_forgotten() {
        let mut db = db();
        let tx = db.transaction().unwrap();
        put(&tx, &push()).unwrap();
        note(&tx, &push(), Outcome::Later(Some(7_200)), at(DAY)).unwrap();
        assert_eq!(next_due(&tx).unwrap(), Some(DAY + 7_200_000));
        note(&tx, &push(), Outcome::Gone, at(DAY)).unwrap();
        let rows: i64 = tx
            .query_row("SELECT count(*) FROM notify_given", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 0);
    }
}
