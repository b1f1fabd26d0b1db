//! Files that services derive from people's files, such as previews: kept by person, in no bundle and no backup, and
//! made again on request.
//!
//! Always: a name says what a derived file was made of and how, so a stored file never becomes wrong. Derived files are
//! deleted with their person. The service that reads them checks access.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use imajin_dfos::order::Order as _;
use imajin_ledger::durable::if_there;
use imajin_protocol::Did;
use parking_lot::Mutex;

use imajin_app::Node;

use crate::prelude::*;

/// The part of the disk that all of it may take: one in twenty.
const SHARE: u64 = 20;
/// The maximum in bytes where the size of the disk is unknown.
const BYTES_MAX: u64 = 1 << 30;
/// The part that remains after the oldest were removed, in tenths of the maximum.
const LEFT_TENTHS: u64 = 9;

/// The bytes on the disk; `None` until they were counted.
#[derive(Default)]
struct Filled(Mutex<Option<u64>>);

fn folder(node: &Node) -> PathBuf {
    node.data().join("cache")
}

fn of_person(node: &Node, did: &Did) -> PathBuf {
    folder(node).join(did.folder_name())
}

/// A derived file of a person's file, by its name, if it is here.
pub fn read(node: &Node, did: &Did, name: &str) -> Option<Vec<u8>> {
    fs::read(of_person(node, did).join(name)).ok()
}

/// Stores a derived file. A full disk stores none: the file is made again on request.
pub fn keep(node: &Node, did: &Did, name: &str, bytes: &[u8]) {
    if let Err(error) = write(&of_person(node, did).join(name), bytes) {
        tracing::debug!(%error, "what was made of a file was not kept");
        return;
    }
    let filled = node.state::<Filled>();
    let mut filled = filled.0.lock();
    let now = match *filled {
        Some(before) => before.saturating_add(bytes.len() as u64),
        None => all(&folder(node)).iter().map(|one| one.bytes).sum(),
    };
    let total = node.room().total(node.monotonic());
    let most = total.map_or(BYTES_MAX, |total| total / SHARE);
    *filled =
        Some(if now > most { remove_oldest(&folder(node), most / 10 * LEFT_TENTHS) } else { now });
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    // Another request may be writing the same file: each renames its own temporary file.
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the derived files of one of a person's files: all whose names begin with `prefix`.
pub fn forget(node: &Node, did: &Did, prefix: &str) {
    let there = fs::read_dir(of_person(node, did));
    for entry in there.into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(prefix)) {
            // A file that was removed meanwhile needs no removal.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes all that was made of a person's files.
///
/// # Errors
/// Some of it is still there.
pub fn forget_person(node: &Node, did: &Did) -> io::Result<()> {
    if_there(fs::remove_dir_all(of_person(node, did))).map(drop)
}

struct CacheFile {
    path: PathBuf,
    bytes: u64,
    at: SystemTime,
}

fn all(folder: &Path) -> Vec<CacheFile> {
    let inside = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files = Vec::new();
    for shard in inside(folder) {
        for entry in inside(&shard.path()) {
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            files.push(CacheFile {
                path: entry.path(),
                bytes: metadata.len(),
                at: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            });
        }
    }
    files
}

/// Removes the oldest until this many bytes are left, and returns how many there are then.
fn remove_oldest(folder: &Path, left: u64) -> u64 {
    let mut there = all(folder);
    there.order_by_key(|one| one.at);
    let mut bytes: u64 = there.iter().map(|one| one.bytes).sum();
    for one in there {
        if bytes <= left {
            break;
        }
        if fs::remove_file(&one.path).is_ok() {
            bytes = bytes.saturating_sub(one.bytes);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_previews_make_room() {
        let folder = tempfile::tempdir().unwrap();
        for (number, name) in ["old", "middle", "new"].into_iter().enumerate() {
            let path = folder.path().join("aa").join(name);
            write(&path, &[0; 100]).unwrap();
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number as u64);
            fs::File::open(&path).unwrap().set_modified(at).unwrap();
        }
        assert_eq!(remove_oldest(folder.path(), 250), 200);
        let left: Vec<_> = all(folder.path());
        assert_eq!(left.len(), 2);
        assert!(!folder.path().join("aa/old").exists());
        assert_eq!(remove_oldest(folder.path(), 250), 200, "there is room now");
    }
}
