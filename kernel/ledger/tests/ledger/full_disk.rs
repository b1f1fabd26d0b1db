//! A full disk: refused writes change nothing, reads continue, and the node recovers when it has room again.

use crate::world::{Party, Say, World};
use imajin_ledger::SubmitError;

#[test]
fn a_full_disk_refuses_and_recovers() {
    let disk = crate::disk::SmallDisk::mount(16 * 1024);
    let folder = disk.path();
    let ada = Party::new(1);
    let mut world = World::at(folder.join("data"));
    world.create(&ada);
    let text = "x".repeat(2_000);
    let mut acknowledged = 0;
    for round in 0..3 {
        let ballast = folder.join("ballast");
        let mut entered = 0;
        let mut full = 0;
        for _ in 0..4_000 {
            match world.submit(&ada, Say::note(&text)) {
                Ok(receipt) => {
                    acknowledged += 1;
                    entered += 1;
                    assert_eq!(receipt.seq, acknowledged);
                }
                Err(SubmitError::Full) => {
                    full += 1;
                    if full > 20 {
                        break;
                    }
                }
                Err(other) => panic!("{other:?} after {entered} in round {round}"),
            }
            if entered == 50 && !ballast.exists() {
                // Fills all but a little of the remaining room.
                let free = 300_000 * (round + 1);
                let _ = std::fs::write(&ballast, vec![0; 60 * 1024 * 1024]);
                let left = std::fs::metadata(&ballast).unwrap().len().saturating_sub(free);
                std::fs::File::options().write(true).open(&ballast).unwrap().set_len(left).unwrap();
            }
        }
        println!("round {round}: {entered} entered, then full");
        assert!(full > 20);
        // Reads continue.
        assert_eq!(world.ledger().status(&ada.did).unwrap().unwrap().seq, acknowledged);
        let _ = world.notes(&ada.did);
        assert_eq!(world.ledger().fatal(), None);
        std::fs::remove_file(&ballast).unwrap();
        world.submit(&ada, Say::note("room again")).unwrap();
        acknowledged += 1;
        assert_eq!(world.notes(&ada.did).len() as u64, acknowledged);
        if round == 1 {
            world.stop();
            world.open();
        }
    }
    assert_eq!(
        world.ledger().entries(&ada.did, None, 100_000).unwrap().len() as u64,
        acknowledged + 1
    );
    world.assert_rebuildable();
}
