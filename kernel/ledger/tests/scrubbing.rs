//! Reading through what lies on the disk while the node runs: damage is found, named, and set aside.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod world;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use imajin_ledger::ReadError;
use world::{Party, Say, World};

fn log_of(world: &World, party: &Party) -> PathBuf {
    let folder = world.data().join("users").join(party.did.folder_name());
    folder.join("log.sqlite")
}

/// A node with two people, whose journal is empty.
fn world() -> (World, Party, Party) {
    let (mut world, ada, ben) = (World::new(), Party::new(1), Party::new(2));
    for party in [&ada, &ben] {
        world.create(party);
        for n in 0..20 {
            world
                .submit(party, Say::note(&format!("words {n}")))
                .unwrap();
        }
    }
    world.stop();
    world.open();
    (world, ada, ben)
}

/// Flips one bit of these words where they stand in a file, beside the running node.
fn flip(path: &PathBuf, words: &[u8]) {
    let bytes = fs::read(path).unwrap();
    let found = bytes.windows(words.len()).position(|part| part == words);
    let at = found.unwrap() as u64;
    let file = fs::File::options().write(true).open(path).unwrap();
    file.write_all_at(&[words[0] ^ 1], at).unwrap();
}

#[test]
fn a_whole_log_verifies_while_its_owner_writes() {
    let (world, ada, _) = world();
    for n in 0..5 {
        let scrubbed = world.ledger().scrub_log(&ada.did).unwrap().unwrap();
        assert_eq!(scrubbed.fault, None);
        assert!(scrubbed.bytes > 4096);
        world.submit(&ada, Say::note(&format!("more {n}"))).unwrap();
    }
    assert_eq!(world.ledger().scrub_log(&Party::new(9).did).unwrap(), None);
    let names = world.ledger().projection_names();
    assert!(!names.is_empty());
    for name in names {
        assert_eq!(world.ledger().scrub_projection(name).unwrap().fault, None);
    }
}

#[test]
fn one_flipped_bit_sets_the_log_aside_and_nobody_elses() {
    let (world, ada, ben) = world();
    flip(&log_of(&world, &ada), b"words 7");
    let fault = world.ledger().scrub_log(&ada.did).unwrap().unwrap().fault;
    assert!(fault.is_some(), "the flipped bit was not found");
    assert_eq!(world.ledger().quarantined().len(), 1);
    let status = world.ledger().status(&ada.did);
    assert!(matches!(status, Err(ReadError::Quarantined { .. })));
    let again = world.ledger().scrub_log(&ada.did);
    assert!(matches!(again, Err(ReadError::Quarantined { .. })));
    assert_eq!(
        world.ledger().scrub_log(&ben.did).unwrap().unwrap().fault,
        None
    );
    world.submit(&ben, Say::note("undisturbed")).unwrap();
}

#[test]
fn a_damaged_page_of_a_projection_is_found_and_the_next_start_makes_it_again() {
    let (mut world, _, _) = world();
    let name = world.ledger().projection_names()[0];
    let path = world.data().join("runtime").join(format!("{name}.sqlite"));
    world.stop();
    world.open();
    let bytes = fs::read(&path).unwrap();
    // The header of the last page says how many cells it has.
    let page = u16::from_be_bytes([bytes[16], bytes[17]]) as usize;
    let file = fs::File::options().write(true).open(&path).unwrap();
    let last = (bytes.len() / page - 1) * page;
    file.write_all_at(&[0xff; 64], last as u64).unwrap();
    let fault = |world: &World| world.ledger().scrub_projection(name).unwrap().fault;
    assert!(fault(&world).is_some());
    world.stop();
    world.open();
    assert_eq!(fault(&world), None);
    world.assert_rebuildable();
}

#[test]
fn copies_that_a_crash_left_are_removed() {
    let (world, ada, _) = world();
    let left = world.data().join("runtime/scrub-x.partial");
    fs::write(&left, "half").unwrap();
    world.ledger().tidy_scrub().unwrap();
    assert!(!left.exists());
    world.ledger().scrub_log(&ada.did).unwrap();
    let names = fs::read_dir(world.data().join("runtime")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    assert!(!names.into_iter().any(|name| name.starts_with("scrub-")));
}
