//! The MJN primitives of an Imajin node, pure: no I/O, no clock, no randomness that is not an argument.
//!
//! | room | contents |
//! |---|---|
//! | [`did`] | names of people, agents, nodes, shared things and conversations |
//! | [`kid`] | names of keys |
//! | [`naming`] | names of services and operations |
//! | [`multikey`] | encryption keys as chains name them |
//! | [`id`], [`fact`] | what may appear where nothing is ever erased |
//! | [`jcs`] | canonical JSON (RFC 8785) and a parser that refuses what has no single meaning |
//! | [`proof`] | the proof of will: what a person's key signs to make an entry |
//! | [`presence`] | the texts that a key signs to begin a session, and to become the key of an identity |
//! | [`delegation`] | what another key may do in someone's name |
//! | [`entry`] | one entry of a log: header, body, their only byte form |
//! | [`head`] | a node's signed statement of how far a log goes |
//! | [`anchor`] | the tree of heads that a node publishes the root of, and the paths in it |
//! | [`encryption`] | the encryption keys in a chain, and those that copies are encrypted to |
//! | [`endpoints`] | where a chain says that its identity is found |
//! | [`identity`] | what ties a DID to its DFOS chain; scopes, sub-types, tiers |
//! | [`json_signature`], [`message`] | signatures over canonical JSON |
//! | [`attestation`] | what one DID says of another: two texts, two signatures over one CID, the types that are known |
//! | [`standing`] | what attestations come to: a documented function, with the terms that made it |
//! | [`tier`] | soft, preliminary, established: who is which, and what each may do |
//! | [`exchange`] | signed requests and answers, with consent and settlement |
//! | [`token`] | session tokens and the keys that verify them |
//! | [`fair`] | manifests: who made a work, and where what it earns goes |
//! | [`money`] | amounts, currencies, and dividing them without losing or making any |
//! | [`settlement`] | dividing payments among people, and the receipt of it |
//! | [`calls`] | the four calls for an outside app, re-exported here |
//!
//! Input is checked once, when it is parsed at the edge, and trusted afterwards. The byte rules are those of
//! `docs/format.md`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod anchor;
pub mod attestation;
mod base58;
pub mod calls;
pub mod certificate;
mod compact;
pub mod delegation;
pub mod did;
pub mod encryption;
pub mod endpoints;
pub mod entry;
pub mod exchange;
pub mod fact;
pub mod fair;
pub mod head;
pub mod id;
pub mod identity;
pub mod jcs;
mod json_form;
pub mod json_signature;
pub mod kid;
pub mod message;
pub mod money;
pub mod multikey;
pub mod naming;
pub mod presence;
pub mod proof;
mod reader;
pub mod settlement;
pub mod standing;
pub mod tier;
pub mod token;

pub use calls::{Identity, ImportError, Keypair, create_identity, generate_keypair, sign, verify};
pub use compact::CompactError;
pub use delegation::{Delegation, DelegationError, ScopePattern};
pub use did::{Did, DidError, DidKind};
pub use fact::{Fact, FactError, FactItem, FactValue};
pub use head::{Head, HeadError, HeadPayload};
pub use id::{IdError, IdText, new_id_bytes};
pub use identity::{EncryptionKey, KeyRole, Scope, Subtype, Tier};
pub use imajin_dfos::cbor::SAFE_INTEGER_MAX;
pub use jcs::CanonicalForm;
pub use kid::{Kid, KidError};
pub use message::{MessageError, SignedMessage};
pub use money::{Currency, Minor, Ppm};
pub use proof::{EntryPosition, Proof, ProofError, ProofPayload};
pub use token::{Claims, TokenError};
