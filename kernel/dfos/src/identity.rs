//! Identity chains (DFOS v1 PROTOCOL "Identity Chain").

mod did;

pub use did::{Did, DidError};
