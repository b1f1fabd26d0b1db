//! Tests whether the ledger can write: the writer makes a commit that enters nothing.

use tokio::sync::oneshot;

use super::Ledger;

impl Ledger {
    /// Has the writer commit to the journal between two batches, as it commits entries, and waits for it. The commit
    /// changes nothing.
    ///
    /// # Errors
    /// Why the ledger can't write: it stopped, its disk is full, or its disk failed.
    pub async fn probe(&self) -> Result<(), String> {
        if let Some(reason) = self.fatal() {
            return Err(reason);
        }
        let shared = &self.inner.shared;
        let (answer, answered) = oneshot::channel();
        self.inner.exclusive.push(Box::new(move |writer| {
            // The caller may have gone.
            let _ = answer.send(writer.probe());
        }));
        shared.queue.nudge();
        answered.await.unwrap_or_else(|_| Err("the writer has ended".to_owned()))
    }
}
