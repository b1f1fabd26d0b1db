//! The onboarding record: node and actor have met (docs/api.md, "Attestations"). The node issues it when the actor's client asks for it, the
//! actor countersigns, and what they attest later names it as `payload.root`.
//!
//! Always: one for each actor; asked for again, it is the same.

use std::time::Duration;

use imajin_app::{CommandRequest, Node, Problem};
use imajin_host::backoff::Backoff;
use imajin_identity::signed::{self, Signer};
use imajin_identity::{NAME, people};
use imajin_ledger::{Reader, Receipt, RefusalKind, SubmitError};
use imajin_protocol::Did;
use imajin_protocol::attestation::kind::IDENTITY_ROOT;
use imajin_protocol::attestation::{Attestation, Kind};

use super::body::{AttestationBody, Audience};
use super::lookup::{self, AttestationRow};
use crate::operations::Issue;

/// Maximum number of signatures for one entry: each concurrent write to the node's log invalidates the proof.
const TRIES: u32 = 8;
/// Pause between tries: the tables follow the writer a moment later.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_secs(1));

/// The root record of an actor with a log here.
pub(crate) async fn find_or_make(node: &Node, actor: &Did) -> Result<AttestationRow, Problem> {
    if let Some(found) = find(node, actor)? {
        return Ok(found);
    }
    let body = make(node, actor)?;
    let mut refused = None;
    for failures in 1..=TRIES {
        match enter(node, actor, &body).await? {
            Ok(_) => break,
            Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::Conflict => {
                refused = Some(refusal);
            }
            Err(error) => return Err(Problem::from(error)),
        }
        // Somebody else asked for the same one.
        if find(node, actor)?.is_some() {
            break;
        }
        tokio::time::sleep(BACKOFF.pause(failures)).await;
    }
    find(node, actor)?.ok_or_else(|| match refused {
        Some(refusal) => {
            Problem::unavailable("The node is busy writing its own record. Try again in a moment.")
                .with_log(refusal)
        }
        None => Problem::internal("a root record was entered and is missing"),
    })
}

/// The one that exists.
pub fn find(node: &Node, actor: &Did) -> Result<Option<AttestationRow>, Problem> {
    node.read(NAME, |db| {
        // The query names its index: the planner would use the log's primary key instead, and each payment runs this
        // query.
        let sql = "SELECT cid FROM attestations INDEXED BY attestations_root WHERE owner_did = ?1 AND type = 'identity.root' AND issuer = ?2 AND subject = ?1 ORDER BY seq LIMIT 1";
        let params = [actor.as_str(), node.did().as_str()];
        let cid = Reader::from(db).row(sql, params, |row| row.get::<_, String>(0))?;
        let row = cid.map(|cid| lookup::in_log(db, actor, &cid));
        Ok(row.transpose()?.flatten())
    })
}

/// Signs it, in both ways, with the node's key.
fn make(node: &Node, actor: &Did) -> Result<AttestationBody, Problem> {
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
    Ok(AttestationBody {
        issuer: node.did().clone(),
        text: signed.text().to_owned(),
        signature: signed.signature(),
        audience: Audience::Parties,
        expires_at: None,
        author_jws: Some(author.token),
    })
}

/// Enters it into the node's log, by the node's own proof, and so into the actor's.
async fn enter(
    node: &Node,
    actor: &Did,
    stored: &AttestationBody,
) -> Result<Result<Receipt, SubmitError>, Problem> {
    let cid = stored.attestation().and_then(|said| said.cid());
    let issue = Issue::new(stored, cid.map_err(Problem::internal)?, actor.clone());
    let command = CommandRequest::from_operation(node.did().clone(), &issue)?;
    let chain = people::chain(node, node.did())?;
    let chain = chain.map(|chain| *chain.head_cid());
    signed::enter(node, Signer::node(node), command, chain, vec![actor.clone()]).await
}
