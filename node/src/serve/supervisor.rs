//! What the service manager is told (sd_notify(3)): the node is ready, it is well, it is stopping. Where there is none,
//! nobody is told.
//!
//! Always: "well" is said only after the ledger answered, so that a node that hangs is started anew.

use imajin_service::node::Node;
use sd_notify::NotifyState;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Tells it, as long as this is kept.
pub(super) struct Supervisor {
    beating: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Requests are answered from now on.
    pub(super) fn ready(node: &Node, url: &str) -> Self {
        let status = format!("answering at {url}");
        tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
        // Half of what it allows, as sd_watchdog_enabled(3) advises.
        let beating = sd_notify::watchdog_enabled()
            .map(|allowed| tokio::spawn(beat(node.clone(), allowed / 2)));
        Self { beating }
    }

    /// Nothing new is taken any more.
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

async fn beat(node: Node, every: Duration) {
    let mut beats = tokio::time::interval(every.max(Duration::from_millis(1)));
    loop {
        beats.tick().await;
        let asked = node.clone();
        let answered = tokio::task::spawn_blocking(move || {
            asked.ledger().status(asked.did()).is_ok() && asked.ledger().stats().fatal.is_none()
        });
        if matches!(answered.await, Ok(true)) {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
