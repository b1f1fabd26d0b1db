//! Counts the commits in a WAL (SQLite's file format, "The Write-Ahead Log").
//!
//! Always: never fewer than a recovery would find; more do no harm.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// Longer WALs are not counted: after this many bytes one more sync costs little.
const COUNTED_BYTES_MAX: u64 = 256 * 1024;

/// Counts the commits in a WAL; `None` if it is too long to count.
pub(super) fn count_commits(path: &Path) -> io::Result<Option<u64>> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    if bytes == 0 {
        return Ok(Some(0));
    }
    if bytes > COUNTED_BYTES_MAX {
        return Ok(None);
    }
    let mut wal = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    file.read_to_end(&mut wal)?;
    Ok(count(&wal))
}

fn count(wal: &[u8]) -> Option<u64> {
    let page_bytes = usize::try_from(u32::from_be_bytes(wal.get(8..12)?.try_into().ok()?)).ok()?;
    let salts = wal.get(16..24)?;
    let frames = wal.get(HEADER_BYTES..)?.chunks(FRAME_HEADER_BYTES + page_bytes);
    // A frame with another salt is from an earlier use of the file, and so are all frames after it.
    let current = frames.take_while(|frame| frame.get(8..16) == Some(salts));
    Some(current.filter(|frame| frame.get(4..8).is_some_and(|size| size != [0; 4])).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn commits_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sqlite");
        let db = Connection::open(&path).unwrap();
        db.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a BLOB)",
        )
        .unwrap();
        let wal = folder.path().join("x.sqlite-wal");
        assert_eq!(count_commits(&wal).unwrap(), Some(1));
        for n in 2..12 {
            db.execute("INSERT INTO t VALUES (zeroblob(9000))", []).unwrap();
            assert_eq!(count_commits(&wal).unwrap(), Some(n));
        }
        db.execute("INSERT INTO t VALUES (zeroblob(900000))", []).unwrap();
        assert_eq!(count_commits(&wal).unwrap(), None);
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        assert_eq!(count_commits(&wal).unwrap(), Some(0));
    }
}
