//! Accepting an invitation, with one's signature.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use imajin_dfos::Value;
use imajin_protocol::attestation::kind::CONNECTION_ACCEPTED;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText};
use imajin_service::extract::{Attempt, Authed, Path, parse_json, read_body};
use imajin_service::{Answer, Invitation, Node, Problem, Wish, codes};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::{is_signed, signed_body};
use crate::{ops, prepare, statements};

/// What is signed of who invited: the body of `connections.accept`.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "the description of a body that is read as it was signed"
)]
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

/// That two are connected.
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
/// It is signed: an MJN-Proof of `connections.accept`, and the attestation `connection.accepted` in its body. Without a
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
        let invitation = prepare::open(&node, &code)?;
        return Err(Problem::forbidden("A connection is made with your signature: sign what stands under \"sign\" and send it with an MJN-Proof.")
            .slug("signature-required")
            .with("sign", to_sign(&node, &invitation, &did)?));
    }
    let body = signed_body(&parse_json::<Json>(&body)?)?;
    let proof = imajin_service::commands::proof_of(&parts)?
        .ok_or_else(|| Problem::internal("a proof went away"))?;
    let inviter = proof.payload.fact.as_ref();
    let inviter = inviter
        .and_then(|fact| fact.ids(ops::FACT_DIDS))
        .and_then(|ids| ids.first()?.to_did())
        .ok_or_else(|| Problem::field("fact", "The fact must name who invited you: dids."))?;
    let code = HeaderValue::try_from(codes::canonical(&code))
        .map_err(|_| Problem::not_found("There is no such invitation."))?;
    parts.headers.insert(prepare::CODE, code);
    let attestation = reference_of(&did, &body)?;
    let wish = Wish {
        fact: proof.payload.fact.clone(),
        ..Wish::new(did, ops::ACCEPT)
            .reference(attestation.clone())
            .body(body)
    };
    node.perform(&parts, Some(&who.0), wish).await?;
    Ok(axum::Json(AcceptAnswer {
        connected: true,
        did: inviter.to_string(),
        attestation: attestation.as_str().to_owned(),
    }))
}

fn reference_of(did: &Did, body: &Value) -> Answer<IdText> {
    let wrong = |error: &dyn std::fmt::Display| Problem::field("attestation", format!("{error}."));
    let text = body
        .get_str("attestation")
        .ok_or_else(|| wrong(&"attestation must be the text that you signed"))?;
    let said = Attestation::parse(did, text).map_err(|error| wrong(&error))?;
    let cid = said.cid().map_err(|error| wrong(&error))?;
    Ok(IdText::from_cid(&cid))
}

/// What a client signs: the attestation, and the command around it.
fn to_sign(node: &Node, invitation: &Invitation, did: &Did) -> Answer<Json> {
    let root = node.root_record(did)?;
    let said = Attestation {
        issuer: did.clone(),
        subject: invitation.inviter.clone(),
        kind: Kind::parse(CONNECTION_ACCEPTED).map_err(Problem::internal)?,
        context_id: Some(invitation.id.clone()),
        context_type: Some(statements::CONTEXT.to_owned()),
        // WIRE.md §3: it names the record that they and this node have met.
        payload: root.and_then(|root| json!({ "root": root }).as_object().cloned()),
        issued_at: node.now(),
    };
    let fact = statements::fact(&invitation.inviter, &invitation.id).map_err(Problem::from)?;
    Ok(json!({
        "op": ops::ACCEPT,
        "did": did,
        "ref": said.cid().map_err(Problem::internal)?.to_string(),
        "fact": fact.to_json(),
        "attestation": said.document(),
        "to": [invitation.inviter],
    }))
}
