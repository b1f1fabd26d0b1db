//! Moves people's files to the disk that the owner of the box chose, or back, in the background.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Node, Problem, blocking};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::media::MediaError;
use imajin_log::Pace;
use tokio::sync::Notify;

/// Wakes the move when another place was chosen.
#[derive(Default)]
struct MoveSignal(Notify);

/// The move, as long as the node runs.
pub(crate) struct Moving {
    chosen: Arc<MoveSignal>,
    /// Whether the disk was not there at the last look.
    was_missing: bool,
}

impl Moving {
    /// The move of a node's files.
    pub(crate) fn new(node: &Node) -> Self {
        Self { chosen: node.state::<MoveSignal>(), was_missing: false }
    }
}

/// Another place was chosen: files move there at once.
pub(crate) fn chosen(node: &Node) {
    node.state::<MoveSignal>().0.notify_one();
    node.alarms().look_again();
}

impl Rounds for Moving {
    const NAME: &'static str = "the move of people's files";
    /// Finds files that came to the card meanwhile, and whether a disk that was pulled out is there again.
    const EVERY: Duration = Duration::from_secs(60);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let (media, stop) = (node.ledger().media().clone(), node.stop_signal());
        let pace = Pace::beside(move || !stop.is_given());
        let moved = blocking::long(move || media.move_files(&pace, &mut |_| true)).await?;
        let is_missing = matches!(moved, Err(MediaError::DiskMissing { .. }));
        if is_missing != self.was_missing {
            self.was_missing = is_missing;
            node.alarms().look_again();
        }
        match moved {
            // The alarm says so, and the next look continues.
            Err(MediaError::DiskMissing { .. }) => Ok(()),
            moved => moved.map(drop).map_err(Problem::from),
        }
    }

    async fn woken(&mut self) {
        self.chosen.0.notified().await;
    }
}
