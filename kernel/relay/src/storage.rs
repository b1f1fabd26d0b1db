//! One SQLite file with one writer: the storage of the relay, and of other public data of the network.

pub mod sqlite;
pub mod writer;

/// Why the storage failed. The texts do not say what the caller asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error, or its content is damaged.
    #[error("the registry's storage failed: {0}")]
    Failed(String),
    /// The disk is full: nothing was written.
    #[error("the disk of this registry is full")]
    Full,
    /// The database is unreachable at the moment.
    #[error("the registry's database does not answer: {0}")]
    Away(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if imajin_log::is_database_full(&error) {
            Self::Full
        } else {
            Self::Failed(error.to_string())
        }
    }
}

/// The result of a call to a store.
pub type Answer<T> = Result<T, StoreError>;
