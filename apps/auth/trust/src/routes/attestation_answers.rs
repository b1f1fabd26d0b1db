//! Answering what others say of you, and taking back what you said (docs/api.md, "Attestations").

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::JsonRequest;
use imajin_app::operation::List;
use imajin_app::{Answer, CommandRequest, Node, Problem, Session};
use imajin_dfos::cid::parse_cid;
use imajin_dfos::statement;
use imajin_host::prelude::*;
use imajin_identity::NAME;
use imajin_identity::operations::EntryCid;
use imajin_identity::proof::who;
use imajin_protocol::Did;
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::attestations::{AttestationAnswer, entered};
use crate::lookup::{self, AttestationRow};
use crate::operations::{Countersign, Decline, Other, Revoke};

/// An answer to an attestation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    /// Its CID; `attestation_id` and `id` say the same.
    #[serde(alias = "attestation_id", alias = "id")]
    cid: String,
    /// To countersign: the subject's `did:dfos:countersign` of the issuer's artifact.
    witness_jws: Option<String>,
    /// With a proof: the salt of the body, as dag-json bytes.
    #[schema(value_type = Object)]
    salt: Option<Json>,
}

/// Confirm an attestation about you, which makes it bilateral.
#[utoipa::path(
    post, path = "/api/attestations/countersign", tag = "attestations", request_body = About,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses((status = 201, body = AttestationAnswer), (status = 400, description = "Does not verify over the same CID"), (status = 404, description = "None such about you"), (status = 409, description = "Answered, revoked or expired already")),
)]
pub(crate) async fn countersign(
    State(node): State<Node>,
    JsonRequest(parts, about): JsonRequest<About>,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let token = about.witness_jws.as_deref();
    let token = token.ok_or_else(|| {
        Problem::field("witness_jws", "witness_jws is what confirms it: sign it with your key.")
    })?;
    statement::read::<imajin_dfos::countersign::Countersign>(token)
        .map_err(|error| Problem::field("witness_jws", format!("witness_jws: {error}.")))?;
    let own = find_own(&node, &parts, &about.cid)?;
    let countersign = Countersign {
        dids: other(&own.found.issuer)?,
        cid: own.cid.clone(),
        witness_jws: token.into(),
    };
    let command = CommandRequest::from_operation(own.did.clone(), &countersign)?;
    enter(&node, &parts, &own, command.salted(about.salt.as_ref())?).await
}

/// Decline an attestation about you.
#[utoipa::path(
    post, path = "/api/attestations/decline", tag = "attestations", request_body = About,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses((status = 201, body = AttestationAnswer), (status = 404, description = "None such about you"), (status = 409, description = "Answered already")),
)]
pub(crate) async fn decline(
    State(node): State<Node>,
    JsonRequest(parts, about): JsonRequest<About>,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let own = find_own(&node, &parts, &about.cid)?;
    let decline = Decline { dids: other(&own.found.issuer)?, cid: own.cid.clone() };
    let command = CommandRequest::from_operation(own.did.clone(), &decline)?;
    enter(&node, &parts, &own, command).await
}

/// Take back what you said.
#[utoipa::path(
    post, path = "/api/attestations/revoke", tag = "attestations", request_body = About,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses((status = 201, body = AttestationAnswer), (status = 404, description = "None such by you"), (status = 409, description = "Revoked already")),
)]
pub(crate) async fn revoke(
    State(node): State<Node>,
    JsonRequest(parts, about): JsonRequest<About>,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let own = find_own(&node, &parts, &about.cid)?;
    let revoke = Revoke { dids: other(&own.found.subject)?, cid: own.cid.clone() };
    let command = CommandRequest::from_operation(own.did.clone(), &revoke)?;
    enter(&node, &parts, &own, command).await
}

/// An attestation in the record of the person who asks.
struct OwnAttestation {
    session: Option<Session>,
    did: Did,
    cid: EntryCid,
    found: AttestationRow,
}

fn find_own(node: &Node, parts: &Parts, cid: &str) -> Answer<OwnAttestation> {
    let (session, did) = who(node, parts)?;
    let row = node.read(NAME, |db| lookup::in_log(db, &did, cid))?;
    let row =
        row.ok_or_else(|| Problem::not_found("There is no such attestation in your record."))?;
    let cid = EntryCid(parse_cid(cid).map_err(Problem::internal)?);
    Ok(OwnAttestation { session, did, cid, found: row })
}

fn other(did: &str) -> Answer<Other> {
    Ok(List(vec![Did::parse(did).map_err(Problem::internal)?]))
}

async fn enter(
    node: &Node,
    parts: &Parts,
    named: &OwnAttestation,
    command: CommandRequest,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let receipt = node.submit(parts, named.session.as_ref(), command).await?;
    entered(node, &receipt, &named.found.cid)
}
