//! A delegate's changes, signed with its key under its owner's delegation.

use axum::http::header::HeaderValue;
use imajin_app::command_request::PROOF;
use imajin_app::{CommandRequest, Node, Peer, Problem};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use imajin_ledger::Receipt;
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Proof, naming};

use super::Delegate;
use crate::prelude::*;
use crate::random;

/// Proofs that are made for one write: another program with the same key may come between.
const ATTEMPTS: usize = 3;

/// Enters a request in the log of the delegate's owner, with a new salt. Asks `delegation` before each proof.
///
/// # Errors
/// The refusals of the operation and of the writer; the errors of `delegation`.
pub async fn submit(
    node: &Node,
    delegate: &Delegate,
    peer: Option<Peer>,
    request: CommandRequest,
    delegation: impl Fn() -> Result<Cid, Problem> + Send,
) -> Result<Receipt, Problem> {
    let request = match request.body {
        Some(_) => request.salt(Value::Bytes(random::bytes::<16>()?.to_vec())),
        None => request,
    };
    let _turn = delegate.turn.lock().await;
    let (owner, kid) = (&delegate.owner, delegate.kid.to_string());
    let mut attempt = 1;
    loop {
        let after = node.ledger().after(owner, &kid)?;
        let proof = prove(node, delegate, &request, (after, delegation()?))?;
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        let proof = HeaderValue::try_from(proof.to_compact()).map_err(Problem::internal)?;
        parts.headers.insert(PROOF, proof);
        if let Some(peer) = peer {
            parts.extensions.insert(peer);
        }
        let entered = node.submit(&parts, None, request.clone()).await;
        let is_behind = |problem: &Problem| problem.status() == 409;
        match entered {
            Err(problem) if attempt < ATTEMPTS && is_behind(&problem) => {
                if node.ledger().after(owner, &kid)? == after {
                    return Err(problem);
                }
                attempt += 1;
            }
            entered => return entered,
        }
    }
}

fn prove(
    node: &Node,
    delegate: &Delegate,
    request: &CommandRequest,
    (after, via): (Option<Cid>, Cid),
) -> Result<Proof, Problem> {
    let status = node.status(&delegate.owner)?;
    let body = request.body.as_ref();
    let payload = ProofPayload {
        aud: node.did().clone(),
        did: delegate.owner.clone(),
        service: naming::service_of(request.op).to_owned(),
        op: request.op.to_owned(),
        reference: request.reference.clone(),
        body: body.map(|body| dag_cbor_cid(&cbor::encode(body))),
        fact: request.fact.clone(),
        to: Vec::new(),
        seen: status.map(|status| EntryPosition { seq: status.seq, cid: status.cid }),
        after,
        chain: None,
        iat: node.now().as_secs(),
        via: Some(via),
    };
    Proof::sign(&delegate.key, delegate.kid.clone(), payload).map_err(Problem::internal)
}
