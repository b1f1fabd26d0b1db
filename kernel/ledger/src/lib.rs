//! The ledger: every person's log, and the only writer of it.
//!
//! | room | what stands in it |
//! |---|---|
//! | [`entry`] | one entry: header, body, their one byte form |
//! | [`ops`] | who may do what, and what follows from it, as data |
//! | [`rules`] | the rules of a log as one pure state machine |
//! | [`machine`] | what an app gives: `decide` and `apply` |
//! | [`ledger`] | [`Ledger`]: what everybody else sees |
//! | [`clock`] | the one door of time |
//! | [`media`] | content-addressed files |
//! | [`anchors`] | what the node publishes so that it cannot change its mind |
//! | [`bundle`] | export, import, and the forms of a bundle |
//!
//! A write: `submit` checks the proof in the caller's task and queues the command; one writer thread decides, seals,
//! applies and commits batches to the journal (the one fsync); the mover carries entries on into the logs.

pub mod anchors;
pub mod bundle;
mod cache;
pub mod clock;
pub mod disk;
pub mod entry;
mod feed;
mod holds;
pub mod hostile;
mod journal;
mod keys;
pub mod ledger;
mod lock;
mod logfile;
pub mod machine;
pub mod media;
mod mover;
pub mod ops;
mod projection;
pub mod quarantine;
mod queue;
pub mod rebuild;
mod recovery;
pub mod repair;
mod repeat;
mod replay;
pub mod rules;
mod scrub;
mod shared;
mod space;
mod sql;
mod step;
mod sweep;
pub mod verify;
mod waiting;
mod writer;

pub use clock::{Clock, ManualClock, SystemClock};
pub use disk::{Disk, RealDisk};
pub use entry::{Header, Offset, Sealed, Seq, WillKind};
pub use holds::{hold_offline, is_held_offline};
pub use ledger::{
    Hold, InFlight, KeyError, Ledger, Limits, LogStatus, NodeKey, OpenError, Options, ReadError,
    ShutdownError, Stats, Still, StoredEntry,
};
pub use lock::DataLock;
pub use machine::{
    Applied, Command, CommandWill, Decide, Draft, EntryRef, ProjectionSpec, Receipt, Refusal,
    RefusalKind, StateMachine, SubmitError, TypedCommand,
};
pub use ops::{Bound, By, Class, Derivation, Equal, OpSpec, OpTable, Place};
pub use replay::arriving::Coming;
pub use scrub::Scrubbed;
pub use space::Space;
pub use step::Stepper;
pub use sweep::{Swept, UNNAMED_KEPT};
