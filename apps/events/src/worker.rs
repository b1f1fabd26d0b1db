//! What is done by itself, beside whoever asked: the money of events that were cancelled, and letters.
//!
//! Always: all of it is found in the tables, so a restart goes on where it was; all of it may be done twice and has its
//! effect once. One thing that fails keeps nothing else from being done, and is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use imajin_service::{Node, Problem};
use tokio::sync::Notify;

use crate::closing;
use crate::letters::Post;

/// A node that stops does not wait longer for this.
const NAP: Duration = Duration::from_millis(500);
/// Between two rounds: where much is sold, one round takes in all that came meanwhile.
const BREATH: Duration = Duration::from_millis(200);
/// After something failed: doubled each time, up to the most.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// What wakes the worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    news: Notify,
    /// Whether money of a cancelled event may wait to be given back.
    closing: AtomicBool,
}

impl Bell {
    /// There are tickets that nobody was written of.
    pub(crate) fn sold(&self) {
        self.news.notify_one();
    }

    /// An event was cancelled.
    pub(crate) fn cancelled(&self) {
        self.closing.store(true, Ordering::Release);
        self.news.notify_one();
    }
}

/// Begins the work, where there is a runtime for it.
pub(crate) fn started(node: &Node, bell: &Arc<Bell>) {
    let post = match Post::begin(node) {
        Ok(post) => post,
        Err(problem) => {
            tracing::error!("letters about tickets: {problem}");
            return;
        }
    };
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        // What a stop left.
        bell.cancelled();
        runtime.spawn(run(node.clone(), Arc::clone(bell), post));
    }
}

async fn run(node: Node, bell: Arc<Bell>, mut post: Post) {
    let mut pause = PAUSE;
    let mut wait = None;
    while !node.is_stopping() {
        let is_due = tokio::select! {
            () = bell.news.notified() => true,
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
    if bell.closing.swap(false, Ordering::AcqRel)
        && let Err(problem) = closing::round(node).await
    {
        bell.closing.store(true, Ordering::Release);
        return Err(problem);
    }
    letters
}
