//! `quarantine/<did>.sqlite`: acknowledged entries that cannot be flushed, because their log is damaged, and their way
//! back once the log is whole again.
//!
//! Always: rows are durable here before the journal drops them, each with its operation's shared parts. They return
//! only into a log that verifies and that they continue, and leave the quarantine only once they are durable there. The
//! damaged file itself is kept next to them. Rows that are unreadable freeze their log.

mod file;
mod restore;

use imajin_dfos::order::Order as _;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use imajin_dfos::Cid;
use imajin_protocol::Did;

use crate::durable::if_there;
use crate::logfile::{LogError, Row};
use crate::shared::Shared;

pub(crate) use file::QuarantineFile;
pub use restore::TakenBack;
pub(crate) use restore::{at_start, following, give_up, set_damaged_aside, take_back};

const FOLDER: &str = "quarantine";

/// The quarantined entries of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The path of the file.
    pub path: PathBuf,
    /// The log's owner.
    pub did: Did,
    /// The number of the first entry.
    pub first: u64,
    /// The number of the last entry.
    pub last: u64,
}

/// The quarantined entries of a data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The quarantined rows of each log.
    pub waiting: Vec<SetAside>,
    /// Unreadable files, with the reason.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Lists the quarantined entries of a data folder that no node has open.
pub fn survey(data: &Path) -> std::io::Result<Survey> {
    let mut survey = Survey::default();
    for path in files(data)? {
        let rows = QuarantineFile::open(&path).and_then(|file| file.rows());
        match rows {
            Ok(rows) => survey.waiting.extend(span(&path, &rows)),
            Err(error) => survey.unreadable.push((path, error.to_string())),
        }
    }
    Ok(survey)
}

fn span(path: &Path, rows: &[Row]) -> Option<SetAside> {
    let seqs = || rows.iter().map(|row| row.entry.header.seq);
    Some(SetAside {
        path: path.to_owned(),
        did: rows.first()?.entry.header.did.clone(),
        first: seqs().min()?,
        last: seqs().max()?,
    })
}

fn path_of(data: &Path, did: &Did) -> PathBuf {
    data.join(FOLDER).join(format!("{}.sqlite", did.folder_name()))
}

/// Returns a free path in the quarantine for a damaged file of a log; [`has_damaged`] finds it.
fn damaged_path(data: &Path, did: &Did) -> Result<PathBuf, LogError> {
    let path = |n: u32| data.join(FOLDER).join(format!("{}.damaged-{n}", did.folder_name()));
    let free = (1..).map(path).find(|path| !path.exists());
    free.ok_or_else(|| LogError::Failed("the quarantine has no free name".to_owned()))
}

pub(crate) fn set_aside_of(shared: &Shared, did: &Did) -> Result<Vec<Row>, LogError> {
    let path = path_of(&shared.data, did);
    if path.exists() { QuarantineFile::open(&path)?.rows() } else { Ok(Vec::new()) }
}

/// Returns whether the quarantine has a damaged file of the log, whose content is unknown.
pub(crate) fn has_damaged(shared: &Shared, did: &Did) -> Result<bool, LogError> {
    let begins = format!("{}.damaged-", did.folder_name());
    let entries = if_there(std::fs::read_dir(shared.data.join(FOLDER)))?;
    for entry in entries.into_iter().flatten() {
        if entry?.file_name().to_string_lossy().starts_with(&begins) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the files of rows, sorted by name.
fn files(data: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in if_there(std::fs::read_dir(data.join(FOLDER)))?.into_iter().flatten() {
        let path = entry?.path();
        if path.extension().is_some_and(|tail| tail == "sqlite") {
            files.push(path);
        }
    }
    files.order();
    Ok(files)
}

/// Splits rows into those that continue a log which ends with `newest`, in order, and the others.
fn chain(rows: Vec<Row>, newest: Cid) -> (Vec<Row>, Vec<Row>) {
    let mut by_prev: HashMap<Option<Cid>, Row> = HashMap::new();
    let mut others = Vec::new();
    for row in rows {
        others.extend(by_prev.insert(row.entry.header.prev, row));
    }
    let (mut following, mut last) = (Vec::new(), newest);
    while let Some(row) = by_prev.remove(&Some(last)) {
        last = row.entry.cid;
        following.push(row);
    }
    others.extend(by_prev.into_values());
    (following, others)
}
