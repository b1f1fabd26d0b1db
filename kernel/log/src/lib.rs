//! The log: one person's record as a chain of entries, and everything that proves a copy of it. No writer is here.
//!
//! | module | contents |
//! |---|---|
//! | [`entry`] | one entry: header, body, their only byte form |
//! | [`ops`] | who may do what, and what follows from it, as data |
//! | [`rules`] | the rules of a log as one pure state machine |
//! | [`home`] | the proof of a home, as other nodes check it |
//! | [`anchors`] | what the node's own log says of other logs, so that no node can tell another history afterwards |
//! | [`mod@format`] | the format of a bundle: tar, encryption, manifest, names, views |
//! | [`untrusted`] | opens a log's file that anyone may have made |
//! | [`verify`] | verifies a log, a bundle, two bundles |
//! | [`repair`] | puts a log together from its own pieces and from copies |
//! | [`clock`] | sources of time |
//! | [`sql`], [`synced`] | files of SQLite as data; names that survive a power cut |
//!
//! The writer and the verifier judge an entry by the same [`rules`].

pub mod anchors;
pub mod clock;
pub mod entry;
pub mod format;
pub mod home;
pub mod ops;
mod pace;
pub mod repair;
pub mod rules;
mod space;
pub mod sql;
pub mod synced;
pub mod untrusted;
pub mod verify;

pub use clock::{Clock, ManualClock, SystemClock};
pub use entry::{Applied, Header, Offset, Sealed, Seq, WillKind};
pub use ops::{
    Bound, Derivation, EntryField, Equal, ErasableBy, ErasureScope, MemberSource, OpSpec, OpTable,
    RequiredAuthority, Source, TargetLog,
};
pub use pace::Pace;
pub use space::Space;
pub use sql::is_database_full;
