//! The signal that ends background work when a node stops, or a part of a program that has no node.
//!
//! Always: waiting work hears the signal at once, and the signal stays set. Dropping the [`Stopper`] sends it, too.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;

/// The sender of the signal.
#[derive(Debug, Clone, Default)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Sends the signal to all receivers.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// A receiver of the signal.
    pub fn signal(&self) -> Stop {
        Stop(self.0.subscribe())
    }
}

/// Hears the signal.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Whether the signal was given.
    pub fn is_given(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Ends when the signal is given.
    pub async fn given(&self) {
        // An error means that the sender is gone, which is a stop as well.
        let _ = self.0.clone().wait_for(|stop| *stop).await;
    }

    /// Waits this long, and returns true unless the signal came first.
    pub async fn rest(&self, time: Duration) -> bool {
        self.or(tokio::time::sleep(time)).await.is_some()
    }

    /// Works until the signal cuts it off; `None` if it did.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.given() => None,
            done = work => Some(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rest_is_whole_or_ends_at_the_signal() {
        let stopper = Stopper::default();
        let stop = stopper.signal();
        assert!(stop.rest(Duration::from_millis(1)).await && !stop.is_given());
        let (rested, ()) = tokio::join!(stop.rest(Duration::MAX), async { stopper.stop() });
        assert!(!rested);
        assert!(stop.is_given() && !stop.rest(Duration::ZERO).await);
        assert_eq!(stop.or(async { 1 }).await, None);
        assert!(stopper.signal().is_given(), "it stays given");
    }

    #[tokio::test]
    async fn a_sender_that_is_gone_is_a_stop() {
        let stop = Stopper::default().signal();
        assert!(stop.is_given());
        stop.given().await;
    }
}
