//! What relay and directory say of a database that does not answer.

/// Why the storage did not answer. Says nothing about what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It answered with an error, or what it holds is damaged.
    #[error("the registry's storage failed: {0}")]
    Failed(String),
    /// It cannot be asked at the moment.
    #[error("the registry's database does not answer: {0}")]
    Away(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The answer of a store.
pub type Answer<T> = Result<T, StoreError>;
