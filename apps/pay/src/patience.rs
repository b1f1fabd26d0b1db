//! Failed steps, each of which waits for its own retry: one payment, or one account at the provider, delays nothing
//! else. The worker itself waits after faults that keep everything from working (the provider is away, the disk is
//! full).
//!
//! A restart forgets all of them, and everything is tried again at once.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::StatusCode;
use imajin_app::{Node, Problem};
use imajin_host::backoff::Backoff;

use crate::provider::ProviderError;

/// Pauses between attempts at one step.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(3600));

/// A kind of step that is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// Refunding a part of a payment.
    GiveBack,
    /// Setting a part of a payment aside for an account.
    SetAside,
    /// Looking at an account at the provider.
    Account,
    /// Sending a part of a payment there.
    Send,
    /// Telling a service about a payment or a refund.
    Tell,
    /// Attesting a payment.
    Attest,
    /// Revoking the attestations of a payment.
    TakeBack,
}

/// The scope of a fault.
#[derive(Debug)]
pub(crate) enum Fault {
    /// All payments and accounts: the provider or the disk is unavailable.
    All(Problem),
    /// Only this payment or account.
    One(Problem),
}

impl From<ProviderError> for Fault {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Away(_) => Self::All(error.into()),
            ProviderError::Unclear(_) | ProviderError::Refused { .. } => Self::One(error.into()),
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        if problem.status() == StatusCode::INSUFFICIENT_STORAGE {
            Self::All(problem)
        } else {
            Self::One(problem)
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    /// End of the wait, by the monotonic clock.
    until: Duration,
    failures: u32,
}

/// All steps that wait for a retry.
#[derive(Debug, Default)]
pub(crate) struct Patience(HashMap<(Task, String), Wait>);

impl Patience {
    /// Whether no step is to be tried again.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many more rows of a list must be read so that the waiting ones hide no others.
    pub(crate) fn hidden(&self, task: Task) -> usize {
        self.0.keys().filter(|(of, _)| *of == task).count()
    }

    /// Returns the ids of all steps of a kind that still wait.
    pub(crate) fn waiting(&self, node: &Node, task: Task) -> Vec<&str> {
        let now = node.monotonic();
        let all = self.0.iter();
        all.filter(|((of, _), wait)| *of == task && now < wait.until)
            .map(|((_, id), _)| id.as_str())
            .collect()
    }

    /// Whether a step still waits.
    pub(crate) fn waits(&self, node: &Node, task: Task, id: &str) -> bool {
        self.0.get(&(task, id.to_owned())).is_some_and(|wait| node.monotonic() < wait.until)
    }

    /// Tries a step unless it still waits. `Ok(None)` means that it still waits, or that it failed and waits now.
    /// Errors: a fault that keeps everything else from working, too.
    pub(crate) async fn attempt<T>(
        &mut self,
        node: &Node,
        (task, id): (Task, &str),
        trying: impl Future<Output = Result<T, Fault>>,
    ) -> Result<Option<T>, Problem> {
        if self.waits(node, task, id) {
            return Ok(None);
        }
        let key = (task, id.to_owned());
        match trying.await {
            Ok(value) => {
                self.0.remove(&key);
                Ok(Some(value))
            }
            Err(Fault::All(problem)) => Err(problem),
            Err(Fault::One(problem)) => {
                let failures = self.0.get(&key).map_or(0, |wait| wait.failures).saturating_add(1);
                let pause = BACKOFF.pause(failures);
                tracing::warn!(
                    "payments, {task:?} {id}: {problem:?}; tried again in {} s",
                    pause.as_secs()
                );
                let wait = Wait { until: node.monotonic() + pause, failures };
                self.0.insert(key, wait);
                Ok(None)
            }
        }
    }

    /// Forgets steps that were not retried for long after their time: they were settled otherwise.
    pub(crate) fn tidy(&mut self, node: &Node) {
        let now = node.monotonic();
        self.0.retain(|_, wait| now < wait.until.saturating_add(BACKOFF.longest));
    }
}
