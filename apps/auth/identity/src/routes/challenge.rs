//! Challenges and their answers: the two steps of signing in, under two names each for existing clients.

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Host, Json, SignInAttempt, SignInJson};
use imajin_app::{Answer, Node, Peer, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::admission::pending;
use crate::login::{self, IdentityAnswer, SignedIn};
use crate::people;

/// The DID for which a challenge is requested.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AskChallenge {
    /// A DID in any form.
    id: String,
}

/// A challenge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChallengeAnswer {
    /// Its name, for the answer.
    #[schema(example = "ch_0f1e2d3c4b5a69788796a5b4")]
    challenge_id: String,
    /// The text to sign, as it comes: `imajin:auth:1:<node DID>:<host>:<64 hex digits>`. A client signs it only if it names the
    /// node that it knows and the host that it talks to (lower-case, with the port unless it is the scheme's own).
    #[schema(example = "imajin:auth:1:did:imajin:7Nw…:imajin.local:3f0c…")]
    challenge: String,
    /// When it ends; it can be answered once.
    expires_at: String,
    /// The DID that the challenge is for.
    did: String,
}

/// An answer to a challenge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Authenticate {
    /// The DID that signs in, in any form.
    id: String,
    /// The challenge.
    challenge_id: String,
    /// Ed25519 over the challenge's text, 128 hex digits.
    signature: String,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionAnswer {
    /// The token for `Authorization: Bearer`. Browsers have it as a cookie as well.
    token: String,
    /// When the session ends.
    expires_at: String,
    /// The person that signed in.
    identity: IdentityAnswer,
    /// The code by which a guest by e-mail gets in again. It is shown once, the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: Option<String>,
}

/// Ask for a challenge.
#[utoipa::path(
    post, path = "/api/challenge", tag = "sign in", request_body = AskChallenge,
    responses((status = 200, body = ChallengeAnswer), (status = 404, description = "Nobody here goes by that DID")),
)]
pub(crate) async fn challenge(
    State(node): State<Node>,
    host: Host,
    asked: SignInAttempt,
    Json(ask): Json<AskChallenge>,
) -> Answer<Answer200<ChallengeAnswer>> {
    issue(&node, host, asked, people::by_name_for(&node, &ask.id, None))
}

fn issue(
    node: &Node,
    Host(host): Host,
    asked: SignInAttempt,
    did: Result<Did, Problem>,
) -> Answer<Answer200<ChallengeAnswer>> {
    let did = match did {
        Ok(did) => did,
        Err(problem) => return Err(asked.nobody(node).err().unwrap_or(problem)),
    };
    let is_here = people::find(node, &did)?.is_some();
    asked.ask(node, &did, is_here)?;
    if !is_here && pending::find(node, &did)?.is_none() {
        return Err(Problem::not_found(format!("This node does not know {did}: register first.")));
    }
    let challenge = node.challenges().issue(did, host, node.monotonic())?;
    let ttl = i64::try_from(node.challenges().ttl.as_millis()).unwrap_or(i64::MAX);
    let expires = node.now().checked_add_millis(ttl).unwrap_or(node.now());
    Ok(Answer200(ChallengeAnswer {
        did: challenge.did.to_string(),
        challenge_id: challenge.id,
        challenge: challenge.text,
        expires_at: expires.to_string(),
    }))
}

/// Sign in: answer a challenge with a signature.
#[utoipa::path(
    post, path = "/api/authenticate", tag = "sign in", request_body = Authenticate,
    responses(
        (status = 200, description = "With the cookie `imajin_session`", body = SessionAnswer),
        (status = 400, description = "The challenge was used or has expired"), (status = 401, description = "The signature does not verify"),
        (status = 403, description = "Over plain HTTP from another machine, or from a page of another site"), (status = 415, description = "Not JSON"),
        (status = 410, description = "This identity was deleted"),
    ),
)]
pub(crate) async fn authenticate(
    State(node): State<Node>,
    peer: Peer,
    Host(host): Host,
    headers: HeaderMap,
    asked: SignInAttempt,
    SignInJson(answer): SignInJson<Authenticate>,
) -> Answer<Response> {
    asked.answer(&node, &answer.challenge_id)?;
    let did = people::by_name(&node, &answer.id)?;
    let (challenge_id, signature) = (&answer.challenge_id, &answer.signature);
    let attempt = login::Attempt { peer, host: &host, did: Some(&did), challenge_id, signature };
    let signed_in = login::sign_in(&node, &headers, attempt).await?;
    Ok(session(&node, peer, signed_in))
}

/// The person for which a challenge is requested, by handle.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AskLogin {
    /// A handle.
    handle: Option<String>,
    /// Or a DID.
    did: Option<String>,
}

/// Ask for a challenge by handle or DID.
#[utoipa::path(
    post, path = "/api/login/challenge", tag = "sign in", request_body = AskLogin,
    responses((status = 200, body = ChallengeAnswer), (status = 404, description = "Nobody here goes by that name")),
)]
pub(crate) async fn login_challenge(
    State(node): State<Node>,
    host: Host,
    asked: SignInAttempt,
    Json(ask): Json<AskLogin>,
) -> Answer<Answer200<ChallengeAnswer>> {
    let name = match (&ask.handle, &ask.did) {
        (Some(name), None) | (None, Some(name)) => name,
        _ => return Err(Problem::field("handle", "Send either a handle or a did.")),
    };
    issue(&node, host, asked, people::by_name_for(&node, name, None))
}

/// An answer to a challenge of `login/challenge`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifyLogin {
    /// The challenge.
    challenge_id: String,
    /// Ed25519 over the challenge's text, 128 hex digits.
    signature: String,
}

/// Sign in: answer a challenge of `login/challenge`.
#[utoipa::path(
    post, path = "/api/login/verify", tag = "sign in", request_body = VerifyLogin,
    responses(
        (status = 200, description = "With the cookie `imajin_session`", body = SessionAnswer),
        (status = 400, description = "The challenge was used or has expired"), (status = 401, description = "The signature does not verify"),
        (status = 403, description = "Over plain HTTP from another machine, or from a page of another site"), (status = 415, description = "Not JSON"),
    ),
)]
pub(crate) async fn login_verify(
    State(node): State<Node>,
    peer: Peer,
    Host(host): Host,
    headers: HeaderMap,
    asked: SignInAttempt,
    SignInJson(answer): SignInJson<VerifyLogin>,
) -> Answer<Response> {
    asked.answer(&node, &answer.challenge_id)?;
    let (challenge_id, signature) = (&answer.challenge_id, &answer.signature);
    let attempt = login::Attempt { peer, host: &host, did: None, challenge_id, signature };
    let signed_in = login::sign_in(&node, &headers, attempt).await?;
    Ok(session(&node, peer, signed_in))
}

pub(super) fn session(node: &Node, peer: Peer, signed_in: SignedIn) -> Response {
    let cookie = login::cookie(node, peer, &signed_in.token);
    let answer = SessionAnswer {
        expires_at: signed_in.session.expires.to_string(),
        identity: signed_in.identity,
        token: signed_in.token,
        code: signed_in.code,
    };
    let cookie = [(header::SET_COOKIE, cookie)];
    let unkept = [(header::CACHE_CONTROL, "no-store")];
    (cookie, unkept, Answer200(answer)).into_response()
}
