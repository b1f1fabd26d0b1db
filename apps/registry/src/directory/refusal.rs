//! Why the directory refuses a request. This module knows no HTTP.

use imajin_relay::storage::StoreError;

/// Why the directory refuses a request.
#[derive(Debug, Clone, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Refusal {
    #[error("{message}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// The rule for the field's value.
        message: String,
    },
    #[error("{0}")]
    Unauthorized(String),
    #[error("{message}")]
    Forbidden {
        /// Why, for programs.
        slug: &'static str,
        /// Why, for people.
        message: String,
    },
    #[error("{0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Conflict(String),
    #[error("too many requests; try again in {0} seconds")]
    TooMany(u32),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) fn field(field: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Field { field, message: message.into() }
}

pub(super) fn conflict(message: impl Into<String>) -> Refusal {
    Refusal::Conflict(message.into())
}

pub(super) fn forbidden(slug: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Forbidden { slug, message: message.into() }
}

pub(super) fn unauthorized(message: impl Into<String>) -> Refusal {
    Refusal::Unauthorized(message.into())
}
