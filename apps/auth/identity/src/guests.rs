//! Soft identities: people with an e-mail address but without their own keys (docs/design.md, "A soft identity").
//!
//! | module | what it does |
//! |---|---|
//! | `email` | `auth.email.set`: the address as another name of a DID |
//! | `links` | mailed links: single use, a quarter of an hour |
//! | `keys` | the keys that the node keeps for people, sealed |
//! | `codes` | the code by which a guest gets in again |
//! | `readmitted` | `auth.readmitted`: a link from the owner let a guest in again |
//! | `shared` | addresses that two identities have |
//! | `arrive` | a link that was followed becomes a session |
//! | `upgrade` | the keys become the person's own |
//!
//! Always: an address is proved before anything is begun for it, and is kept only in erasable bodies and short-lived
//! secrets. People with their own keys cannot sign in by mail again.

pub(crate) mod arrive;
pub(crate) mod codes;
pub mod email;
pub mod keys;
pub(crate) mod links;
pub(crate) mod readmitted;
pub(crate) mod shared;
pub(crate) mod upgrade;

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;

use crate::admission::invites;
use crate::apps::requests;

/// Deletes a departed person's data outside the log: the key, open links, invites, queued mail.
///
/// # Errors
/// The node's secrets cannot be written.
pub fn forget(node: &Node, did: &Did, address: Option<&str>) -> Result<(), Problem> {
    keys::destroy(node, did)?;
    codes::forget(node, did)?;
    requests::forget(node, did)?;
    invites::forget_made(node, did)?;
    for given in links::forget_given(node, did)? {
        node.mail().forget_blocking(&given)?;
    }
    if let Some(address) = address {
        links::forget(node, address)?;
        node.mail().forget_blocking(address)?;
    }
    node.secrets().purge()
}
