//! The format of a bundle: a person's log, files and readable views as one folder or one canonical tar (docs/format.md
//! §12).
//!
//! Always: everything read from a bundle is untrusted until verified. This module does not know what an operation means:
//! views come from [`Views`](views::Views).

pub mod age;
pub mod intake;
pub mod manifest;
pub mod names;
pub mod parts;
pub mod regular;
pub mod shared;
pub mod tar;
pub mod views;

/// Buffer for copies in bytes: large enough that a system call costs little, small enough for a Pi under load.
pub const COPY_BYTES: usize = 64 * 1024;
