//! Messages to all guests of an event.

use axum::http::StatusCode;
use imajin_app::extract::{Json, Path, Person};
use imajin_app::{Answer, Problem, args, refuse_if};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::field;
use crate::bell::Bell;
use crate::lookup::find_own;
use crate::manifest::TEXTS;
use crate::messages;
use crate::operations::Text;

/// The time after which a refused message may be sent, in seconds.
const DAY_S: u32 = 24 * 3_600;

/// The message.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MessageRequest {
    /// Up to 2 000 characters.
    text: String,
}

/// The number of letters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageAnswer {
    /// How many guests get the message by letter: those whose e-mail address this box knows.
    letters: usize,
}

/// Writes to all guests with an e-mail address. The conversation of the event has everybody else.
#[utoipa::path(post, path = "/api/events/{id}/messages", tag = "events", params(("id" = String, Path)), request_body = MessageRequest,
    responses((status = 202, body = MessageAnswer), (status = 400, description = "The text is empty or too long"), (status = 403, description = "Not your own"), (status = 429, description = "As many messages as a day allows")))]
pub(crate) async fn send(
    Person(node, session): Person,
    Path(id): Path<String>,
    Json(payload): Json<MessageRequest>,
) -> Answer<(StatusCode, axum::Json<MessageAnswer>)> {
    let event = find_own(&node, &id, &session.did)?;
    let text: Text<2_000> = field("text", payload.text.as_str())?;
    refuse_if!(text.trim().is_empty(), Problem::field("text", TEXTS.say("no-message", args![])));
    let letters = messages::recipients(&node, &event)?.len();
    if !messages::keep(&node, &event.did, text.to_string()).await? {
        let message = TEXTS.say("messages-daily", args![]);
        return Err(Problem::too_many_of_yours(DAY_S, message));
    }
    node.state::<Bell>().ring();
    Ok((StatusCode::ACCEPTED, axum::Json(MessageAnswer { letters })))
}
