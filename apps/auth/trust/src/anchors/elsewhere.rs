//! Compares the node's content chain on a relay with the node's own record.

use imajin_app::{Node, Problem};
use imajin_dfos::content::Operation;
use imajin_dfos::resolve::{KeyScope, MemoryResolver};
use imajin_dfos::{Timestamp, Verifier, statement};
use imajin_identity::people;
use imajin_ledger::Reader;

use super::newest;

/// The name of the node's content chain; none before its first anchor.
pub fn chain(node: &Node) -> Result<Option<String>, Problem> {
    let Some(identity) = people::chain(node, node.did())? else {
        return Ok(None);
    };
    let newest =
        node.read(imajin_identity::NAME, |db| newest::newest(db, node.did(), identity.did()))?;
    Ok(newest.map(|newest| newest.state.content_id().to_string()))
}

/// Whether the node's record has this operation of that chain.
pub fn is_here(node: &Node, operation: &str) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM anchors WHERE owner_did = ?1 AND operation = ?2";
    let params = [node.did().as_str(), operation];
    node.read(imajin_identity::NAME, |db| Reader::from(db).exists(sql, params))
}

/// Returns the time at which the node's key signed an operation, by its token; `None` if the key never signed it.
pub fn signed_at(node: &Node, operation: &str, token: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(identity) = people::chain(node, node.did())? else {
        return Ok(None);
    };
    let Ok(read) = statement::read::<Operation>(token) else {
        return Ok(None);
    };
    if read.cid().to_string() != operation || read.statement().did != *identity.did() {
        return Ok(None);
    }
    let chains = MemoryResolver::from_iter([identity]);
    let attested = read.attest(&Verifier::of_new(&chains), KeyScope::Historical);
    Ok(attested.ok().map(|operation| operation.created_at))
}
