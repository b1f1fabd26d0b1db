//! Shared parts of the handlers: the conversion of refusals to HTTP, bodies, pages.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use imajin_app::Problem;
use imajin_protocol::jcs;
use imajin_relay::storage::StoreError;
use serde::Deserialize;
use serde_json::Value;

use crate::directory::Refusal;

/// Entries of a page by default.
const LIMIT_DEFAULT: usize = 20;
/// Seconds after which a client may retry when the database does not answer.
const AWAY_S: u32 = 5;
/// Entries of a page, at most.
const LIMIT_MAX: usize = 100;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Field { field, message } => Self::field(field, message),
            Refusal::Unauthorized(message) => Self::unauthorized(message),
            Refusal::Forbidden { slug, message } => Self::forbidden(message).slug(slug),
            Refusal::NotFound(message) => Self::not_found(message),
            Refusal::Conflict(message) => Self::conflict(message),
            Refusal::TooMany(retry_after_s) => Self::too_many(retry_after_s),
            Refusal::Store(error @ StoreError::Away(_)) => Self::busy(
                AWAY_S,
                "The database of this registry does not answer at the moment. Nothing was written; try again in a few seconds.",
            )
            .slug("database")
            .with_log(error),
            Refusal::Store(StoreError::Full) => Self::storage_full(),
            Refusal::Store(error) => Self::internal(error),
        }
    }
}

/// A body, or the reason why it was not read.
pub(super) type Body = Result<Bytes, BytesRejection>;

/// The JSON of a body, with every name once.
pub(super) fn json(body: Body) -> Result<Value, Problem> {
    let body = body.map_err(|error| match error.status().as_u16() {
        413 => Problem::too_large("a body has at most 1 MiB here"),
        _ => Problem::bad_request(error.body_text()),
    })?;
    jcs::parse_strict(&body).map_err(|error| Problem::bad_request(error.to_string()))
}

/// `limit` and `offset`.
#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    limit: Option<usize>,
    offset: Option<usize>,
}

impl Paging {
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
    }

    pub(super) fn offset(&self) -> usize {
        self.offset.unwrap_or(0)
    }

    /// Whether there is more behind a page.
    pub(super) fn has_more(&self, total: u64) -> bool {
        let shown = self.offset().saturating_add(self.limit());
        u64::try_from(shown).unwrap_or(u64::MAX) < total
    }
}
