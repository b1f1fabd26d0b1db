//! The onboarding record: node and actor have met (WIRE.md §3). The node issues it when the actor's client asks for it, the
//! actor countersigns, and what they attest later names it as `payload.root`.
//!
//! Always: one for each actor; asked for again, it is the same.

use imajin_dfos::Value;
use imajin_dfos::cbor;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_ledger::{RefusalKind, SubmitError, ops};
use imajin_protocol::attestation::kind::IDENTITY_ROOT;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::fact::FactItem;
use imajin_protocol::proof::{ProofPayload, Seen};
use imajin_protocol::{Did, Fact, FactValue, IdText, Proof};
use imajin_service::{Node, Problem, random};
use rusqlite::OptionalExtension;
use serde_json::Value as Json;

use super::read::{self, Found};
use super::stored::{Audience, Stored};
use crate::{NAME, people};

/// Others may write to the node's log at the same time; then its proof is signed anew, so often.
const TRIES: usize = 8;

/// The root record of somebody who has a log here.
pub(crate) async fn of(node: &Node, actor: &Did) -> Result<Found, Problem> {
    if let Some(found) = find(node, actor)? {
        return Ok(found);
    }
    let stored = make(node, actor)?;
    let mut refused = None;
    for _ in 0..TRIES {
        match enter(node, actor, &stored).await {
            Ok(()) => break,
            Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => {
                refused = Some(refusal);
            }
            Err(error) => return Err(Problem::from(error)),
        }
        // Somebody else asked for the same one.
        if find(node, actor)?.is_some() {
            break;
        }
    }
    find(node, actor)?.ok_or_else(|| match refused {
        Some(refusal) => {
            Problem::unavailable("The node is busy writing its own record. Try again in a moment.")
                .with_log(refusal)
        }
        None => Problem::internal("a root record was entered and is not there"),
    })
}

/// The one that is there.
pub(crate) fn find(node: &Node, actor: &Did) -> Result<Option<Found>, Problem> {
    node.read(NAME, |db| {
        // Its own index is named, since the planner takes a log's key for as good: this is asked with each payment.
        let sql = "SELECT cid FROM attestations INDEXED BY attestations_root WHERE owner_did = ?1 AND type = 'identity.root' AND issuer = ?2 AND subject = ?1 ORDER BY seq LIMIT 1";
        let cid: Option<String> = db
            .prepare_cached(sql)?
            .query_row([actor.as_str(), node.did().as_str()], |row| row.get(0))
            .optional()?;
        match cid {
            Some(cid) => read::in_log(db, actor, &cid),
            None => Ok(None),
        }
    })
}

/// Signs it, in both ways, with the node's key.
fn make(node: &Node, actor: &Did) -> Result<Stored, Problem> {
    let attestation = Attestation {
        issuer: node.did().clone(),
        subject: actor.clone(),
        kind: Kind::parse(IDENTITY_ROOT).map_err(Problem::internal)?,
        context_id: None,
        context_type: None,
        payload: None,
        issued_at: node.now(),
    };
    let chain = people::chain(node, node.did())?;
    let chain = chain.ok_or_else(|| Problem::internal("the node has no chain yet"))?;
    let key = node.key();
    let author = attestation
        .author_jws(None, &chain, key.kid.key_id(), &key.key)
        .map_err(Problem::internal)?;
    let signed = attestation.sign(&key.key).map_err(Problem::internal)?;
    Ok(Stored {
        issuer: node.did().clone(),
        text: signed.text().to_owned(),
        signature: signed.signature(),
        audience: Audience::Parties,
        expires_at: None,
        author_jws: Some(author.token),
    })
}

/// Enters it into the node's log, by the node's own proof, and so into the actor's.
async fn enter(node: &Node, actor: &Did, stored: &Stored) -> Result<(), SubmitError> {
    let read = |problem: Problem| {
        SubmitError::Refused(imajin_ledger::Refusal::new(
            RefusalKind::Stored,
            problem.to_string(),
        ))
    };
    let internal = |error: &dyn std::fmt::Display| read(Problem::internal(error));
    let did = node.did().clone();
    let mut body = stored.to_body();
    if let Some(members) = body.as_map_mut() {
        let salt = random::bytes::<16>().map_err(|error| internal(&error))?;
        members.insert("salt".to_owned(), Value::Bytes(salt.to_vec()));
    }
    let cid = stored
        .attestation()
        .and_then(|said| said.cid())
        .map_err(|error| internal(&error))?;
    let other = IdText::from_did(actor).map_err(|error| internal(&error))?;
    let fact = Fact::new([("dids", FactValue::List(vec![FactItem::Id(other)]))]);
    let kid = node.key().kid.clone();
    let after = node
        .ledger()
        .after(&did, &kid.to_string())
        .map_err(|error| internal(&error))?;
    let status = node.status(&did).map_err(read)?;
    let chain = people::chain(node, &did).map_err(read)?;
    let chain = chain.map(|chain| *chain.head_cid());
    let payload = ProofPayload {
        aud: did.clone(),
        service: NAME.to_owned(),
        op: ops::ATTESTATION_ISSUE.to_owned(),
        reference: Some(IdText::from_cid(&cid)),
        body: Some(dag_cbor_cid(&cbor::encode(&body))),
        fact: Some(fact.map_err(|error| internal(&error))?),
        to: vec![actor.clone()],
        seen: status.map(|status| Seen {
            seq: status.seq,
            cid: status.cid,
        }),
        after,
        chain,
        iat: node.now().as_secs(),
        did,
    };
    let proof = Proof::sign(&node.key().key, kid, payload).map_err(|error| internal(&error))?;
    let entered = node.perform_signed(proof, Some(body), Json::Null).await;
    entered.map_err(read)?.map(drop)
}
