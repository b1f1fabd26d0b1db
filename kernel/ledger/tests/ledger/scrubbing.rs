//! Reading the files on the disk while the node runs: damage is found, named, and set aside.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::world::{Party, Say, World};
use imajin_ledger::{ReadError, SubmitError};
use imajin_log::Pace;

fn log_of(world: &World, party: &Party) -> PathBuf {
    let folder = world.data().join("users").join(party.did.folder_name());
    folder.join("log.sqlite")
}

/// Makes a node with two people, whose journal is empty.
fn world() -> (World, Party, Party) {
    let (mut world, ada, ben) = (World::new(), Party::new(1), Party::new(2));
    for party in [&ada, &ben] {
        world.create(party);
        for n in 0..20 {
            world.submit(party, Say::note(&format!("words {n}"))).unwrap();
        }
    }
    world.stop();
    world.open();
    (world, ada, ben)
}

/// Flips one bit of these words in a file, while the node runs, at every occurrence: a page that was split may have
/// them twice.
fn flip(path: &PathBuf, words: &[u8]) {
    let bytes = fs::read(path).unwrap();
    let offsets: Vec<usize> = memchr::memmem::find_iter(&bytes, words).collect();
    assert!(!offsets.is_empty());
    let file = fs::File::options().write(true).open(path).unwrap();
    for at in offsets {
        file.write_all_at(&[words[0] ^ 1], at as u64).unwrap();
    }
}

#[test]
fn a_whole_log_verifies_while_its_owner_writes() {
    let (world, ada, _) = world();
    for n in 0..5 {
        let scrubbed = world.ledger().scrub_log(&ada.did, None).unwrap().unwrap();
        assert_eq!(scrubbed.fault, None);
        assert!(scrubbed.bytes > 4096);
        world.submit(&ada, Say::note(&format!("more {n}"))).unwrap();
    }
    assert_eq!(world.ledger().scrub_log(&Party::new(9).did, None).unwrap(), None);
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
    let fault = world.ledger().scrub_log(&ada.did, None).unwrap().unwrap().fault;
    assert!(fault.is_some(), "the flipped bit was not found");
    assert_eq!(world.ledger().quarantined().len(), 1);
    assert!(matches!(world.ledger().status(&ada.did), Err(ReadError::Quarantined { .. })));
    assert!(matches!(world.ledger().scrub_log(&ada.did, None), Err(ReadError::Quarantined { .. })));
    assert_eq!(world.ledger().scrub_log(&ben.did, None).unwrap().unwrap().fault, None);
    world.submit(&ben, Say::note("undisturbed")).unwrap();
}

#[test]
fn a_log_that_is_set_aside_while_a_batch_of_it_is_on_its_way_stays_aside() {
    let (mut world, ada, ben) = world();
    let note = world.signed(&ada, &ada.did, Say::note("on its way"));
    let ping = world.signed(&ben, &ben.did, Say::ping(std::slice::from_ref(&ada.did)));
    let (ledger, mut stepper) = world.stepped();
    let mut context = Context::from_waker(Waker::noop());
    let mut noted = Box::pin(ledger.submit(note));
    assert!(noted.as_mut().poll(&mut context).is_pending());
    assert!(stepper.write_ahead());
    ledger.set_aside(&ada.did, "a flipped bit");
    stepper.sync();
    assert!(matches!(noted.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
    assert!(matches!(ledger.status(&ada.did), Err(ReadError::Quarantined { .. })));
    // Nor does it get consequences of what others do.
    let mut pinged = Box::pin(ledger.submit(ping));
    assert!(pinged.as_mut().poll(&mut context).is_pending());
    stepper.write();
    let refused = pinged.as_mut().poll(&mut context);
    assert!(matches!(refused, Poll::Ready(Err(SubmitError::Quarantined { .. }))), "{refused:?}");
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
    world.ledger().scrub_log(&ada.did, None).unwrap();
    let names = fs::read_dir(world.data().join("runtime")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    assert!(!names.into_iter().any(|name| name.starts_with("scrub-")));
}

/// Returns the processor time of the whole process.
fn spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.try_into().unwrap())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn one_long_log_is_verified_at_a_twentieth_of_a_core_and_five_megabytes_a_second_all_along() {
    let (mut world, ada) = (World::new(), Party::new(1));
    world.create(&ada);
    for n in 0..1_500 {
        world.submit(&ada, Say::note(&format!("words {n}"))).unwrap();
    }
    world.stop();
    world.open();
    let before = spent();
    world.ledger().scrub_log(&ada.did, None).unwrap();
    let at_once = spent() - before;
    let ledger = world.ledger().clone();
    let did = ada.did.clone();
    let scrubbing = thread::spawn(move || {
        let pace = Pace::new(|| true);
        ledger.scrub_log(&did, Some(&pace)).unwrap().unwrap()
    });
    // The scrub's share of any two seconds: its allowance, and the test's own work.
    let (mut most, mut since) = (0.0_f64, (Instant::now(), spent()));
    let begun = Instant::now();
    while !scrubbing.is_finished() {
        thread::sleep(Duration::from_secs(2));
        let now = (Instant::now(), spent());
        most = most.max((now.1 - since.1).as_secs_f64() / (now.0 - since.0).as_secs_f64());
        since = now;
    }
    let took = begun.elapsed();
    let scrubbed = scrubbing.join().unwrap();
    assert_eq!(scrubbed.fault, None);
    assert!(most < 0.1, "{most} of a core");
    assert!(took > at_once * 10, "{took:?} for {at_once:?} of work");
    let copied = Duration::from_secs_f64(scrubbed.bytes as f64 / 5e6);
    assert!(took > copied, "{took:?} for {} bytes", scrubbed.bytes);
}

#[test]
fn a_log_that_changes_while_it_is_copied_at_a_pace_is_found_whole() {
    let (world, ada, _) = world();
    let (ledger, did) = (world.ledger().clone(), ada.did.clone());
    let scrubbing = thread::spawn(move || {
        let pace = Pace::new(|| true);
        for _ in 0..5 {
            assert_eq!(ledger.scrub_log(&did, Some(&pace)).unwrap().unwrap().fault, None);
        }
    });
    let mut n = 0;
    while !scrubbing.is_finished() {
        world.submit(&ada, Say::note(&format!("more {n}"))).unwrap();
        n += 1;
        thread::sleep(Duration::from_millis(5));
    }
    scrubbing.join().unwrap();
    assert!(n > 0);
}

#[test]
fn a_round_that_is_to_end_says_nothing_of_the_log_in_hand() {
    let (world, ada, _) = world();
    let ended = world.ledger().scrub_log(&ada.did, Some(&Pace::new(|| false)));
    assert!(matches!(ended, Err(ReadError::Busy)), "{ended:?}");
    assert_eq!(world.ledger().quarantined(), []);
}
