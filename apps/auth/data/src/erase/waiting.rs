//! Deletions that wait for the disk with a person's files: they continue when it is plugged in, or when its owner gives
//! it up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use imajin_app::{Node, Problem, blocking};
use imajin_host::rounds::Rounds;

/// Whether a deletion waits.
#[derive(Default)]
struct Waiting(AtomicBool);

/// A deletion could not be finished: if that is because of the disk, it waits.
pub(super) fn begin(node: &Node) {
    if node.ledger().media().missing_disk().is_some() {
        node.state::<Waiting>().0.store(true, Ordering::Release);
    }
}

/// Whether a deletion waits.
pub(super) fn is_so(node: &Node) -> bool {
    node.state::<Waiting>().0.load(Ordering::Acquire)
}

/// Finishes what waits, once the disk is there. Looks at nothing while nothing waits.
pub(super) struct DiskAwaited;

impl Rounds for DiskAwaited {
    const NAME: &'static str = "deletions that wait for a disk";
    const EVERY: Duration = Duration::from_secs(10);
    const FIRST: Duration = Self::EVERY;

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        if !is_so(node) {
            return Ok(());
        }
        let node = node.clone();
        blocking::run(move || {
            if node.ledger().media().missing_disk().is_none() {
                node.state::<Waiting>().0.store(false, Ordering::Release);
                super::finish_all(&node);
            }
        })
        .await
    }
}
