//! The ledger: every person's log, and the only writer of it.
//!
//! | module | contents |
//! |---|---|
//! | [`machine`] | what an app implements: `decide` and `apply` |
//! | [`ledger`] | [`Ledger`]: what callers use |
//! | [`media`], [`stick`] | content-addressed files; USB sticks |
//! | [`anchors`] | what the node publishes so that it cannot tell another history afterwards |
//! | [`copies`] | what an export, an import and a repair need |
//! | [`quarantine`], [`rebuild`] | the entries of damaged logs; projections computed again |
//! | [`disk`], [`durable`] | every fsync; small files that are replaced as a whole |
//! | [`rows`] | typed values of a projection's rows |
//!
//! Entries, rules and verification are in [`imajin_log`], below this crate; export, import and repair in imajin-bundle,
//! above it.
//!
//! A write: `submit` checks the proof in the caller's task and queues the command. The writer thread decides, seals and
//! applies a batch and commits it to the journal with one fsync. The flusher moves the entries into the logs.
//!
//! The locks are `parking_lot`'s, which a panic does not poison: what is under one is never left half changed.

pub mod anchors;
mod ballast;
mod beginnings;
mod cache;
mod calm;
pub mod copies;
pub mod disk;
pub mod durable;
mod errors;
mod exclusive;
mod feed;
mod flusher;
mod folders;
mod idempotency;
mod journal;
mod keys;
pub mod ledger;
mod lock;
mod logfile;
pub mod machine;
pub mod media;
mod mentions;
mod options;
mod pending_entries;
mod projection;
pub mod quarantine;
mod queue;
mod readable;
pub mod rebuild;
mod recovery;
mod replay;
pub mod rows;
mod scrub;
mod shared;
mod sql;
mod status;
mod stepper;
pub mod stick;
mod stored_rows;
mod sweep;
mod write_freeze;
mod writer;

pub use ballast::{BALLAST, Ballast};
pub use disk::{Disk, RealDisk};
pub use errors::{KeyError, OpenError, ReadError};
pub use ledger::{InFlight, LearnError, Learned, Ledger, Quiesced, ShutdownError, WriteFreeze};
pub use ledger::{Swept, UNNAMED_KEPT};
pub use lock::DataLock;
pub use machine::{
    Command, CommandWill, Decide, Draft, EntryRef, Prepared, ProjectionSpec, Reader, Receipt,
    Refusal, RefusalKind, StateMachine, SubmitError, TypedCommand,
};
pub use media::is_disk_full;
pub use options::{Limits, NodeKey, Options};
pub use readable::{Damaged, Readable};
pub use replay::arriving::Coming;
pub use scrub::Scrubbed;
pub use status::{LogStatus, Stats, StoredEntry, StoredRow};
pub use stepper::Stepper;
pub use write_freeze::{freeze_offline, is_frozen_offline};
