//! A log that is damaged, and its way back: what was acknowledged and could not be moved into it waits next to it, and
//! follows when a copy, or the file itself, is whole again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::copies::{checked, export, last, take, word};
use crate::world::{Party, Say, World};
use imajin_bundle::import::{ImportError, import};
use imajin_ledger::quarantine::{Survey, survey};
use imajin_ledger::{ReadError, SubmitError};
use imajin_log::verify::{VerifyOptions, verify_log};
use tempfile::TempDir;

/// A node on which Ada's log is damaged. Her copies: `older` was made before the last entry that the file has, `newest`
/// after it. Three more were acknowledged, one of them a consequence of what Ben did.
struct Damaged {
    world: World,
    ada: Party,
    ben: Party,
    dir: TempDir,
    older: PathBuf,
    newest: PathBuf,
}

fn log_of(data: &Path, party: &Party) -> PathBuf {
    data.join("users").join(party.did.folder_name()).join("log.sqlite")
}

fn damaged() -> Damaged {
    let (mut world, ada, ben) = (World::new(), Party::new(1), Party::new(2));
    world.create(&ada);
    world.create(&ben);
    world.submit(&ada, Say::note("first")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let older = export(&world, &ada, &dir.path().join("older"));
    world.submit(&ada, Say::note("second")).unwrap();
    let newest = export(&world, &ada, &dir.path().join("newest"));
    // The journal is then empty, and has the next three only.
    world.stop();
    world.open();
    world.submit(&ada, Say::note("third")).unwrap();
    world.submit(&ben, Say::ping(std::slice::from_ref(&ada.did))).unwrap();
    world.submit(&ada, Say::note("fourth")).unwrap();
    let aside = dir.path().join("log.sqlite");
    world.crash_with(|data| {
        let log = log_of(data, &ada);
        fs::copy(&log, &aside).unwrap();
        let bytes = fs::read(&log).unwrap();
        // The journal has none of the entries left.
        fs::write(&log, &bytes[..4096]).unwrap();
        let _ = fs::remove_file(log.with_extension("sqlite-wal"));
    });
    // Pending entries go to their places: her entries next to the damaged log.
    world.ledger().drain();
    let damaged = Damaged { world, ada, ben, dir, older, newest };
    damaged.is_aside(3, 5);
    damaged
}

impl Damaged {
    fn is_aside(&self, first: u64, last: u64) {
        let survey = survey(&self.world.data()).unwrap();
        assert_eq!(survey.unreadable, []);
        let spans = survey.waiting;
        assert_eq!(spans.len(), 1);
        assert_eq!((&spans[0].did, spans[0].first, spans[0].last), (&self.ada.did, first, last));
    }

    /// Asserts that Ada's log has what its file has, and takes nothing, not even as a consequence of what another person does.
    fn is_read_only(&self) {
        let ledger = self.world.ledger();
        assert_eq!(ledger.quarantined(), []);
        assert_eq!(self.world.notes(&self.ada.did), ["first", "second"]);
        assert!(ledger.status(&self.ada.did).unwrap().unwrap().read_only.is_some());
        let ping = Say::ping(std::slice::from_ref(&self.ada.did));
        let refused = self.world.submit(&self.ben, ping);
        assert!(matches!(refused, Err(SubmitError::ReadOnly { .. })), "{refused:?}");
    }

    fn nothing_is_aside(&self) {
        assert_eq!(survey(&self.world.data()).unwrap(), Survey::default());
    }

    /// Asserts that every acknowledged entry exists once, and that Ada's log continues.
    fn may_continue(mut self) {
        self.nothing_is_aside();
        let ledger = self.world.ledger();
        assert_eq!(ledger.quarantined(), []);
        assert_eq!(last(ledger, &self.ada.did), 5);
        self.world.submit(&self.ada, Say::note("fifth")).unwrap();
        self.world.submit(&self.ben, Say::ping(std::slice::from_ref(&self.ada.did))).unwrap();
        let notes = ["first", "second", "third", "fourth", "fifth"];
        assert_eq!(self.world.notes(&self.ada.did), notes);
        self.world.stop();
        for party in [&self.ada, &self.ben] {
            let path = log_of(&self.world.data(), party);
            let ops = self.world.machine().ops();
            assert_eq!(verify_log(&path, &ops, &VerifyOptions::default()).unwrap().fault, None);
        }
        self.world.open();
        self.world.assert_rebuildable();
    }
}

#[test]
fn a_copy_takes_the_place_of_a_damaged_log_and_what_was_set_aside_follows() {
    for restart in [false, true] {
        let mut case = damaged();
        if restart {
            case.world.stop();
            case.world.open();
            case.is_aside(3, 5);
        }
        let refused = case.world.submit_raw(&case.ada, Say::note("x"));
        assert!(matches!(refused, Err(SubmitError::Quarantined { .. })));
        let read = case.world.ledger().entries(&case.ada.did, None, 10);
        assert!(matches!(read, Err(ReadError::Quarantined { .. })));
        case.world.submit(&case.ben, Say::note("fine")).unwrap();
        let imported = take(&case.world, &case.newest).unwrap();
        assert_eq!((imported.seq, imported.changed), (5, true));
        let kept = fs::read_dir(case.world.data().join("quarantine")).unwrap();
        let names: Vec<String> =
            kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, [format!("{}.damaged-1", case.ada.did.folder_name())]);
        case.may_continue();
    }
}

#[test]
fn a_file_that_was_put_right_gets_back_what_was_set_aside() {
    let mut case = damaged();
    let good = case.dir.path().join("log.sqlite");
    // Without a repair no file counts as whole, however often the node starts.
    case.world.stop();
    case.world.open();
    case.is_aside(3, 5);
    case.world.stop();
    fs::copy(&good, log_of(&case.world.data(), &case.ada)).unwrap();
    case.world.open();
    case.may_continue();
}

#[test]
fn damage_of_what_was_set_aside_stops_its_owner_and_nobody_else() {
    let mut case = damaged();
    let good = case.dir.path().join("log.sqlite");
    case.world.stop();
    fs::copy(&good, log_of(&case.world.data(), &case.ada)).unwrap();
    let aside = format!("{}.sqlite", case.ada.did.folder_name());
    fs::write(case.world.data().join("quarantine").join(aside), [7; 8192]).unwrap();
    // The first start ends in the state that each later one finds.
    for _ in 0..2 {
        case.world.open();
        case.nothing_is_aside();
        case.world.submit(&case.ben, Say::note("fine")).unwrap();
        case.is_read_only();
        case.world.stop();
    }
}

#[test]
fn a_log_is_mended_once_though_what_was_set_aside_is_damaged_as_well() {
    let mut case = damaged();
    case.world.stop();
    let aside = format!("{}.sqlite", case.ada.did.folder_name());
    fs::write(case.world.data().join("quarantine").join(aside), [7; 8192]).unwrap();
    case.world.open();
    case.nothing_is_aside();
    take(&case.world, &case.newest).unwrap();
    for _ in 0..2 {
        case.is_read_only();
        case.world.stop();
        case.world.open();
    }
}

#[test]
fn a_copy_that_is_too_old_is_read_only_until_a_newer_one_comes() {
    let mut case = damaged();
    assert_eq!(take(&case.world, &case.older).unwrap().seq, 1);
    for _ in 0..2 {
        case.is_aside(3, 5);
        assert_eq!(case.world.notes(&case.ada.did), ["first"]);
        assert!(case.world.ledger().status(&case.ada.did).unwrap().unwrap().read_only.is_some());
        let ping = Say::ping(std::slice::from_ref(&case.ada.did));
        let refused = case.world.submit(&case.ben, ping);
        assert!(
            matches!(refused, Err(SubmitError::ReadOnly { .. })),
            "not by way of somebody else either: {refused:?}"
        );
        case.world.stop();
        case.world.open();
    }
    take(&case.world, &case.newest).unwrap();
    case.may_continue();
}

#[test]
fn a_new_home_passes_nothing_by_that_was_acknowledged() {
    let case = damaged();
    let copy = checked(&case.world, &case.newest).unwrap();
    let home = word(&case.world, &case.ada, &copy, None);
    match import(case.world.ledger(), copy, Some(&home)) {
        Err(ImportError::SetAside { last, there, .. }) => assert_eq!((last, there), (5, 2)),
        other => panic!("{other:?}"),
    }
    // With an older copy only, the entries in between are lost: the owner must decide.
    let copy = checked(&case.world, &case.older).unwrap();
    let home = word(&case.world, &case.ada, &copy, None);
    assert_eq!(import(case.world.ledger(), copy, Some(&home)).unwrap().seq, 2);
    case.is_aside(3, 5);
    let mut world = case.world;
    for text in ["goes on", "and on"] {
        world.submit(&case.ada, Say::note(text)).unwrap();
    }
    // Entries acknowledged on the lost branch stay aside, and block no one.
    world.stop();
    world.open();
    assert_eq!(world.notes(&case.ada.did), ["first", "goes on", "and on"]);
    world.submit(&case.ada, Say::note("still")).unwrap();
    world.assert_rebuildable();
}
