//! A semaphore whose permits are shared fairly: by client, not by request.
//!
//! Always: a client holds at most its share, however many requests it has. Waiting clients take turns, however many
//! requests each of them has; those of one client keep their order. The last permits are for members, and the very last
//! for the owner. A request whose caller stops waiting leaves the queue, and a dropped permit returns to the semaphore.
//!
//! Each kind of slow work has a separate semaphore: decoders, name look-ups, transfers, long jobs, calls to other machines. The
//! user of the semaphore decides what a client is: a person, an address, a host.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::role::Role;

/// Turns in a row that members have while other clients wait; then another client has a turn, so that no client
/// starves.
const MEMBERS_IN_A_ROW: u32 = 3;

/// The number of permits, and their reservations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// All permits.
    pub permits: usize,
    /// Permits of one client.
    pub each: usize,
    /// Permits that strangers and guests leave to members, besides those of the owner.
    pub for_members: usize,
    /// Permits that all other people leave to the owner.
    pub for_owner: usize,
    /// Requests that may wait. Strangers and guests have half of the queue.
    pub waiting: usize,
    /// Requests of one client that may wait.
    pub waiting_each: usize,
}

impl Shares {
    /// Shares of a pool of transfers: a quarter is for members, and one permit for the owner. Requests never wait.
    pub const fn of_transfers(permits: usize, each: usize) -> Self {
        Self { permits, each, for_members: permits / 4, for_owner: 1, waiting: 0, waiting_each: 0 }
    }

    /// Returns how many permits all clients together may hold once a client of this role has got one.
    fn limit(&self, role: Role) -> usize {
        let kept = match role {
            Role::Owner => 0,
            Role::Member => self.for_owner,
            Role::Guest | Role::Stranger => self.for_owner + self.for_members,
        };
        self.permits.saturating_sub(kept)
    }
}

/// The reason why a client gets no permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Full {
    #[error("the client has too many already")]
    Client,
    #[error("all are taken")]
    All,
}

/// Permits for clients `K`. Clones share them.
pub struct FairSemaphore<K: Eq + Clone>(Arc<Shared<K>>);

struct Shared<K: Eq + Clone> {
    shares: Shares,
    state: Mutex<State<K>>,
}

struct State<K: Eq + Clone> {
    /// The client of each permit.
    held: Vec<K>,
    /// Clients that wait, in the order of their turns, and their requests.
    queue: VecDeque<(K, VecDeque<Waiter<K>>)>,
    next_id: u64,
    /// Permits that went to members since one of the others had a turn or none of these could have had one.
    in_a_row: u32,
}

struct Waiter<K: Eq + Clone> {
    id: u64,
    role: Role,
    sender: oneshot::Sender<Permit<K>>,
}

/// A permit, until it is dropped.
#[must_use = "a permit ends when it is dropped"]
pub struct Permit<K: Eq + Clone> {
    semaphore: FairSemaphore<K>,
    client: K,
}

/// A request's place in the queue: dropping it, when the caller stops waiting, takes the request out.
struct InQueue<K: Eq + Clone> {
    semaphore: FairSemaphore<K>,
    id: u64,
}

impl<K: Eq + Clone> fmt::Debug for FairSemaphore<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FairSemaphore").field(&self.0.shares).finish()
    }
}

impl<K: Eq + Clone> fmt::Debug for Permit<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permit").field(&self.semaphore).finish()
    }
}

impl<K: Eq + Clone> Clone for FairSemaphore<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Clone> FairSemaphore<K> {
    /// A semaphore with these shares.
    pub fn new(shares: Shares) -> Self {
        let state = State { held: Vec::new(), queue: VecDeque::new(), next_id: 0, in_a_row: 0 };
        Self(Arc::new(Shared { shares, state: Mutex::new(state) }))
    }

    /// Takes a permit at once.
    ///
    /// # Errors
    /// The client has its share, or there is none.
    pub fn try_acquire(&self, client: K, role: Role) -> Result<Permit<K>, Full> {
        let mut state = self.0.state.lock();
        let shares = &self.0.shares;
        if state.held_by(&client) >= shares.each {
            return Err(Full::Client);
        }
        // This overtakes no request: one that waits for a permit that this role may have would have got it already.
        if state.held.len() >= shares.limit(role) {
            return Err(Full::All);
        }
        state.held.push(client.clone());
        Ok(Permit { semaphore: self.clone(), client })
    }

    /// Waits for a permit, without a limit of time. Dropping the future leaves the queue.
    ///
    /// # Errors
    /// As many requests wait as may: of this client, or of all.
    pub async fn acquire(&self, client: K, role: Role) -> Result<Permit<K>, Full> {
        let full = match self.try_acquire(client.clone(), role) {
            Ok(permit) => return Ok(permit),
            Err(full) => full,
        };
        let (sender, receiver) = oneshot::channel();
        let id = self.push(client, role, sender)?;
        let _in_queue = InQueue { semaphore: self.clone(), id };
        // A permit may have been returned in the meantime.
        self.grant();
        receiver.await.map_err(|_| full)
    }

    fn push(&self, client: K, role: Role, sender: oneshot::Sender<Permit<K>>) -> Result<u64, Full> {
        let mut state = self.0.state.lock();
        let shares = &self.0.shares;
        let place = state.queue.iter().position(|(other, _)| *other == client);
        let own = place.and_then(|place| state.queue.get(place));
        if own.map_or(0, |(_, own)| own.len()) >= shares.waiting_each {
            return Err(Full::Client);
        }
        let is_full = if role < Role::Member {
            state.count(|waiter| waiter.role < Role::Member) >= shares.waiting / 2
        } else {
            state.count(|_| true) >= shares.waiting
        };
        if is_full {
            return Err(Full::All);
        }
        let id = state.next_id;
        state.next_id += 1;
        let waiter = Waiter { id, role, sender };
        match place.and_then(|place| state.queue.get_mut(place)) {
            Some((_, own)) => own.push_back(waiter),
            None => state.queue.push_back((client, VecDeque::from([waiter]))),
        }
        Ok(id)
    }

    /// Gives a permit to every request that may have one, in turn.
    fn grant(&self) {
        loop {
            let next = self.0.state.lock().take_next(&self.0.shares);
            let Some((client, sender)) = next else { return };
            let permit = Permit { semaphore: self.clone(), client };
            // If the request's caller has stopped waiting, this drop returns the permit, which takes the lock.
            drop(sender.send(permit));
        }
    }

    /// The number of waiting requests.
    pub fn waiting(&self) -> usize {
        self.0.state.lock().count(|_| true)
    }

    /// The number of permits that are held.
    pub fn held(&self) -> usize {
        self.0.state.lock().held.len()
    }
}

impl<K: Eq + Clone> State<K> {
    fn held_by(&self, client: &K) -> usize {
        self.held.iter().filter(|other| *other == client).count()
    }

    fn count(&self, which: impl Fn(&Waiter<K>) -> bool) -> usize {
        let waiters = self.queue.iter().flat_map(|(_, own)| own);
        waiters.filter(|waiter| which(waiter)).count()
    }

    /// The next request that may have a permit, which is counted as its client's. The client's next turn comes last.
    fn take_next(&mut self, shares: &Shares) -> Option<(K, oneshot::Sender<Permit<K>>)> {
        let of_class = |is_member: bool| {
            self.queue.iter().position(|(client, own)| {
                own.front().is_some_and(|waiter| {
                    (waiter.role >= Role::Member) == is_member
                        && self.held.len() < shares.limit(waiter.role)
                        && self.held_by(client) < shares.each
                })
            })
        };
        let (members, others) = (of_class(true), of_class(false));
        let place = match (members, others) {
            (Some(_), Some(place)) if self.in_a_row >= MEMBERS_IN_A_ROW => {
                self.in_a_row = 0;
                place
            }
            (Some(place), others) => {
                self.in_a_row = others.map_or(0, |_| self.in_a_row + 1);
                place
            }
            (None, others) => {
                let place = others?;
                self.in_a_row = 0;
                place
            }
        };
        let (client, mut own) = self.queue.remove(place)?;
        let waiter = own.pop_front()?;
        if !own.is_empty() {
            self.queue.push_back((client.clone(), own));
        }
        self.held.push(client.clone());
        Some((client, waiter.sender))
    }
}

impl<K: Eq + Clone> Drop for Permit<K> {
    fn drop(&mut self) {
        {
            let mut state = self.semaphore.0.state.lock();
            let place = state.held.iter().position(|held| *held == self.client);
            if let Some(place) = place {
                state.held.swap_remove(place);
            }
        }
        self.semaphore.grant();
    }
}

impl<K: Eq + Clone> Drop for InQueue<K> {
    fn drop(&mut self) {
        let mut state = self.semaphore.0.state.lock();
        for (_, own) in &mut state.queue {
            own.retain(|waiter| waiter.id != self.id);
        }
        state.queue.retain(|(_, own)| !own.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    type Waiting = Pin<Box<dyn Future<Output = Result<Permit<u8>, Full>>>>;

    fn shares(permits: usize, each: usize) -> Shares {
        Shares { permits, each, for_members: 0, for_owner: 0, waiting: 16, waiting_each: 4 }
    }

    /// A request that has been made.
    fn request(semaphore: &FairSemaphore<u8>, client: u8, role: Role) -> Waiting {
        let semaphore = semaphore.clone();
        let mut waiting: Waiting = Box::pin(async move { semaphore.acquire(client, role).await });
        assert!(result(&mut waiting).is_none());
        waiting
    }

    fn result(waiting: &mut Waiting) -> Option<Result<Permit<u8>, Full>> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// The order in which waiting requests get the one permit.
    fn order(held: Permit<u8>, mut all: Vec<(&'static str, Waiting)>) -> Vec<&'static str> {
        let mut order = Vec::new();
        drop(held);
        while !all.is_empty() {
            let ready = all.iter_mut().enumerate().find_map(|(at, (_, waiting))| {
                let permit = result(waiting)?;
                Some((at, permit.unwrap()))
            });
            let (at, permit) = ready.expect("a permit is free and nobody gets it");
            order.push(all.remove(at).0);
            drop(permit);
        }
        order
    }

    #[test]
    fn clients_take_turns_however_much_each_of_them_asks_for() {
        let semaphore = FairSemaphore::new(shares(1, 1));
        let held = semaphore.try_acquire(9, Role::Member).unwrap();
        let all = [("a1", 1), ("a2", 1), ("a3", 1), ("b1", 2), ("c1", 3), ("b2", 2)];
        let all = all.map(|(name, client)| (name, request(&semaphore, client, Role::Member)));
        assert_eq!(order(held, all.into()), ["a1", "b1", "c1", "a2", "b2", "a3"]);
        assert_eq!((semaphore.held(), semaphore.waiting()), (0, 0));
    }

    #[test]
    fn members_go_first_and_yet_others_have_a_turn() {
        let semaphore = FairSemaphore::new(shares(1, 1));
        let held = semaphore.try_acquire(9, Role::Member).unwrap();
        let mut all = vec![("stranger", request(&semaphore, 1, Role::Stranger))];
        for client in 2..=6 {
            all.push(("member", request(&semaphore, client, Role::Member)));
        }
        let order = order(held, all);
        let place = order.iter().position(|name| *name == "stranger");
        assert_eq!(place, Some(MEMBERS_IN_A_ROW as usize), "{order:?}");
    }

    #[test]
    fn a_client_has_its_share_and_the_last_permits_are_for_members_and_the_owner() {
        let semaphore = FairSemaphore::new(Shares::of_transfers(8, 2));
        let take = |client, role| semaphore.try_acquire(client, role);
        let mut held = Vec::new();
        for client in 0..3 {
            let both = [take(client, Role::Stranger), take(client, Role::Stranger)];
            held.extend(both.into_iter().flatten());
            let full = match client {
                0 | 1 => Full::Client,
                _ => Full::All,
            };
            assert_eq!(take(client, Role::Stranger).err(), Some(full));
        }
        assert_eq!(held.len(), 5, "of eight, two are for members and one for the owner");
        assert_eq!(take(7, Role::Guest).err(), Some(Full::All));
        let members = [take(8, Role::Member), take(9, Role::Member)];
        assert!(members.iter().all(Result::is_ok));
        assert_eq!(take(10, Role::Member).err(), Some(Full::All));
        assert!(take(11, Role::Owner).is_ok());
    }

    #[test]
    fn whoever_stops_waiting_leaves_the_queue_and_hands_on_what_it_got() {
        let semaphore = FairSemaphore::new(shares(1, 1));
        let held = semaphore.try_acquire(9, Role::Member).unwrap();
        let gone = request(&semaphore, 1, Role::Member);
        let granted = request(&semaphore, 2, Role::Member);
        let mut last = request(&semaphore, 3, Role::Member);
        drop(gone);
        assert_eq!(semaphore.waiting(), 2);
        drop(held);
        // The second request got the permit, and its caller left before looking.
        drop(granted);
        assert!(result(&mut last).is_some_and(|permit| permit.is_ok()));
    }

    #[test]
    fn the_queue_is_bounded_for_each_and_half_of_it_is_for_members() {
        let semaphore = FairSemaphore::new(shares(1, 1));
        let _held = semaphore.try_acquire(99, Role::Member).unwrap();
        let refused = |client, role| {
            let other = semaphore.clone();
            let mut waiting: Waiting = Box::pin(async move { other.acquire(client, role).await });
            result(&mut waiting).and_then(Result::err)
        };
        let mut waiting = Vec::new();
        for client in [1, 1, 1, 1, 2, 2, 2, 2] {
            waiting.push(request(&semaphore, client, Role::Stranger));
        }
        assert_eq!(refused(2, Role::Stranger), Some(Full::Client));
        assert_eq!(refused(3, Role::Guest), Some(Full::All));
        waiting.push(request(&semaphore, 4, Role::Member));
        assert_eq!(semaphore.waiting(), 9);
    }
}
