//! Sweeping the media store: a file that no entry names goes a day after it came.
//!
//! Always: every log counts that may name a file of a person: their own, moved or not, what was set aside of it, and the
//! logs that stand beside it. Where one of them cannot be read, nothing of theirs goes. It must not know what a file means.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use imajin_dfos::Cid;
use imajin_protocol::{Did, Fact};
use rusqlite::{Connection, OpenFlags};

use crate::bundle::names;
use crate::entry::{Header, Sealed};
use crate::ledger::{Ledger, ReadError};
use crate::logfile::{LogError, LogFile};
use crate::media::MediaError;
use crate::quarantine;
use crate::shared::Shared;
use crate::sql;

/// How long a file stays that no entry names.
pub const UNNAMED_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Entries that are read at once: the log is held meanwhile.
const CHUNK: usize = 64;
/// How often a person's logs are read again because one took another's place meanwhile.
const TRIES: u32 = 3;
/// The key of a fact that names files, as it stands in a header's bytes (RFC 8949, §3.1).
const MEDIA_KEY: &[u8] = b"\x65media";

/// What a sweep removed of one person.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Files that no entry names.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Uploads that an earlier run of the program left half done.
    pub partials: u64,
}

impl Ledger {
    /// The folders of people by name: the order in which they are swept.
    ///
    /// # Errors
    /// The folder `users` could not be read.
    pub fn user_folders(&self) -> Result<Vec<String>, ReadError> {
        let users = self.shared().data.join("users");
        let folders = crate::rebuild::folders(&users);
        let folders = folders.map_err(|error| ReadError::Io(std::io::Error::other(error)))?;
        let name = |path: &std::path::PathBuf| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        Ok(folders.iter().filter_map(name).collect())
    }

    /// Removes the files of the person with this folder that no entry names and that came more than [`UNNAMED_KEPT`] ago.
    /// Blocks, beside the writer: a long log takes seconds.
    ///
    /// # Errors
    /// A log or a folder could not be read, or a file not be removed. What cannot be told is left.
    pub fn sweep_media(&self, folder: &str) -> Result<Swept, ReadError> {
        let shared = self.shared();
        let Some(did) = whose(shared, folder)? else {
            return Ok(Swept::default());
        };
        let swept = sweep(shared, &did)?;
        let counters = &shared.counters;
        counters
            .swept_files
            .fetch_add(swept.files + swept.partials, Ordering::Relaxed);
        counters
            .swept_bytes
            .fetch_add(swept.bytes, Ordering::Relaxed);
        Ok(swept)
    }
}

/// Whose folder it is; none where there is no log that says so.
fn whose(shared: &Shared, folder: &str) -> Result<Option<Did>, ReadError> {
    let path = shared.data.join("users").join(folder);
    let found = LogFile::whose(&path);
    match found.map_err(|error| ReadError::Io(std::io::Error::other(error)))? {
        Some(did) => Ok(Some(did)),
        // A log that has not been moved yet.
        None => Ok(shared
            .waiting
            .dids()
            .into_iter()
            .find(|did| did.folder_name() == folder)),
    }
}

fn sweep(shared: &Shared, did: &Did) -> Result<Swept, ReadError> {
    let failed = |error: MediaError| ReadError::Io(std::io::Error::other(error));
    let mut swept = Swept {
        partials: shared.media.remove_abandoned(did).map_err(failed)?,
        ..Swept::default()
    };
    let kept = i64::try_from(UNNAMED_KEPT.as_millis()).unwrap_or(i64::MAX);
    let Some(than) = shared.clock.now().checked_add_millis(-kept) else {
        return Ok(swept);
    };
    let older = shared.media.older(did, than).map_err(failed)?;
    if older.is_empty() {
        return Ok(swept);
    }
    let Some(named) = named(shared, did)? else {
        return Ok(swept);
    };
    for (cid, bytes) in older {
        let goes = !named.contains(&cid);
        if goes && shared.media.remove_older(did, &cid, than).map_err(failed)? {
            swept.files += 1;
            swept.bytes += bytes;
        }
    }
    Ok(swept)
}

/// The files that entries of a person's logs name; none where that cannot be told now.
fn named(shared: &Shared, did: &Did) -> Result<Option<HashSet<Cid>>, ReadError> {
    for _ in 0..TRIES {
        let installs = shared.installs_of(did);
        if shared.quarantine_of(did).is_some() || shared.state(did)?.is_none() {
            return Ok(None);
        }
        let mut named = HashSet::new();
        let failed = |error: LogError| ReadError::Io(std::io::Error::other(error));
        if quarantine::has_damaged(shared, did).map_err(failed)? {
            return Ok(None);
        }
        by_others(shared, did, &mut named).map_err(failed)?;
        own(shared, did, &mut named)?;
        // The log that was read may be another's place by now, and its branch a log beside it.
        if shared.installs_of(did) == installs {
            return Ok(Some(named));
        }
    }
    Ok(None)
}

/// What is named by what was set aside of a person's log, and by the logs that stand beside it. What was set aside comes
/// first: it goes into the log, and never back.
pub(crate) fn by_others(
    shared: &Shared,
    did: &Did,
    named: &mut HashSet<Cid>,
) -> Result<(), LogError> {
    for row in quarantine::set_aside_of(shared, did)? {
        take(named, row.entry.header.fact.as_ref());
    }
    beside(&shared.logs.folder(did), named)
}

fn take(named: &mut HashSet<Cid>, fact: Option<&Fact>) {
    let ids = fact.and_then(|fact| fact.ids("media")).unwrap_or_default();
    named.extend(ids.into_iter().filter_map(|id| id.to_cid()));
}

/// What a person's own log names, moved or not. An entry whose body was erased names nothing any more (docs/format.md §11).
pub(crate) fn own(shared: &Shared, did: &Did, named: &mut HashSet<Cid>) -> Result<(), ReadError> {
    let erased = shared.erased_waiting(did);
    let erased = erased.map_err(|error| shared.read_error(did, error))?;
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

/// What the logs name that stand beside a person's own: branches that were given up, and things that came along. Any
/// entry of them counts.
fn beside(folder: &Path, named: &mut HashSet<Cid>) -> Result<(), LogError> {
    for kind in ["owned", "shared", "side"] {
        let entries = match std::fs::read_dir(folder.join(kind)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let path = entry?.path();
            let log = match kind {
                "side" => path,
                _ => path.join(names::LOG),
            };
            let is_log = log.extension().is_some_and(|tail| tail == "sqlite");
            if is_log && log.is_file() {
                file(&log, named)?;
            }
        }
    }
    Ok(())
}

/// What the entries of a log name that nobody writes to.
fn file(path: &Path, named: &mut HashSet<Cid>) -> Result<(), LogError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(sql::uri(path, "mode=ro&immutable=1"), flags)?;
    sql::harden(&db)?;
    let mut query = db.prepare("SELECT header FROM entries")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        let may_name = bytes.windows(MEDIA_KEY.len()).any(|part| part == MEDIA_KEY);
        if may_name {
            let header = Header::decode(&bytes);
            let header = header.map_err(|error| LogError::Damaged(error.to_string()))?;
            take(named, header.fact.as_ref());
        }
    }
    Ok(())
}
