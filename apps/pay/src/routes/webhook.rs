//! The provider's webhook: the node repeats the provider's events in its own record.

use axum::extract::Request;
use imajin_app::Problem;
use imajin_app::extract::read_body;
use serde::Serialize;
use utoipa::ToSchema;

use crate::counter::Counter;
use crate::outside;
use crate::provider::HeardError;

const SIGNATURE: &str = "stripe-signature";

/// The confirmation that the event was received, and that its changes are durable.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventReceived {
    received: bool,
}

/// Takes an event of the payment provider: the raw body, signed as Stripe signs it.
#[utoipa::path(
    post, path = "/api/webhook", tag = "provider",
    params(("Stripe-Signature" = String, Header, description = "`t=<seconds>,v1=<HMAC-SHA256 over t.body>`")),
    request_body(content = Object, description = "The event, byte for byte as it was signed"),
    responses((status = 200, body = EventReceived), (status = 400, description = "Not signed with our secret, or not now"), (status = 404, description = "This box has no payment provider"), (status = 503, description = "Not now: the provider tries again")),
)]
pub(crate) async fn webhook(
    counter: Counter,
    request: Request,
) -> Result<axum::Json<EventReceived>, Problem> {
    let (parts, body) = request.into_parts();
    let Counter { node, pay } = &counter;
    let bytes = read_body(body, node).await?;
    let missing = || Problem::not_found("This box has no payment provider.");
    let provider = pay.provider().ok_or_else(missing)?;
    let signature = parts.headers.get(SIGNATURE).and_then(|text| text.to_str().ok());
    let event = provider.hear(signature, &bytes, node.now()).map_err(refuse)?;
    outside::handle_event(node, &provider, event).await?;
    Ok(axum::Json(EventReceived { received: true }))
}

fn refuse(error: HeardError) -> Problem {
    let slug = match error {
        HeardError::Header | HeardError::Signature => "webhook-signature",
        HeardError::Time => "webhook-time",
        HeardError::Body => "webhook-body",
    };
    Problem::bad_request(format!("This does not count as the provider's word: {error}.")).slug(slug)
}
