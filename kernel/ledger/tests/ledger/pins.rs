//! Files between the check that they are there and the answer to the command that names them: no removal takes them.

use std::collections::BTreeSet;
use std::fs;

use imajin_dfos::Cid;
use imajin_log::Clock as _;
use imajin_protocol::{Fact, FactItem, FactValue, IdText};

use crate::world::{Party, Say, World, until};

fn put(world: &World, party: &Party) -> Cid {
    let store = world.ledger().media();
    store.put(&party.did, &b"a picture"[..]).unwrap().cid
}

/// Makes a note that names a file.
fn naming(file: Cid) -> Say {
    let id = FactItem::Id(IdText::parse(&file.to_string()).unwrap());
    let mut say = Say::note("look");
    say.fact = Some(Fact::new([("media", FactValue::List(vec![id]))]).unwrap());
    say
}

fn is_there(world: &World, party: &Party, file: &Cid) -> bool {
    let size = world.ledger().media().size(&party.did, file);
    size.unwrap().is_some()
}

#[test]
fn a_file_that_a_waiting_command_names_stays() {
    let mut world = World::new();
    let anna = world.person(1);
    let file = put(&world, &anna);
    let path = world.ledger().media().path(&anna.did, &file).unwrap();
    world.clock.advance(1_000);
    let command = world.signed(&anna, &anna.did, naming(file));
    let now = std::time::UNIX_EPOCH
        + std::time::Duration::from_millis(world.clock.now().as_millis().unsigned_abs());
    let (ledger, mut stepper) = world.stepped();
    std::thread::scope(|scope| {
        let submitted = scope.spawn(|| ledger.submit_blocking(command));
        // A check of a file dates it.
        until("the look at the file", || fs::metadata(&path).unwrap().modified().unwrap() == now);
        // The file's date alone no longer protects it.
        world.clock.advance(1_000);
        let removed = scope.spawn(|| ledger.remove_unnamed(&anna.did, &BTreeSet::from([file])));
        while !submitted.is_finished() || !removed.is_finished() {
            stepper.write();
            std::thread::yield_now();
        }
        submitted.join().unwrap().unwrap();
        assert_eq!(removed.join().unwrap().unwrap().files, 0);
    });
    assert!(path.is_file());
    drop((stepper, ledger));
    world.open();
    assert!(is_there(&world, &anna, &file));
    world.ledger().drain();
    world.assert_valid(&anna);
}

#[test]
fn an_erasure_waits_for_a_file_that_is_pinned_and_leaves_it_if_it_is_named_again() {
    for is_named in [true, false] {
        let world = World::new();
        let anna = world.person(1);
        let file = put(&world, &anna);
        let note = naming(file);
        let body = note.body_cid().unwrap();
        let seq = world.submit(&anna, note).unwrap().seq;
        let pin = world.ledger().media().pin(&anna.did, &file).unwrap();
        assert!(pin.is_some());
        world.clock.advance(1_000);
        std::thread::scope(|scope| {
            let erased = scope.spawn(|| world.submit(&anna, Say::erase(&[body])));
            until("the erasure's entry", || {
                let status = world.ledger().status(&anna.did).unwrap().unwrap();
                status.seq > seq
            });
            if is_named {
                // The command is signed after the erasure, and entered while the erasure waits for the pin.
                world.submit(&anna, naming(file)).unwrap();
            }
            assert!(is_there(&world, &anna, &file));
            drop(pin);
            erased.join().unwrap().unwrap();
        });
        assert_eq!(is_there(&world, &anna, &file), is_named);
        world.ledger().drain();
        world.assert_valid(&anna);
    }
}
