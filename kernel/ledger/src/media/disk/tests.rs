//! Files on two file systems: chosen, moved, pulled out, put back, lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::{Cid, raw_cid};
use imajin_log::Pace;
use imajin_log::clock::{ManualClock, monotonic};
use imajin_protocol::Did;

use crate::media::{
    DiskPlaces, DiskRefusal, MediaError, MediaStore, MoveStep, PlaceError, Removed, UploadError,
};

/// A separate file system that every Linux has.
const ELSEWHERE: &str = "/dev/shm";
const START_MS: i64 = 1_767_225_600_000;

struct World {
    card: tempfile::TempDir,
    /// The folder of the mount point and, while the disk is pulled out, of its contents.
    mounts: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: MediaStore,
    node: Did,
    did: Did,
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(START_MS + ms).unwrap()
}

impl World {
    fn new() -> Self {
        let card = tempfile::tempdir().unwrap();
        let mounts = tempfile::tempdir_in(ELSEWHERE).unwrap();
        fs::create_dir(mounts.path().join("photos")).unwrap();
        let clock = Arc::new(ManualClock::new(at(0)));
        Self {
            store: open(card.path(), &mounts.path().join("photos"), &clock),
            card,
            mounts,
            clock,
            node: Did::from_key(&[1; 32]),
            did: Did::from_key(&[7; 32]),
        }
    }

    /// Restarts as after a crash: keeps the disks' contents and nothing in memory.
    fn restart(&mut self) {
        self.store = open(self.card.path(), &self.mount(), &self.clock);
    }

    fn mount(&self) -> PathBuf {
        self.mounts.path().join("photos")
    }

    /// Pulls the disk out: an empty folder is left.
    fn pull(&self) {
        fs::rename(self.mount(), self.mounts.path().join("away")).unwrap();
        fs::create_dir(self.mount()).unwrap();
    }

    fn plug_in(&self) {
        // Fails if anything was written there.
        fs::remove_dir(self.mount()).unwrap();
        fs::rename(self.mounts.path().join("away"), self.mount()).unwrap();
    }

    fn put(&self, bytes: &[u8]) -> Cid {
        self.store.put(&self.did, bytes).unwrap().cid
    }

    fn choose(&self) {
        self.store.choose_disk(&self.node, "folder", &|_| 0).unwrap();
    }

    fn moves(&self) -> bool {
        self.store.move_files(&Pace::at_once(|| true), &mut |_| true).unwrap()
    }

    fn has(&self, cid: &Cid) -> bool {
        self.store.check(&self.did, cid).is_ok()
    }

    fn on_card(&self) -> usize {
        count(&self.card.path().join("users"))
    }

    fn on_disk(&self) -> usize {
        count(&self.mount().join("imajin/media"))
    }
}

fn open(card: &Path, mount: &Path, clock: &Arc<ManualClock>) -> MediaStore {
    let store = MediaStore::new(card, 64 << 20, clock.clone());
    store.look_for_disks_in(DiskPlaces { folder: Some(mount.to_owned()), sticks: None });
    store
}

/// Counts the files below a folder.
fn count(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: PathBuf| if path.is_dir() { count(&path) } else { 1 };
    entries.map(|entry| count(entry.unwrap().path())).sum()
}

#[test]
fn files_move_to_the_disk_and_back_and_keep_their_dates() {
    let mut world = World::new();
    let old = world.put(b"a picture");
    world.clock.set(at(1_000));
    world.choose();
    let new = world.put(b"another");
    assert_eq!((world.on_card(), world.on_disk()), (1, 1));
    assert!(world.has(&old) && world.has(&new));
    assert!(world.moves());
    assert_eq!((world.on_card(), world.on_disk()), (0, 2));
    let older = |world: &World| world.store.older(&world.did, at(500)).unwrap();
    assert_eq!(older(&world), [(old, 9)]);
    world.restart();
    assert_eq!(world.store.list(&world.did).unwrap().len(), 2);
    let whereabouts = world.store.whereabouts();
    assert!(!whereabouts.to_disk && !whereabouts.is_missing);
    assert!(matches!(
        world.store.choose_disk(&world.node, "folder", &|_| 0),
        Err(PlaceError::Already)
    ));

    world.store.choose_card(&|_| 0).unwrap();
    assert!(world.store.whereabouts().to_card);
    assert!(world.moves());
    assert_eq!((world.on_card(), world.on_disk()), (2, 0));
    assert_eq!(older(&world), [(old, 9)]);
    assert_eq!(world.store.whereabouts().disk, None);
    world.pull();
    assert!(world.has(&old) && world.has(&new), "nothing is on it any more");
}

#[test]
fn a_move_that_is_stopped_at_any_step_goes_on_and_nothing_is_lost() {
    // More than a piece, so that it can be stopped in the middle of one.
    let large = vec![7u8; (2 << 20) + 5];
    let pictures: [&[u8]; 3] = [b"one", &large, b"three"];
    for stop_at in 0.. {
        let mut world = World::new();
        let cids = pictures.map(|bytes| world.put(bytes));
        world.choose();
        let mut steps = 0;
        let ended = world.store.move_files(&Pace::at_once(|| true), &mut |_| {
            steps += 1;
            steps <= stop_at
        });
        let ended = ended.unwrap();
        world.restart();
        for cid in &cids {
            assert!(world.has(cid), "stopped at {stop_at}");
        }
        assert_eq!(world.store.list(&world.did).unwrap().len(), 3, "stopped at {stop_at}");
        assert!(world.moves());
        assert_eq!((world.on_card(), world.on_disk()), (0, 3));
        assert!(cids.iter().all(|cid| world.has(cid)));
        if ended {
            assert!(stop_at > 3 * 4, "every step was tried");
            return;
        }
    }
}

#[test]
fn a_move_rests_for_each_piece_and_ends_where_its_pace_says_so() {
    let world = World::new();
    let cids = [&b"one"[..], b"two", b"three"].map(|bytes| world.put(bytes));
    world.choose();
    for stop_at in 0.. {
        let calls = AtomicUsize::new(0);
        let pace = Pace::at_once(move || calls.fetch_add(1, Ordering::Relaxed) < stop_at);
        let ended = world.store.move_files(&pace, &mut |_| true).unwrap();
        assert!(cids.iter().all(|cid| world.has(cid)), "stopped at {stop_at}");
        if ended {
            break;
        }
    }
    assert_eq!((world.on_card(), world.on_disk()), (0, 3));
    world.store.choose_card(&|_| 0).unwrap();
    let begun = monotonic();
    let pace = Pace::beside(|| true);
    assert!(world.store.move_files(&pace, &mut |_| true).unwrap());
    let took = monotonic().saturating_duration_since(begun);
    // 1 MiB for each of them, and 20 MB a second.
    assert!(took >= Duration::from_millis(3 * 52), "{took:?}");
    assert_eq!((world.on_card(), world.on_disk()), (3, 0));
}

#[test]
fn files_that_are_removed_while_others_move_are_no_failure() {
    let world = World::new();
    let cids = [&b"one"[..], b"two", b"three"].map(|bytes| world.put(bytes));
    world.choose();
    let ended = world.store.move_files(&Pace::at_once(|| true), &mut |step| {
        if step == MoveStep::Removed {
            for cid in &cids {
                world.store.remove(&world.did, cid).unwrap();
            }
        }
        true
    });
    assert!(ended.unwrap());
    assert_eq!((world.on_card(), world.on_disk()), (0, 0));
}

#[test]
fn what_a_crash_left_half_copied_is_no_file_and_goes() {
    let mut world = World::new();
    let cid = world.put(b"a picture");
    world.choose();
    let media = world.mount().join("imajin/media").join(world.did.folder_name());
    fs::create_dir_all(&media).unwrap();
    fs::write(media.join(".partial-00"), "half").unwrap();
    world.restart();
    assert_eq!(world.store.list(&world.did).unwrap(), [(cid, 9)]);
    assert_eq!(world.store.remove_abandoned(&world.did).unwrap(), 1);
    assert!(world.moves() && world.has(&cid));
}

#[test]
fn an_absent_disk_is_no_absent_file_and_its_mount_point_gets_no_byte() {
    let mut world = World::new();
    let cid = world.put(b"a picture");
    world.choose();
    assert!(world.moves());
    let missing = |error: MediaError| matches!(error, MediaError::DiskMissing { .. });
    for is_so_at_the_start in [false, true] {
        world.pull();
        if is_so_at_the_start {
            world.restart();
        }
        let (store, did) = (&world.store, &world.did);
        assert!(missing(store.open(did, &cid).unwrap_err()));
        assert!(missing(store.size(did, &cid).unwrap_err()));
        assert!(missing(store.pin(did, &cid).unwrap_err()));
        assert!(missing(store.list(did).unwrap_err()));
        assert!(missing(store.put(did, &b"more"[..]).unwrap_err()));
        assert!(missing(store.remove(did, &cid).unwrap_err()));
        let removed = store.removal(did).remove_older(&cid, at(5_000));
        assert!(missing(removed.unwrap_err()));
        assert!(missing(store.move_files(&Pace::at_once(|| true), &mut |_| true).unwrap_err()));
        assert!(missing(store.create_upload(did, 5, Vec::new()).unwrap_err()));
        assert!(store.whereabouts().is_missing);
        assert_eq!(count(&world.mount()), 0);
        assert_eq!(world.on_card(), 0);
        world.plug_in();
        assert!(world.has(&cid), "without a restart");
    }
    let removed = world.store.removal(&world.did).remove_older(&cid, at(5_000));
    assert_eq!(removed.unwrap(), Removed::Yes);
}

#[test]
fn a_file_whose_disk_is_pulled_while_it_is_written_lands_nowhere_else() {
    let world = World::new();
    world.choose();
    assert!(world.moves());
    let mut writer = world.store.writer(&world.did).unwrap();
    writer.write(b"half").unwrap();
    world.pull();
    writer.write(b" more").unwrap();
    let stored = writer.finish().unwrap();
    assert_eq!((count(&world.mount()), world.on_card()), (0, 0));
    world.plug_in();
    assert!(world.has(&stored.cid), "it is on the disk that it was for");
}

#[test]
fn a_marker_of_another_disk_is_not_the_disk() {
    let world = World::new();
    let cid = world.put(b"a picture");
    world.choose();
    assert!(world.moves());
    world.pull();
    let other = world.mount().join("imajin");
    fs::create_dir(&other).unwrap();
    let node = world.node.as_str();
    for marker in ["{".to_owned(), format!(r#"{{"v":1,"node":"{node}","id":"00"}}"#)] {
        fs::write(other.join("media.json"), marker).unwrap();
        assert!(world.store.missing_disk().is_some());
        assert!(world.store.put(&world.did, &b"x"[..]).is_err());
    }
    assert!(!world.has(&cid));
    fs::remove_dir_all(&other).unwrap();
    world.plug_in();
    assert!(world.has(&cid));
}

#[test]
fn a_folder_of_the_card_and_another_nodes_disk_are_refused_and_not_written_to() {
    let world = World::new();
    let on_card = world.card.path().join("mnt");
    fs::create_dir(&on_card).unwrap();
    let store = open(world.card.path(), &on_card, &world.clock);
    assert_eq!(store.disks(&world.node)[0].refusal, Some(DiskRefusal::NotMounted));
    assert!(matches!(
        store.choose_disk(&world.node, "folder", &|_| 0),
        Err(PlaceError::Refused(DiskRefusal::NotMounted))
    ));
    assert_eq!(count(&on_card), 0);

    let other = Did::from_key(&[2; 32]);
    world.store.choose_disk(&other, "folder", &|_| 0).unwrap();
    let store = open(&world.card.path().join("new"), &world.mount(), &world.clock);
    assert!(matches!(
        store.choose_disk(&world.node, "folder", &|_| 0),
        Err(PlaceError::Refused(DiskRefusal::OtherNode))
    ));
    assert!(matches!(store.choose_disk(&world.node, "sda1", &|_| 0), Err(PlaceError::Unknown(_))));
    assert!(matches!(store.choose_card(&|_| 0), Err(PlaceError::Already)));
}

#[test]
fn uploads_move_too_and_go_on_where_they_were() {
    let mut world = World::new();
    let store = world.store.clone();
    let upload = store.create_upload(&world.did, 10, Vec::new()).unwrap();
    let mut writer = store.append(&world.did, &upload.id, 0).unwrap();
    writer.write(b"12345").unwrap();
    world.choose();
    assert!(!world.moves(), "it is being written");
    assert_eq!(writer.pause().unwrap(), 5);
    assert!(world.moves());
    assert_eq!(world.on_card(), 0);
    world.restart();
    world.pull();
    assert!(matches!(
        world.store.upload(&world.did, &upload.id),
        Err(UploadError::Media(MediaError::DiskMissing { .. }))
    ));
    world.plug_in();
    let mut writer = world.store.append(&world.did, &upload.id, 5).unwrap();
    writer.write(b"67890").unwrap();
    assert_eq!(writer.finish().unwrap().cid, raw_cid(b"1234567890"));
    assert!(world.store.end_upload(&world.did, &upload.id).unwrap());
    assert_eq!((world.on_card(), world.on_disk()), (0, 1));
}

#[test]
fn a_move_does_not_end_before_what_was_begun_on_its_disk() {
    let world = World::new();
    world.choose();
    assert!(world.moves());
    let mut writer = world.store.writer(&world.did).unwrap();
    writer.write(b"late").unwrap();
    world.store.choose_card(&|_| 0).unwrap();
    assert!(!world.moves());
    let stored = writer.finish().unwrap();
    assert!(world.moves());
    assert_eq!(world.store.whereabouts().disk, None);
    assert!(world.has(&stored.cid));
}

#[test]
fn what_is_removed_while_it_moves_is_gone_from_both() {
    let world = World::new();
    let cid = world.put(b"a picture");
    world.choose();
    let store = world.store.clone();
    let mut was_in_both = false;
    world
        .store
        .move_files(&Pace::at_once(|| true), &mut |step| {
            if step == MoveStep::Named {
                was_in_both = world.on_card() == 1 && world.on_disk() == 1;
                assert!(store.remove(&world.did, &cid).unwrap());
            }
            true
        })
        .unwrap();
    assert!(was_in_both);
    assert_eq!((world.on_card(), world.on_disk()), (0, 0));
}

#[test]
fn a_disk_is_given_up_only_while_it_is_away_and_can_come_back() {
    let world = World::new();
    let cid = world.put(b"a picture");
    world.choose();
    assert!(world.moves());
    let (id, name) = world.store.whereabouts().disk.unwrap();
    let give_up = |id: &str| world.store.give_up_disk(id, at(0));
    assert!(matches!(give_up(&id), Err(PlaceError::NotLost(_))));
    world.pull();
    assert!(matches!(give_up("00"), Err(PlaceError::Unknown(_))));
    give_up(&id).unwrap();
    let whereabouts = world.store.whereabouts();
    assert_eq!((whereabouts.disk, whereabouts.is_missing), (None, false));
    assert_eq!(whereabouts.lost[0].name, name);
    assert!(matches!(world.store.open(&world.did, &cid), Err(MediaError::NotFound { .. })));
    let new = world.put(b"new");
    world.plug_in();
    assert!(!world.has(&cid), "it was given up");
    let disk = &world.store.disks(&world.node)[0];
    assert_eq!(disk.id.as_ref(), Some(&id));
    world.choose();
    assert!(world.has(&cid) && world.moves() && world.has(&new));
    assert_eq!(world.store.whereabouts().lost, []);
}

#[test]
fn a_note_that_cannot_be_read_is_one_of_a_disk_that_is_away() {
    let mut world = World::new();
    let cid = world.put(b"a picture");
    fs::create_dir_all(world.card.path().join("node")).unwrap();
    fs::write(world.card.path().join("node/media.json"), "{").unwrap();
    world.restart();
    assert!(world.has(&cid), "what is on the card is read");
    assert!(world.store.put(&world.did, &b"x"[..]).is_err());
    let (id, _) = world.store.whereabouts().disk.unwrap();
    world.store.give_up_disk(&id, at(0)).unwrap();
    world.put(b"x");
}
