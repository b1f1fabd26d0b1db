//! The task that sends the letters in the queue, in parallel with all other work.
//!
//! Always: before each try the app that wrote the letter is asked whether it still is for its reader. Recipients take turns, a
//! letter each; a server that does not answer holds up no thread of the pool and is asked less and less often. The task sleeps until a letter is due, and looks once a minute at least, since clocks may have been set.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::capabilities::LetterState;
use imajin_app::{Node, Problem};
use imajin_dfos::Timestamp;

use super::memory::Words;
use super::queue::{self, Due};
use super::smtp::{self, Failed};
use super::{MailConfig, Mailer, state};
use crate::backoff::Backoff;
use crate::dispatch::{Attempt, Dispatcher, Limits, Scope, Undelivered};
use crate::prelude::*;
use crate::rounds::Rounds;

/// Pauses of one letter.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(3_600));
/// Letters on their way at once. All go to the one server, and many providers allow two connections. RFC 5321 §4.5.3.2
/// allows a server more time than the deadline; a letter that takes longer is tried again under the same Message-ID.
const LIMITS: Limits = Limits {
    in_flight: 2,
    per_client: 1,
    per_host: 2,
    deadline: Duration::from_secs(120),
    circuits: Backoff::new(Duration::from_secs(4), Duration::from_secs(300)),
    scope: Scope::Host,
};
/// Letters that are read from the disk at once.
const READ_MAX: u32 = 64;

/// Begins the task, where there is a runtime for it. Until a server is named, it does nothing.
pub fn started(node: &Node) {
    node.begin(Sender::new(node.mail().clone()));
}

pub(super) struct Sender {
    mailer: Mailer,
    dispatcher: Dispatcher<Due, Outcome>,
    /// The server that was named last.
    config: Arc<MailConfig>,
    /// Number of servers named before it. Each has its own circuit, so that a server that was mended is asked at once.
    servers_before: u32,
    /// When the next letter is due, as far as it is known.
    next: Option<Timestamp>,
}

/// Outcome of a letter.
enum Outcome {
    /// The server has it. Its words, if they are in memory, are named by this.
    Sent(Vec<u8>),
    /// The letter is no longer for its recipient.
    Void,
    /// The server does not have it.
    Failed(Failed, Arc<MailConfig>),
    /// The letter does not wait any more, or no server is named.
    Unneeded,
}

/// Change to a letter in the queue.
enum Change {
    /// The letter was sent, or is not to be sent.
    Over,
    Failed(Timestamp, String),
    Postponed(Timestamp),
}

impl Rounds for Sender {
    const NAME: &'static str = "letters";
    /// Where nothing is known to be due.
    const EVERY: Duration = Duration::from_secs(60);

    /// Records completed deliveries, and passes all letters that are due to the dispatcher.
    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        self.record_completions().await?;
        self.next = None;
        if self.mailer.can_send() && !node.stop_signal().is_given() {
            self.submit_due(node)?;
        }
        Ok(())
    }

    async fn woken(&mut self) {
        let now = self.mailer.0.clock.now().as_millis();
        let left = self.next.map(|next| next.as_millis().saturating_sub(now));
        let due = async {
            match left {
                Some(left) => {
                    let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
                    tokio::time::sleep(left).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = self.mailer.0.news.notified() => {}
            () = self.dispatcher.wait_for_completion() => {}
        }
    }

    async fn end(&mut self, _: &Node) -> Result<(), Problem> {
        self.record_completions().await
    }
}

impl Sender {
    pub(super) fn new(mailer: Mailer) -> Self {
        Self {
            dispatcher: Dispatcher::new(Arc::clone(&mailer.0.clock), LIMITS),
            config: mailer.config(),
            servers_before: 0,
            mailer,
            next: None,
        }
    }

    fn submit_due(&mut self, node: &Node) -> Result<(), Problem> {
        let config = self.mailer.config();
        if !Arc::ptr_eq(&config, &self.config) {
            self.config = config;
            self.servers_before = self.servers_before.wrapping_add(1);
        }
        let host = format!("{} {}", self.config.server, self.servers_before);
        let now = self.mailer.0.clock.now();
        let (due, next) = self.mailer.0.secrets.read(|db| {
            let due = queue::due(db, now, READ_MAX)?;
            Ok((due, queue::next_due(db, now)?))
        })?;
        self.next = next;
        for letter in due {
            if self.dispatcher.has(&letter) {
                continue;
            }
            let sending = send(node.clone(), self.mailer.clone(), letter.clone());
            let recipient = letter.recipient.clone();
            self.dispatcher.submit(letter, (&recipient, &host), sending);
        }
        Ok(())
    }

    /// Notes what became of the letters that have ended.
    async fn record_completions(&mut self) -> Result<(), Problem> {
        let now = self.mailer.0.clock.now();
        let current = self.mailer.config();
        let (mut changes, mut names) = (Vec::new(), Vec::new());
        for completion in self.dispatcher.completions() {
            let after = |pause_ms| now.checked_add_millis(pause_ms).unwrap_or(now);
            let failed = |pause_ms: i64, why: &str| {
                // The address stays out of the log.
                tracing::warn!("a letter waits {} s: {why}", pause_ms / 1_000);
                Change::Failed(after(pause_ms), why.to_owned())
            };
            let pause_ms = BACKOFF.pause_ms(completion.key.tries.saturating_add(1));
            let change = match &completion.result {
                Ok(Outcome::Sent(name)) => {
                    names.push(name.clone());
                    Change::Over
                }
                Ok(Outcome::Void) => Change::Over,
                // Another server was named meanwhile: it is asked at once.
                Ok(Outcome::Failed(error, config)) if !Arc::ptr_eq(config, &current) => {
                    failed(0, &error.why)
                }
                Ok(Outcome::Failed(error, _)) if error.is_final => {
                    failed(BACKOFF.pause_ms(u32::MAX), &error.why)
                }
                Ok(Outcome::Failed(error, _)) => failed(pause_ms, &error.why),
                Ok(Outcome::Unneeded) => continue,
                Err(Undelivered::NoAnswer) => {
                    let why = format!("no answer within {} seconds", LIMITS.deadline.as_secs());
                    failed(pause_ms, &why)
                }
                Err(Undelivered::CircuitOpen(left)) => {
                    Change::Postponed(after(i64::try_from(left.as_millis()).unwrap_or(0)))
                }
            };
            changes.push((completion.key.id, change));
        }
        if !changes.is_empty() {
            let write = move |db: &rusqlite::Transaction<'_>| {
                changes.iter().try_for_each(|(id, change)| match change {
                    Change::Over => queue::sent(db, *id),
                    Change::Failed(due, why) => queue::failed(db, *id, *due, why),
                    Change::Postponed(due) => queue::postponed(db, *id, *due),
                })
            };
            self.mailer.0.secrets.write(write).await?;
        }
        names.iter().for_each(|name| self.mailer.0.held.forget(name));
        self.dispatcher.settle();
        Ok(())
    }
}

fn failed_here(problem: &Problem, config: Arc<MailConfig>) -> Attempt<Outcome> {
    Attempt::Unneeded(Outcome::Failed(Failed::here(problem), config))
}

/// Sends a letter to the current server, if it still is for its recipient.
async fn send(node: Node, mailer: Mailer, letter: Due) -> Attempt<Outcome> {
    let config = mailer.config();
    let now = mailer.0.clock.now();
    let message = mailer.0.secrets.read(|db| queue::message(db, letter.id, now));
    let (name, once) = match message {
        Ok(Some(waiting)) if config.is_set() => waiting,
        Ok(_) => return Attempt::Unneeded(Outcome::Unneeded),
        Err(problem) => return failed_here(&problem, config),
    };
    match state(&node, once.as_deref(), &letter.recipient) {
        Ok(LetterState::Void) => return Attempt::Unneeded(Outcome::Void),
        Ok(LetterState::Due | LetterState::Unknown) => {}
        Err(problem) => return failed_here(&problem, config),
    }
    let held: Option<Arc<Words>> = mailer.0.held.find(&name);
    let message = held.as_ref().map_or(&name, |held| &held.message);
    match smtp::send(&config, &letter.recipient, message).await {
        Ok(()) => Attempt::Answered(Outcome::Sent(name)),
        Err(failed) if failed.is_reached => Attempt::Answered(Outcome::Failed(failed, config)),
        Err(failed) => Attempt::Unreached(Outcome::Failed(failed, config)),
    }
}
