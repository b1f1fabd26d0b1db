//! Room on the disk, looked at before something large is begun: better to say no at once than to fill the card.

use std::path::Path;

use imajin_protocol::Did;
use imajin_service::{Node, Problem};

/// Left free for the node's own writing, whatever else is asked of the disk.
const KEPT_FREE_BYTES: u64 = 16 << 20;

/// Refuses what would not fit, before it is begun.
pub(super) fn need(folder: &Path, bytes: u64) -> Result<(), Problem> {
    let Ok(found) = rustix::fs::statvfs(folder) else {
        // A file system that cannot say: the write itself will.
        return Ok(());
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    match free >= bytes.saturating_add(KEPT_FREE_BYTES) {
        true => Ok(()),
        false => Err(Problem::storage_full()),
    }
}

/// Bytes that a copy of somebody's record takes, roughly: the log and all media files.
pub(super) fn of_record(node: &Node, did: &Did) -> Result<u64, Problem> {
    let media: u64 = node
        .ledger()
        .media()
        .list(did)
        .map_err(Problem::internal)?
        .iter()
        .map(|(_, bytes)| bytes)
        .sum();
    Ok(media.saturating_add(of_logs(node, did)?))
}

/// Bytes of somebody's log, and of those of their things, alone: a copy that goes to a stick takes no more of the node's
/// own disk.
pub(super) fn of_logs(node: &Node, did: &Did) -> Result<u64, Problem> {
    let bytes = |did: &Did| {
        let folder = node.data().join("users").join(did.folder_name());
        std::fs::metadata(folder.join("log.sqlite")).map_or(0, |found| found.len())
    };
    let things = node.things_of(did)?;
    Ok(things.iter().map(bytes).sum::<u64>() + bytes(did))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_does_not_fit() {
        let folder = std::env::temp_dir();
        assert!(need(&folder, 0).is_ok());
        assert_eq!(
            need(&folder, u64::MAX).map_err(|problem| problem.status().as_u16()),
            Err(507)
        );
    }
}
