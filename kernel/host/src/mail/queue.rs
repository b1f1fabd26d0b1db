//! The letters that wait, in `secrets.sqlite`: they hold addresses and tickets, and travel in no bundle. A live link is not
//! among them (`held`).

use imajin_app::FromRow;
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use rusqlite::{Connection, Transaction, params};

use super::Mail;
use super::memory::MARK;

/// Maximum number of letters in the queue: a day of a busy box. A flood of requests must not fill the card.
const WAITING_MAX: i64 = 2_000;
/// Maximum number of letters that the owner's page shows.
const SHOWN_MAX: i64 = 100;

/// `sent`: its words are gone, and `once` is remembered until the letter's end.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS mail (
  id INTEGER PRIMARY KEY, once TEXT UNIQUE, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, message BLOB NOT NULL,
  created INTEGER NOT NULL, expires INTEGER NOT NULL, due INTEGER NOT NULL, tries INTEGER NOT NULL, failure TEXT, sent INTEGER NOT NULL
) STRICT;
";

/// Too many wait.
pub(super) struct Full;

/// A letter that waits, as the node's owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// The recipient.
    pub to: String,
    /// The letter's subject.
    pub subject: String,
    /// The letter's text.
    pub text: String,
    /// The time at which the letter was queued.
    pub created: Timestamp,
    /// When the node gives up.
    pub expires: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Why it could not be sent the last time.
    pub failure: Option<String>,
    /// The message, or its placeholder if its text is only in memory.
    pub(super) message: Vec<u8>,
    /// The name by which a second letter of its kind is refused.
    pub(super) once: Option<String>,
}

/// A letter whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash, FromRow)]
pub(super) struct Due {
    pub(super) id: i64,
    pub(super) recipient: String,
    pub(super) tries: u32,
}

/// Puts a letter into the queue, and returns whether it did: one with the same `once` may have come before.
pub(super) fn put(
    db: &Transaction<'_>,
    mail: &Mail,
    message: &[u8],
    now: Timestamp,
) -> rusqlite::Result<Result<bool, Full>> {
    let now = now.as_millis();
    db.execute("DELETE FROM mail WHERE expires <= ?1", [now])?;
    let waiting: i64 =
        db.query_row("SELECT count(*) FROM mail WHERE sent = 0", [], |row| row.get(0))?;
    if waiting >= WAITING_MAX {
        return Ok(Err(Full));
    }
    let added = db.execute(
        "INSERT OR IGNORE INTO mail (once, recipient, subject, text, message, created, expires, due, tries, sent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, 0, 0)",
        params![mail.once, mail.to, mail.subject, mail.text, message, now, mail.expires.as_millis()],
    )?;
    Ok(Ok(added > 0))
}

pub(super) fn waiting(db: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Waiting>> {
    let sql = "SELECT recipient, subject, text, created, expires, tries, failure, iif(text = '', message, x''), once FROM mail WHERE sent = 0 AND expires > ?1 ORDER BY id DESC LIMIT ?2";
    Reader::from(db).rows(sql, params![now.as_millis(), SHOWN_MAX], Waiting::read)
}

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MIN)
}

/// The letters that are due: a turn for each recipient.
pub(super) fn due(db: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Due>> {
    let sql = "SELECT id, recipient, tries FROM (
          SELECT *, row_number() OVER (PARTITION BY recipient ORDER BY due, id) AS turn
          FROM mail WHERE sent = 0 AND expires > ?1 AND due <= ?1)
        ORDER BY turn, due, id LIMIT ?2";
    Reader::from(db).rows(sql, params![now.as_millis(), limit], Due::read)
}

/// When the next letter after `now` is due.
pub(super) fn next_due(db: &Connection, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(due) FROM mail WHERE sent = 0 AND expires > ?1 AND due > ?1";
    let mut statement = db.prepare_cached(sql)?;
    let next: Option<i64> = statement.query_row([now.as_millis()], |row| row.get(0))?;
    Ok(next.map(time))
}

/// The message of a letter that still waits, and what makes it one of a kind.
pub(super) fn message(
    db: &Connection,
    id: i64,
    now: Timestamp,
) -> rusqlite::Result<Option<(Vec<u8>, Option<String>)>> {
    let sql = "SELECT message, once FROM mail WHERE id = ?1 AND sent = 0 AND expires > ?2";
    Reader::from(db).row(sql, [id, now.as_millis()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Ends a letter that was sent or dropped: its words go, and a second one of its kind is still refused until its end.
pub(super) fn sent(db: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM mail WHERE id = ?1 AND once IS NULL", [id])?;
    let sql = "UPDATE mail SET recipient = '', subject = '', text = '', message = x'', failure = NULL, sent = 1 WHERE id = ?1";
    db.execute(sql, [id]).map(drop)
}

/// Notes that a letter was not sent, and is tried again at `due`.
pub(super) fn failed(
    db: &Transaction<'_>,
    id: i64,
    due: Timestamp,
    failure: &str,
) -> rusqlite::Result<()> {
    let sql = "UPDATE mail SET tries = tries + 1, due = ?2, failure = ?3 WHERE id = ?1";
    db.execute(sql, params![id, due.as_millis(), failure]).map(drop)
}

/// Postpones a letter that was not tried.
pub(super) fn postponed(db: &Transaction<'_>, id: i64, due: Timestamp) -> rusqlite::Result<()> {
    db.execute("UPDATE mail SET due = ?2 WHERE id = ?1", [id, due.as_millis()]).map(drop)
}

/// Every letter that waits is due now.
pub(super) fn hurry(db: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    db.execute("UPDATE mail SET due = ?1 WHERE sent = 0 AND due > ?1", [now.as_millis()]).map(drop)
}

/// Letters whose words were only in memory: the program has begun since.
pub(super) fn forget_held(db: &Transaction<'_>) -> rusqlite::Result<()> {
    db.execute("DELETE FROM mail WHERE sent = 0 AND instr(message, ?1) = 1", [MARK]).map(drop)
}

pub(super) fn forget(db: &Transaction<'_>, address: &str) -> rusqlite::Result<()> {
    db.execute("DELETE FROM mail WHERE recipient = ?1", [address]).map(drop)
}
