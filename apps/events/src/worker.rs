//! What the node does in the background: it refunds the money of events that were cancelled, and writes letters.
//!
//! Always: the worker finds all its work in the tables, so a restart goes on where it was; it may do all of it twice, and the
//! effect is the same. One thing that fails keeps nothing else from being done, and the worker tries it again.

use std::time::Duration;

use imajin_service::{Node, Problem};

use crate::bell::Bell;
use crate::closing;
use crate::letters::Post;

/// A node that stops waits no longer than this for the worker.
const NAP: Duration = Duration::from_millis(500);
/// Pause between two rounds: one round takes in all tickets that were sold meanwhile.
const BREATH: Duration = Duration::from_millis(200);
/// Pause after a failure, doubled each time.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Begins the work, where there is a runtime for it.
pub(crate) fn started(node: &Node) {
    let post = match Post::begin(node) {
        Ok(post) => post,
        Err(problem) => {
            tracing::error!("letters about tickets: {problem}");
            return;
        }
    };
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        // What a stop left.
        node.state::<Bell>().cancelled();
        runtime.spawn(run(node.clone(), post));
    }
}

async fn run(node: Node, mut post: Post) {
    let bell = node.state::<Bell>();
    let mut pause = PAUSE;
    let mut wait = None;
    while !node.is_stopping() {
        let is_due = tokio::select! {
            () = bell.rings() => true,
            () = tokio::time::sleep(NAP) => match wait {
                Some(left) if left <= NAP => true,
                Some(left) => {
                    wait = Some(left - NAP);
                    false
                }
                None => false,
            },
        };
        if !is_due {
            continue;
        }
        wait = match round(&node, &bell, &mut post).await {
            Ok(()) => {
                pause = PAUSE;
                None
            }
            Err(problem) => {
                tracing::warn!("events: {problem:?}; tried again in {} s", pause.as_secs());
                let now = pause;
                pause = (pause * 2).min(PAUSE_MAX);
                Some(now)
            }
        };
        tokio::time::sleep(BREATH).await;
    }
}

async fn round(node: &Node, bell: &Bell, post: &mut Post) -> Result<(), Problem> {
    let letters = post.round(node).await;
    if bell.take_refunds()
        && let Err(problem) = closing::round(node).await
    {
        bell.refund_again();
        return Err(problem);
    }
    letters
}
