//! Sweeps the media store: removes a file that no entry names a day after it arrived.
//!
//! Always: every log that may name a person's file counts: their own, flushed or not, its quarantined entries, and the
//! logs next to it. If one of them is unreadable, none of the person's files is removed. This module does not know what
//! a file means.

use std::collections::HashSet;
use std::path::Path;

use imajin_dfos::Cid;
use imajin_log::entry::{Header, Sealed};
use imajin_log::format::names;
use imajin_log::sql::{harden, uri};
use imajin_protocol::{Did, Fact};
use rusqlite::{Connection, OpenFlags};

use crate::durable::if_there;
use crate::errors::{ReadError, Result};
use crate::logfile::LogError;
use crate::quarantine;
use crate::shared::Shared;

/// Entries read at a time: the log is locked meanwhile.
const CHUNK: usize = 64;
/// Maximum number of times that a person's logs are read because one replaced another meanwhile.
const TRIES: u32 = 3;
/// The key of a fact that names files, as encoded in a header (RFC 8949, §3.1).
const MEDIA_KEY: &[u8] = b"\x65media";

/// Returns the files that entries of a person's logs name; `None` if that is unknown now.
pub(crate) fn referenced_files(shared: &Shared, did: &Did) -> Result<Option<HashSet<Cid>>> {
    for _ in 0..TRIES {
        let installs = shared.installs_of(did);
        if shared.quarantine_of(did).is_some() || shared.state(did)?.is_none() {
            return Ok(None);
        }
        let mut files = HashSet::new();
        let failed = |error: LogError| ReadError::Io(std::io::Error::other(error));
        if quarantine::has_damaged(shared, did).map_err(failed)? {
            return Ok(None);
        }
        by_others(shared, did, &mut files).map_err(failed)?;
        own(shared, did, &mut files)?;
        // The log may have replaced another meanwhile, whose branch is now a log next to it.
        if shared.installs_of(did) == installs {
            return Ok(Some(files));
        }
    }
    Ok(None)
}

/// Collects the files that quarantined entries and the logs next to a person's own name. The quarantine comes first:
/// its entries move into the log, and never back.
pub(crate) fn by_others(
    shared: &Shared,
    did: &Did,
    named: &mut HashSet<Cid>,
) -> Result<(), LogError> {
    for row in quarantine::set_aside_of(shared, did)? {
        take(named, row.entry.header.fact.as_ref());
    }
    add_adjacent(&shared.logs.folder(did), named)
}

fn take(named: &mut HashSet<Cid>, fact: Option<&Fact>) {
    let ids = fact.and_then(|fact| fact.ids("media")).unwrap_or_default();
    named.extend(ids.into_iter().filter_map(|id| id.to_cid()));
}

/// Collects the files that a person's own log names, flushed or not. An entry whose body was erased names none
/// (docs/format.md §9).
pub(crate) fn own(shared: &Shared, did: &Did, named: &mut HashSet<Cid>) -> Result<()> {
    let erased = shared.erased_waiting(did).map_err(|error| shared.read_error(did, error))?;
    let is_left = |entry: &Sealed| {
        let header = &entry.header;
        header.body.as_ref().is_none_or(|body| {
            let is_gone = erased.get(body).is_some_and(|by| header.seq < *by);
            entry.body_bytes.is_some() && !is_gone
        })
    };
    let mut after = None;
    loop {
        let entries = shared.entries(did, after, CHUNK)?;
        let Some((_, last)) = entries.last() else {
            return Ok(());
        };
        after = Some(last.header.seq);
        for (_, entry) in entries.iter().filter(|(_, entry)| is_left(entry)) {
            take(named, entry.header.fact.as_ref());
        }
    }
}

/// Collects the files that the logs next to a person's own name: abandoned branches, and logs of things. Every entry of
/// them counts.
fn add_adjacent(folder: &Path, named: &mut HashSet<Cid>) -> Result<(), LogError> {
    for kind in ["owned", "shared", "side"] {
        for entry in if_there(std::fs::read_dir(folder.join(kind)))?.into_iter().flatten() {
            let path = entry?.path();
            let log = if kind == "side" { path } else { path.join(names::LOG) };
            let is_log = log.extension().is_some_and(|tail| tail == "sqlite");
            if is_log && log.is_file() {
                file(&log, named)?;
            }
        }
    }
    Ok(())
}

/// Collects the files that the entries of a log without further writes name.
fn file(path: &Path, named: &mut HashSet<Cid>) -> Result<(), LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(uri(path, "mode=ro&immutable=1"), flags)?;
    harden(&db)?;
    let mut query = db.prepare("SELECT header FROM entries")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        let may_name = bytes.windows(MEDIA_KEY.len()).any(|part| part == MEDIA_KEY);
        if may_name {
            let header = Header::decode(&bytes).map_err(LogError::damaged)?;
            take(named, header.fact.as_ref());
        }
    }
    Ok(())
}
