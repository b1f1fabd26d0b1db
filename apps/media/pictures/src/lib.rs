//! Pictures: what a file is by its first bytes, what a picture says of itself, and small JPEGs of it.
//!
//! A child process reads and decodes: the program starts itself with the word [`COMMAND`], and the child limits itself
//! before it reads a byte. [`Pictures`] owns that child.
//!
//! Always: files are hostile, and so is the child once it has read one. Neither makes this process panic, wait for ever, or
//! take memory without a bound.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod boxes;
mod cancel;
mod child;
mod decode;
mod embedded;
mod exif;
mod facts;
mod items;
mod jpeg;
mod kind;
mod limits;
mod movie;
mod pictures;
mod shared;
mod shrink;
mod wire;
mod worker;

pub use cancel::{CancelGuard, CancelToken};
pub use child::{COMMAND, child};
pub use facts::Facts;
pub use kind::{ForOthers, Kind, Sort};
pub use pictures::{PictureError, Pictures};
pub use shared::shared_copy;
pub use wire::{FILE_BYTES_MAX, Size};
pub use worker::SETTINGS;
