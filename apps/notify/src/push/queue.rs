//! The queue of messages to devices: a row for each notice and device. A sent message's row stays for a while, so that none is sent
//! twice.

use std::time::Duration;

use imajin_app::FromRow;
use imajin_app::notices::About;
use imajin_dfos::Timestamp;
use imajin_host::backoff::Backoff;
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::Seq;
use imajin_protocol::Did;
use rusqlite::{Connection, Transaction, params};

/// The time after which a message is no longer sent: a day.
pub(crate) const WORTH_MS: i64 = 24 * 3_600_000;
/// The time that a row is kept.
const REMEMBERED_MS: i64 = 3 * 24 * 3_600_000;
/// Pauses after failures.
pub(crate) const BACKOFF: Backoff =
    Backoff::new(Duration::from_secs(60), Duration::from_secs(3_600));
/// Messages of one device, and of one person, that are read at once: the rest comes when these have ended.
const OF_A_DEVICE: i64 = 4;
const OF_A_PERSON: i64 = 20;

/// A message for a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, FromRow)]
pub(crate) struct Push {
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
    /// Attempts so far.
    pub(crate) tries: u32,
}

/// The outcome of an attempt to send a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The push service has it.
    Sent,
    /// The browser does not take messages any more.
    Gone,
    /// This message won't be taken.
    Refused,
    /// The service may take it later; not before this many seconds, if the service said so.
    Later(Option<u32>),
    /// The push service is left alone for this long, so nothing was tried.
    Postponed(Duration),
}

/// Queues a message, unless it was queued before.
pub(crate) fn put(db: &Transaction<'_>, push: &Push) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO notify_given (log, seq, did, endpoint, about, room, urgent, at, due, tries, sent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0)";
    let values = params![
        push.log.as_str(),
        Seq(push.seq),
        push.did.as_str(),
        push.endpoint,
        push.about.as_str(),
        push.room.as_ref().map(Did::as_str),
        push.urgent,
        push.at,
    ];
    run(db, sql, values)
}

/// The messages that are due: a turn for each person, of whom each device has a turn, urgent ones first.
pub(crate) fn due(db: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Push>> {
    let sql = "WITH
        by_device AS (
          SELECT *, row_number() OVER (PARTITION BY endpoint ORDER BY urgent DESC, at, seq) AS turn
          FROM notify_given WHERE due IS NOT NULL AND due <= ?1),
        by_person AS (
          SELECT *, row_number() OVER (PARTITION BY did ORDER BY turn, urgent DESC, at, seq) AS place
          FROM by_device WHERE turn <= ?3)
        SELECT log, seq, did, endpoint, about, room, urgent, at, tries FROM by_person
        WHERE place <= ?4 ORDER BY place, urgent DESC, at, seq LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![now.as_millis(), limit, OF_A_DEVICE, OF_A_PERSON];
    Reader::from(db).rows(sql, values, Push::read)
}

/// Notes what became of a message. What else is for the same device waits as long.
pub(crate) fn note(
    db: &Transaction<'_>,
    push: &Push,
    outcome: Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let pause_ms = match outcome {
        Outcome::Gone => {
            for table in ["notify_devices", "notify_given"] {
                db.execute(&format!("DELETE FROM {table} WHERE endpoint = ?1"), [&push.endpoint])?;
            }
            return Ok(());
        }
        Outcome::Sent | Outcome::Refused => None,
        Outcome::Later(asked_s) => {
            let asked_ms = asked_s.map_or(0, |seconds| i64::from(seconds) * 1_000);
            Some(BACKOFF.pause_ms(push.tries.saturating_add(1)).max(asked_ms))
        }
        Outcome::Postponed(left) => i64::try_from(left.as_millis()).ok(),
    };
    let is_tried = !matches!(outcome, Outcome::Postponed(_));
    if is_tried {
        let sql = "UPDATE notify_given SET due = iif(?5, due, NULL), tries = tries + 1, sent = ?6
            WHERE log = ?1 AND seq = ?2 AND did = ?3 AND endpoint = ?4";
        let (log, did) = (push.log.as_str(), push.did.as_str());
        let (waits, is_sent) = (pause_ms.is_some(), outcome == Outcome::Sent);
        run(db, sql, params![log, Seq(push.seq), did, push.endpoint, waits, is_sent])?;
    }
    if let Some(pause_ms) = pause_ms {
        let sql = "UPDATE notify_given SET due = iif(?2 < at + ?3, max(due, ?2), NULL)
            WHERE endpoint = ?1 AND due IS NOT NULL";
        let due = now.as_millis().saturating_add(pause_ms);
        run(db, sql, params![push.endpoint, due, WORTH_MS])?;
    }
    Ok(())
}

/// Forgets what is old.
pub(crate) fn tidy(db: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let old = now.as_millis().saturating_sub(REMEMBERED_MS);
    db.execute("DELETE FROM notify_given WHERE at < ?1", [old]).map(drop)
}

#[cfg(test)]
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
        db.query_row("SELECT min(due) FROM notify_given WHERE due IS NOT NULL", [], |row| {
            row.get(0)
        })
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
        let longest = i64::try_from(BACKOFF.longest.as_millis()).unwrap();
        assert!(now > DAY + WORTH_MS - longest && now < DAY + WORTH_MS);
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
        let rows: i64 =
            tx.query_row("SELECT count(*) FROM notify_given", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0);
    }

    #[test]
    fn a_dead_device_with_many_messages_hides_no_other_and_all_of_them_wait() {
        let mut db = db();
        let tx = db.transaction().unwrap();
        let message = |seq: u64, person: u8, endpoint: &str| Push {
            seq,
            did: did(person),
            endpoint: endpoint.to_owned(),
            ..push()
        };
        for seq in 0..1_000 {
            let dead = format!("https://push.example/dead{}", seq % 10);
            put(&tx, &message(seq, 2, &dead)).unwrap();
        }
        put(&tx, &message(1_001, 2, "https://push.example/own")).unwrap();
        put(&tx, &message(1_002, 3, "https://push.example/other")).unwrap();
        let first = due(&tx, at(DAY + 1), 2).unwrap();
        let people: std::collections::BTreeSet<_> = first.iter().map(|push| &push.did).collect();
        assert_eq!(people.len(), 2, "a turn for each person");
        let all = due(&tx, at(DAY + 1), 256).unwrap();
        assert_eq!(all.len(), 21);
        let own = |push: &Push| push.endpoint.ends_with("own");
        assert!(all.iter().any(own), "a turn for each device");
        // One failure speaks for all that go there, and costs the others no try.
        let dead = all.iter().find(|push| push.endpoint.ends_with("dead3"));
        note(&tx, dead.unwrap(), Outcome::Later(None), at(DAY + 1)).unwrap();
        note(
            &tx,
            &message(4, 2, "https://push.example/dead4"),
            Outcome::Postponed(Duration::from_secs(60)),
            at(DAY + 1),
        )
        .unwrap();
        let rest = due(&tx, at(DAY + 60_000), 256).unwrap();
        let waits =
            |push: &Push| push.endpoint.ends_with("dead3") || push.endpoint.ends_with("dead4");
        assert!(!rest.iter().any(waits));
        let back = due(&tx, at(DAY + 60_001), 256).unwrap();
        let tries = back.iter().filter(|push| waits(push)).map(|push| push.tries);
        assert!(tries.clone().sum::<u32>() <= 1 && tries.count() > 1);
    }
}
