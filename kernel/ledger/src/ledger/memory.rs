//! Frees memory that an idle ledger does without.

use tokio::sync::oneshot;

use super::Ledger;

impl Ledger {
    /// Frees the pages and the prepared statements of all projections, except of connections in use. The next read or write
    /// takes a few milliseconds longer.
    pub async fn release_memory(&self) {
        let (done, released) = oneshot::channel();
        self.inner.exclusive.push(Box::new(move |writer| {
            writer.release_memory();
            // The caller may have gone.
            let _ = done.send(());
        }));
        self.inner.shared.queue.nudge();
        // A writer that has ended keeps nothing.
        let _ = released.await;
    }
}
