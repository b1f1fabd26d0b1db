//! Proofs of `auth.home` that arrive with a body, and whether one was entered before.

use imajin_app::{Node, Problem};
use imajin_dfos::{Value, cbor};
use imajin_log::ops;
use imajin_protocol::{Proof, jcs};

use super::errors;

/// Whether this very proof made this node the home, so that its answer was lost.
pub(super) fn is_entered(node: &Node, proof: &Proof) -> Result<bool, Problem> {
    let did = &proof.payload.did;
    let Some(seen) = proof.payload.seen.filter(|_| proof.payload.op == ops::HOME) else {
        return Ok(false);
    };
    let entries = node.ledger().entries(did, Some(seen.seq), 1)?;
    let entry = entries.first().filter(|entry| entry.seq == seen.seq + 1);
    let entered = entry.and_then(|entry| entry.decoded.proof());
    Ok(entered.as_ref() == Some(proof))
}

/// A body as it travels: strict dag-json (docs/exchanges.md).
pub(super) fn dag_json(bytes: &[u8]) -> Result<Value, Problem> {
    let json = jcs::parse_strict(bytes)
        .map_err(|error| Problem::field("body", errors::sentence(&error)))?;
    cbor::from_dag_json(&json).map_err(|error| Problem::field("body", errors::sentence(&error)))
}
