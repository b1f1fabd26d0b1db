//! The browsers that the caller allowed notifications on.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::BASE64URL_NOPAD;
use imajin_app::extract::{Authed, Json, Person};
use imajin_app::{Answer, Node, Problem, blocking};
use imajin_host::outgoing::is_public_url;
use imajin_host::prelude::*;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::push::devices::{self, Device};
use crate::push::{encrypt, vapid};

/// Bytes of a push service's address at most.
const ENDPOINT_BYTES_MAX: usize = 1_000;

/// The key that a browser allows notifications for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyAnswer {
    /// A point of P-256, base64url: `applicationServerKey`.
    key: String,
}

/// The key for which browsers allow this node to send push messages (RFC 8292).
#[utoipa::path(get, path = "/api/key", tag = "notify", responses((status = 200, body = KeyAnswer)))]
pub(crate) async fn key(State(node): State<Node>, _: Authed) -> Answer<Answered<KeyAnswer>> {
    let key = blocking::run(move || vapid::key(&node)).await??;
    Ok(Answered(KeyAnswer { key: vapid::public(&key) }))
}

/// A browser's subscription, as `PushSubscription.toJSON()` gives it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Subscription {
    /// The address at its push service.
    #[schema(example = "https://push.example/abc")]
    endpoint: String,
    keys: SubscriptionKeys,
}

/// The browser's keys.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SubscriptionKeys {
    /// Its public key, base64url.
    p256dh: String,
    /// Its secret, base64url.
    auth: String,
}

/// A browser that is to be forgotten.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EndRequest {
    /// The address at its push service.
    endpoint: String,
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.trim_end_matches('=');
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Whether messages may be sent to an address: https, and on the open internet unless the operator allows others.
fn check(node: &Node, endpoint: &str) -> Result<(), Problem> {
    let url = Url::parse(endpoint).ok();
    let is_fine = url.is_some_and(|url| url.scheme() == "https" && url.username().is_empty());
    let is_reached = node.config().private_addresses || is_public_url(endpoint);
    if is_fine && is_reached && endpoint.len() <= ENDPOINT_BYTES_MAX {
        Ok(())
    } else {
        Err(Problem::field(
            "endpoint",
            "endpoint must be an https address on the open internet, in at most 1,000 characters.",
        ))
    }
}

/// Allows push messages to the caller's browser. The same browser again replaces itself.
#[utoipa::path(post, path = "/api/subscriptions", tag = "notify", request_body = Subscription,
    responses((status = 201, description = "It is kept"), (status = 400, description = "It is none"), (status = 409, description = "There are ten already")))]
pub(crate) async fn put(
    Person(node, session): Person,
    Json(subscription): Json<Subscription>,
) -> Answer<StatusCode> {
    check(&node, &subscription.endpoint)?;
    let key = bytes(&subscription.keys.p256dh).filter(encrypt::is_point);
    let key = key.ok_or_else(|| {
        Problem::field("keys", "keys.p256dh must be a point of P-256, as base64url.")
    })?;
    let auth = bytes(&subscription.keys.auth)
        .ok_or_else(|| Problem::field("keys", "keys.auth must be 16 bytes, as base64url."))?;
    let device = Device { did: session.did, endpoint: subscription.endpoint, key, auth };
    let now = node.now().as_millis();
    let put = move |db: &rusqlite::Transaction<'_>| devices::put(db, &device, now);
    if node.secrets().write(put).await? {
        Ok(StatusCode::CREATED)
    } else {
        Err(Problem::conflict(
            "You allowed notifications on ten browsers, which is the most. Turn them off on one first.",
        )
        .slug("full"))
    }
}

/// Ends push messages to one of the caller's browsers.
#[utoipa::path(delete, path = "/api/subscriptions", tag = "notify", request_body = EndRequest,
    responses((status = 204, description = "It is forgotten"), (status = 404, description = "There is no such browser of the caller's")))]
pub(crate) async fn end(
    Person(node, session): Person,
    Json(request): Json<EndRequest>,
) -> Answer<StatusCode> {
    let end =
        move |db: &rusqlite::Transaction<'_>| devices::end(db, &session.did, &request.endpoint);
    if node.secrets().write(end).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("You have no such browser here."))
    }
}
