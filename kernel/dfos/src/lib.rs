//! DFOS v1 as a library: identities, what they publish and what they permit others, as signed chains that everyone
//! can verify.
//!
//! An **identity** is a chain of signed operations; the hash of its first one is its DID, and its keys change
//! without the DID changing. A **content chain** commits to the versions of a document; its creator may let
//! others write to it by **credentials**, which can be passed on in part and taken back. Everything is a
//! compact JWS whose payload has a CID over its deterministic dag-cbor.
//!
//! Everything here is a pure function: no I/O, no clock, no randomness. A [`Resolver`] supplies what must be known of
//! other chains, and the caller the time. No input makes anything here panic. Whatever is signed here was verified here
//! first.
//!
//! ```
//! use imajin_dfos::content::{self, Author};
//! use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
//! use imajin_dfos::identity::{self, Key, Keys};
//! use imajin_dfos::resolve::MemoryResolver;
//! use imajin_dfos::{PublicKey, SigningKey, Timestamp, Value, Verifier, cbor, cid};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let at = |text| Timestamp::parse(text);
//!
//! // Two identities, one key each.
//! let person = |seed| -> Result<_, Box<dyn std::error::Error>> {
//!     let key = SigningKey::from_bytes(&[seed; 32]); // from a random source, really
//!     let public = PublicKey::from(&key);
//!     let keys = Keys::single(Key::new(&public));
//!     let chain = identity::sign_create(keys, vec![], at("2026-01-01T00:00:00.000Z")?, &public.key_id(), &key)?;
//!     Ok((key, public.key_id(), chain.verified))
//! };
//! let (ada_key, ada_key_id, ada) = person(1)?;
//! let (bob_key, bob_key_id, bob) = person(2)?;
//! let resolver = MemoryResolver::from_iter([ada.clone(), bob.clone()]);
//! let verifier = Verifier::of_new(&resolver);
//!
//! // Ada begins a content chain.
//! let document = Value::map([("$schema", Value::from("https://example.org/note")), ("text", "Hello".into())]);
//! let document = cid::dag_cbor_cid(&cbor::encode(&document)).to_string();
//! let by_ada = Author { did: ada.did(), key_id: &ada_key_id, key: &ada_key, authorization: None };
//! let first = content::sign_create(&document, None, at("2026-01-02T00:00:00.000Z")?, &by_ada, &verifier)?;
//!
//! // She lets Bob write to it, and he does.
//! let permission = Credential {
//!     issuer: ada.did().clone(),
//!     audience: Audience::Did(bob.did().clone()),
//!     scope: vec![Attenuation::new(first.state.content_id().resource(), "write")],
//!     parent: None,
//!     issued_at_secs: at("2026-01-02T00:00:00.000Z")?.as_secs(),
//!     expires_at_secs: at("2027-01-01T00:00:00.000Z")?.as_secs(),
//! };
//! let permission = credential::sign(&permission, &ada_key_id, &ada_key)?.token;
//! let by_bob = Author { did: bob.did(), key_id: &bob_key_id, key: &bob_key, authorization: Some(&permission) };
//! let time = at("2026-01-03T00:00:00.000Z")?;
//! let second = content::sign_update(&first.state, Some(&document), Some(&document), time, &by_bob, &verifier)?;
//!
//! // Everyone who knows both identities can verify the log, wherever it came from.
//! let state = content::verify_log([&first.token, &second.token], &Verifier::of_history(&resolver))?;
//! assert_eq!(state, second.state);
//! assert_eq!((state.creator(), state.length()), (ada.did(), 2));
//! # Ok(())
//! # }
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`identity`] | identity chains: verify, extend, sign, and the DID document |
//! | [`content`] | content chains with forks: verify, extend at any operation, heads, sign |
//! | [`credential`] | permissions, passed on in part, revoked as of a time |
//! | [`artifact`], [`countersign`], [`revocation`] | the other operations of a relay's log |
//! | [`operation`] | any operation by its kind: read once, sorted, verified later |
//! | [`order`] | sorts where speed does not matter |
//! | [`batch`] | signatures that arrive together, checked on as many threads as the caller has |
//! | [`resolve`] | what a verifier needs from its caller: current and former keys, deletions, revocations |
//! | [`statement`] | what all signed documents have in common |
//! | [`auth`], [`siwd`], [`sign_request`], [`credit`] | tokens between people, sites and relays |
//! | [`index`] | the fold of `index/v1` documents |
//! | [`jws`], [`json`], [`cbor`], [`cid`], [`multikey`], [`timestamp`], [`base64`], [`hex`] | encodings, each with one form for each value |
//!
//! # Growing a chain
//!
//! [`identity::Verified`] and [`content::State`] are the state of a verified chain: just enough to verify
//! the next operation at a cost that does not depend on the chain's length. Extending
//! and verifying again are the same step and agree on every input. Both can be stored as values
//! (`to_snapshot`) and read back by anyone who trusts their own storage.
//!
//! # Processing many operations
//!
//! [`operation::read`] needs only the token and can run anywhere; a [`batch::Batch`] checks the signatures beforehand
//! with the expected keys, and [`Verifier::with_signatures`] looks up the results. A wrongly expected key only costs time.
//!
//! Errors that may disappear once more is known say so (`is_dependency`): a relay keeps such an operation and tries
//! again.

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
pub mod order;
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

// The key types in this crate's interface, so that its users get the same version.
pub use ed25519_dalek::{SigningKey, VerifyingKey};

/// The examples of the readme are tried out with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
