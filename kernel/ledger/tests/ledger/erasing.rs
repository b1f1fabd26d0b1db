//! Erasing a body: the owner's rows are made again in parallel with the writer, and the caller gets its answer
//! afterwards.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::world::{Party, REPLAYS, Say, World, copy_folder, until};
use imajin_ledger::media::DiskPlaces;
use imajin_ledger::{CommandWill, Receipt, SubmitError};
use imajin_log::Header;
use imajin_protocol::{Fact, FactItem, FactValue, IdText};

fn world() -> (World, Party) {
    let world = World::new();
    let anna = world.person(1);
    (world, anna)
}

fn note(world: &World, party: &Party, text: &str) -> imajin_dfos::Cid {
    let say = Say::note(text);
    let cid = say.body_cid().unwrap();
    world.submit(party, say).unwrap();
    cid
}

/// Submits by a session, so that several callers may write to one log at once.
fn by_session(world: &World, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
    let will = CommandWill::Custodial {
        author: party.did.clone(),
        via: imajin_dfos::cid::raw_cid(b"session"),
    };
    world.ledger().submit_blocking(world.command(&party.did, say, will))
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
    // One row for the note, and one for the count of all notes' letters.
    assert!(stats.replayed_rows_most <= 2, "{stats:?}");
    world.assert_rebuildable();
}

/// Other people's syncs wait for the pages that an erasure writes.
#[test]
fn an_erasure_writes_a_few_pages_however_long_the_log_is() {
    let written = |length: usize| {
        let (mut world, anna) = world();
        let notes: Vec<_> =
            (0..length).map(|n| note(&world, &anna, &format!("note {n}"))).collect();
        // The second erasure comes after the first has moved rows.
        world.submit(&anna, Say::erase(&notes[9..12])).unwrap();
        assert!(world.ledger().settle());
        world.submit(&anna, Say::erase(&notes[13..15])).unwrap();
        world.ledger().drain();
        let mut wal = world.log_path(&anna).into_os_string();
        wal.push("-wal");
        let bytes = std::fs::metadata(wal).unwrap().len();
        world.assert_rebuildable();
        bytes
    };
    let (short, long) = (written(100), written(1_500));
    assert!(long < short + 16 * 1_024, "{short} bytes, and {long}");
}

#[test]
fn erasures_while_others_write_end_in_what_a_rebuild_makes() {
    let (mut world, anna) = world();
    let bert = world.person(2);
    let secrets: Vec<_> = (0..8).map(|n| note(&world, &anna, &format!("secret {n}"))).collect();
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
    let bodies: Vec<_> = (0..1_200).map(|n| note(&world, &anna, &format!("note {n}"))).collect();
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
        let ids = media.iter().map(|cid| FactItem::Id(IdText::parse(&cid.to_string()).unwrap()));
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
fn a_file_is_not_erased_while_its_disk_is_away_whether_its_entry_is_flushed_or_not() {
    let (world, anna) = world();
    let mounts = tempfile::tempdir_in("/dev/shm").unwrap();
    let (mount, away) = (mounts.path().join("photos"), mounts.path().join("away"));
    fs::create_dir(&mount).unwrap();
    let store = world.ledger().media().clone();
    store.look_for_disks_in(DiskPlaces { folder: Some(mount.clone()), sticks: None });
    store.choose_disk(&world.node.did, "folder", &|_| 0).unwrap();
    let file = store.put(&anna.did, &b"a picture"[..]).unwrap().cid;
    let id = FactItem::Id(IdText::parse(&file.to_string()).unwrap());
    let mut say = Say::note("look");
    say.fact = Some(Fact::new([("media", FactValue::List(vec![id]))]).unwrap());
    let body = say.body_cid().unwrap();
    world.submit(&anna, say).unwrap();
    for is_flushed in [false, true] {
        if is_flushed {
            world.ledger().drain();
        }
        fs::rename(&mount, &away).unwrap();
        fs::create_dir(&mount).unwrap();
        let erased = world.submit(&anna, Say::erase(&[body]));
        assert!(matches!(erased, Err(SubmitError::DiskMissing { .. })), "{is_flushed}: {erased:?}");
        fs::remove_dir(&mount).unwrap();
        fs::rename(&away, &mount).unwrap();
    }
    world.submit(&anna, Say::erase(&[body])).unwrap();
    assert_eq!(store.size(&anna.did, &file).unwrap(), None);
}

#[test]
fn a_replay_that_a_crash_ended_is_done_at_the_next_start() {
    let (mut world, anna) = world();
    let secret = note(&world, &anna, "a secret");
    note(&world, &anna, "kept");
    let copy = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let replay_lock = REPLAYS.write().unwrap();
        let before = world.ledger().stats().entries;
        let erasure = scope.spawn(|| world.submit(&anna, Say::erase(&[secret])));
        until("the erasure's entry", || world.ledger().stats().entries != before);
        // Other people's writes are answered meanwhile, and count as given to the projections.
        by_session(&world, &anna, Say::note("after it")).unwrap();
        assert!(!erasure.is_finished(), "answered before it was gone");
        copy_folder(&world.data(), copy.path());
        drop(replay_lock);
        erasure.join().unwrap().unwrap();
    });
    let note_db = rusqlite::Connection::open(copy.path().join("runtime/note.sqlite")).unwrap();
    let count: i64 =
        note_db.query_row("SELECT count(*) FROM ledger_replays", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1, "the crash came before its end");
    drop(note_db);
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

/// Returns the body that a visit left in a person's log.
fn guest_body(world: &World, of: &Party) -> imajin_dfos::Cid {
    let entries = world.ledger().entries(&of.did, None, 10_000).unwrap();
    let mut headers = entries.iter().map(|entry| Header::decode(&entry.header).unwrap());
    let guest = headers.rfind(|header| header.op == "note.guest");
    guest.unwrap().body.unwrap()
}

#[test]
fn an_erasure_that_follows_costs_the_writer_no_entry_however_long_the_log_is() {
    // Measures a deletion of everything in the author's own log, and an erasure of the body that they left in another
    // log.
    let searched = |length: usize| {
        let (mut world, anna) = world();
        let bert = world.person(2);
        let first = note(&world, &anna, "a secret");
        let visit = Say::visit(std::slice::from_ref(&anna.did));
        world.submit(&bert, visit).unwrap();
        for n in 0..length {
            note(&world, &anna, &format!("note {n}"));
        }
        let guest = guest_body(&world, &anna);
        let tidy = Say::tidy(std::slice::from_ref(&anna.did), &[guest]);
        world.submit(&bert, tidy).unwrap();
        world.submit(&anna, Say::delete(&[first])).unwrap();
        assert!(!world.notes(&anna.did).contains(&"a secret".to_owned()));
        let stats = world.ledger().stats();
        assert_eq!(stats.replayed_entries, 0, "{stats:?}");
        assert!(stats.replayed_rows_most <= 2, "{stats:?}");
        world.assert_rebuildable();
        stats.searched_entries
    };
    let (short, long) = (searched(20), searched(1_500));
    assert_eq!(short, long);
    // The intent of the deletion, which is in the same log.
    assert!(long <= 2, "{long}");
}

#[test]
fn erasures_of_every_kind_in_random_histories_end_in_what_a_rebuild_makes() {
    for seed in 1..7u64 {
        let (mut world, anna) = world();
        let bert = world.person(2);
        let mut state = seed;
        let mut next = |below: u64| {
            // xorshift, Marsaglia 2003.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let (mut notes, mut guests) = (Vec::new(), Vec::new());
        for n in 0..150 {
            let (me, other) = match next(2) {
                0 => (&anna, &bert),
                _ => (&bert, &anna),
            };
            let others = std::slice::from_ref(&other.did);
            match next(10) {
                0..=3 => {
                    let text = format!("note {n}");
                    notes.push((me.did.clone(), note(&world, me, &text), text));
                }
                4 => drop(world.submit(me, Say::set(&format!("status {n}"))).unwrap()),
                5 | 6 => {
                    world.submit(me, Say::visit(others)).unwrap();
                    guests.push((me.did.clone(), guest_body(&world, other)));
                }
                7 => {
                    let theirs = notes.iter().position(|(did, _, _)| *did == me.did);
                    let Some(at) = theirs else { continue };
                    let (_, body, text) = notes.swap_remove(at);
                    world.submit(me, Say::erase(&[body])).unwrap();
                    assert!(!world.notes(&me.did).contains(&text), "seed {seed}");
                }
                8 => {
                    let (mine, left): (Vec<_>, Vec<_>) =
                        guests.drain(..).partition(|(did, _)| *did == me.did);
                    guests = left;
                    let bodies: Vec<_> = mine.into_iter().map(|(_, body)| body).take(7).collect();
                    // At most four pieces of two may follow; an empty piece is accepted.
                    world.submit(me, Say::tidy(others, &bodies)).unwrap();
                }
                _ => world.ledger().drain(),
            }
        }
        let left = notes.iter().filter(|(did, _, _)| *did == anna.did);
        let bodies: Vec<_> = left.map(|(_, body, _)| *body).collect();
        world.submit(&anna, Say::delete(&bodies)).unwrap();
        assert!(world.notes(&anna.did).is_empty(), "seed {seed}");
        world.assert_rebuildable();
        world.stop();
        for party in [&anna, &bert] {
            world.assert_valid(party);
        }
        world.open();
    }
}

#[test]
fn bodies_that_are_no_more_are_refused_where_they_would_follow_too() {
    let (world, anna) = world();
    let bert = world.person(2);
    let annas = note(&world, &anna, "hers");
    // A body that he may not erase, and one that does not exist.
    for body in [annas, imajin_dfos::cid::dag_cbor_cid(b"nothing")] {
        let tidy = Say::tidy(std::slice::from_ref(&anna.did), &[body]);
        let refused = world.submit(&bert, tidy);
        assert!(matches!(refused, Err(SubmitError::Refused(_))), "{refused:?}");
    }
    assert_eq!(world.notes(&anna.did), ["hers"]);
}
