//! The ledger: every person's log, and the only writer of it.
//!
//! | module | contents |
//! |---|---|
//! | [`entry`] | one entry: header, body, their only byte form |
//! | [`ops`] | who may do what, and what follows from it, as data |
//! | [`rules`] | the rules of a log as one pure state machine |
//! | [`machine`] | what an app implements: `decide` and `apply` |
//! | [`ledger`] | [`Ledger`]: what callers use |
//! | [`clock`] | the only source of time |
//! | [`media`] | content-addressed files |
//! | [`anchors`] | what the node publishes so that it cannot tell another history afterwards |
//! | [`bundle`] | export, import, and the forms of a bundle |
//!
//! A write: `submit` checks the proof in the caller's task and queues the command. The writer thread decides, seals and
//! applies a batch and commits it to the journal with one fsync. The flusher moves the entries into the logs.

pub mod anchors;
mod ballast;
mod beginnings;
pub mod bundle;
mod cache;
mod calm;
pub mod clock;
pub mod disk;
pub mod durable;
pub mod entry;
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
mod named;
pub mod ops;
mod options;
mod pace;
mod pending_entries;
mod projection;
pub mod quarantine;
mod queue;
mod readable;
pub mod rebuild;
mod recovery;
pub mod repair;
mod replay;
pub mod rows;
pub mod rules;
mod scrub;
mod shared;
mod space;
mod sql;
mod status;
mod step;
mod stored_rows;
mod sweep;
mod synced;
pub mod untrusted;
pub mod verify;
mod write_freeze;
mod writer;

pub use ballast::{BALLAST, Ballast};
pub use clock::{Clock, ManualClock, SystemClock};
pub use disk::{Disk, RealDisk};
pub use entry::{Header, Offset, Sealed, Seq, WillKind};
pub use errors::{KeyError, OpenError, ReadError};
pub use ledger::{InFlight, LearnError, Learned, Ledger, Quiesced, ShutdownError, WriteFreeze};
pub use ledger::{Swept, UNNAMED_KEPT};
pub use lock::DataLock;
pub use machine::{
    Applied, Command, CommandWill, Decide, Draft, EntryRef, Prepared, ProjectionSpec, Reader,
    Receipt, Refusal, RefusalKind, StateMachine, SubmitError, TypedCommand,
};
pub use media::is_disk_full;
pub use ops::{
    Bound, Derivation, EntryField, Equal, ErasableBy, ErasureScope, MemberSource, OpSpec, OpTable,
    RequiredAuthority, Source, TargetLog,
};
pub use options::{Limits, NodeKey, Options};
pub use pace::Pace;
pub use readable::{Damaged, Readable};
pub use replay::arriving::Coming;
pub use scrub::Scrubbed;
pub use space::Space;
pub use sql::is_database_full;
pub use status::{LogStatus, Stats, StoredEntry, StoredRow};
pub use step::Stepper;
pub use write_freeze::{freeze_offline, is_frozen_offline};
