//! A program that ends in the midst of a move, and a power cut after its next start: that start must not take for durable
//! what only the system's memory has.

#[path = "ledger/lying.rs"]
mod lying;
#[path = "../../../kernel/ledger/tests/ledger/world.rs"]
mod world;

use std::sync::Arc;
use std::time::Duration;

use imajin_ledger::Limits;
use imajin_sim::disk::{self, Faults};
use lying::LyingDisk;
use world::{Party, Say, World};

/// The file whose fsync completes a move.
const WAL: &str = "log.sqlite-wal";
/// Power cuts to try: each leaves another part of what was not synced.
const CUTS: u64 = 8;

// One test per file: the simulated disk is global to the process.
#[test]
fn a_move_that_was_not_synced_is_made_durable_by_the_next_start() {
    let ends = [
        ("killed", Faults { power_fails_on: Some(WAL), ..Faults::default() }),
        ("failed", Faults { sync_fails_on: Some(WAL), ..Faults::default() }),
    ];
    let (ann, ben) = (Party::new(1), Party::new(2));
    for ((end, faults), cut) in ends.iter().flat_map(|end| (0..CUTS).map(move |cut| (end, cut))) {
        imajin_sim::install(cut);
        // Entries move only when asked to.
        let limits = Limits { move_age_max: Duration::from_secs(600), ..Limits::default() };
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::on(folder, limits, Arc::new(LyingDisk));
        world.create(&ann);
        world.create(&ben);
        assert!(world.ledger().settle());
        let texts: Vec<String> = (0..5).map(|n| format!("{n} {}", "x".repeat(500))).collect();
        for text in &texts {
            world.submit(&ann, Say::note(text)).unwrap();
        }
        disk::set_faults(*faults);
        world.ledger().drain();
        assert!(world.ledger().fatal().is_some(), "{end}: the move went well");
        disk::cut_power();
        world.kill();
        disk::restart().unwrap();
        world.open();
        // Empties the journal, and leaves the files of others as they are.
        world.ledger().purge(&ben.did).unwrap();
        assert_eq!(world.ledger().stats().journal_bytes, 0);
        disk::cut_power();
        world.kill();
        disk::crash().unwrap();
        world.open();
        let entries = world.ledger().entries(&ann.did, None, 100).unwrap();
        assert_eq!(entries.len(), 1 + texts.len(), "{end}, {cut}");
        assert_eq!(world.notes(&ann.did), texts, "{end}, {cut}");
        world.assert_rebuildable();
    }
}
