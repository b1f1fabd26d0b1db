//! A simulated disk that loses unsynced writes, for tests.
//!
//! [`install`] registers a default SQLite VFS that forwards all calls to the real one and records, for every
//! file, the bytes that an `fsync` has made durable and later writes. [`disk::crash`] then leaves on the real disk one
//! of the possible states after a power cut: unsynced writes dropped, torn at sector boundaries or applied in another
//! order. All random choices come from one seed, so a failure can be reproduced.

pub mod disk;
pub mod rng;
mod shadow;
mod vfs;

/// Makes the simulated disk SQLite's default and resets it with `seed` and no faults.
pub fn install(seed: u64) {
    vfs::register();
    disk::reset(seed);
}
