//! An imported log: its rows are made in parallel with the writer, so that no one else waits for it, and a start after
//! a crash makes those that are missing.

use std::path::PathBuf;

use crate::copies::{again, export, move_home, take};
use crate::world::{Party, REPLAYS, Say, World, copy_folder, until};
use imajin_ledger::SubmitError;

/// Makes Ann on another node with this many notes, Bert on the importing node, and a copy of her log.
fn ann(notes: usize) -> (World, Party, Party, tempfile::TempDir, PathBuf) {
    let (elsewhere, here) = (World::with_seed(1), World::with_seed(2));
    let (ann, bert) = (Party::new(100), Party::new(101));
    elsewhere.create(&ann);
    for n in 0..notes {
        elsewhere.submit(&ann, Say::note(&format!("note {n}"))).unwrap();
    }
    here.clock.set(imajin_log::Clock::now(&*elsewhere.clock));
    here.create(&bert);
    let dir = tempfile::tempdir().unwrap();
    let bundle = export(&elsewhere, &ann, &dir.path().join("copy"));
    (here, ann, bert, dir, bundle)
}

#[test]
fn an_import_costs_the_writer_no_entry_however_long_the_log_is() {
    let (mut here, ann, bert, _dir, bundle) = ann(1_300);
    here.submit(&bert, Say::note("before")).unwrap();
    move_home(&here, &ann, &bundle).unwrap();
    assert_eq!(here.notes(&ann.did).len(), 1_300, "all there when the answer comes");
    let stats = here.ledger().stats();
    assert_eq!(stats.replayed_entries, 0, "{stats:?}");
    assert_eq!(stats.replayed_rows_most, 500, "in pieces: {stats:?}");
    here.submit(&ann, Say::note("goes on")).unwrap();
    here.assert_rebuildable();
}

#[test]
fn others_write_while_a_log_comes_and_it_is_written_to_when_all_of_it_is_there() {
    let (mut here, ann, bert, _dir, bundle) = ann(20);
    assert_eq!(here.ledger().coming().first, None);
    std::thread::scope(|scope| {
        let held = REPLAYS.write().unwrap();
        let coming = scope.spawn(|| move_home(&here, &ann, &bundle));
        until("her log", || here.ledger().status(&ann.did).unwrap().is_some());
        assert_eq!(here.submit(&bert, Say::note("meanwhile")).unwrap().entries.len(), 1);
        let early = here.submit(&ann, Say::note("too early"));
        assert!(matches!(early, Err(SubmitError::Busy)), "{early:?}");
        let ping = Say::ping(std::slice::from_ref(&ann.did));
        let early = here.submit(&bert, ping);
        assert!(matches!(early, Err(SubmitError::Busy)), "{early:?}");
        // A reader by offset stops before the imported log, since others' entries already follow it.
        let first = here.ledger().coming().first.unwrap();
        assert!(first > 0 && !coming.is_finished());
        drop(held);
        coming.join().unwrap().unwrap();
    });
    // The offsets are free for readers a moment after the answer.
    let settled = || {
        let coming = here.ledger().coming();
        (coming.begun, coming.ended, coming.first) == (1, 1, None)
    };
    until("the offsets", settled);
    assert_eq!(here.notes(&ann.did).len(), 20);
    here.submit(&ann, Say::note("goes on")).unwrap();
    here.submit(&bert, Say::ping(std::slice::from_ref(&ann.did))).unwrap();
    here.assert_rebuildable();
}

#[test]
fn rows_of_a_log_that_came_before_a_crash_are_made_at_the_next_start() {
    let (here, ann, bert, _dir, bundle) = ann(30);
    let copy = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let held = REPLAYS.write().unwrap();
        let coming = scope.spawn(|| take(&here, &bundle));
        until("her log", || here.ledger().status(&ann.did).unwrap().is_some());
        here.submit(&bert, Say::note("meanwhile")).unwrap();
        assert!(here.notes(&ann.did).is_empty(), "the crash comes before its rows");
        copy_folder(&here.data(), copy.path());
        drop(held);
        coming.join().unwrap().unwrap();
    });
    drop(here);
    let mut crashed = again(copy, Party::new(2));
    assert_eq!(crashed.notes(&ann.did).len(), 30);
    assert_eq!(crashed.notes(&bert.did), ["meanwhile"]);
    crashed.assert_rebuildable();
}

#[test]
fn a_crash_before_the_log_is_in_its_place_leaves_nothing() {
    let (mut here, ann, bert, _dir, bundle) = ann(5);
    here.submit(&bert, Say::note("before")).unwrap();
    here.stop();
    // The state that is noted before the import.
    for service in ["note", "auth", "count"] {
        let path = here.data().join(format!("runtime/{service}.sqlite"));
        let db = rusqlite::Connection::open(path).unwrap();
        let sql = "INSERT INTO ledger_replays VALUES (?1, 5)";
        db.execute(sql, [ann.did.as_str()]).unwrap();
    }
    here.open();
    assert!(here.ledger().status(&ann.did).unwrap().is_none());
    here.stop();
    let db = rusqlite::Connection::open(here.data().join("runtime/note.sqlite")).unwrap();
    let noted = db.query_row("SELECT count(*) FROM ledger_replays", [], |row| row.get(0));
    assert_eq!(noted, Ok(0));
    drop(db);
    here.open();
    move_home(&here, &ann, &bundle).unwrap();
    assert_eq!(here.notes(&ann.did).len(), 5);
    here.assert_rebuildable();
}
