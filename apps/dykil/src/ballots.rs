//! A ballot box: who voted, and what was said, in one file that ties neither to the other. A box holds the answers of a survey
//! whose owner learns totals, or all answers after the close, and is destroyed then.
//!
//! Always: one transaction takes a voter and a ballot, so that a crash leaves both or neither. Both tables are in the order
//! of keys that say nothing of time, and the file's journal has only the state before a vote. What was deleted is
//! overwritten. A sealed box takes no ballot.

mod shuffle;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use imajin_dfos::hex;
use imajin_protocol::Did;
use ring::hmac;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

pub(crate) use shuffle::shuffle;

/// Ballots of a box at most.
pub(crate) const BALLOTS_MAX: i64 = 10_000;
/// Codes on paper of a box at most.
pub(crate) const SLIPS_MAX: i64 = 10_000;
/// Bytes of the ballots that are entered together.
const PART_BYTES: usize = 500_000;
/// What a ballot takes besides its words: its receipt, and the names of both.
const BALLOT_BYTES: usize = 64;
/// Bytes that are overwritten at a time.
const BLANK_BYTES: usize = 65_536;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS voters (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;    -- a keyed hash, or the DID for a roll
CREATE TABLE IF NOT EXISTS slips (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;     -- keyed hashes of codes that were printed
CREATE TABLE IF NOT EXISTS what (receipt BLOB PRIMARY KEY, ballot TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (place INTEGER PRIMARY KEY, receipt BLOB NOT NULL) STRICT;
";

/// A number that a voter's browser drew, by which they find their ballot: 128 bits.
pub(crate) type Receipt = [u8; 16];

/// Somebody who votes, as far as the box must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Voter {
    /// Anybody, any number of times.
    Anyone,
    /// A person, once.
    Person(Did),
    /// A person, once, whose DID is kept for the roll.
    Listed(Did),
    /// The holder of a ticket, once for each.
    Seat(String),
    /// Somebody with a code on paper, once for each.
    Slip(String),
}

/// What is kept of a vote.
pub(crate) enum Kept<'a> {
    /// The ballot.
    Ballot(&'a str),
    /// The sums with it, made from the sums before it.
    Sums(&'a dyn Fn(Option<&str>) -> String),
}

/// How a vote was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    /// It counts.
    Counted,
    /// It was taken before: its answer got lost on the way.
    Again,
}

/// Why a vote was not taken.
#[derive(Debug)]
pub(crate) enum NotCast {
    /// This voter has voted, with another receipt.
    Voted,
    /// Another ballot has this receipt.
    Receipt,
    /// There is no such code.
    Slip,
    /// The box is full.
    Full,
    /// The box is closed.
    Sealed,
    /// It can't be stored.
    Stored(rusqlite::Error),
}

impl From<rusqlite::Error> for NotCast {
    fn from(error: rusqlite::Error) -> Self {
        Self::Stored(error)
    }
}

/// A ballot that is released: its receipt, in hex, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Released {
    pub(crate) receipt: String,
    pub(crate) words: String,
}

/// An open file with ballots.
#[derive(Debug)]
pub(crate) struct BallotBox {
    db: Connection,
    path: PathBuf,
    key: hmac::Key,
}

impl BallotBox {
    /// Makes a box, or opens an existing one. `key` is that of a new box; it never leaves the file.
    pub(crate) fn make(path: &Path, key: [u8; 32]) -> rusqlite::Result<Self> {
        let db = connect(path)?;
        db.execute_batch(SCHEMA)?;
        let sql = "INSERT INTO settings (name, value) VALUES ('key', ?1) ON CONFLICT DO NOTHING";
        db.execute(sql, [key])?;
        Self::of(db, path)
    }

    /// Opens a box.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        if !path.exists() {
            return Err(rusqlite::Error::InvalidPath(path.to_owned()));
        }
        Self::of(connect(path)?, path)
    }

    fn of(db: Connection, path: &Path) -> rusqlite::Result<Self> {
        let key: Vec<u8> = setting(&db, "key")?.unwrap_or_default();
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            path: path.to_owned(),
            db,
        })
    }

    /// How a voter is named in the file.
    fn id(&self, voter: &Voter) -> Option<Vec<u8>> {
        let named = match voter {
            Voter::Anyone => return None,
            Voter::Listed(did) => return Some(did.as_str().into()),
            Voter::Person(did) => format!("person {did}"),
            Voter::Seat(seat) => format!("seat {seat}"),
            Voter::Slip(code) => format!("slip {code}"),
        };
        Some(hmac::sign(&self.key, named.as_bytes()).as_ref().to_vec())
    }

    /// Takes a vote: durable when this returns.
    ///
    /// # Errors
    /// Why it is not taken; then nothing has changed.
    pub(crate) fn cast(
        &mut self,
        voter: &Voter,
        receipt: &Receipt,
        kept: &Kept<'_>,
    ) -> Result<Cast, NotCast> {
        let id = self.id(voter);
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let cast = cast(&transaction, (voter, id.as_deref()), receipt, kept)?;
        if cast == Cast::Counted {
            transaction.commit()?;
        }
        Ok(cast)
    }

    /// Whether a ballot has this receipt.
    pub(crate) fn knows(&self, receipt: &Receipt) -> rusqlite::Result<bool> {
        let sql = "SELECT 1 FROM what WHERE receipt = ?1";
        self.db.prepare_cached(sql)?.exists([receipt])
    }

    /// How many ballots there are.
    pub(crate) fn ballots(&self) -> rusqlite::Result<i64> {
        ballots(&self.db)
    }

    /// The sums of all votes; none before the first.
    pub(crate) fn sums(&self) -> rusqlite::Result<Option<String>> {
        let sums = setting(&self.db, "sums")?;
        Ok(sums.and_then(|sums| String::from_utf8(sums).ok()))
    }

    /// Takes codes that were drawn for paper. Only their keyed hashes are kept.
    pub(crate) fn add_slips(&mut self, codes: &[String]) -> Result<(), NotCast> {
        let ids: Vec<_> = codes
            .iter()
            .filter_map(|code| self.id(&Voter::Slip(code.clone())))
            .collect();
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if is_sealed(&transaction)? {
            return Err(NotCast::Sealed);
        }
        for id in ids {
            transaction
                .prepare_cached("INSERT INTO slips (id) VALUES (?1)")?
                .execute([id])?;
        }
        let sql = "SELECT count(*) FROM slips";
        let slips: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
        if slips > SLIPS_MAX {
            return Err(NotCast::Full);
        }
        Ok(transaction.commit()?)
    }

    /// Closes the box, and fixes the order in which ballots are released: by chance, from this seed. Who voted is forgotten
    /// then, unless there is a roll. What was sealed before stays as it is.
    pub(crate) fn seal(&mut self, seed: [u8; 32], has_roll: bool) -> rusqlite::Result<()> {
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if is_sealed(&transaction)? {
            return Ok(());
        }
        let mut receipts: Vec<Vec<u8>> = {
            let mut statement = transaction.prepare("SELECT receipt FROM what ORDER BY receipt")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        shuffle(&mut receipts, seed);
        for receipt in &receipts {
            transaction
                .prepare_cached("INSERT INTO result (receipt) VALUES (?1)")?
                .execute([receipt])?;
        }
        if !has_roll {
            transaction.execute("DELETE FROM voters", [])?;
        }
        transaction.execute("DELETE FROM slips", [])?;
        let sql = "UPDATE settings SET value = zeroblob(32) WHERE name = 'key'";
        transaction.execute(sql, [])?;
        let sql = "INSERT INTO settings (name, value) VALUES ('sealed', x'01')";
        transaction.execute(sql, [])?;
        transaction.commit()
    }

    /// The ballots of a part of a sealed box, in their order: as many as fit; none after the last one. `from` of them
    /// are in the parts before.
    pub(crate) fn released(&self, from: i64) -> rusqlite::Result<Vec<Released>> {
        let sql =
            "SELECT result.receipt, ballot FROM result JOIN what ON what.receipt = result.receipt
            WHERE place > ?1 ORDER BY place";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([from])?;
        let (mut all, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let receipt: Vec<u8> = row.get(0)?;
            let words: String = row.get(1)?;
            bytes += words.len() + BALLOT_BYTES;
            if bytes > PART_BYTES && !all.is_empty() {
                break;
            }
            let receipt = hex::encode(&receipt);
            all.push(Released { receipt, words });
        }
        Ok(all)
    }

    /// The DIDs of those who are listed.
    pub(crate) fn roll(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id FROM voters ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            let id: Vec<u8> = row.get(0)?;
            Ok(String::from_utf8(id).unwrap_or_default())
        })?;
        rows.collect()
    }

    /// Overwrites the file, and removes it.
    ///
    /// # Errors
    /// The disk fails: then it is tried again at the next start.
    pub(crate) fn destroy(self) -> io::Result<()> {
        drop(self.db);
        destroy(&self.path)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    // The journal of this mode has the state before a vote, and never the vote.
    db.pragma_update(None, "journal_mode", "TRUNCATE")?;
    db.pragma_update(None, "synchronous", "EXTRA")?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(db)
}

fn setting(db: &Connection, name: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = db.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    statement.query_row([name], |row| row.get(0)).optional()
}

fn is_sealed(db: &Connection) -> rusqlite::Result<bool> {
    Ok(setting(db, "sealed")?.is_some())
}

fn ballots(db: &Connection) -> rusqlite::Result<i64> {
    let mut statement = db.prepare_cached("SELECT count(*) FROM what")?;
    statement.query_row([], |row| row.get(0))
}

fn cast(
    db: &Transaction<'_>,
    (voter, id): (&Voter, Option<&[u8]>),
    receipt: &Receipt,
    kept: &Kept<'_>,
) -> Result<Cast, NotCast> {
    if is_sealed(db)? {
        return Err(NotCast::Sealed);
    }
    let is_in = |sql: &str| -> rusqlite::Result<bool> { db.prepare_cached(sql)?.exists([id]) };
    let has_voted = id.is_some() && is_in("SELECT 1 FROM voters WHERE id = ?1")?;
    let sql = "SELECT ballot FROM what WHERE receipt = ?1";
    let before: Option<String> = db
        .prepare_cached(sql)?
        .query_row([receipt], |row| row.get(0))
        .optional()?;
    if let Some(before) = before {
        let is_same = match kept {
            Kept::Ballot(ballot) => before == *ballot,
            // What was said is in the sums alone.
            Kept::Sums(_) => true,
        };
        return if is_same && (has_voted || id.is_none()) {
            Ok(Cast::Again)
        } else {
            Err(NotCast::Receipt)
        };
    }
    if has_voted {
        return Err(NotCast::Voted);
    }
    if matches!(voter, Voter::Slip(_)) && !is_in("SELECT 1 FROM slips WHERE id = ?1")? {
        return Err(NotCast::Slip);
    }
    if ballots(db)? >= BALLOTS_MAX {
        return Err(NotCast::Full);
    }
    if let Some(id) = id {
        db.prepare_cached("INSERT INTO voters (id) VALUES (?1)")?
            .execute([id])?;
    }
    let ballot = match kept {
        Kept::Ballot(ballot) => *ballot,
        Kept::Sums(add) => {
            let sums = setting(db, "sums")?.and_then(|sums| String::from_utf8(sums).ok());
            let sql = "INSERT OR REPLACE INTO settings (name, value) VALUES ('sums', ?1)";
            let sums = add(sums.as_deref()).into_bytes();
            db.prepare_cached(sql)?.execute([sums])?;
            ""
        }
    };
    db.prepare_cached("INSERT INTO what (receipt, ballot) VALUES (?1, ?2)")?
        .execute(params![receipt, ballot])?;
    Ok(Cast::Counted)
}

/// Overwrites a box with zeros, and removes it with its journal files. There may be none.
///
/// # Errors
/// As [`BallotBox::destroy`].
pub(crate) fn destroy(path: &Path) -> io::Result<()> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    for path in [Path::new(&journal), path] {
        match OpenOptions::new().write(true).open(path) {
            Ok(file) => blank(file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        fs::remove_file(path)?;
    }
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn blank(mut file: File) -> io::Result<()> {
    let mut left = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let zeros = vec![0; BLANK_BYTES];
    while left > 0 {
        let some = left.min(zeros.len());
        file.write_all(&zeros[..some])?;
        left -= some;
    }
    file.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
