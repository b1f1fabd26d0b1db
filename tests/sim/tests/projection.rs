//! A disk that fails while a projection is synced: the content of the projection's file is not trusted afterwards.

#[path = "ledger/lying.rs"]
mod lying;
#[path = "../../../kernel/ledger/tests/ledger/world.rs"]
mod world;

use std::sync::Arc;

use imajin_sim::disk::{self, Faults};
use lying::LyingDisk;
use world::{Party, Say, World};

/// Number of calls in the next start before the power fails; the start takes fewer.
const CALLS: u64 = 160;
/// Tries every seventh call in an ordinary run, and every third with `IMAJIN_SEEDS`, which is sufficient.
const STEPS: [usize; 2] = [7, 3];

fn memory_folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
        .expect("a temporary folder can be made")
}

fn note_exists(world: &World) -> bool {
    world.data().join("runtime").join("note.lost").exists()
}

// One test per file: the simulated disk is global to the process.
#[test]
fn a_projection_that_could_not_be_made_durable_stops_the_ledger_and_is_made_again() {
    let ann = Party::new(1);
    let step = STEPS[usize::from(std::env::var_os("IMAJIN_SEEDS").is_some())];
    for (file, calls) in ["note.sqlite-wal", "note.sqlite"]
        .into_iter()
        .flat_map(|file| (0..CALLS).step_by(step).map(move |calls| (file, calls)))
    {
        imajin_sim::install(calls);
        let mut world = World::on(memory_folder(), Default::default(), Arc::new(LyingDisk));
        world.create(&ann);
        let texts: Vec<String> = (0..20).map(|n| format!("{n} {}", "x".repeat(500))).collect();
        for text in &texts {
            world.submit(&ann, Say::note(text)).unwrap();
        }
        disk::set_faults(Faults { sync_fails_on: Some(file), ..Faults::default() });
        assert!(!world.ledger().settle(), "{file}: it cannot be settled");
        let fatal = world.ledger().fatal().unwrap_or_default();
        assert!(fatal.contains("the projection note"), "{file}: {fatal:?}");
        assert!(world.submit(&ann, Say::note("late")).is_err());
        assert!(note_exists(&world), "{file}");
        // The program restarts on a working disk, and the power fails during that start or after it.
        world.kill();
        disk::set_faults(Faults { power_fails_after: Some(calls), ..Faults::default() });
        let opened = world.try_open();
        if opened.is_ok() && disk::powered() {
            assert_eq!(world.notes(&ann.did), texts, "{file} {calls}");
            assert!(!note_exists(&world), "{file} {calls}");
        }
        disk::cut_power();
        world.kill();
        disk::crash().unwrap();
        world.open();
        assert_eq!(world.notes(&ann.did), texts, "{file} {calls}");
        world.assert_rebuildable();
    }
}
