//! Rights that are checked again during delivery: on sockets, in downloads and in archives.
//!
//! Always: nothing is streamed without a right, and a right is asked again before each delivery once anything changed that may have
//! ended it. So the causes of an end need no list, and neither do the open streams.

use std::sync::Arc;
use std::time::Duration;

use crate::node::Node;
use crate::problem::Problem;
use crate::session::Session;

/// How long an answer counts while nothing changes: sessions, links and delegations also end by the clock.
const COUNTS_FOR: Duration = Duration::from_secs(1);

type Ask<T> = dyn Fn(&Node) -> Result<T, Problem> + Send + Sync;

/// A right to receive something, with the current answer.
pub struct Right<T = ()> {
    question: Question<T>,
    answer: Option<(Moment, T)>,
}

enum Question<T> {
    /// A right that never ends.
    Unending(T),
    Asked(Node, Arc<Ask<T>>),
}

/// The moment of an answer: the changes of all records and sessions until then, and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    changes: u64,
    at: Duration,
}

impl Moment {
    fn now(node: &Node) -> Self {
        Self { changes: node.gate().changes(node), at: node.monotonic() }
    }

    /// Whether an answer from this moment is still valid.
    fn counts(self, now: Self) -> bool {
        self.changes == now.changes && now.at.saturating_sub(self.at) < COUNTS_FOR
    }
}

impl Right {
    /// The right to messages of a protocol, and to bytes that the node sends at its own initiative.
    pub fn unending() -> Self {
        Self { question: Question::Unending(()), answer: None }
    }
}

impl<T> Right<T> {
    /// Makes a right that lasts as long as `question` gives no problem. It is asked before the first delivery, too.
    pub fn new(
        node: &Node,
        question: impl Fn(&Node) -> Result<T, Problem> + Send + Sync + 'static,
    ) -> Self {
        Self { question: Question::Asked(node.clone(), Arc::new(question)), answer: None }
    }

    /// Whether nothing changed since the last answer.
    pub fn is_fresh(&self) -> bool {
        match (&self.question, &self.answer) {
            (Question::Unending(_), _) => true,
            (Question::Asked(node, _), Some((then, _))) => then.counts(Moment::now(node)),
            (Question::Asked(..), None) => false,
        }
    }

    /// The answer of now.
    ///
    /// # Errors
    /// Reason why it ended, or a failure of the question.
    pub fn now(&mut self) -> Result<&T, Problem> {
        let is_fresh = self.is_fresh();
        let (node, ask) = match &self.question {
            Question::Unending(given) => return Ok(given),
            Question::Asked(node, ask) => (node, ask),
        };
        // The moment before the question: a change meanwhile leads to another question.
        let moment = Moment::now(node);
        let answer = match self.answer.take().filter(|_| is_fresh) {
            Some(answer) => answer,
            None => (moment, ask(node)?),
        };
        Ok(&self.answer.insert(answer).1)
    }
}

impl<T: Clone> Clone for Right<T> {
    /// Makes a second right by the same question, which is asked separately.
    fn clone(&self) -> Self {
        let question = match &self.question {
            Question::Unending(given) => Question::Unending(given.clone()),
            Question::Asked(node, ask) => Question::Asked(node.clone(), Arc::clone(ask)),
        };
        Self { question, answer: None }
    }
}

impl<T> std::fmt::Debug for Right<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Right")
    }
}

impl Session {
    /// Refuses a session that ended since it was found.
    ///
    /// # Errors
    /// 401 once it has ended.
    pub fn check(&self, node: &Node) -> Result<(), Problem> {
        if node.gate().is_in_force(node, self)? {
            Ok(())
        } else {
            Err(Problem::unauthorized("Your session has ended. Sign in with your key."))
        }
    }
}
