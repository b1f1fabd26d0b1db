//! The task that sends what waits: one letter at a time, beside everything else.

use std::time::Duration;

use super::{Mailer, queue, smtp};
use crate::app::node::Node;
use crate::app::problem::Problem;

/// The first and the longest pause after a failure.
const PAUSE_MIN_MS: i64 = 1_000;
const PAUSE_MAX_MS: i64 = 3_600_000;
/// A node that stops does not wait for the next look; a number in memory is compared meanwhile.
const NAP: Duration = Duration::from_millis(500);
/// How often is looked where nothing is known to wait: clocks may have been set.
const LOOK: u32 = 120;

/// Begins the task, where letters can be sent and there is a runtime for it.
pub(crate) fn started(node: &Node) {
    if !node.mail().can_send() {
        return;
    }
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(run(node.clone()));
    }
}

async fn run(node: Node) {
    let mailer = node.mail().clone();
    // Letters that waited when the node stopped are tried at once.
    let mut next = Some(node.now());
    let mut naps = 0;
    while !node.is_stopping() {
        let is_due = next.is_some_and(|next| next <= node.now());
        if !is_due && naps < LOOK {
            naps += 1;
            tokio::select! {
                () = mailer.0.news.notified() => next = Some(node.now()),
                () = tokio::time::sleep(NAP) => {}
            }
            continue;
        }
        naps = 0;
        next = match step(&mailer).await {
            Ok(next) => next,
            Err(problem) => {
                tracing::warn!("letters cannot be read: {problem}");
                None
            }
        };
    }
}

/// Sends the letter that is due, if one is. Says when to look again; `None` for: when something new comes.
async fn step(mailer: &Mailer) -> Result<Option<imajin_dfos::Timestamp>, Problem> {
    let now = mailer.0.clock.now();
    let (due, next) = mailer.0.secrets.read(|db| queue::due(db, now))?;
    let Some(letter) = due else { return Ok(next) };
    let config = mailer.0.config.clone();
    let id = letter.id;
    let tries = letter.tries;
    let name = letter.message.clone();
    let sent = crate::app::blocking::run({
        let held = mailer.0.held.find(&name);
        move || {
            let message = held.as_ref().map_or(&letter.message, |held| &held.message);
            smtp::send(&config, &letter.recipient, message)
        }
    })
    .await?;
    match sent {
        Ok(()) => {
            mailer
                .0
                .secrets
                .write(move |db| queue::sent(db, id))
                .await?;
            mailer.0.held.forget(&name);
        }
        Err(failed) => {
            let pause = if failed.is_final {
                PAUSE_MAX_MS
            } else {
                PAUSE_MIN_MS
                    .saturating_mul(1 << tries.min(20))
                    .min(PAUSE_MAX_MS)
            };
            // The address stays out of the log.
            tracing::warn!("a letter waits {} s: {}", pause / 1000, failed.why);
            let due = now.checked_add_millis(pause).unwrap_or(now);
            mailer
                .0
                .secrets
                .write(move |db| queue::failed(db, id, due, &failed.why))
                .await?;
        }
    }
    Ok(Some(now))
}
