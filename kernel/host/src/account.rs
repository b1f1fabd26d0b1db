//! The account of the bytes that each person's files and copies take, whichever way they come: how many there are, and how
//! many more may come.
//!
//! Always: a file gets its room here before its first byte is written, and holds it until it is stored or dropped; nothing
//! else begins a file in a person's folder (`every_file_of_a_person_asks_the_account`). Files of every state count, and so do
//! uploads with their full length, files on their way, copies of a record that people bring, and copies that wait for their
//! download. Permission may rest on a count that is a minute old, with all changes since; a refusal never does. A
//! person without
//! room can still leave: the bytes that this takes are counted and never refused ([`count`]).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::capabilities::{Quota, Quotas};
use imajin_app::{Answer, Node, Problem, refuse_if};
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::prelude::*;
use crate::room::For;

const DISK_FULL: &str = "The disk with the photos and files is full, so nothing was written. The owner of the box has to make room.";
/// How long a count of a person's files serves: counting takes longer the more files there are.
const LOOK: Duration = Duration::from_secs(60);
/// The slug of a refusal.
const QUOTA: &str = "quota";

/// The room of a person, as far as they can know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonRoom {
    /// Bytes that their open uploads have brought or will bring.
    pub uploads: u64,
    /// The most bytes of their files; `None` where only the disk limits them.
    pub quota: Option<u64>,
}

/// Returns the room of a person, as far as they can know it.
pub fn room_of(node: &Node, did: &Did) -> Answer<PersonRoom> {
    Ok(PersonRoom {
        uploads: in_uploads(node, did)?,
        quota: quota_of(node, did)?.map(|quota| quota.bytes),
    })
}

/// Returns the quota of a person: the general one (`disk.person_bytes`) or that of their tier, whichever is smaller.
/// `None` where only the disk limits them.
fn quota_of(node: &Node, did: &Did) -> Answer<Option<Quota>> {
    let all = node.room().config.person_bytes;
    let all = (all > 0).then_some(Quota { bytes: all, setting: Some("disk.person_bytes") });
    let theirs = node.ask::<dyn Quotas, _>(|quotas| quotas.quota(node, did))?;
    Ok(all.into_iter().chain(theirs).min_by_key(|quota| quota.bytes))
}

/// The room that people's files take.
#[derive(Default)]
struct Rooms(Mutex<HashMap<Did, RoomTaken>>);

#[derive(Default)]
struct RoomTaken {
    /// When the files were counted, and their bytes with all changes since.
    seen: Option<(Duration, u64)>,
    /// Bytes of copies, and bytes that are on their way and in no upload.
    reserved: u64,
}

/// The kind of bytes that need room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A file.
    File,
    /// A copy of a record that a person brings.
    CopyBrought,
    /// A copy of a record that waits here for its download.
    CopyMade,
}

/// Room for bytes on their way, or for a copy, until it is dropped.
pub struct Reserved {
    rooms: Arc<Rooms>,
    did: Did,
    bytes: u64,
    purpose: Purpose,
}

impl Reserved {
    /// Returns the bytes that have their room.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes it room for this many bytes. Blocks.
    ///
    /// # Errors
    /// 507 if it grows and does not fit: then the reservation keeps its size.
    pub fn resize(&mut self, node: &Node, bytes: u64) -> Answer<()> {
        let quota = quota_of(node, &self.did)?;
        let mut all = self.rooms.0.lock();
        if bytes > self.bytes {
            let more = bytes - self.bytes;
            need_quota(node, &mut all, &self.did, more, quota, self.purpose)?;
        }
        let room = all.entry(self.did.clone()).or_default();
        room.reserved = room.reserved.saturating_sub(self.bytes).saturating_add(bytes);
        drop(all);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if let Some(room) = self.rooms.0.lock().get_mut(&self.did) {
            room.reserved = room.reserved.saturating_sub(self.bytes);
        }
    }
}

/// Reserves room for a file of at most this many bytes, while `begin` makes what takes the room from then on, or until the
/// answer is dropped. Blocks.
///
/// # Errors
/// 507 if it does not fit, and the errors of `begin`.
pub fn reserve<T>(
    node: &Node,
    did: &Did,
    bytes: u64,
    begin: impl FnOnce() -> Answer<T>,
) -> Answer<(Reserved, T)> {
    need_room(node, bytes)?;
    reserve_for(node, did, bytes, Purpose::File, begin)
}

fn reserve_for<T>(
    node: &Node,
    did: &Did,
    bytes: u64,
    purpose: Purpose,
    begin: impl FnOnce() -> Answer<T>,
) -> Answer<(Reserved, T)> {
    let quota = quota_of(node, did)?;
    let rooms = node.state::<Rooms>();
    // Held meanwhile, so that two files of one person never take the same room.
    let mut all = rooms.0.lock();
    need_quota(node, &mut all, did, bytes, quota, purpose)?;
    let begun = begin()?;
    take(&mut all, did, bytes);
    drop(all);
    let did = did.clone();
    let reserved = Reserved { rooms, did, bytes, purpose };
    Ok((reserved, begun))
}

/// Reserves room for a copy of a record. It asks for no room on the disk: that is the caller's to ask, who knows for whom the
/// copy is. Blocks.
///
/// # Errors
/// 507 if it does not fit.
pub fn reserve_copy(node: &Node, did: &Did, bytes: u64, purpose: Purpose) -> Answer<Reserved> {
    let reserved = reserve_for(node, did, bytes, purpose, || Ok(()));
    reserved.map(|(reserved, ())| reserved)
}

/// Counts bytes that are never refused, since a person without room needs them in order to leave: those of a copy that is sent
/// as it is read, of one that is written to a stick, and of a move to another box.
pub fn count(node: &Node, did: &Did, bytes: u64) -> Reserved {
    let rooms = node.state::<Rooms>();
    take(&mut rooms.0.lock(), did, bytes);
    Reserved { rooms, did: did.clone(), bytes, purpose: Purpose::CopyMade }
}

/// Counts a person's files afresh the next time: some came in another way than by [`stored`].
pub fn recount(node: &Node, did: &Did) {
    if let Some(room) = node.state::<Rooms>().0.lock().get_mut(did) {
        room.seen = None;
    }
}

/// Whether this is the refusal of the account, and not that of a full disk.
pub fn is_refusal(problem: &Problem) -> bool {
    problem.has_slug(QUOTA)
}

fn take(all: &mut HashMap<Did, RoomTaken>, did: &Did, bytes: u64) {
    let room = all.entry(did.clone()).or_default();
    room.reserved = room.reserved.saturating_add(bytes);
}

/// Refuses bytes that don't fit into a person's quota.
fn need_quota(
    node: &Node,
    all: &mut HashMap<Did, RoomTaken>,
    did: &Did,
    bytes: u64,
    quota: Option<Quota>,
    purpose: Purpose,
) -> Answer<()> {
    let Some(quota) = quota else { return Ok(()) };
    let now = node.monotonic();
    all.retain(|_, room| room.reserved > 0 || room.seen.is_some_and(|(at, _)| now < at + LOOK));
    let room = all.entry(did.clone()).or_default();
    let fits = |taken: u64| taken.saturating_add(bytes) <= quota.bytes;
    let on_their_way = room.reserved.saturating_add(in_uploads(node, did)?);
    let besides = node.get::<dyn Quotas>();
    let besides = besides.map_or(0, |quotas| quotas.besides(node, did));
    let on_their_way = on_their_way.saturating_add(besides);
    let recent = room.seen.filter(|(at, _)| now < *at + LOOK);
    if recent.is_some_and(|(_, stored)| fits(stored.saturating_add(on_their_way))) {
        return Ok(());
    }
    let files = node.ledger().media().list(did)?;
    let stored: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    room.seen = Some((now, stored));
    if fits(stored.saturating_add(on_their_way)) { Ok(()) } else { Err(used_up(quota, purpose)) }
}

/// Refuses what doesn't fit where files go: on the card or on a disk, of which as much stays free as of the card.
///
/// # Errors
/// 507, or 503 if the disk isn't there.
pub fn need_room(node: &Node, bytes: u64) -> Answer<()> {
    let Some(disk) = node.ledger().media().disk_space()? else {
        return node.need_room(bytes, For::People);
    };
    let reserve = node.room().config.reserve(disk.total);
    refuse_if!(disk.free.saturating_sub(reserve) < bytes, Problem::no_room(DISK_FULL));
    // The entry of the file is on the card.
    node.need_room(0, For::People)
}

/// Counts a file that has been stored.
pub fn stored(node: &Node, did: &Did, bytes: u64) {
    let rooms = node.state::<Rooms>();
    let mut all = rooms.0.lock();
    if let Some((_, stored)) = all.get_mut(did).and_then(|room| room.seen.as_mut()) {
        *stored = stored.saturating_add(bytes);
    }
}

fn in_uploads(node: &Node, did: &Did) -> Answer<u64> {
    let uploads = node.ledger().media().uploads(did)?;
    let open = uploads.iter().filter(|upload| upload.is_open());
    Ok(open.map(|upload| upload.length).sum())
}

fn used_up(quota: Quota, purpose: Purpose) -> Problem {
    let setting = quota.setting.map_or_else(String::new, |setting| format!(" (`{setting}`)"));
    let message = match purpose {
        Purpose::File => format!(
            "Your files take all the room that this box gives one person. Erase some, those in the trash count as well, or ask the box's owner for more{setting}. A copy of your data that waits here for its download counts for a day."
        ),
        Purpose::CopyBrought => format!(
            "This copy and your files need more room than this box gives one person{setting}. Erase some files, those in the trash count as well, or ask the box's owner for more."
        ),
        Purpose::CopyMade => format!(
            "A copy kept here and your files need more room than this box gives one person{setting}. Take it without keeping it here, from /auth/api/export, or write it to a stick."
        ),
    };
    Problem::no_room(message).slug(QUOTA).with_member("quota", quota.bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Calls that begin a file in a person's folder, each with what asks the account for its room.
    const FILES: [(&str, &str); 4] = [
        ("media().writer(", "reserve("),
        ("media().put(", "reserve("),
        (".create_upload(", "reserve("),
        (".deliver((", "reserve("),
    ];
    /// Calls of apps that begin a copy of a record. The commands of the program are the owner's, at the machine.
    const COPIES: [(&str, &str); 3] = [
        // `ImportJobs` gives no receiver of a copy without its `CopyRoom`, which asks.
        ("Upload::open(", "CopyRoom"),
        ("export::prepare(", "account::"),
        ("Target::Tar(", "account::"),
    ];

    /// Calls `found` with each source file below a folder.
    fn sources(folder: &Path, found: &mut dyn FnMut(&Path, &str)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found(&path, &fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_file_of_a_person_asks_the_account() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut doors = 0;
        let mut look = |path: &Path, source: &str, begins: &[(&str, &str)]| {
            for (begins, asks) in begins {
                if source.contains(begins) {
                    doors += 1;
                    assert!(source.contains(asks), "{}: {begins} without its room", path.display());
                }
            }
        };
        let folders = ["apps", "apps/auth"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
        for app in folders.into_iter().flatten() {
            let sources_of = app.unwrap().path().join("src");
            if sources_of.is_dir() {
                sources(&sources_of, &mut |path, source| {
                    look(path, source, &FILES);
                    look(path, source, &COPIES);
                });
            }
        }
        for program in ["node/src", "node/box/src"] {
            sources(&root.join(program), &mut |path, source| {
                look(path, source, &FILES);
            });
        }
        assert!(doors > 5, "the doors are called otherwise by now");
    }
}
