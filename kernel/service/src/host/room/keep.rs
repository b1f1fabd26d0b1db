//! Watching the room on the disk while the node runs: what is set aside comes back, and the log tells once that the room
//! ran short and once that it is back.

use std::time::Duration;

use tokio::sync::watch;

use super::Level;
use crate::app::blocking;
use crate::app::node::Node;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);

/// Watches until it is stopped.
pub async fn run(node: Node, mut stopped: watch::Receiver<bool>) {
    let mut before = Level::Plenty;
    loop {
        let watched = node.clone();
        let now = blocking::run(move || {
            let (room, now) = (watched.room(), watched.monotonic());
            room.set_aside(now);
            room.standing(now)
        });
        if let Ok(Some(now)) = now.await {
            match (before, now.level) {
                (Level::Reserve, Level::Reserve) => {}
                (_, Level::Reserve) => tracing::error!(
                    "{}; nothing else is written until there is room",
                    now.reason().unwrap_or_default()
                ),
                (Level::Reserve, _) => tracing::info!("there is room on the disk again"),
                _ => {}
            }
            before = now.level;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            // An error means that the sender is gone, which is a stop as well.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}
