//! The background worker: it refunds tickets of cancelled events, writes letters, and moves waiting lists up.
//!
//! Always: the worker finds all its work in the tables, so it resumes after a restart, and repeating work has no
//! effect. A failure doesn't block other work, and the worker retries it.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Answer, Node};
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;

use crate::bell::Bell;
use crate::letters::Post;
use crate::{closing, guests, messages, waiting};

/// Pause between two rounds, so that one round handles all tickets sold in the meantime.
const BREATH: Duration = Duration::from_millis(200);

pub(crate) fn started(node: &Node) {
    node.begin(guests::Cleanup);
    let post = match Post::begin(node) {
        Ok(post) => post,
        Err(problem) => {
            tracing::error!("letters about tickets: {problem}");
            return;
        }
    };
    let bell = node.state::<Bell>();
    // Resume refunds that were interrupted by a restart.
    bell.cancelled();
    node.begin(Worker { bell, post });
}

struct Worker {
    bell: Arc<Bell>,
    post: Post,
}

impl Rounds for Worker {
    const NAME: &'static str = "refunds and letters of events";
    // The bell wakes the worker for everything but places whose time has run out.
    const EVERY: Duration = Duration::from_secs(60);
    const PAUSES: Option<Backoff> =
        Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let done = round(node, &self.bell, &mut self.post).await;
        tokio::time::sleep(BREATH).await;
        done
    }

    async fn woken(&mut self) {
        self.bell.rings().await;
    }
}

async fn round(node: &Node, bell: &Bell, post: &mut Post) -> Answer<()> {
    let offers = waiting::round(node).await;
    let letters = offers.and(post.round(node).await);
    let letters = letters.and(messages::round(node).await);
    if bell.take_refunds()
        && let Err(problem) = closing::round(node).await
    {
        bell.refund_again();
        return Err(problem);
    }
    letters
}
