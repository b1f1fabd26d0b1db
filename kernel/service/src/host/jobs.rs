//! The queue for long jobs: exports, and checks of copies that arrive.
//!
//! Always: each person runs one job at a time. The last place is kept for the owner and the one before it for members, so
//! strangers never delay the household. The owner's waiting jobs go first, then those of members.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imajin_protocol::Did;
use tokio::sync::oneshot;

use crate::app::problem::Problem;
use crate::app::role::Role;
use crate::host::prefix::Prefix;

/// The most waiting jobs in all; each takes a few hundred bytes.
const WAITING_MAX: usize = 128;
/// The most waiting jobs of one person: an export, and the check of a copy.
const WAITING_PER_PERSON: usize = 2;
/// How long a request waits with its connection open.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds after which a refused client may try again.
const RETRY_S: u32 = 30;

/// The person or address that a job is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JobOwner {
    /// A person with a session.
    Person(Did),
    /// All callers without a session at one address.
    Address(Prefix),
}

/// A job of this role begins only while fewer jobs than this run.
fn places(role: Role) -> usize {
    match role {
        Role::Owner => 3,
        Role::Member => 2,
        Role::Guest | Role::Stranger => 1,
    }
}

/// The queue of a node.
#[derive(Default)]
pub struct Jobs(Mutex<State>);

#[derive(Default)]
struct State {
    running: Vec<JobOwner>,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    next: u64,
}

struct Waiting {
    id: u64,
    who: JobOwner,
    role: Role,
    begin: oneshot::Sender<Turn>,
}

/// The right to work, until it is dropped.
pub struct Turn {
    jobs: Arc<Jobs>,
    who: JobOwner,
}

/// Takes a job out of the queue when its caller goes away.
struct InQueue {
    jobs: Arc<Jobs>,
    id: u64,
}

impl Jobs {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn without a limit. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// 429 if this person has two jobs waiting, 503 if the queue is full.
    pub async fn turn(self: &Arc<Self>, who: JobOwner, role: Role) -> Result<Turn, Problem> {
        let (begin, begun) = oneshot::channel();
        let id = self.push(who, role, begin)?;
        let _in_queue = InQueue {
            jobs: Arc::clone(self),
            id,
        };
        self.begin_next();
        begun.await.map_err(Problem::internal)
    }

    /// A turn for a request whose client waits: at most a minute.
    ///
    /// # Errors
    /// As [`Jobs::turn`], and 503 after that minute.
    pub async fn turn_soon(self: &Arc<Self>, who: JobOwner, role: Role) -> Result<Turn, Problem> {
        match tokio::time::timeout(PATIENCE, self.turn(who, role)).await {
            Ok(turn) => turn,
            Err(_) => Err(busy()),
        }
    }

    fn push(
        &self,
        who: JobOwner,
        role: Role,
        begin: oneshot::Sender<Turn>,
    ) -> Result<u64, Problem> {
        let mut state = self.state();
        let own = state.waiting.iter().filter(|other| other.who == who);
        if own.count() >= WAITING_PER_PERSON {
            return Err(Problem::too_many_of_yours(
                RETRY_S,
                "Your earlier jobs are still waiting for their turn on this node. Try again when the first is done.",
            ));
        }
        // Half of the queue is for the household.
        let others = state
            .waiting
            .iter()
            .filter(|other| other.role < Role::Member);
        let is_full = match role < Role::Member {
            true => others.count() >= WAITING_MAX / 2,
            false => state.waiting.len() >= WAITING_MAX,
        };
        if is_full {
            return Err(busy());
        }
        let id = state.next;
        state.next += 1;
        state.waiting.push(Waiting {
            id,
            who,
            role,
            begin,
        });
        Ok(id)
    }

    /// Gives a turn to every waiting job that can begin.
    fn begin_next(self: &Arc<Self>) {
        loop {
            let next = self.state().take_next();
            let Some(next) = next else { return };
            let turn = Turn {
                jobs: Arc::clone(self),
                who: next.who,
            };
            // A caller that has gone drops its turn, which passes it to the next. So the lock must not be held here.
            drop(next.begin.send(turn));
        }
    }
}

impl State {
    fn take_next(&mut self) -> Option<Waiting> {
        let can_begin = |waiting: &Waiting| {
            self.running.len() < places(waiting.role) && !self.running.contains(&waiting.who)
        };
        let candidates = self.waiting.iter().enumerate();
        let (at, _) = candidates
            .filter(|(_, waiting)| can_begin(waiting))
            .max_by_key(|(at, waiting)| (waiting.role, std::cmp::Reverse(*at)))?;
        let next = self.waiting.remove(at);
        self.running.push(next.who.clone());
        Some(next)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        {
            let mut state = self.jobs.state();
            if let Some(at) = state.running.iter().position(|who| *who == self.who) {
                state.running.swap_remove(at);
            }
        }
        self.jobs.begin_next();
    }
}

impl Drop for InQueue {
    fn drop(&mut self) {
        self.jobs
            .state()
            .waiting
            .retain(|waiting| waiting.id != self.id);
    }
}

fn busy() -> Problem {
    Problem::busy(
        RETRY_S,
        "This node is making and checking as many copies as it can at the moment. Try again in a minute.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u8) -> JobOwner {
        JobOwner::Person(Did::from_key(&[n; 32]))
    }

    /// A turn that can be had at once.
    async fn now(jobs: &Arc<Jobs>, n: u8, role: Role) -> Option<Turn> {
        let turn = jobs.turn(person(n), role);
        let turn = tokio::time::timeout(Duration::from_millis(50), turn).await;
        turn.ok().and_then(Result::ok)
    }

    #[tokio::test]
    async fn places_are_kept_for_the_owner_and_for_members() {
        let jobs = Jobs::new();
        let guest = now(&jobs, 1, Role::Guest).await;
        assert!(guest.is_some());
        assert!(now(&jobs, 2, Role::Guest).await.is_none());
        let member = now(&jobs, 3, Role::Member).await;
        assert!(member.is_some());
        assert!(now(&jobs, 4, Role::Member).await.is_none());
        let owner = now(&jobs, 5, Role::Owner).await;
        assert!(owner.is_some());
        drop((guest, member));
        assert!(now(&jobs, 4, Role::Member).await.is_some());
        drop(owner);
        // There are places left for the owner, and yet one job a person.
        let owner = now(&jobs, 5, Role::Owner).await;
        assert!(owner.is_some());
        assert!(now(&jobs, 5, Role::Owner).await.is_none(), "one a person");
    }

    /// A turn for a job that waits in the background.
    async fn waits(
        jobs: &Arc<Jobs>,
        n: u8,
        role: Role,
    ) -> tokio::task::JoinHandle<Result<Turn, Problem>> {
        let jobs = Arc::clone(jobs);
        let waiting = tokio::spawn(async move { jobs.turn(person(n), role).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        waiting
    }

    #[tokio::test]
    async fn a_member_overtakes_every_stranger_who_waits() {
        let jobs = Jobs::new();
        // Where both could begin, the one of the member does, however long the other has waited.
        let running = now(&jobs, 200, Role::Member).await.unwrap();
        let stranger = waits(&jobs, 1, Role::Stranger).await;
        let next = waits(&jobs, 200, Role::Member).await;
        drop(running);
        let next = next.await.unwrap().unwrap();
        assert!(!stranger.is_finished(), "the stranger was first");
        drop(next);
        drop(stranger.await.unwrap().unwrap());
        let running = now(&jobs, 1, Role::Stranger).await.unwrap();
        let strangers: Vec<_> = (0..100u8)
            .map(|n| {
                let jobs = Arc::clone(&jobs);
                tokio::spawn(async move { jobs.turn(person(n), Role::Stranger).await.map(drop) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(now(&jobs, 200, Role::Member).await.is_some());
        drop(running);
        let mut refused = 0;
        for stranger in strangers {
            refused += usize::from(stranger.await.unwrap().is_err());
        }
        assert_eq!(
            refused,
            100 - WAITING_MAX / 2,
            "the queue is bounded, and empties"
        );
    }

    #[tokio::test]
    async fn one_who_asks_for_too_much_is_told_so_and_the_queue_is_not_full_for_others() {
        let jobs = Jobs::new();
        let _running = now(&jobs, 1, Role::Member).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..WAITING_PER_PERSON {
            waiting.push(waits(&jobs, 1, Role::Member).await);
        }
        let refused = jobs.turn(person(1), Role::Member).await;
        let problem = refused.err().expect("more than one may have");
        assert_eq!(problem.status(), axum::http::StatusCode::TOO_MANY_REQUESTS);
        assert!(now(&jobs, 2, Role::Member).await.is_some());
    }

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_queue() {
        let jobs = Jobs::new();
        let running = now(&jobs, 1, Role::Member).await.unwrap();
        for _ in 0..10 {
            assert!(now(&jobs, 1, Role::Member).await.is_none());
        }
        assert!(jobs.state().waiting.is_empty());
        drop(running);
        assert!(now(&jobs, 1, Role::Member).await.is_some());
    }
}
