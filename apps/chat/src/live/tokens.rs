//! Signing in on a socket without a cookie: a token that opens one socket, within half a minute.

use std::collections::HashMap;
use std::time::Duration;

use imajin_app::{Node, Problem, refuse_if};
use imajin_host::random;
use parking_lot::Mutex;

/// Lifetime of a token.
pub(crate) const LASTS: Duration = Duration::from_secs(30);
/// Tokens that wait at once: those of everybody, and of one session.
const MAX: usize = 4_096;
const OF_A_SESSION_MAX: usize = 16;

struct Waiting {
    session: String,
    until: Duration,
}

/// The tokens that wait to be used.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, Waiting>>);

impl Tokens {
    /// A token for this session, by the session's own.
    /// Errors: 429 for too many.
    pub(crate) fn draw(&self, node: &Node, session: &str) -> Result<String, Problem> {
        let token = random::hex::<32>()?;
        let now = node.monotonic();
        let mut all = self.0.lock();
        all.retain(|_, waiting| waiting.until > now);
        let theirs = all.values().filter(|waiting| waiting.session == session);
        refuse_if!(theirs.count() >= OF_A_SESSION_MAX || all.len() >= MAX, Problem::too_many(30));
        let waiting = Waiting { session: session.to_owned(), until: now + LASTS };
        all.insert(token.clone(), waiting);
        Ok(token)
    }

    /// The session's own token, once.
    pub(crate) fn take(&self, node: &Node, token: &str) -> Option<String> {
        let mut all = self.0.lock();
        let waiting = all.remove(token)?;
        (waiting.until > node.monotonic()).then_some(waiting.session)
    }
}
