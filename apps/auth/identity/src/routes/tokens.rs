//! Is this token, is this signed message any good? Always answered with 200: the question was a good one.

use axum::Json as Answer200;
use axum::body::Bytes;
use axum::extract::State;
use imajin_app::extract::{Attempt, Json};
use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::{CanonicalForm, SignedMessage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::login::IdentityAnswer;
use crate::people;

/// A token to look at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Validate {
    /// A session's token.
    token: String,
}

/// The validity of a token.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validated {
    /// Whether its session is in force.
    valid: bool,
    /// Whose.
    identity: Option<IdentityAnswer>,
    /// When it ends.
    expires_at: Option<String>,
    /// Why not.
    error: Option<String>,
}

/// Is this token any good?
#[utoipa::path(post, path = "/api/validate", tag = "sessions", request_body = Validate, responses((status = 200, body = Validated)))]
pub(crate) async fn validate(
    State(node): State<Node>,
    Json(ask): Json<Validate>,
) -> Answer<Answer200<Validated>> {
    let refused = |error: &str| {
        Answer200(Validated { error: Some(error.to_owned()), ..Validated::default() })
    };
    let Some(session) = node.session(&ask.token)? else {
        return Ok(refused("the token is not of this node, was ended, or has expired"));
    };
    let Some(identity) = people::find(&node, &session.did)?.filter(|identity| !identity.deleted)
    else {
        return Ok(refused("this identity was deleted"));
    };
    Ok(Answer200(Validated {
        valid: true,
        identity: Some(IdentityAnswer::new(&node, &identity)?),
        expires_at: Some(session.expires.to_string()),
        error: None,
    }))
}

/// The validity of a signed message.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    /// Whether a key in force of the sender signed it, within the last five minutes.
    valid: bool,
    /// The sender.
    from: Option<String>,
    /// The canonical form that was signed: `jcs`, or `icu-en-us` for older clients.
    form: Option<&'static str>,
    /// Why not.
    error: Option<String>,
}

/// Is this signed message any good?
#[utoipa::path(
    post, path = "/api/verify", tag = "sessions",
    request_body(content = Object, description = "`{from,type,timestamp,payload,signature}`"), responses((status = 200, body = Verified)),
)]
pub(crate) async fn verify(
    State(node): State<Node>,
    _: Attempt,
    body: Bytes,
) -> Answer<Answer200<Verified>> {
    let refused = |from: Option<String>, error: String| {
        Answer200(Verified { from, error: Some(error), ..Verified::default() })
    };
    if body.len() > node.limits().body_bytes {
        return Err(Problem::too_large("The message is too large."));
    }
    let message = match SignedMessage::parse(&body) {
        Ok(message) => message,
        Err(error) => return Ok(refused(None, error.to_string())),
    };
    let from = Some(message.from().to_string());
    let did = node.resolve(message.from().as_str())?;
    let identity = did.map(|did| people::find(&node, &did)).transpose()?;
    let Some(identity) = identity.flatten().filter(|identity| !identity.deleted) else {
        let unknown = "this node does not know the sender".to_owned();
        return Ok(refused(from, unknown));
    };
    let mut error = "the sender has no key in force".to_owned();
    for key in
        people::login_keys(&node, &identity)?.iter().filter_map(|key| key.verifying_key().ok())
    {
        match message.verify(&key, node.now()) {
            Ok(form) => {
                let form = match form {
                    CanonicalForm::Jcs => "jcs",
                    CanonicalForm::IcuEnUs => "icu-en-us",
                };
                return Ok(Answer200(Verified {
                    valid: true,
                    from,
                    form: Some(form),
                    error: None,
                }));
            }
            Err(why) => error = why.to_string(),
        }
    }
    Ok(refused(from, error))
}
