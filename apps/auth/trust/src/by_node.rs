//! The node's own attestations, and their revocation when the reason for them was undone.
//!
//! Always: the node enters an attestation only in its subject's record and the revocation in the node's own log, signed
//! with the node's key like any other issuer's. Revoking again changes nothing, so a caller may repeat the call.

use imajin_app::operation::List;
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_identity::node_log::{self, NodeIdentityError};
use imajin_identity::operations::EntryCid;
use imajin_identity::signed::Signer;
use imajin_identity::{NAME, people};
use imajin_protocol::Did;

use super::lookup::{self, AttestationRow};
use crate::operations::Revoke;

/// Revokes what the node attested of `subject` because of something that was undone: attestations whose context it is, or
/// whose payload names it. `context` is the other context that such an attestation may have.
pub async fn take_back(node: &Node, subject: &Did, because_of: &str, context: &str) -> Answer<()> {
    let attestations = node.read(NAME, |db| {
        let mut rows = lookup::by_node(db, node.did(), subject, because_of)?;
        rows.extend(lookup::by_node(db, node.did(), subject, context)?);
        Ok(rows)
    })?;
    let attestations = attestations.iter().filter(|one| is_because_of(one, because_of));
    for one in attestations {
        revoke(node, subject, one).await?;
    }
    Ok(())
}

fn is_because_of(said: &AttestationRow, because_of: &str) -> bool {
    let payload = || said.attestation().and_then(|said| said.payload);
    said.context_id.as_deref() == Some(because_of)
        || payload().is_some_and(|payload| payload.values().any(|value| value == because_of))
}

async fn revoke(node: &Node, subject: &Did, said: &AttestationRow) -> Answer<()> {
    let chain = people::chain(node, node.did())?
        .ok_or_else(|| Problem::internal("the node has no record of its own"))?;
    let revoke = Revoke {
        cid: EntryCid(parse_cid(&said.cid).map_err(Problem::internal)?),
        dids: List(vec![subject.clone()]),
    };
    let to = vec![subject.clone()];
    let signer = Signer::node(node);
    match node_log::enter(node, signer, &revoke, *chain.head_cid(), to).await {
        Ok(()) => Ok(()),
        Err(NodeIdentityError::Submit(error)) => Err(error.into()),
        Err(NodeIdentityError::Read(problem)) => Err(problem),
        Err(NodeIdentityError::Sign(error)) => Err(Problem::internal(error)),
    }
}
