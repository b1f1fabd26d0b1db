//! What relay and directory say of a database that does not answer.

/// Why the storage did not answer. Says nothing about what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the registry's storage failed: {0}")]
pub struct StoreError(pub String);

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

/// The answer of a store.
pub type Answer<T> = Result<T, StoreError>;
