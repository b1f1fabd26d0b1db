//! Why the directory does not do what it was asked for. It knows no HTTP.

use crate::storage::StoreError;

/// Why the directory does not do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// A member is missing or has another form.
    #[error("{message}")]
    Field {
        /// Which.
        field: &'static str,
        /// What it must be.
        message: String,
    },
    /// Whoever asks has not proved that they may.
    #[error("{0}")]
    Unauthorized(String),
    /// They may not.
    #[error("{message}")]
    Forbidden {
        /// Why, for programs.
        slug: &'static str,
        /// Why, for people.
        message: String,
    },
    /// There is no such thing.
    #[error("{0}")]
    NotFound(&'static str),
    /// Something else stands against it.
    #[error("{0}")]
    Conflict(String),
    /// Too often.
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
