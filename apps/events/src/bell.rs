//! The signal that wakes the worker. Each node has one (`node.state`).

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// The signal that wakes the worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    news: Notify,
    /// Whether money of a cancelled event may be waiting to be refunded.
    closing: AtomicBool,
}

impl Bell {
    /// Wakes the worker: letters may be due, or places may have become free.
    pub(crate) fn ring(&self) {
        self.news.notify_one();
    }

    /// Wakes the worker after an event may have been cancelled.
    pub(crate) fn cancelled(&self) {
        self.refund_again();
        self.ring();
    }

    /// Waits for the next signal.
    pub(crate) async fn rings(&self) {
        self.news.notified().await;
    }

    /// Whether money may be waiting to be refunded. Clears the flag.
    pub(crate) fn take_refunds(&self) -> bool {
        self.closing.swap(false, Ordering::AcqRel)
    }

    /// Sets the flag again, so that the next round retries refunds.
    pub(crate) fn refund_again(&self) {
        self.closing.store(true, Ordering::Release);
    }
}
