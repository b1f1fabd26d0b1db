//! Watches the room on the disk while the node runs: restores the space that was set aside, and logs once that the disk
//! ran short and once that it has room again.

use std::time::Duration;

use imajin_app::{Node, Problem, blocking};

use super::Level;
use crate::prelude::*;
use crate::rounds::Rounds;

/// Watches until the node stops.
pub fn started(node: &Node) {
    node.begin(Watch { before: Level::Plenty });
}

struct Watch {
    before: Level,
}

impl Rounds for Watch {
    const NAME: &'static str = "the room on the disk";
    const EVERY: Duration = Duration::from_secs(15);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let watched = node.clone();
        let now = blocking::run(move || {
            let (room, now) = (watched.room(), watched.monotonic());
            room.set_aside(now);
            room.standing(now)
        });
        let Some(now) = now.await? else {
            return Ok(());
        };
        match (self.before, now.level) {
            (Level::Reserve, Level::Reserve) => {}
            (_, Level::Reserve) => tracing::error!(
                "{}; nothing else is written until there is room",
                now.reason().unwrap_or_default()
            ),
            (Level::Reserve, _) => tracing::info!("there is room on the disk again"),
            _ => {}
        }
        self.before = now.level;
        Ok(())
    }
}
