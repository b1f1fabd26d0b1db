//! Survey of a data folder that a running node may hold: sizes, people, heads.
//!
//! Always: read-only; nothing here says that what it found is right (that is `imajin doctor`'s).

use imajin_dfos::order::Order as _;
use imajin_ledger::{Ledger, durable};
use imajin_log::Header;
use imajin_protocol::{Did, Head};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A person's log.
#[derive(Debug, Serialize, Deserialize)]
pub struct LogSurvey {
    /// The owner; `None` if neither entry 0 nor the folder names it.
    pub did: Option<String>,
    /// Its folder.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Entries: with a running node all of them, else those that were moved into it.
    pub entries: u64,
    /// The newest head.
    pub head: Option<HeadSurvey>,
    /// Bytes of the folder, media included.
    pub bytes: u64,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A head.
#[derive(Debug, Serialize, Deserialize)]
pub struct HeadSurvey {
    /// The home's epoch.
    pub epoch: u64,
    /// The entry that it fixes.
    pub seq: u64,
    /// Its CID.
    pub cid: String,
    /// Its time.
    pub at: String,
    /// DID of the node that signed it.
    pub node: String,
}

/// Every log of a data folder, by folder name.
pub fn logs(data: &Path) -> std::io::Result<Vec<LogSurvey>> {
    let users = data.join("users");
    let mut folders = Vec::new();
    for entry in durable::if_there(fs::read_dir(&users))?.into_iter().flatten() {
        folders.push(entry?.path());
    }
    folders.retain(|folder| folder.join("log.sqlite").is_file());
    folders.order();
    Ok(folders.into_iter().map(log).collect())
}

fn log(folder: PathBuf) -> LogSurvey {
    let bytes = bytes(&folder);
    // The folder's name identifies a log whose entries are all in the journal, or that can't be read.
    let named = folder.file_name().map(|name| name.to_string_lossy().replace('_', ":"));
    let named = named.and_then(|name| Did::parse(&name).ok()).map(|did| did.as_str().to_owned());
    match read(&folder.join("log.sqlite")) {
        Ok((did, entries, head)) => {
            LogSurvey { did: did.or(named), folder, entries, head, bytes, problem: None }
        }
        Err(problem) => LogSurvey {
            did: named,
            folder,
            entries: 0,
            head: None,
            bytes,
            problem: Some(problem.to_string()),
        },
    }
}

/// The owner of a log, from its first entry.
pub fn whose(log: &Path) -> Option<Did> {
    let (did, ..) = read(log).ok()?;
    Did::parse(&did?).ok()
}

type LogSummary = (Option<String>, u64, Option<HeadSurvey>);

fn read(path: &Path) -> rusqlite::Result<LogSummary> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match read_with(path, flags) {
        // A full disk has no room for the index of a WAL next to it. With locks that keep others out, SQLite has that in
        // memory; a lock needs a file that is open for writing.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            read_with(path, flags)
        }
        read => read,
    }
}

fn read_with(path: &Path, flags: OpenFlags) -> rusqlite::Result<LogSummary> {
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        db.pragma_update(None, "query_only", "ON")?;
    }
    let first: Option<Vec<u8>> = db
        .query_row("SELECT header FROM entries WHERE seq = 0", [], |row| row.get(0))
        .optional()?;
    let last: Option<i64> = db.query_row("SELECT max(seq) FROM entries", [], |row| row.get(0))?;
    let head: Option<String> = db
        .query_row("SELECT jws FROM heads ORDER BY epoch DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    let did = first
        .and_then(|bytes| Header::decode(&bytes).ok())
        .map(|header| header.did.as_str().to_owned());
    let entries = last.and_then(|seq| u64::try_from(seq).ok()).map_or(0, |seq| seq + 1);
    Ok((did, entries, head.as_deref().and_then(head_survey)))
}

fn head_survey(jws: &str) -> Option<HeadSurvey> {
    let head = Head::parse(jws).ok()?;
    Some(HeadSurvey {
        epoch: head.payload.epoch,
        seq: head.payload.seq,
        cid: head.payload.cid.to_string(),
        at: head.payload.at.to_string(),
        node: head.node().as_str().to_owned(),
    })
}

/// A log as the node that holds it sees it: with what still waits in the journal.
pub fn live(data: &Path, ledger: &Ledger, did: &Did) -> LogSurvey {
    let folder = data.join("users").join(did.folder_name());
    let mut log = LogSurvey {
        did: Some(did.to_string()),
        bytes: bytes(&folder),
        folder,
        entries: 0,
        head: None,
        problem: None,
    };
    log.problem = ledger.damage(did);
    if log.problem.is_some() {
        // How much of it verifies is not asked here: that may take long.
        return log;
    }
    match (ledger.status(did), ledger.last_head(did)) {
        (Ok(status), Ok(head)) => {
            log.entries = status.map_or(0, |status| status.seq + 1);
            log.head = head.as_deref().and_then(head_survey);
        }
        (Err(error), _) | (_, Err(error)) => log.problem = Some(error.to_string()),
    }
    log
}

/// Bytes of a file, or of everything in a folder.
pub fn bytes(path: &Path) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return 0;
    };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| bytes(&entry.path())).sum()
}
