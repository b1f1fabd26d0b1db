//! The DFOS substrate: deterministic encodings, content identifiers, keys, signatures and identity chains.
//!
//! Everything here is a pure function: no I/O, no clock, no randomness. What a document means to the
//! node stands in the crates above.
//!
//! | module | what |
//! |---|---|
//! | [`cbor`] | strict dag-cbor and its JSON forms |
//! | [`json`] | strict JSON text, and its canonical form |
//! | [`cid`] | content identifiers |
//! | [`multikey`] | public keys, key ids and the 31-character ids |
//! | [`jws`] | compact signatures under the DFOS profile |
//! | [`timestamp`] | the one timestamp form |
//! | [`identity`] | identity chains: verify, extend, sign, and the DID document |

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod artifact;
pub mod auth;
pub mod base64;
pub mod batch;
mod canonical;
pub mod cbor;
pub mod cid;
pub mod content;
pub mod countersign;
pub mod credential;
pub mod credit;
pub mod hex;
pub mod identity;
pub mod index;
pub mod json;
pub mod jws;
pub mod multikey;
pub mod operation;
pub mod resolve;
pub mod revocation;
pub mod sign_request;
pub mod siwd;
pub mod statement;
pub mod timestamp;

pub use cbor::Value;
pub use cid::Cid;
pub use content::ContentId;
pub use identity::Did;
pub use multikey::PublicKey;
pub use resolve::{Resolver, Verifier};
pub use timestamp::Timestamp;

// The key types in this crate's interface, so that its users need not agree on a version of their own.
pub use ed25519_dalek::{SigningKey, VerifyingKey};
