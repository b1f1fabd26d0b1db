//! The operations that this repository publishes: the Python verifier reads the same document.

use std::sync::Arc;

use imajin_log::OpTable;

/// Returns the table that the Python verifier has too.
pub fn real() -> Arc<OpTable> {
    Arc::new(OpTable::published().unwrap().clone())
}
