//! Accepting an invitation, with your signature.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use imajin_app::extract::{Attempt, Authed, Path, parse_json, read_body};
use imajin_app::operation::{Operation, Parts};
use imajin_app::{Answer, CommandRequest, Invitation, Node, Problem};
use imajin_host::codes;
use imajin_host::prelude::*;
use imajin_ledger::Refusal;
use imajin_protocol::Did;
use imajin_protocol::attestation::kind::CONNECTION_ACCEPTED;
use imajin_protocol::attestation::{Attestation, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::{is_signed, signed_body};
use crate::operations::Accept;
use crate::{queries, statements};

/// The signed body of `connections.accept`, about the inviter.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the description of a body that is read as it was signed")]
pub(crate) struct AcceptRequest {
    /// The text of the attestation `connection.accepted`.
    attestation: String,
    /// Your signature over it, 128 hex digits.
    signature: String,
    /// Your DFOS artifact of it.
    author_jws: String,
    /// The salt that was signed.
    #[schema(value_type = Object)]
    salt: Json,
}

/// The confirmation that two are connected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptAnswer {
    connected: bool,
    /// With whom.
    did: String,
    /// The CID of the attestation: bilateral once they countersign it.
    attestation: String,
}

/// Accept an invitation: two are connected, in the records of both, in one operation.
///
/// The request is signed: an MJN-Proof of `connections.accept`, and the attestation `connection.accepted` in its body. Without a
/// proof the answer is 403 with `sign`: what is to be signed.
#[utoipa::path(
    post, path = "/api/invites/{code}/accept", tag = "invites", request_body = AcceptRequest,
    params(("code" = String, Path, description = "The code"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.accept`")),
    responses(
        (status = 200, body = AcceptAnswer), (status = 403, description = "It must be signed: `sign` says what; or not with your tier"),
        (status = 404, description = "There is none"), (status = 409, description = "You are connected already"), (status = 410, description = "It has ended, was used up or taken back"),
    ),
)]
pub(crate) async fn accept(
    State(node): State<Node>,
    _: Attempt,
    who: Authed,
    Path(code): Path<String>,
    request: Request,
) -> Answer<axum::Json<AcceptAnswer>> {
    let (mut parts, body) = request.into_parts();
    let body = read_body(body, &node).await?;
    let did = who.0.did.clone();
    if !is_signed(&parts) {
        let invitation = queries::open(&node, &code)?;
        return Err(Problem::forbidden("A connection is made with your signature: sign what is under \"sign\" and send it with an MJN-Proof.")
            .slug("signature-required")
            .with_member("sign", to_sign(&node, &invitation, &did)?));
    }
    let body = signed_body(&parse_json::<Json>(&body)?)?;
    let proof = imajin_app::command_request::proof_of(&parts)?
        .ok_or_else(|| Problem::internal("a proof went away"))?;
    let (reference, fact) = (proof.payload.reference.as_ref(), proof.payload.fact.as_ref());
    let accept = Accept::read(&Parts::new(reference, fact, Some(&body))).map_err(Refusal::from)?;
    let code = HeaderValue::try_from(codes::canonical(&code))
        .map_err(|_| Problem::not_found("There is no such invitation."))?;
    parts.headers.insert(queries::CODE, code);
    let mut wish = CommandRequest::from_operation(did, &accept)?;
    // The body is the signed one, including the salt.
    wish.body = Some(body);
    node.submit(&parts, Some(&who.0), wish).await?;
    Ok(axum::Json(AcceptAnswer {
        connected: true,
        did: accept.dids.0.to_string(),
        attestation: accept.cid.as_str().to_owned(),
    }))
}

/// Returns the attestation and the command that a client must sign.
fn to_sign(node: &Node, invitation: &Invitation, did: &Did) -> Answer<Json> {
    let root = node.root_record(did)?;
    let attestation = Attestation {
        issuer: did.clone(),
        subject: invitation.inviter.clone(),
        kind: Kind::parse(CONNECTION_ACCEPTED).map_err(Problem::internal)?,
        context_id: Some(invitation.id.clone()),
        context_type: Some(statements::CONTEXT.to_owned()),
        // docs/api.md, "Attestations": it names the record that they and this node have met.
        payload: root.and_then(|root| json!({ "root": root }).as_object().cloned()),
        issued_at: node.now(),
    };
    Ok(json!({
        "op": Accept::NAME,
        "did": did,
        "ref": attestation.cid().map_err(Problem::internal)?.to_string(),
        "fact": { "dids": [invitation.inviter], "invite": invitation.id },
        "attestation": attestation.document(),
        "to": [invitation.inviter],
    }))
}
