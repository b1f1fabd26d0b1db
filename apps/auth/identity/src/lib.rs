//! Identity and sign-in: who may begin an identity, how its owner proves that they are there, and the node's own.
//!
//! | module | what it does |
//! |---|---|
//! | [`people`] | what the tables say of an identity |
//! | [`admission`] | who may begin an identity: the claim code, invites, registrations that wait |
//! | `login` | challenges answered, tokens, cookies |
//! | `key_changes` | who stays signed in when keys change |
//! | [`delegations`] | who may act for a person |
//! | [`apps`] | programs of others that act for people |
//! | [`guests`] | people with an e-mail address who do not have their own keys yet |
//! | `node_identity`, [`node_log`] | the node's own identity, and entering into its log |
//! | [`ownership`] | what follows when the node gets another owner, or none |
//! | `resume_after_restore` | how logs go on after a backup was restored |
//! | [`signed`] | operations that the node signs itself |
//!
//! | shared by the modules | |
//! |---|---|
//! | [`operations`] | the operations: what each may say, and what it comes to |
//! | [`tables`], [`queries`] | the tables, and queries of decisions |
//! | [`proof`] | whose log a request is about |
//! | `routes` | the API, one file a group |
//!
//! Always: this crate knows neither attestations nor copies of records. A person's tier comes from the node, like names.
#![forbid(unsafe_code)]

pub mod admission;
pub mod apps;
pub mod delegations;
pub mod guests;
mod key_changes;
mod login;
mod node_identity;
pub mod node_log;
pub mod operations;
pub mod ownership;
pub mod people;
pub mod proof;
pub mod queries;
mod resume_after_restore;
mod routes;
pub mod signed;
pub mod tables;

use imajin_app::{Catalogue, Node, Problem};
use imajin_protocol::Did;

pub use guests::shared::shared_addresses;
pub use node_identity::{begin as begin_node_identity, carry_on as carry_on_node, tell_where_kept};
pub use routes::{routes, well_known};

/// The name of the service that identities belong to.
pub const NAME: &str = "auth";

/// The letters that go to an address.
pub static TEXTS: Catalogue = imajin_app::catalogue!("identity");

/// The DFOS identity behind a DID of this node.
pub fn dfos_did(node: &Node, did: &Did) -> Result<Option<String>, Problem> {
    Ok(people::find(node, did)?.and_then(|identity| identity.dfos_did))
}
