//! Routes about delegations: the permissions of other keys to act for a person.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{self, Path, Person};
use imajin_app::{Answer, CommandRequest, DelegationRecord, Node, Problem};
use imajin_dfos::cbor;
use imajin_dfos::cid::parse_cid;
use imajin_host::prelude::*;
use imajin_protocol::{Did, jcs};
use serde::Serialize;
use utoipa::ToSchema;

use crate::delegations;
use crate::operations::{CreateDelegation, EndDelegation, EntryCid};
use crate::proof::who;

/// A delegation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DelegationAnswer {
    /// The CID of its entry: its name.
    cid: String,
    /// The DID whose key may act.
    delegate: String,
    /// The key, as a multikey.
    key: String,
    /// For what: `profile.update`, `profile.*`.
    scope: Vec<String>,
    /// The id of the owner's key that signed it, `key_…`, which may be out of use; null if a session was enough.
    signer: Option<String>,
    /// Until when.
    until: String,
    /// How often; any number if null.
    uses: Option<u64>,
    /// Whether it was ended.
    ended: bool,
}

/// The delegations of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DelegationsAnswer {
    /// Oldest first.
    delegations: Vec<DelegationAnswer>,
    /// How many.
    total: usize,
}

/// Lists the keys that may act in my name.
#[utoipa::path(get, path = "/api/delegations", tag = "delegations", responses((status = 200, body = DelegationsAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn list(Person(node, session): Person) -> Answer<Json<DelegationsAnswer>> {
    let grants = delegations::list(&node, &session.did, None)?;
    let answer = |given: DelegationRecord| DelegationAnswer {
        cid: given.cid.to_string(),
        delegate: Did::from_key(given.delegation.key.as_bytes()).to_string(),
        key: given.delegation.key.to_multikey(),
        scope: given.delegation.scope.iter().map(ToString::to_string).collect(),
        signer: given.signer,
        until: given.delegation.until.to_string(),
        uses: given.delegation.uses,
        ended: given.ended,
    };
    let delegations: Vec<DelegationAnswer> = grants.into_iter().map(answer).collect();
    Ok(Json(DelegationsAnswer { total: delegations.len(), delegations }))
}

/// The entry that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entered)]
pub(crate) struct DelegatedEntry {
    /// The DID of the log.
    did: String,
    /// The place in it.
    seq: u64,
    /// The CID of the entry: a delegation's name.
    cid: String,
}

/// Let another key act in my name.
///
/// The body is that of `auth.delegation.create`: `{key, scope, until, uses?, salt}`, with `MJN-Proof`; a bare key's owner may leave
/// proof and salt out.
#[utoipa::path(
    post, path = "/api/delegations", tag = "delegations", request_body(content = Object, description = "`{key, scope, until, uses?, salt}` as dag-json"),
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses((status = 201, body = DelegatedEntry), (status = 400, description = "The scope or the time is wrong"), (status = 403, description = "Not signed")),
)]
pub(crate) async fn create(
    State(node): State<Node>,
    request: Request,
) -> Answer<(StatusCode, Json<DelegatedEntry>)> {
    let (parts, body) = request.into_parts();
    let bytes = extract::read_body(body, &node).await?;
    let json =
        jcs::parse_strict(&bytes).map_err(|error| Problem::bad_request(format!("{error}.")))?;
    let body = cbor::from_dag_json(&json)
        .map_err(|error| Problem::bad_request(format!("The body: {error}.")))?;
    let (session, did) = who(&node, &parts)?;
    let receipt = node
        .submit(
            &parts,
            session.as_ref(),
            CommandRequest::new(did, CreateDelegation::NAME).body(body),
        )
        .await?;
    Ok(entered(receipt))
}

/// End a delegation.
#[utoipa::path(
    delete, path = "/api/delegations/{cid}", tag = "delegations",
    params(("cid" = String, Path, description = "The CID of the delegation's entry"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses((status = 201, body = DelegatedEntry), (status = 403, description = "Not signed"), (status = 404, description = "No such delegation of yours")),
)]
pub(crate) async fn end(
    State(node): State<Node>,
    Path(cid): Path<String>,
    request: Request,
) -> Answer<(StatusCode, Json<DelegatedEntry>)> {
    let (parts, _) = request.into_parts();
    let cid = parse_cid(&cid).map_err(|_| {
        Problem::field("cid", "The last part of the address must be the CID of a delegation.")
    })?;
    let (session, did) = who(&node, &parts)?;
    if !delegations::list(&node, &did, None)?.iter().any(|given| given.cid == cid) {
        return Err(Problem::not_found("You have given no such delegation."));
    }
    let end = EndDelegation { delegation: EntryCid(cid) };
    let command = CommandRequest::from_operation(did, &end)?;
    let receipt = node.submit(&parts, session.as_ref(), command).await?;
    Ok(entered(receipt))
}

fn entered(receipt: imajin_ledger::Receipt) -> (StatusCode, Json<DelegatedEntry>) {
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    (
        status,
        Json(DelegatedEntry {
            did: receipt.did.to_string(),
            seq: receipt.seq,
            cid: receipt.cid.to_string(),
        }),
    )
}
