//! A ballot box: voters and ballots in one file, without any link between them. A box stores the answers of a survey
//! whose owner learns totals, or all answers after the close. The box is then destroyed.
//!
//! Always: one transaction stores a voter and a ballot, so a crash leaves both or neither. Both tables are ordered by
//! keys that reveal nothing about time, and the file's journal has only the state before a vote. Deleted data is
//! overwritten. A sealed box takes no ballots.

mod shuffle;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use imajin_app::refuse_if;
use imajin_dfos::hex;
use imajin_ledger::durable::if_there;
use imajin_ledger::rows::run;
use imajin_protocol::Did;
use ring::hmac;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

pub(crate) use shuffle::shuffle;

/// Maximum number of ballots in a box.
pub(crate) const BALLOTS_MAX: i64 = 10_000;
/// Maximum number of paper codes for a box.
pub(crate) const SLIPS_MAX: i64 = 10_000;
/// Maximum size of the ballots in one entry, in bytes.
const PART_BYTES: usize = 500_000;
/// Overhead of a ballot in an entry in bytes: its receipt and the names of both members.
const BALLOT_BYTES: usize = 64;
/// Number of bytes overwritten at a time.
const BLANK_BYTES: usize = 65_536;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS voters (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;    -- a keyed hash, or the DID for a roll
CREATE TABLE IF NOT EXISTS slips (id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;     -- keyed hashes of codes that were printed
CREATE TABLE IF NOT EXISTS what (receipt BLOB PRIMARY KEY, ballot TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (place INTEGER PRIMARY KEY, receipt BLOB NOT NULL) STRICT;
";

/// A receipt: a 128-bit number that a voter's browser drew, by which they find their ballot.
pub(crate) type Receipt = [u8; 16];

/// A voter, as far as the box must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Voter {
    /// Anyone, any number of times.
    Anyone,
    /// A person, who votes once.
    Person(Did),
    /// A person, who votes once. The box stores the DID for the roll.
    Listed(Did),
    /// The holder of a ticket, who votes once per seat.
    Seat(String),
    /// A person with a paper code, which is valid for one vote.
    Slip(String),
}

pub(crate) enum VoteContent<'a> {
    Ballot(&'a str),
    /// A function that computes the new sums from the sums before the vote.
    Sums(&'a dyn Fn(Option<&str>) -> String),
}

/// The outcome of an accepted vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    Counted,
    /// This vote was counted before, and the client sent it again.
    Again,
}

/// Reasons to refuse a vote.
#[derive(Debug)]
pub(crate) enum NotCast {
    /// This voter already voted, with another receipt.
    Voted,
    /// Another ballot has this receipt.
    Receipt,
    /// The code is unknown.
    Slip,
    Full,
    /// The box is closed.
    Sealed,
    /// The vote can't be stored.
    Stored(rusqlite::Error),
}

impl From<rusqlite::Error> for NotCast {
    fn from(error: rusqlite::Error) -> Self {
        Self::Stored(error)
    }
}

/// A released ballot: its receipt in hex, and the answers as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Released {
    pub(crate) receipt: String,
    pub(crate) words: String,
}

#[derive(Debug)]
pub(crate) struct BallotBox {
    db: Connection,
    path: PathBuf,
    key: hmac::Key,
}

impl BallotBox {
    /// Creates a box, or opens an existing one. `key` is for a new box; it never leaves the file.
    pub(crate) fn make(path: &Path, key: [u8; 32]) -> rusqlite::Result<Self> {
        let db = connect(path)?;
        db.execute_batch(SCHEMA)?;
        let sql = "INSERT INTO settings (name, value) VALUES ('key', ?1) ON CONFLICT DO NOTHING";
        db.execute(sql, [key])?;
        Self::from_connection(db, path)
    }

    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        if !path.exists() {
            return Err(rusqlite::Error::InvalidPath(path.to_owned()));
        }
        Self::from_connection(connect(path)?, path)
    }

    fn from_connection(db: Connection, path: &Path) -> rusqlite::Result<Self> {
        let key: Vec<u8> = setting(&db, "key")?.unwrap_or_default();
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), path: path.to_owned(), db })
    }

    /// Returns the voter's id in the file: a keyed hash, or the DID for a roll; `None` for anyone.
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

    /// Stores a vote; durable on return.
    /// Errors: the reason for the refusal; nothing has changed then.
    pub(crate) fn cast(
        &mut self,
        voter: &Voter,
        receipt: &Receipt,
        kept: &VoteContent<'_>,
    ) -> Result<Cast, NotCast> {
        let id = self.id(voter);
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let cast = cast(&transaction, (voter, id.as_deref()), receipt, kept)?;
        if cast == Cast::Counted {
            transaction.commit()?;
        }
        Ok(cast)
    }

    pub(crate) fn knows(&self, receipt: &Receipt) -> rusqlite::Result<bool> {
        self.db.prepare_cached("SELECT 1 FROM what WHERE receipt = ?1")?.exists([receipt])
    }

    pub(crate) fn ballots(&self) -> rusqlite::Result<i64> {
        ballots(&self.db)
    }

    /// Returns the sums of all votes, as JSON; `None` before the first vote.
    pub(crate) fn sums(&self) -> rusqlite::Result<Option<String>> {
        let sums = setting(&self.db, "sums")?;
        Ok(sums.and_then(|sums| String::from_utf8(sums).ok()))
    }

    /// Adds codes drawn for paper. Only their keyed hashes are stored.
    pub(crate) fn add_slips(&mut self, codes: &[String]) -> Result<(), NotCast> {
        let id = |code: &String| self.id(&Voter::Slip(code.clone()));
        let ids: Vec<_> = codes.iter().filter_map(id).collect();
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        refuse_if!(is_sealed(&transaction)?, NotCast::Sealed);
        for id in ids {
            run(&transaction, "INSERT INTO slips (id) VALUES (?1)", [id])?;
        }
        let slips: i64 =
            transaction.query_row("SELECT count(*) FROM slips", [], |row| row.get(0))?;
        refuse_if!(slips > SLIPS_MAX, NotCast::Full);
        Ok(transaction.commit()?)
    }

    /// Closes the box and fixes the order in which ballots are released, at random from this seed. Voters are deleted
    /// unless there is a roll. A box that is already sealed stays as it is.
    pub(crate) fn seal(&mut self, seed: [u8; 32], has_roll: bool) -> rusqlite::Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
            run(&transaction, "INSERT INTO result (receipt) VALUES (?1)", [receipt])?;
        }
        if !has_roll {
            transaction.execute("DELETE FROM voters", [])?;
        }
        transaction.execute("DELETE FROM slips", [])?;
        transaction.execute("UPDATE settings SET value = zeroblob(32) WHERE name = 'key'", [])?;
        transaction.execute("INSERT INTO settings (name, value) VALUES ('sealed', x'01')", [])?;
        transaction.commit()
    }

    /// Returns the next part of a sealed box's ballots, in release order: as many as fit, and none after the last one.
    /// `from` is the number of ballots in earlier parts.
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

    /// Returns the DIDs of listed voters.
    pub(crate) fn roll(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM voters ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            let id: Vec<u8> = row.get(0)?;
            Ok(String::from_utf8(id).unwrap_or_default())
        })?;
        rows.collect()
    }

    /// Overwrites the file and removes it.
    /// Errors: the disk failed; the worker retries.
    pub(crate) fn destroy(self) -> io::Result<()> {
        drop(self.db);
        destroy(&self.path)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    // The journal of this mode has the state before a vote and never the vote itself.
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
    kept: &VoteContent<'_>,
) -> Result<Cast, NotCast> {
    refuse_if!(is_sealed(db)?, NotCast::Sealed);
    let is_in = |sql: &str| -> rusqlite::Result<bool> { db.prepare_cached(sql)?.exists([id]) };
    let has_voted = id.is_some() && is_in("SELECT 1 FROM voters WHERE id = ?1")?;
    let sql = "SELECT ballot FROM what WHERE receipt = ?1";
    let before: Option<String> =
        db.prepare_cached(sql)?.query_row([receipt], |row| row.get(0)).optional()?;
    if let Some(before) = before {
        let is_same = match kept {
            VoteContent::Ballot(ballot) => before == *ballot,
            // With sums the ballot isn't stored, so it can't be compared.
            VoteContent::Sums(_) => true,
        };
        return if is_same && (has_voted || id.is_none()) {
            Ok(Cast::Again)
        } else {
            Err(NotCast::Receipt)
        };
    }
    refuse_if!(has_voted, NotCast::Voted);
    if matches!(voter, Voter::Slip(_)) && !is_in("SELECT 1 FROM slips WHERE id = ?1")? {
        return Err(NotCast::Slip);
    }
    refuse_if!(ballots(db)? >= BALLOTS_MAX, NotCast::Full);
    if let Some(id) = id {
        run(db, "INSERT INTO voters (id) VALUES (?1)", [id])?;
    }
    let ballot = match kept {
        VoteContent::Ballot(ballot) => *ballot,
        VoteContent::Sums(add) => {
            let sums = setting(db, "sums")?.and_then(|sums| String::from_utf8(sums).ok());
            let sql = "INSERT OR REPLACE INTO settings (name, value) VALUES ('sums', ?1)";
            let sums = add(sums.as_deref()).into_bytes();
            run(db, sql, [sums])?;
            ""
        }
    };
    run(db, "INSERT INTO what (receipt, ballot) VALUES (?1, ?2)", params![receipt, ballot])?;
    Ok(Cast::Counted)
}

/// Overwrites a box with zeros and removes it, including its journal. The files may be missing.
pub(crate) fn destroy(path: &Path) -> io::Result<()> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    for path in [Path::new(&journal), path] {
        if let Some(file) = if_there(OpenOptions::new().write(true).open(path))? {
            blank(file)?;
            fs::remove_file(path)?;
        }
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
mod tests;
