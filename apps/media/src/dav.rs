//! A person's folders as a drive of their computer, by WebDAV (RFC 4918, classes 1 and 2).
//!
//! Always: Basic authentication with an app password and nothing else, never a cookie, and off this machine only over TLS. What
//! a computer changes is signed with that password's key under its owner's delegation, so the record says which computer it
//! was. It never shares or erases anything: what goes away goes to the trash.

mod door;
mod files;
mod keys;
mod tree;
mod writing;

pub(crate) use door::router;
pub(crate) use imajin_drive::paths::{BELOW, PREFIX};
pub(crate) use imajin_host::delegates::last_use;
pub(crate) use keys::SCOPE;
