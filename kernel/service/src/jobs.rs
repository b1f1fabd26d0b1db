//! Whose turn it is with what takes long: exports, and checks of copies that arrive.
//!
//! Always: one running job a person; the last place is kept for the owner and the one before for members, so that
//! nothing a stranger asks for stands in the household's way; among those who wait the owner comes first, then members.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use imajin_protocol::Did;
use tokio::sync::oneshot;

use crate::prefix::Prefix;
use crate::problem::Problem;
use crate::role::Role;

/// Jobs that wait, of everybody: each is a few hundred bytes.
const WAITING_MAX: usize = 128;
/// Jobs that wait, of one person: an export, and the check of a copy.
const WAITING_PER_PERSON: usize = 2;
/// How long somebody waits whose connection is open meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds after which somebody may try again.
const RETRY_S: u32 = 30;

/// For whom a job is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody with a session.
    Person(Did),
    /// Everybody at an address who has none.
    Address(Prefix),
}

/// How many jobs may run, counting those of others, for one of this role to begin.
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
    running: Vec<Who>,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    next: u64,
}

struct Waiting {
    id: u64,
    who: Who,
    role: Role,
    begin: oneshot::Sender<Turn>,
}

/// The right to work, as long as it is kept.
pub struct Turn {
    jobs: Arc<Jobs>,
    who: Who,
}

/// Takes somebody out of the queue who went away.
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

    /// Waits for a turn, however long it takes. Dropped before, it leaves the queue.
    ///
    /// # Errors
    /// 503 where this person or everybody together has as many jobs waiting as there may be.
    pub async fn turn(self: &Arc<Self>, who: Who, role: Role) -> Result<Turn, Problem> {
        let (begin, begun) = oneshot::channel();
        let id = self.push(who, role, begin)?;
        let _in_queue = InQueue {
            jobs: Arc::clone(self),
            id,
        };
        self.begin_next();
        begun.await.map_err(Problem::internal)
    }

    /// The same for a request whose sender waits: not longer than a minute.
    ///
    /// # Errors
    /// As [`Jobs::turn`]; 503 after that minute, too.
    pub async fn turn_soon(self: &Arc<Self>, who: Who, role: Role) -> Result<Turn, Problem> {
        match tokio::time::timeout(PATIENCE, self.turn(who, role)).await {
            Ok(turn) => turn,
            Err(_) => Err(busy()),
        }
    }

    fn push(&self, who: Who, role: Role, begin: oneshot::Sender<Turn>) -> Result<u64, Problem> {
        let mut state = self.state();
        let own = state.waiting.iter().filter(|other| other.who == who);
        if own.count() >= WAITING_PER_PERSON {
            return Err(Problem::busy(
                RETRY_S,
                "Your earlier jobs are still waiting for their turn on this node. Try again when one is done.",
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

    /// Gives a turn to everybody who can have one.
    fn begin_next(self: &Arc<Self>) {
        loop {
            let next = self.state().take_next();
            let Some(next) = next else { return };
            let turn = Turn {
                jobs: Arc::clone(self),
                who: next.who,
            };
            // Who went away meanwhile gives the turn on by dropping it, which is why nothing is locked here.
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

    fn person(n: u8) -> Who {
        Who::Person(Did::from_key(&[n; 32]))
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
        assert!(now(&jobs, 5, Role::Owner).await.is_none(), "one a person");
        drop((guest, member));
        assert!(now(&jobs, 4, Role::Member).await.is_some());
    }

    #[tokio::test]
    async fn a_member_overtakes_every_stranger_who_waits() {
        let jobs = Jobs::new();
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
