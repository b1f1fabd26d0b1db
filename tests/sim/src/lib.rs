//! A disk that lies, for tests.
//!
//! [`disk::install`] registers a default SQLite VFS that passes everything on to the real one and
//! remembers, for every file, what an `fsync` has made durable and which writes came after it.
//! [`disk::crash`] then leaves on the real disk one state that a power cut could have left: unsynced
//! writes dropped, torn at sector boundaries or applied in another order. Everything random comes
//! from one seed, so a failure can be played again.

pub mod disk;
pub mod rng;
mod shadow;
mod vfs;
