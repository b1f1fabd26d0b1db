//! Converts errors of the ledger, SQLite, the file system and axum's extractors into problems.

use std::borrow::Cow;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::StatusCode;
use imajin_ledger::media::MediaError;
use imajin_ledger::{ReadError, Refusal, RefusalKind, SubmitError};
use imajin_protocol::Did;
use serde_json::Value;

use super::Problem;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let refusal = refusal.into_inner();
        let status = match refusal.kind {
            RefusalKind::BadRequest => StatusCode::BAD_REQUEST,
            RefusalKind::Unauthorized => StatusCode::UNAUTHORIZED,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Gone => StatusCode::GONE,
            RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RefusalKind::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
            RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            // The node's own store failed: the message is for its log.
            RefusalKind::Stored => return Problem::internal(refusal.message),
        };
        let mut problem = Problem::new(status, refusal.message);
        problem.0.field = refusal.field.map(Cow::Owned);
        if let Some(Value::Object(extra)) = refusal.extra {
            problem.0.extra = extra;
        }
        problem
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        let log = format!("{error:?}");
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Full => Problem::storage_full(),
            SubmitError::DiskMissing { disk } => Problem::disk_missing(&disk),
            SubmitError::Busy => Problem::unavailable(
                "This node has as much to write as it can take at the moment. Nothing was written; try again in a second.",
            ),
            SubmitError::TooFast { wait, .. } => {
                Problem::too_many(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX))
            }
            SubmitError::OutcomeUnknown => Problem::unavailable(
                "The disk failed while this was being written, so the outcome is unknown. The node restarts and checks; \
                 then send the very same request again: it is answered as before if it was written.",
            )
            .slug("outcome-unknown"),
            SubmitError::Quarantined { did, reason } => quarantined(&did, &reason),
            SubmitError::ReadOnly { did, reason, newer } => {
                let problem = Problem::conflict(format!("The record of {did} is read-only here: {reason}."))
                    .slug("read-only");
                match newer {
                    Some(head) => problem.with_member("head", head),
                    None => problem,
                }
            }
            SubmitError::Closed => Problem::unavailable("This node is shutting down. Try again in a moment."),
        }
        .with_log(log)
    }
}

fn quarantined(did: &Did, reason: &str) -> Problem {
    Problem::unavailable(format!(
        "The record of {did} is damaged and can only be read, as far as it verifies: {reason}. The owner of this node can mend it: on the page Status, or with `imajin repair`."
    ))
    .slug("quarantined")
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Quarantined { did, reason } => quarantined(&did, &reason),
            ReadError::Io(error) => error.into(),
            ReadError::Busy => Problem::unavailable(
                "This is being looked at for somebody else just now. Try again in a moment.",
            ),
            other => Problem::internal(format_args!("read: {other}")),
        }
    }
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Full => Problem::storage_full(),
            MediaError::DiskMissing { disk } => Problem::disk_missing(&disk),
            other => Problem::internal(other),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        if imajin_log::is_database_full(&error) {
            Problem::storage_full().with_log(error)
        } else {
            Problem::internal(format_args!("sqlite: {error}"))
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        if imajin_ledger::is_disk_full(&error) {
            return Problem::storage_full().with_log(error);
        }
        Problem::internal(format_args!("i/o: {error}"))
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Problem::new(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Problem::new(rejection.status(), rejection.body_text())
    }
}
