//! Why the directory refuses a request. This module knows no HTTP.

use imajin_relay::storage::StoreError;

/// Why the directory refuses a request.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// A member is missing or malformed.
    #[error("{message}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// The rule for the field's value.
        message: String,
    },
    /// The signature or the key is not valid.
    #[error("{0}")]
    Unauthorized(String),
    /// The signer lacks the right.
    #[error("{message}")]
    Forbidden {
        /// Why, for programs.
        slug: &'static str,
        /// Why, for people.
        message: String,
    },
    /// The thing does not exist.
    #[error("{0}")]
    NotFound(&'static str),
    /// The request conflicts with the current state.
    #[error("{0}")]
    Conflict(String),
    /// Too many requests; with the seconds to wait.
    #[error("too many requests; try again in {0} seconds")]
    TooMany(u32),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) fn field(field: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Field {
        field,
        message: message.into(),
    }
}

pub(super) fn forbidden(slug: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Forbidden {
        slug,
        message: message.into(),
    }
}

pub(super) fn unauthorized(message: impl Into<String>) -> Refusal {
    Refusal::Unauthorized(message.into())
}
