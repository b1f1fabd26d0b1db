//! Shared parts of the handlers: errors, bodies, queries, authentication.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use imajin_dfos::Did;
use imajin_dfos::auth::{self, Expected};
use imajin_dfos::resolve::Verifier;
use serde_json::json;

use super::super::budget::Full;
use crate::Relay;
use crate::core::Core;
use crate::page::{self, QueryError};
use crate::store::{Answer, Snapshot, StoreError};

/// Seconds that a body may take to arrive.
const BODY_SECS_MAX: u64 = 60;

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) enum Problem {
    Status(StatusCode, String),
    Store(StoreError),
}

pub(super) type Reply = Result<Response, Problem>;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        bad(error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut failure = None;
        let (status, error) = match self {
            Self::Status(status, error) => (status, error),
            // Less than a look at the disk promised a moment ago.
            Self::Store(StoreError::Full) => {
                (StatusCode::INSUFFICIENT_STORAGE, Full::Disk.to_string())
            }
            Self::Store(error) => {
                failure = Some(error);
                let text = "the relay's storage failed; try again".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, text)
            }
        };
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        if let Some(failure) = failure {
            response.extensions_mut().insert(failure);
        }
        response
    }
}

/// Logs the failure of the store that made an answer a 500.
pub(super) async fn log_failure(
    State(relay): State<Relay>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    if let Some(error) = response.extensions().get::<StoreError>()
        && let Some(left_out) = relay.inner.core.host.next_line("relay")
    {
        tracing::error!(%error, left_out, "relay: a request failed");
    }
    response
}

fn problem(status: StatusCode, error: impl Into<String>) -> Problem {
    Problem::Status(status, error.into())
}

pub(super) fn bad(error: impl Into<String>) -> Problem {
    problem(StatusCode::BAD_REQUEST, error)
}

pub(super) fn not_found(error: &str) -> Problem {
    problem(StatusCode::NOT_FOUND, error)
}

pub(super) fn unauthorized() -> Problem {
    problem(StatusCode::UNAUTHORIZED, "authentication required")
}

pub(super) fn forbidden(error: &str) -> Problem {
    problem(StatusCode::FORBIDDEN, error)
}

pub(super) fn conflict(error: &str) -> Problem {
    problem(StatusCode::CONFLICT, error)
}

pub(super) fn too_many(error: &str) -> Problem {
    problem(StatusCode::TOO_MANY_REQUESTS, error)
}

pub(super) fn too_large() -> Problem {
    problem(StatusCode::PAYLOAD_TOO_LARGE, "request body too large")
}

/// Refuses what this relay does not do.
pub(super) fn gate(is_on: bool, error: &str) -> Result<(), Problem> {
    if is_on { Ok(()) } else { Err(problem(StatusCode::NOT_IMPLEMENTED, error)) }
}

/// Refuses with 507 if the disk or the budget is full.
pub(super) async fn room(relay: &Relay, bytes: usize) -> Result<(), Problem> {
    let full = relay.has_room(bytes).await?;
    full.map_err(|full| problem(StatusCode::INSUFFICIENT_STORAGE, full.to_string()))
}

pub(super) const READ_ONLY: &str = "this relay is pull-only; writes are disabled";

/// Reads a body of at most `bytes_max`; `broken` is the error for a body that ends early. The edge in front of the
/// relay bounds the memory of all bodies together.
pub(super) async fn body(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
    broken: &str,
) -> Result<Vec<u8>, Problem> {
    let declared = headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|text| text.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large());
    }
    let limit = Duration::from_secs(BODY_SECS_MAX);
    match tokio::time::timeout(limit, collect(body, bytes_max, broken)).await {
        Ok(collected) => collected,
        Err(_) => {
            Err(problem(StatusCode::REQUEST_TIMEOUT, "the request body did not arrive in time"))
        }
    }
}

async fn collect(body: Body, bytes_max: usize, broken: &str) -> Result<Vec<u8>, Problem> {
    let mut kept = Vec::new();
    let mut body = Limited::new(body, bytes_max);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => {
                if let Some(chunk) = frame.data_ref() {
                    kept.extend_from_slice(chunk);
                }
            }
            Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
            Err(_) => return Err(bad(broken)),
        }
    }
    Ok(kept)
}

/// The query. If a name occurs twice, the first value wins.
pub(super) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(error) => Err(bad(error.to_string())),
        }
    }
}

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(found, _)| found == name);
        pair.map(|(_, value)| value.as_str())
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The value, unless it is empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub(super) fn after(&self) -> Option<String> {
        self.filled("after").map(str::to_owned)
    }

    pub(super) fn limit(&self) -> usize {
        page::limit(self.get("limit"))
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, QueryError> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(QueryError::Boolean),
        }
    }

    /// A DID; `""` is none.
    pub(super) fn did(&self, name: &str) -> Result<Option<String>, QueryError> {
        match self.get(name) {
            None => Ok(None),
            Some(did) if Did::parse(did).is_ok() => Ok(Some(did.to_owned())),
            Some(_) => Err(QueryError::Did),
        }
    }

    /// The DID of a member, where an empty text is the same as none.
    pub(super) fn filled_did(&self, name: &str) -> Result<Option<String>, QueryError> {
        match self.get(name) {
            Some("") => Ok(None),
            _ => self.did(name),
        }
    }
}

/// The token of an `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = text.strip_prefix("Bearer ")?;
    (!token.is_empty()).then(|| token.to_owned())
}

/// The authenticated caller, if the request has a valid token by a current key.
pub(super) fn caller(
    token: Option<&str>,
    relay_did: &str,
    core: &Core,
    reads: &Snapshot<'_>,
) -> Answer<Option<Did>> {
    let Some(token) = token else {
        return Ok(None);
    };
    let lifetime = core.limits.auth_token_secs_max;
    let expected = Expected {
        audience: relay_did,
        now_secs: core.clock.now().as_secs(),
        lifetime_secs_max: (lifetime > 0).then_some(lifetime),
    };
    let knowledge = core.knowledge(reads);
    let claims = auth::verify(token, &expected, &Verifier::of_new(&knowledge));
    knowledge.check()?;
    Ok(claims.ok().map(|claims| claims.issuer))
}

impl Relay {
    /// Reads from the store; the closure makes the answer.
    pub(super) async fn answer(
        &self,
        f: impl FnOnce(&Core, &Snapshot<'_>) -> Answer<Reply> + Send + 'static,
    ) -> Reply {
        self.read(f).await?
    }
}
