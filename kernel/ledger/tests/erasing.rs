//! Erasing a body: the owner's rows are made again beside the writer, and whoever asked hears of it when they are.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod world;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use imajin_ledger::{CommandWill, Receipt, SubmitError};
use imajin_protocol::{Fact, FactItem, FactValue, IdText};
use world::{Party, REPLAYS, Say, World, copy_folder};

fn world() -> (World, Party) {
    let world = World::new();
    let anna = Party::new(1);
    world.create(&anna);
    (world, anna)
}

fn note(world: &World, party: &Party, text: &str) -> imajin_dfos::Cid {
    let say = Say::note(text);
    let cid = say.body_cid().unwrap();
    world.submit(party, say).unwrap();
    cid
}

/// By a session, so that several may write to one log at once.
fn by_session(world: &World, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
    let will = CommandWill::Custodial {
        author: party.did.clone(),
        via: imajin_dfos::cid::raw_cid(b"session"),
    };
    world
        .ledger()
        .submit_blocking(world.command(&party.did, say, will))
}

#[test]
fn an_erasure_costs_the_writer_no_entry_however_long_the_log_is() {
    let (mut world, anna) = world();
    let first = note(&world, &anna, "a secret");
    for n in 0..1_500 {
        note(&world, &anna, &format!("note {n}"));
    }
    world.submit(&anna, Say::erase(&[first])).unwrap();
    assert!(
        !world.notes(&anna.did).contains(&"a secret".to_owned()),
        "it is gone when the answer comes"
    );
    let stats = world.ledger().stats();
    assert_eq!(
        stats.replayed_entries, 0,
        "nothing was written meanwhile, so the writer gave nothing again"
    );
    // The note, and the count of all notes' letters.
    assert!(stats.replayed_rows_most <= 2, "{stats:?}");
    world.assert_rebuildable();
}

#[test]
fn erasures_while_others_write_end_in_what_a_rebuild_makes() {
    let (mut world, anna) = world();
    let bert = Party::new(2);
    world.create(&bert);
    let secrets: Vec<_> = (0..8)
        .map(|n| note(&world, &anna, &format!("secret {n}")))
        .collect();
    for n in 0..200 {
        note(&world, &anna, &format!("note {n}"));
    }
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (world, anna, bert, stop) = (&world, &anna, &bert, &stop);
        scope.spawn(move || {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                by_session(world, anna, Say::note(&format!("meanwhile {n}"))).unwrap();
                by_session(world, anna, Say::set(&format!("status {n}"))).unwrap();
                by_session(world, bert, Say::note(&format!("of another {n}"))).unwrap();
                by_session(world, bert, Say::ping(std::slice::from_ref(&anna.did))).unwrap();
                n += 1;
            }
        });
        for (n, secret) in secrets.iter().enumerate() {
            let erased = world.submit(anna, Say::erase(&[*secret]));
            let gone = !world.notes(&anna.did).contains(&format!("secret {n}"));
            if erased.is_err() || !gone {
                stop.store(true, Ordering::Relaxed);
                panic!("{erased:?}, gone: {gone}");
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(world.ledger().stats().replayed_rows_most <= 500);
    world.assert_rebuildable();
}

#[test]
fn many_bodies_that_go_at_once_are_taken_over_in_pieces() {
    let (mut world, anna) = world();
    let bodies: Vec<_> = (0..1_200)
        .map(|n| note(&world, &anna, &format!("note {n}")))
        .collect();
    let kept = note(&world, &anna, "kept");
    world.submit(&anna, Say::erase(&bodies)).unwrap();
    assert_eq!(world.notes(&anna.did), ["kept"]);
    assert_eq!(world.ledger().stats().replayed_rows_most, 500);
    world.submit(&anna, Say::erase(&[kept])).unwrap();
    assert!(world.notes(&anna.did).is_empty());
    world.assert_rebuildable();
}

#[test]
fn an_erased_file_goes_with_the_entry_that_erased_it() {
    let (world, anna) = world();
    let store = world.ledger().media().clone();
    let put = |bytes: &[u8]| store.put(&anna.did, bytes).unwrap().cid;
    let (only, twice, kept) = (put(b"only here"), put(b"named twice"), put(b"kept"));
    let with = |text: &str, media: &[imajin_dfos::Cid]| {
        let ids = media
            .iter()
            .map(|cid| FactItem::Id(IdText::parse(&cid.to_string()).unwrap()));
        let mut say = Say::note(text);
        let fact = [("media", FactValue::List(ids.collect()))];
        say.fact = Some(Fact::new(fact).unwrap());
        let cid = say.body_cid().unwrap();
        world.submit(&anna, say).unwrap();
        cid
    };
    let first = with("two pictures", &[only, twice]);
    with("one of them again", &[twice, kept]);
    world.submit(&anna, Say::erase(&[first])).unwrap();
    assert_eq!(store.size(&anna.did, &only).unwrap(), None);
    assert!(store.size(&anna.did, &twice).unwrap().is_some());
    assert!(store.size(&anna.did, &kept).unwrap().is_some());
}

#[test]
fn a_replay_that_a_crash_ended_is_done_at_the_next_start() {
    let (mut world, anna) = world();
    let secret = note(&world, &anna, "a secret");
    note(&world, &anna, "kept");
    let copy = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let held = REPLAYS.write().unwrap();
        let before = world.ledger().stats().entries;
        let asked = scope.spawn(|| world.submit(&anna, Say::erase(&[secret])));
        while world.ledger().stats().entries == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        // What others write meanwhile is answered, and counts as given to the projections.
        by_session(&world, &anna, Say::note("after it")).unwrap();
        assert!(!asked.is_finished(), "answered before it was gone");
        copy_folder(&world.data(), copy.path());
        drop(held);
        asked.join().unwrap().unwrap();
    });
    let noted = rusqlite::Connection::open(copy.path().join("runtime/note.sqlite")).unwrap();
    let count: i64 = noted
        .query_row("SELECT count(*) FROM ledger_replays", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1, "the crash came before its end");
    drop(noted);
    assert_eq!(world.notes(&anna.did), ["kept", "after it"]);
    world.assert_rebuildable();
    drop(world);

    let mut crashed = World::on(
        copy,
        imajin_ledger::Limits::default(),
        std::sync::Arc::new(imajin_ledger::RealDisk),
    );
    assert_eq!(crashed.notes(&anna.did), ["kept", "after it"]);
    let left = std::fs::read_dir(crashed.data().join("runtime")).unwrap();
    let left = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".replay")
    });
    assert_eq!(left.count(), 0);
    crashed.assert_rebuildable();
}
