//! The queue for long jobs: exports, and checks of copies that arrive.
//!
//! Always: each person runs one job at a time. The last place is kept for the owner and the one before it for members, so
//! strangers never delay the household. Members' waiting jobs go before others', and people take turns.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use imajin_app::fair::{FairSemaphore, Full, Permit, Shares};
use imajin_app::{Answer, Node, Problem, Role, extension};
use imajin_protocol::Did;

use crate::prefix::Prefix;
use crate::prelude::*;

/// The shares of long jobs. A waiting job takes a few hundred bytes; one person has an export, and the check of a copy.
const SHARES: Shares =
    Shares { permits: 3, each: 1, for_members: 1, for_owner: 1, waiting: 128, waiting_each: 2 };
/// How long a request waits with its connection open.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds after which a refused client may try again.
const RETRY_S: u32 = 30;

/// The person or address that a job is for: a client of a [`FairSemaphore`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JobOwner {
    /// A person with a session.
    Person(Did),
    /// All callers without a session at one address.
    Address(Prefix),
}

/// For whom a request is served, where places are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The person or address whose share the request takes.
    pub who: JobOwner,
    /// The role that decides which of the reserved places the request may have.
    pub role: Role,
}

/// The clients of a node's long jobs.
#[extension(pub trait JobClients)]
impl Node {
    /// For whom a request is served, where places are shared: a person whom the household let in; all others by their
    /// address, as strangers, since keys and mailboxes cost nothing.
    fn client(&self, did: Option<&Did>, address: Option<IpAddr>) -> Answer<Client> {
        let (who, role) = match (did, address) {
            (Some(did), _) if self.is_invited(did)? => {
                (JobOwner::Person(did.clone()), self.role(did)?)
            }
            // The node's own work for a person comes from no address.
            (Some(did), None) => (JobOwner::Person(did.clone()), Role::Stranger),
            (_, address) => {
                let address = address.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
                (JobOwner::Address(Prefix::from_address(address)), Role::Stranger)
            }
        };
        Ok(Client { who, role })
    }
}

/// The queue of a node.
#[derive(Debug)]
pub struct Jobs(FairSemaphore<JobOwner>);

/// The right to work, until it is dropped.
pub type Turn = Permit<JobOwner>;

impl Jobs {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(FairSemaphore::new(SHARES)))
    }

    /// Waits for a turn without a limit. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// 429 if this person has two jobs waiting, 503 if the queue is full.
    pub async fn turn(&self, who: JobOwner, role: Role) -> Answer<Turn> {
        let permit = self.0.acquire(who, role).await;
        permit.map_err(|full| match full {
            Full::Client => Problem::too_many_of_yours(
                RETRY_S,
                "Your earlier jobs are still waiting for their turn on this node. Try again when the first is done.",
            ),
            Full::All => busy(),
        })
    }

    /// A turn for a request whose client waits: at most a minute.
    ///
    /// # Errors
    /// As [`Jobs::turn`], and 503 after that minute.
    pub async fn turn_soon(&self, who: JobOwner, role: Role) -> Answer<Turn> {
        let turn = tokio::time::timeout(PATIENCE, self.turn(who, role)).await;
        turn.unwrap_or_else(|_| Err(busy()))
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
        // Slots are left for the owner, and yet each person has one job.
        let owner = now(&jobs, 5, Role::Owner).await;
        assert!(owner.is_some());
        assert!(now(&jobs, 5, Role::Owner).await.is_none(), "one a person");
    }

    /// A turn for a job that waits in the background.
    async fn waits(jobs: &Arc<Jobs>, n: u8, role: Role) -> tokio::task::JoinHandle<Answer<Turn>> {
        let jobs = Arc::clone(jobs);
        let waiting = tokio::spawn(async move { jobs.turn(person(n), role).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        waiting
    }

    #[tokio::test]
    async fn a_member_overtakes_every_stranger_who_waits() {
        let jobs = Jobs::new();
        // When both could begin, the member's job does, however long the other has waited.
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
        assert_eq!(refused, 100 - SHARES.waiting / 2, "the queue is bounded, and empties");
    }

    #[tokio::test]
    async fn one_who_asks_for_too_much_is_told_so_and_the_queue_is_not_full_for_others() {
        let jobs = Jobs::new();
        let _running = now(&jobs, 1, Role::Member).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..SHARES.waiting_each {
            waiting.push(waits(&jobs, 1, Role::Member).await);
        }
        let refused = jobs.turn(person(1), Role::Member).await;
        let problem = refused.expect_err("more than one may have");
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
        assert!(jobs.0.waiting() == 0);
        drop(running);
        assert!(now(&jobs, 1, Role::Member).await.is_some());
    }
}
