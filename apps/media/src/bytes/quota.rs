//! How much room a person's files take, and how much more they may.
//!
//! Always: files of every state count, and so do uploads with their full length and files on their way. A yes may rest on
//! a look that is a minute old, with all that came since; a no never does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imajin_protocol::Did;
use imajin_service::room::For;
use imajin_service::{Node, Problem, args};

use super::{problem, scratch, settings, too_large};
use crate::manifest::TEXTS;

/// How long a look at somebody's files serves: it costs as long as they have files.
const LOOK: Duration = Duration::from_secs(60);

/// What somebody can know of their room.
pub(crate) struct Room {
    /// Bytes that their open uploads have brought or will bring.
    pub(crate) uploads: u64,
    /// The most bytes of their files; `None` where there is no limit but the disk.
    pub(crate) quota: Option<u64>,
}

/// What somebody can know of their room.
///
/// # Errors
/// Their folder can't be read.
pub(crate) fn room(node: &Node, did: &Did) -> Result<Room, Problem> {
    let quota = settings::of(node)?.quota(node, did)?;
    Ok(Room {
        uploads: in_uploads(node, did)?,
        quota: quota.map(|(bytes, _)| bytes),
    })
}

/// What is known of the room that people's files take.
#[derive(Default)]
struct Rooms(Mutex<HashMap<Did, Taken>>);

#[derive(Default)]
struct Taken {
    /// When the files were counted, and their bytes with what came since.
    seen: Option<(Duration, u64)>,
    /// Bytes that are on their way and in no upload.
    reserved: u64,
}

impl Rooms {
    fn all(&self) -> MutexGuard<'_, HashMap<Did, Taken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room for a file on its way, until it is dropped.
pub(crate) struct Reserved {
    rooms: Arc<Rooms>,
    did: Did,
    bytes: u64,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if let Some(room) = self.rooms.all().get_mut(&self.did) {
            room.reserved = room.reserved.saturating_sub(self.bytes);
        }
    }
}

/// Reserves room for a file of at most this many bytes, while `begin` makes what takes the room from then on, or until the
/// answer is dropped. Blocks.
///
/// # Errors
/// 413 for a file that is longer than any may be, 507 if it does not fit, and whatever `begin` says.
pub(crate) fn reserve<T>(
    node: &Node,
    did: &Did,
    bytes: u64,
    begin: impl FnOnce() -> Result<T, Problem>,
) -> Result<(Reserved, T), Problem> {
    let settings = settings::of(node)?;
    let most = settings::file_bytes_max(node)?;
    if bytes > most {
        return Err(too_large(most));
    }
    need_room(node, bytes)?;
    let rooms = node.state::<Rooms>();
    let quota = settings.quota(node, did)?;
    // Held meanwhile, so that two of somebody's files never take the same room.
    let mut all = rooms.all();
    if let Some((quota, setting)) = quota {
        let now = node.monotonic();
        all.retain(|_, room| room.reserved > 0 || room.seen.is_some_and(|(at, _)| now < at + LOOK));
        let room = all.entry(did.clone()).or_default();
        let fits = |taken: u64| taken.saturating_add(bytes) <= quota;
        let on_their_way = room.reserved.saturating_add(in_uploads(node, did)?);
        let on_their_way = on_their_way.saturating_add(scratch::taken(node, did));
        let recent = room.seen.filter(|(at, _)| now < *at + LOOK);
        let may = recent.is_some_and(|(_, stored)| fits(stored.saturating_add(on_their_way)));
        if !may {
            let stored = in_files(node, did)?;
            room.seen = Some((now, stored));
            if !fits(stored.saturating_add(on_their_way)) {
                return Err(used_up(quota, setting));
            }
        }
    }
    let begun = begin()?;
    all.entry(did.clone()).or_default().reserved += bytes;
    drop(all);
    let reserved = Reserved {
        rooms,
        did: did.clone(),
        bytes,
    };
    Ok((reserved, begun))
}

/// Refuses what doesn't fit where files go: on the card or on a disk, of which as much stays free as of the card.
///
/// # Errors
/// 507, or 503 if the disk isn't there.
pub(crate) fn need_room(node: &Node, bytes: u64) -> Result<(), Problem> {
    let Some(disk) = node.ledger().media().disk_space()? else {
        return node.need_room(bytes, For::People);
    };
    let reserve = node.room().config().reserve(disk.total);
    match disk.free.saturating_sub(reserve) >= bytes {
        // What is said of the file is on the card.
        true => node.need_room(0, For::People),
        false => Err(Problem::no_room(TEXTS.say("disk-full", args![]))),
    }
}

/// Says that a file has been stored.
pub(crate) fn stored(node: &Node, did: &Did, bytes: u64) {
    let rooms = node.state::<Rooms>();
    let mut all = rooms.all();
    if let Some((_, stored)) = all.get_mut(did).and_then(|room| room.seen.as_mut()) {
        *stored = stored.saturating_add(bytes);
    }
}

fn in_files(node: &Node, did: &Did) -> Result<u64, Problem> {
    let files = node.ledger().media().list(did).map_err(problem)?;
    Ok(files.iter().map(|(_, bytes)| bytes).sum())
}

fn in_uploads(node: &Node, did: &Did) -> Result<u64, Problem> {
    let uploads = node.ledger().media().uploads(did).map_err(problem)?;
    let open = uploads.iter().filter(|upload| upload.is_open());
    Ok(open.map(|upload| upload.length).sum())
}

fn used_up(quota: u64, setting: Option<&str>) -> Problem {
    let setting = setting.map_or_else(String::new, |setting| format!(" (`media.{setting}`)"));
    let said = format!(
        "Your files take all the room that this box gives one person. Erase some, those in the trash count as well, or ask the box's owner for more{setting}."
    );
    Problem::no_room(said).slug("quota").with("quota", quota)
}
