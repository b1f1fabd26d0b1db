//! Enters operations that the node signs: with its own key, with the owner's key given to the command line, or with a
//! key that it keeps for a person.

use imajin_app::{CommandRequest, Node, Problem};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, SigningKey, Value, cbor};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_ledger::{Receipt, SubmitError};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Kid, Proof, naming};

/// A key, and its name in the chain of its owner.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub(crate) kid: &'a Kid,
    pub(crate) key: &'a SigningKey,
}

impl<'a> Signer<'a> {
    /// The node's own key.
    pub fn node(node: &'a Node) -> Self {
        let key = node.key();
        Self { kid: &key.kid, key: &key.key }
    }
}

/// Signs an operation and enters it. `chain` is the newest operation of the signer's chain, `to` the DIDs in whose logs
/// it has consequences.
///
/// # Errors
/// The outer error is the service's refusal before the writer; the inner result is the writer's answer.
pub async fn enter(
    node: &Node,
    signer: Signer<'_>,
    wish: CommandRequest,
    chain: Option<Cid>,
    to: Vec<Did>,
) -> Result<Result<Receipt, SubmitError>, Problem> {
    let CommandRequest { did, op, .. } = wish;
    let salt = Value::Bytes(random::bytes::<16>()?.to_vec());
    let body = wish.body.map(|mut body| {
        if let Some(members) = body.as_map_mut() {
            members.insert("salt".to_owned(), salt);
        }
        body
    });
    let status = node.status(&did)?;
    let payload = ProofPayload {
        aud: node.did().clone(),
        service: naming::service_of(op).to_owned(),
        op: op.to_owned(),
        reference: wish.reference,
        body: body.as_ref().map(|body| dag_cbor_cid(&cbor::encode(body))),
        fact: wish.fact,
        to,
        seen: status.map(|status| EntryPosition { seq: status.seq, cid: status.cid }),
        after: node.ledger().after(&did, &signer.kid.to_string())?,
        chain,
        iat: node.now().as_secs(),
        via: None,
        did,
    };
    let proof = Proof::sign(signer.key, signer.kid.clone(), payload).map_err(Problem::internal)?;
    node.submit_prepared(proof, body, wish.args, wish.prepared).await
}
