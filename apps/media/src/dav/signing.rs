//! A computer's changes, signed with its key under its owner's delegation.

use axum::http::header::HeaderValue;
use imajin_app::command_request::PROOF;
use imajin_app::operation::Operation;
use imajin_app::{CommandRequest, Node, Peer, Problem};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Proof, naming};

use super::keys::{self, Computer};

/// Proofs that are made for one write: another computer of the same key may come between.
const ATTEMPTS: usize = 3;

/// Enters an operation in the owner's log, as the computer.
///
/// # Errors
/// The refusals of the operation and of the writer.
pub(super) async fn enter<O: Operation>(
    node: &Node,
    (computer, peer): (&Computer, Option<Peer>),
    operation: &O,
) -> Result<(), Problem> {
    let request = CommandRequest::from_operation(computer.owner.clone(), operation)?;
    let request = match request.body {
        Some(_) => request.salt(Value::Bytes(random::bytes::<16>()?.to_vec())),
        None => request,
    };
    submit(node, (computer, peer), request).await
}

async fn submit(
    node: &Node,
    (computer, peer): (&Computer, Option<Peer>),
    request: CommandRequest,
) -> Result<(), Problem> {
    let _turn = computer.turn.lock().await;
    let owner = &computer.owner;
    let mut attempt = 1;
    loop {
        let after = node.ledger().after(owner, &computer.kid.to_string())?;
        let via = keys::check(node, computer)?;
        let proof = prove(node, computer, &request, (after, via))?;
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        let proof = HeaderValue::try_from(proof.to_compact()).map_err(Problem::internal)?;
        parts.headers.insert(PROOF, proof);
        if let Some(peer) = peer {
            parts.extensions.insert(peer);
        }
        let entered = node.submit(&parts, None, request.clone()).await;
        let is_behind = |problem: &Problem| problem.status() == 409;
        match entered {
            Ok(_) => return Ok(()),
            Err(problem) if attempt < ATTEMPTS && is_behind(&problem) => {
                let now = node.ledger().after(owner, &computer.kid.to_string())?;
                if now == after {
                    return Err(problem);
                }
                attempt += 1;
            }
            Err(problem) => return Err(problem),
        }
    }
}

fn prove(
    node: &Node,
    computer: &Computer,
    request: &CommandRequest,
    (after, via): (Option<Cid>, Cid),
) -> Result<Proof, Problem> {
    let status = node.status(&computer.owner)?;
    let body = request.body.as_ref();
    let payload = ProofPayload {
        aud: node.did().clone(),
        did: computer.owner.clone(),
        service: naming::service_of(request.op).to_owned(),
        op: request.op.to_owned(),
        reference: request.reference.clone(),
        body: body.map(|body| dag_cbor_cid(&cbor::encode(body))),
        fact: request.fact.clone(),
        to: Vec::new(),
        seen: status.map(|status| EntryPosition {
            seq: status.seq,
            cid: status.cid,
        }),
        after,
        chain: None,
        iat: node.now().as_secs(),
        via: Some(via),
    };
    Proof::sign(&computer.key, computer.kid.clone(), payload).map_err(Problem::internal)
}
