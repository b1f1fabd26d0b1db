//! Work that the writer does between two batches, for a caller.

use tokio::sync::oneshot;

use super::Ledger;
use crate::writer::Writer;

impl Ledger {
    /// Has the writer do something between two batches.
    pub(crate) fn do_beside(&self, work: impl FnOnce(&mut Writer) + Send + 'static) {
        self.inner.exclusive.push(work);
        self.inner.shared.queue.nudge();
    }

    /// Like [`Self::do_beside`], and waits for it; `None` if the writer has ended.
    async fn wait_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.do_beside(move |writer| {
            // The caller may have gone.
            let _ = answer.send(work(writer));
        });
        answered.await.ok()
    }

    /// Frees the pages and the prepared statements of all projections, except of connections in use. The next read or write
    /// takes a few milliseconds longer.
    pub async fn release_memory(&self) {
        // A writer that has ended keeps nothing.
        self.wait_beside(|writer| writer.release_memory()).await;
    }

    /// Has the writer commit to the journal between two batches, as it commits entries, and waits for it. The commit
    /// changes nothing.
    ///
    /// # Errors
    /// Why the ledger can't write: it stopped, its disk is full, or its disk failed.
    pub async fn probe(&self) -> Result<(), String> {
        if let Some(reason) = self.fatal() {
            return Err(reason);
        }
        let probed = self.wait_beside(Writer::probe).await;
        probed.unwrap_or_else(|| Err("the writer has ended".to_owned()))
    }
}
