//! Whether a key belongs to a DID: the DID is made of the key, or the DID's identity chain names it.
//!
//! Always: once the directory has seen a chain for a DID, only that chain is valid, and it only grows. A node can't
//! bring a rotated key back by omitting the chain.

use imajin_dfos::identity::{Verified, verify_log};
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Did, DidKind};

use super::refusal::{Refusal, field, unauthorized};

/// Operations of a chain, at most.
pub(super) const OPERATIONS_MAX: usize = 1_000;

/// The proof that a key belongs to a DID.
pub(super) struct BoundKey {
    /// The chain to store; empty if there is none.
    pub(super) chain: Vec<String>,
    /// The chain's own DID.
    pub(super) dfos: Option<String>,
}

/// Checks that `key` belongs to `id`, given the chain in the request (`given`) and the stored one (`known`).
pub(super) fn check(
    id: &Did,
    key: &[u8; 32],
    given: Option<Vec<String>>,
    known: Vec<String>,
) -> Result<BoundKey, Refusal> {
    let chain = match given {
        Some(given) if !given.is_empty() => newer(given, known)?,
        _ => known,
    };
    if chain.is_empty() {
        return match id.key_bytes() {
            Some(bytes) if bytes == *key => Ok(BoundKey { chain, dfos: None }),
            Some(_) => Err(unauthorized(
                "this key is not the one in nodeId; send the identity chain that names it as chainLog",
            )),
            None => {
                Err(unauthorized("nodeId has no key in it; send its identity chain as chainLog"))
            }
        };
    }
    let verified = verified(id, &chain)?;
    let state = verified.state();
    if state.is_deleted {
        return Err(unauthorized("the identity of this node was deleted"));
    }
    let mut keys = state.keys.iter().filter_map(|key| key.public_key().ok());
    if keys.any(|found| found.as_bytes() == key) {
        let dfos = Some(verified.did().as_str().to_owned());
        Ok(BoundKey { chain, dfos })
    } else {
        Err(unauthorized("this key is not in force in the node's identity chain"))
    }
}

/// The longer of two chains of which one begins with the other.
fn newer(given: Vec<String>, known: Vec<String>) -> Result<Vec<String>, Refusal> {
    if given.len() > OPERATIONS_MAX {
        let message = format!("an identity chain has at most {OPERATIONS_MAX} operations here");
        return Err(field("chainLog", message));
    }
    let is_same = given.iter().zip(&known).all(|(given, known)| given == known);
    if !is_same {
        return Err(unauthorized(
            "chainLog is another branch than the chain that is known of this node",
        ));
    }
    Ok(if given.len() >= known.len() { given } else { known })
}

fn verified(id: &Did, chain: &[String]) -> Result<Verified, Refusal> {
    let refused = |error: String| unauthorized(format!("chainLog: {error}"));
    if id.kind() == DidKind::Key {
        return verify_chain(id, chain).map_err(|error| refused(error.to_string()));
    }
    let verified = verify_log(chain).map_err(|error| refused(error.to_string()))?;
    if verified.did().as_str() == id.as_str() {
        Ok(verified)
    } else {
        Err(refused(format!("it is the chain of {}", verified.did())))
    }
}
