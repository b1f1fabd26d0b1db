//! A damaged log can be read as far as it verifies, says so, and takes nothing.

use std::fs;
use std::path::PathBuf;

use crate::world::{Party, Say, World};
use imajin_ledger::{Readable, SubmitError};
use imajin_log::Header;

const NOTES: usize = 20;

fn log_of(world: &World, party: &Party) -> PathBuf {
    let folder = world.data().join("users").join(party.did.folder_name());
    folder.join("log.sqlite")
}

fn world() -> (World, Party) {
    let (mut world, ada) = (World::new(), Party::new(1));
    world.create(&ada);
    for n in 0..NOTES {
        world.submit(&ada, Say::note(&format!("words {n:02}"))).unwrap();
    }
    world.stop();
    world.open();
    (world, ada)
}

/// Flips a bit of these words, at every occurrence: a page that was split may have them twice.
fn flip(world: &mut World, party: &Party, words: &str) {
    world.stop();
    let path = log_of(world, party);
    let mut bytes = fs::read(&path).unwrap();
    let offsets: Vec<usize> = memchr::memmem::find_iter(&bytes, words.as_bytes()).collect();
    assert!(!offsets.is_empty());
    for at in offsets {
        bytes[at] ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    world.open();
}

fn read(world: &World, party: &Party) -> Readable {
    world.ledger().readable(&party.did, None, 1000).unwrap()
}

/// Returns the place of the entry with these words.
fn place(world: &World, party: &Party, words: &str) -> u64 {
    let entries = world.ledger().entries(&party.did, None, 1000).unwrap();
    let has = |body: &[u8]| memchr::memmem::find(body, words.as_bytes()).is_some();
    let entry = entries.iter().find(|entry| entry.body.as_deref().is_some_and(has));
    entry.unwrap().seq
}

#[test]
fn a_damaged_log_is_read_up_to_the_damage_and_takes_nothing() {
    let (mut world, ada) = world();
    let damaged = place(&world, &ada, "words 07");
    let whole = read(&world, &ada);
    assert_eq!(whole.damaged, None);
    let more = world.signed(&ada, &ada.did, Say::note("more"));
    flip(&mut world, &ada, "words 07");
    let ledger = world.ledger();
    assert!(ledger.scrub_log(&ada.did, None).unwrap().unwrap().fault.is_some());
    let part = read(&world, &ada);
    let damage = part.damaged.unwrap();
    assert_eq!(damage.from, damaged);
    assert_eq!(part.entries.len() as u64, damaged);
    for (one, other) in part.entries.iter().zip(&whole.entries) {
        assert_eq!((&one.header, &one.body), (&other.header, &other.body));
    }
    let some = ledger.readable(&ada.did, Some(2), 3).unwrap();
    let seqs: Vec<u64> = some.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [3, 4, 5]);
    let status = ledger.readable_status(&ada.did).unwrap().unwrap();
    assert_eq!(status.seq + 1, damaged);
    assert_eq!(status.quarantined, Some(damage.reason));
    assert!(matches!(ledger.submit_blocking(more), Err(SubmitError::Quarantined { .. })));
}

#[test]
fn a_flipped_bit_that_nobody_found_yet_is_not_given_out() {
    let (mut world, ada) = world();
    flip(&mut world, &ada, "words 07");
    assert_eq!(world.ledger().damage(&ada.did), None, "nobody has looked");
    let part = read(&world, &ada);
    assert!(part.damaged.is_some());
    let wrong = b"vords 07";
    let has_flip = |body: &[u8]| memchr::memmem::find(body, wrong).is_some();
    assert!(!part.entries.iter().any(|entry| entry.body.as_deref().is_some_and(has_flip)));
    assert!(world.ledger().damage(&ada.did).is_some(), "it is set aside");
}

#[test]
fn wherever_a_bit_flips_only_a_beginning_that_was_there_is_read() {
    let (mut world, ada) = world();
    let whole = read(&world, &ada);
    world.stop();
    let path = log_of(&world, &ada);
    let good = fs::read(&path).unwrap();
    for n in 0..40 {
        let mut bytes = good.clone();
        let at = (n * 2_654_435_761_usize) % bytes.len();
        bytes[at] ^= 1 << (n % 8);
        fs::write(&path, &bytes).unwrap();
        world.open();
        let did = &ada.did;
        // A flip in unused bytes is not found.
        let _ = world.ledger().scrub_log(did, None);
        if let Ok(part) = world.ledger().readable(did, None, 1000) {
            for (one, other) in part.entries.iter().zip(&whole.entries) {
                assert_eq!((&one.header, &one.body), (&other.header, &other.body), "flip {n}");
            }
            assert!(part.entries.len() == whole.entries.len() || part.damaged.is_some());
        }
        world.stop();
    }
    fs::write(&path, &good).unwrap();
    world.open();
}

#[test]
fn what_was_put_together_to_be_read_goes_with_the_next_start() {
    let (mut world, ada) = world();
    flip(&mut world, &ada, "words 07");
    assert!(read(&world, &ada).damaged.is_some());
    let left = |world: &World| {
        let names = fs::read_dir(world.data().join("runtime")).unwrap();
        let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("readable-")).count()
    };
    assert_eq!(left(&world), 1);
    world.stop();
    fs::create_dir(world.data().join("runtime/readable-of-a-crash")).unwrap();
    world.open();
    assert_eq!(left(&world), 0);
}

#[test]
fn a_whole_log_that_is_long_is_read_page_by_page_as_before() {
    let (world, ada) = world();
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let part = world.ledger().readable(&ada.did, after, 7).unwrap();
        assert_eq!(part.damaged, None);
        let Some(last) = part.entries.last() else {
            break;
        };
        after = Some(last.seq);
        all.extend(part.entries.iter().map(|entry| Header::decode(&entry.header).unwrap().seq));
    }
    let expected: Vec<u64> = (0..all.len() as u64).collect();
    assert_eq!(all, expected);
    assert!(all.len() >= NOTES);
}
