//! The signed statement of a node that it did not become a person's home. With it, the old home lets the record
//! continue there.
//!
//! Always: given only where nothing was entered, and never where that is uncertain. The statement names the entry that
//! the move was to follow, so that it says nothing about another move.

use imajin_app::{Node, Problem};
use imajin_dfos::{Cid, VerifyingKey, jws};
use imajin_ledger::NodeKey;
use imajin_protocol::{Did, EntryPosition, Proof, jcs};
use serde_json::{Value as Json, json};

use super::home_proofs::is_entered;
use super::receipt;

const TYP: &str = "mjn:refused";

fn statement(did: &Did, seq: u64, cid: &Cid) -> Json {
    json!({ "did": did, "seq": seq, "cid": cid.to_string() })
}

fn sign(node: &NodeKey, did: &Did, seen: &EntryPosition) -> String {
    receipt::sign(TYP, &statement(did, seen.seq, &seen.cid), node)
}

/// Adds it to a refusal, where it is certain that this node did not enter the proof.
pub(super) fn attach(node: &Node, proof: &Proof, problem: Problem) -> Problem {
    // The writer may have entered what it could not answer for: 5xx says nothing, 507 says that nothing happened.
    let is_certain = problem.status().is_client_error() || problem.status().as_u16() == 507;
    let is_mine = proof.payload.aud == *node.did();
    let Some(seen) = proof.payload.seen.filter(|_| is_certain && is_mine) else {
        return problem;
    };
    match is_entered(node, proof) {
        Ok(false) => problem.with_member("refused", sign(node.key(), &proof.payload.did, &seen)),
        _ => problem,
    }
}

/// Whether a token is this node's word that it did not enter what was to follow `seen`.
pub(super) fn is_refusal(
    token: &str,
    node: &Did,
    keys: impl Fn(&str) -> Option<VerifyingKey>,
    did: &Did,
    seen: &EntryPosition,
) -> bool {
    let Ok(parsed) = jws::parse(token, TYP) else {
        return false;
    };
    let Some((signer, key_id)) = parsed.kid().split_once('#') else {
        return false;
    };
    let says = jcs::to_string(&statement(did, seen.seq, &seen.cid));
    signer == node.as_str()
        && parsed.payload() == says.as_bytes()
        && keys(key_id).is_some_and(|key| parsed.verify(&key).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_dfos::{PublicKey, SigningKey};
    use imajin_protocol::Kid;

    #[test]
    fn says_one_thing_about_one_move() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let did = Did::from_key(PublicKey::from(&key).as_bytes());
        let node = NodeKey { kid: Kid::of_bare_key(&did).unwrap(), did, key };
        let (ada, seen) =
            (Did::from_key(&[7; 32]), EntryPosition { seq: 8, cid: dag_cbor_cid(b"x") });
        let token = sign(&node, &ada, &seen);
        let keys = |id: &str| (id == node.kid.key_id()).then(|| node.key.verifying_key());
        assert!(is_refusal(&token, &node.did, keys, &ada, &seen));
        assert!(!is_refusal(&token, &node.did, |_| None, &ada, &seen));
        assert!(!is_refusal(&token, &ada, keys, &ada, &seen));
        assert!(!is_refusal(&token, &node.did, keys, &node.did, &seen));
        assert!(!is_refusal(&token, &node.did, keys, &ada, &EntryPosition { seq: 9, ..seen }));
        assert!(!is_refusal(
            &token,
            &node.did,
            keys,
            &ada,
            &EntryPosition { cid: dag_cbor_cid(b"y"), ..seen }
        ));
        let other = receipt::sign("mjn:receipt", &statement(&ada, seen.seq, &seen.cid), &node);
        assert!(!is_refusal(&other, &node.did, keys, &ada, &seen));
    }
}
