//! Notifications to the service manager (sd_notify(3)): ready, alive, stopping. Does nothing without a service manager.
//!
//! Always: the node reports "alive" only after the ledger answered, so the service manager restarts a node that hangs.

use imajin_app::Node;
use imajin_app::task::boxed;
use sd_notify::NotifyState;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Time limit for a start, as in systemd/imajin.service.
const START_MAX: Duration = Duration::from_secs(300);

/// Keeps the watchdog informed until it is dropped.
pub(super) struct Supervisor {
    beating: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Requests are answered from now on.
    pub(super) fn ready(node: &Node, url: &str) -> Self {
        tell(&[NotifyState::Ready, NotifyState::Status(&format!("answering at {url}"))]);
        // Half of what it allows, as sd_watchdog_enabled(3) advises.
        let beating = sd_notify::watchdog_enabled()
            .map(|allowed| tokio::spawn(boxed(beat(node.clone(), allowed / 2))));
        Self { beating }
    }

    /// Tells systemd that the node is stopping, and no longer that it is alive.
    pub(super) fn stopping(self) {
        if let Some(beating) = self.beating {
            beating.abort();
        }
        tell(&[
            NotifyState::Stopping,
            NotifyState::Status("writing everything into people's logs"),
        ]);
    }
}

/// A box that is locked or waits for room: it counts as ready, and healthy as long as it sends heartbeats to systemd.
pub(super) struct WaitingNotifier {
    beating: Option<JoinHandle<()>>,
    until: Arc<OnceLock<Instant>>,
}

impl WaitingNotifier {
    /// The page is answered from now on.
    pub(super) fn ready(url: &str) -> Self {
        Self::because(&format!("locked: open {url} and type the passphrase"))
    }

    /// The page says that the disk is full.
    pub(super) fn for_room(url: &str) -> Self {
        Self::because(&format!("the disk is full: waiting for room ({url})"))
    }

    fn because(status: &str) -> Self {
        tell(&[NotifyState::Ready, NotifyState::Status(status)]);
        let until = Arc::new(OnceLock::new());
        let beating = sd_notify::watchdog_enabled()
            .map(|allowed| tokio::spawn(boxed(beat_until(Arc::clone(&until), allowed / 2))));
        Self { beating, until }
    }

    /// Reports that the box is unlocked and starting: the watchdog stays quiet for as long as a start may take.
    pub(super) fn opening(&self) {
        let _ = self.until.set(Instant::now() + START_MAX);
        tell(&[NotifyState::Status("opened: starting")]);
    }

    /// Tells systemd that the program is stopping.
    pub(super) fn stopping(&self) {
        tell(&[NotifyState::Stopping]);
    }
}

impl Drop for WaitingNotifier {
    fn drop(&mut self) {
        if let Some(beating) = &self.beating {
            beating.abort();
        }
    }
}

async fn beat_until(until: Arc<OnceLock<Instant>>, every: Duration) {
    let mut beats = tokio::time::interval(every.max(Duration::from_millis(1)));
    loop {
        beats.tick().await;
        if until.get().is_some_and(|until| Instant::now() >= *until) {
            return;
        }
        // A thread is had and comes back, as for a passphrase.
        if tokio::task::spawn_blocking(|| ()).await.is_ok() {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

async fn beat(node: Node, every: Duration) {
    let mut beats = tokio::time::interval(every.max(Duration::from_millis(1)));
    loop {
        beats.tick().await;
        let node_handle = node.clone();
        let check = tokio::task::spawn_blocking(move || {
            node_handle.ledger().status(node_handle.did()).is_ok()
                && node_handle.ledger().fatal().is_none()
        });
        if matches!(check.await, Ok(true)) {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager could not be notified");
    }
}
