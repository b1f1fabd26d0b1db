//! The socket, and the token for clients that have no cookie.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::Response;
use imajin_app::extract::{Authed, session_of, token_of};
use imajin_app::socket::SocketRequest;
use imajin_app::{Answer, Lang, Node, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::live::{Tokens, talk};

/// A token for one socket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenAnswer {
    /// Send it as `{"type":"auth","token":…}`.
    token: String,
    /// Seconds.
    #[schema(example = 30)]
    expires_in: u64,
}

/// A token that opens one socket at `/chat/ws`, once, within 30 seconds.
#[utoipa::path(
    post, path = "/api/ws-token", tag = "chat",
    responses((status = 201, body = TokenAnswer), (status = 401, description = "Not signed in"), (status = 429, description = "Too many")),
)]
pub(crate) async fn token(
    State(node): State<Node>,
    _: Authed,
    parts: Parts,
) -> Answer<(StatusCode, axum::Json<TokenAnswer>)> {
    let session = token_of(&parts.headers);
    let session = session.ok_or_else(|| Problem::internal("a session without a token"))?;
    let token = node.state::<Tokens>().draw(&node, session)?;
    let answer = TokenAnswer { token, expires_in: crate::live::TOKEN_LASTS.as_secs() };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// `/chat/ws`: by the cookie from this node's own pages, else by a token.
pub(crate) async fn socket(
    State(node): State<Node>,
    parts: Parts,
    request: SocketRequest,
) -> Result<Response, Problem> {
    let may_ask = request.is_own_page || parts.headers.contains_key(AUTHORIZATION);
    let session = if may_ask { session_of(&parts, &node)? } else { None };
    let token = session.and_then(|_| token_of(&parts.headers)).map(str::to_owned);
    let lang = Lang::from_headers(&parts.headers);
    Ok(request.open(move |socket| talk(node, socket, token, lang)))
}
