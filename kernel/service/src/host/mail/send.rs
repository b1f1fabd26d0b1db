//! The task that sends what waits: one letter at a time, beside everything else.
//!
//! Always: it sleeps until a letter is due, and looks once a minute at least, since clocks may have been set.

use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Timestamp;

use super::{Mailer, queue, smtp};
use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::host::rounds::Rounds;

/// The first and the longest pause after a failure.
const PAUSE_MIN_MS: i64 = 1_000;
const PAUSE_MAX_MS: i64 = 3_600_000;
/// How often it looks where nothing is known to be due.
const LOOK: Duration = Duration::from_secs(60);

/// Begins the task, where there is a runtime for it. Until a server is named, it does nothing.
pub(crate) fn started(node: &Node) {
    node.begin(Sender {
        mailer: node.mail().clone(),
        next: None,
    });
}

struct Sender {
    mailer: Mailer,
    /// When the next letter is due, as far as it is known.
    next: Option<Timestamp>,
}

impl Rounds for Sender {
    const NAME: &'static str = "letters";
    const EVERY: Duration = LOOK;

    /// Sends all letters that are due.
    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let stop = node.stop_signal();
        self.next = None;
        while !stop.is_given() && self.mailer.can_send() {
            self.next = step(&self.mailer).await?;
            if self.next.is_none_or(|next| next > node.now()) {
                break;
            }
        }
        Ok(())
    }

    async fn woken(&mut self) {
        let news = self.mailer.0.news.notified();
        match self.next {
            Some(next) => {
                let left = next
                    .as_millis()
                    .saturating_sub(self.mailer.0.clock.now().as_millis());
                let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
                // Either way something is due.
                let _ = tokio::time::timeout(left, news).await;
            }
            None => news.await,
        }
    }
}

/// Sends the letter that is due, if any. Says when to look again; `None` for: when something new comes.
async fn step(mailer: &Mailer) -> Result<Option<Timestamp>, Problem> {
    let now = mailer.0.clock.now();
    let (due, next) = mailer.0.secrets.read(|db| queue::due(db, now))?;
    let Some(letter) = due else { return Ok(next) };
    let config = mailer.config();
    let id = letter.id;
    let tries = letter.tries;
    let name = letter.message.clone();
    let sent = crate::app::blocking::run({
        let held = mailer.0.held.find(&name);
        let config = Arc::clone(&config);
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
            // Another server was named meanwhile: it is asked at once.
            let pause = if !Arc::ptr_eq(&config, &mailer.config()) {
                0
            } else if failed.is_final {
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
