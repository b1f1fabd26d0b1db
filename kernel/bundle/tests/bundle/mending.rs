//! A log that is damaged in entries that no one reads: an import verifies all of it, and mends it with the copy.

use std::fs;
use std::path::PathBuf;

use crate::copies::{checked, export, last, take};
use crate::world::{Party, Say, World};
use imajin_bundle::import::{ImportError, Source, find_damage, repair, repair_from};
use imajin_ledger::quarantine::survey;

/// Number of notes in the older copy, and in total.
const COPIED: usize = 20;
const NOTES: usize = 30;

struct Case {
    world: World,
    ada: Party,
    dir: tempfile::TempDir,
    copy: PathBuf,
}

fn text(n: usize) -> String {
    format!("the note {n:03} of hers")
}

impl Case {
    fn new() -> Self {
        let (mut world, ada) = (World::new(), Party::new(1));
        world.create(&ada);
        let dir = tempfile::tempdir().unwrap();
        for n in 0..COPIED {
            world.submit(&ada, Say::note(&text(n))).unwrap();
        }
        let copy = export(&world, &ada, &dir.path().join("copy"));
        for n in COPIED..NOTES {
            world.submit(&ada, Say::note(&text(n))).unwrap();
        }
        world.stop();
        world.open();
        Self { world, ada, dir, copy }
    }

    fn log(&self) -> PathBuf {
        let folder = self.world.data().join("users");
        folder.join(self.ada.did.folder_name()).join("log.sqlite")
    }

    /// Flips a bit of a note in the file, while no node has it open. A page that was split may have it twice.
    fn flip(&mut self, n: usize) {
        self.world.stop();
        let mut bytes = fs::read(self.log()).unwrap();
        let offsets: Vec<usize> = memchr::memmem::find_iter(&bytes, text(n).as_bytes()).collect();
        assert!(!offsets.is_empty());
        for at in offsets {
            bytes[at] ^= 1;
        }
        fs::write(self.log(), bytes).unwrap();
        self.world.open();
    }

    fn source(&self) -> Source {
        Source { log: self.copy.join("log.sqlite"), media: Some(self.copy.join("media")) }
    }

    fn has_all(&mut self, more: &[&str]) {
        let mut all: Vec<String> = (0..NOTES).map(text).collect();
        all.extend(more.iter().map(|text| (*text).to_owned()));
        assert_eq!(self.world.notes(&self.ada.did), all);
        self.world.assert_rebuildable();
    }
}

#[test]
fn an_older_copy_mends_the_middle_and_the_log_goes_on() {
    let mut case = Case::new();
    case.flip(7);
    // The damage is still unnoticed: the log takes writes.
    case.world.submit(&case.ada, Say::note("unaware")).unwrap();
    let imported = take(&case.world, &case.copy).unwrap();
    let repair = imported.repair.unwrap();
    let mended = repair.log.as_ref().unwrap();
    assert_eq!((mended.headers.len(), mended.bodies.len()), (0, 1));
    assert_eq!((repair.left(), imported.changed), (None, true));
    assert_eq!(imported.seq, last(case.world.ledger(), &case.ada.did));
    case.world.submit(&case.ada, Say::note("goes on")).unwrap();
    case.has_all(&["unaware", "goes on"]);
    assert_eq!(survey(&case.world.data()).unwrap().waiting, []);
    assert!(matches!(take(&case.world, &case.copy), Err(ImportError::Older { .. })));
}

#[test]
fn a_record_that_is_whole_is_not_touched_by_a_repair() {
    let case = Case::new();
    let before = fs::read(case.log()).unwrap();
    let repaired = repair(case.world.ledger(), checked(&case.world, &case.copy).unwrap()).unwrap();
    assert_eq!((repaired.changed, repaired.repair), (false, None));
    assert_eq!(find_damage(case.world.ledger(), &case.ada.did, "look").unwrap(), None);
    assert_eq!(fs::read(case.log()).unwrap(), before);
    let stranger = Party::new(9);
    assert!(matches!(
        repair_from(case.world.ledger(), &stranger.did, &[case.source()], "x"),
        Err(ImportError::NoLog(_))
    ));
}

#[test]
fn a_log_whose_end_may_be_lost_is_held_until_a_newer_copy_comes() {
    let mut case = Case::new();
    let newer = export(&case.world, &case.ada, &case.dir.path().join("newer"));
    case.flip(COPIED + 3);
    let damage = find_damage(case.world.ledger(), &case.ada.did, "look").unwrap();
    assert!(damage.is_some());
    let repaired = repair_from(case.world.ledger(), &case.ada.did, &[case.source()], "x").unwrap();
    assert!(repaired.left().is_some());
    // The node serves the entries before the damage, which are more than the copy has.
    assert_eq!(case.world.notes(&case.ada.did).len(), COPIED + 3);
    for _ in 0..2 {
        assert!(case.world.ledger().status(&case.ada.did).unwrap().unwrap().read_only.is_some());
        case.world.stop();
        case.world.open();
    }
    take(&case.world, &newer).unwrap();
    assert_eq!(case.world.notes(&case.ada.did).len(), NOTES);
}

#[test]
fn a_damaged_or_missing_file_comes_from_the_copy_and_an_erased_one_does_not() {
    let (world, ada) = (World::new(), Party::new(1));
    world.create(&ada);
    let media = world.ledger().media().clone();
    let kept = media.put(&ada.did, &b"a picture"[..]).unwrap().cid;
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("media");
    let other = imajin_dfos::cid::raw_cid(b"erased long ago");
    for (cid, bytes) in [(kept, &b"a picture"[..]), (other, b"erased long ago")] {
        let name = cid.to_string();
        let folder = copy.join(&name[name.len() - 2..]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(media.path(&ada.did, &kept).unwrap(), b"a qicture").unwrap();
    let source = Source { log: dir.path().join("log.sqlite"), media: Some(copy) };
    let repaired = repair_from(world.ledger(), &ada.did, &[source], "x").unwrap();
    assert_eq!((repaired.media, repaired.media_left), (vec![kept], vec![]));
    media.check(&ada.did, &kept).unwrap();
    assert_eq!(media.size(&ada.did, &other).unwrap(), None);
}

/// Flips in a log as a node keeps it, with the tables that only the node itself needs.
#[test]
fn random_flips_in_a_kept_log_are_mended_and_do_not_hold_it() {
    let mut case = Case::new();
    let newest = export(&case.world, &case.ada, &case.dir.path().join("newest"));
    let source = Source { log: newest.join("log.sqlite"), media: None };
    let entries = last(case.world.ledger(), &case.ada.did);
    let (flips, mut damaged) = (crate::tools::flips(50), 0);
    let mut state = 1u64;
    let mut number = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below
    };
    for n in 0..flips {
        case.world.stop();
        let mut bytes = fs::read(case.log()).unwrap();
        let (at, bit) = (number(bytes.len()), number(8));
        bytes[at] ^= 1 << bit;
        fs::write(case.log(), &bytes).unwrap();
        case.world.open();
        let (ledger, did) = (case.world.ledger(), &case.ada.did);
        let place = format!("flip {n}: bit {bit} of byte {at}");
        let damage = find_damage(ledger, did, "look").unwrap();
        if let Some(damage) = &damage {
            damaged += 1;
            let repaired = repair_from(ledger, did, std::slice::from_ref(&source), "x").unwrap();
            assert_eq!(repaired.left(), None, "{place}: {damage}");
        }
        assert_eq!(find_damage(ledger, did, "look").unwrap(), None, "{place}");
        let status = ledger.status(did).unwrap().unwrap();
        assert_eq!(status.seq, entries, "{place}: {damage:?}");
        // If the file's header has another length, the log's former end is unknown.
        let is_header = at < 100;
        assert!(status.read_only.is_none() || is_header, "{place}: {damage:?}");
        ledger.unfreeze(did).unwrap();
    }
    assert!(damaged > flips / 4, "{damaged} flips hit something");
    case.world.submit(&case.ada, Say::note("goes on")).unwrap();
    case.has_all(&["goes on"]);
}
