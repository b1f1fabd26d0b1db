//! The end of copies that were kept long enough, also where no request ends them: they take room of their owners.

use std::time::Duration;

use imajin_app::{Node, Problem};
use imajin_host::rounds::Rounds;

use super::{Shared, download};

/// Removes copies whose time is over.
pub(super) struct Expiry(pub(super) Shared);

impl Rounds for Expiry {
    const NAME: &'static str = "the end of copies";
    const EVERY: Duration = Duration::from_secs(600);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let (shared, node) = (self.0.clone(), node.clone());
        download::blocking(move || {
            shared.exports.expire(node.monotonic());
            shared.import_jobs.expire(node.now());
            Ok(())
        })
        .await
    }
}
