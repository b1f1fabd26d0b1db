//! What wakes the worker. Each node has one bell (`node.state`).

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// What wakes the worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    news: Notify,
    /// Whether money of a cancelled event may be waiting to be refunded.
    closing: AtomicBool,
}

impl Bell {
    /// There are tickets without a letter.
    pub(crate) fn sold(&self) {
        self.news.notify_one();
    }

    /// An event was cancelled.
    pub(crate) fn cancelled(&self) {
        self.refund_again();
        self.news.notify_one();
    }

    /// Waits until it rings.
    pub(crate) async fn rings(&self) {
        self.news.notified().await;
    }

    /// Whether money may be waiting to be refunded; from now on it is not.
    pub(crate) fn take_refunds(&self) -> bool {
        self.closing.swap(false, Ordering::AcqRel)
    }

    /// Money is still waiting: the next round tries again.
    pub(crate) fn refund_again(&self) {
        self.closing.store(true, Ordering::Release);
    }
}
