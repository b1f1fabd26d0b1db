//! The order in which deliveries begin: round-robin by client, within the limits. What an open circuit keeps out is refused at once. Pure.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::circuits::Circuits;
use super::{Limits, Scope};

/// The number of a delivery.
pub(super) type Id = u64;

/// The client of a delivery, and the host that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) client: String,
    pub(super) host: String,
}

/// Next step of a delivery that waited.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The delivery begins.
    Begin(Id),
    /// The circuit is open for this long.
    Refuse(Id, Duration),
}

/// The deliveries that wait and that run.
#[derive(Debug)]
pub(super) struct Schedule {
    limits: Limits,
    circuits: Circuits,
    /// Clients with their waiting deliveries. The first is next.
    waiting: VecDeque<(String, VecDeque<(Id, String)>)>,
    running: HashMap<Id, Route>,
}

impl Schedule {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            circuits: Circuits::new(limits.circuits),
            limits,
            waiting: VecDeque::new(),
            running: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, id: Id, route: Route) {
        let delivery = (id, route.host);
        match self.waiting.iter_mut().find(|(of, _)| *of == route.client) {
            Some((_, queue)) => queue.push_back(delivery),
            None => self.waiting.push_back((route.client, VecDeque::from([delivery]))),
        }
    }

    /// The next delivery that can begin or won't; its client is the last one then.
    pub(super) fn take_next(&mut self, now: Duration) -> Option<Next> {
        if self.running.len() >= self.limits.in_flight {
            return None;
        }
        let mut clients = self.waiting.iter().enumerate();
        let (client_at, delivery_at) = clients
            .find_map(|(at, (client, queue))| Some((at, self.first_free(client, queue)?)))?;
        let (client, mut queue) = self.waiting.remove(client_at)?;
        let (id, host) = queue.remove(delivery_at)?;
        let route = Route { client, host };
        if !queue.is_empty() {
            self.waiting.push_back((route.client.clone(), queue));
        }
        let circuit = self.circuit(&route.client, &route.host);
        Some(match self.circuits.admit(&circuit, now) {
            Ok(()) => {
                self.running.insert(id, route);
                Next::Begin(id)
            }
            Err(left) => Next::Refuse(id, left),
        })
    }

    /// The first delivery of a client within its share whose host has a place.
    fn first_free(&self, client: &str, queue: &VecDeque<(Id, String)>) -> Option<usize> {
        let running = || self.running.values();
        let share = running().filter(|route| route.client == client).count();
        if share >= self.limits.per_client {
            return None;
        }
        queue.iter().position(|(_, host)| {
            let there = || running().filter(|route| route.host == *host);
            // One delivery at a time for each client and host: a client's messages keep their order, and a client can't
            // hold all slots of a host that others use, too.
            let has_one = there().any(|route| route.client == client);
            // Another delivery is the probe; its result decides on this one.
            let circuit = self.circuit(client, host);
            let is_probed = self.circuits.is_failing(&circuit)
                && there().any(|route| self.circuit(&route.client, host) == circuit);
            there().count() < self.limits.per_host && !has_one && !is_probed
        })
    }

    /// Frees the place of a delivery that ended. `is_reached` is none if its host was not asked.
    pub(super) fn end(&mut self, id: Id, is_reached: Option<bool>, now: Duration) {
        if let (Some(route), Some(is_reached)) = (self.running.remove(&id), is_reached) {
            let circuit = self.circuit(&route.client, &route.host);
            self.circuits.note(&circuit, is_reached, now);
        }
    }

    fn circuit(&self, client: &str, host: &str) -> String {
        match self.limits.scope {
            Scope::Host => host.to_owned(),
            Scope::ClientAndHost => format!("{client} {host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backoff::Backoff;

    const NOW: Duration = Duration::from_secs(1);

    fn schedule(scope: Scope) -> Schedule {
        Schedule::new(Limits {
            in_flight: 4,
            per_client: 2,
            per_host: 2,
            deadline: Duration::from_secs(20),
            circuits: Backoff::new(Duration::from_secs(60), Duration::from_secs(3_600)),
            scope,
        })
    }

    fn push(schedule: &mut Schedule, id: Id, client: &str, host: &str) {
        let (client, host) = (client.to_owned(), host.to_owned());
        schedule.push(id, Route { client, host });
    }

    /// All deliveries that begin now.
    fn begun(schedule: &mut Schedule) -> Vec<Id> {
        let next = std::iter::from_fn(|| schedule.take_next(NOW));
        next.filter_map(|next| match next {
            Next::Begin(id) => Some(id),
            Next::Refuse(..) => None,
        })
        .collect()
    }

    #[test]
    fn one_client_has_its_share_and_the_others_take_turns() {
        let mut schedule = schedule(Scope::ClientAndHost);
        for id in 0..10 {
            push(&mut schedule, id, "mallory", &format!("dead{id}"));
        }
        push(&mut schedule, 20, "ada", "a");
        push(&mut schedule, 21, "ada", "b");
        push(&mut schedule, 30, "bob", "a");
        assert_eq!(begun(&mut schedule), [0, 20, 30, 1]);
        schedule.end(20, Some(true), NOW);
        assert_eq!(begun(&mut schedule), [21]);
        schedule.end(30, Some(true), NOW);
        assert!(begun(&mut schedule).is_empty(), "more than its share");
        schedule.end(0, Some(false), NOW);
        assert_eq!(begun(&mut schedule), [2]);
    }

    #[test]
    fn a_host_has_few_places_and_of_them_a_client_one() {
        let mut schedule = schedule(Scope::ClientAndHost);
        push(&mut schedule, 1, "mallory", "shared");
        push(&mut schedule, 2, "mallory", "shared");
        push(&mut schedule, 3, "ada", "shared");
        push(&mut schedule, 4, "bob", "shared");
        push(&mut schedule, 5, "bob", "other");
        assert_eq!(begun(&mut schedule), [1, 3, 5]);
        schedule.end(3, Some(true), NOW);
        assert_eq!(begun(&mut schedule), [4]);
        schedule.end(1, Some(true), NOW);
        assert_eq!(begun(&mut schedule), [2]);
    }

    #[test]
    fn what_one_client_finds_dead_is_not_dead_for_others_where_clients_choose_it() {
        let fail = |scope| {
            let mut schedule = schedule(scope);
            for id in 0..3 {
                push(&mut schedule, id, "mallory", "shared");
                assert_eq!(begun(&mut schedule), [id]);
                schedule.end(id, Some(false), NOW);
            }
            push(&mut schedule, 8, "mallory", "shared");
            push(&mut schedule, 9, "ada", "shared");
            [schedule.take_next(NOW), schedule.take_next(NOW)]
        };
        let minute = Duration::from_secs(60);
        let refused = Some(Next::Refuse(8, minute));
        assert_eq!(fail(Scope::ClientAndHost), [refused, Some(Next::Begin(9))]);
        let hosts = fail(Scope::Host);
        let both = [8, 9].map(|id| Some(Next::Refuse(id, minute)));
        assert_eq!(hosts, both);
    }

    #[test]
    fn what_waits_while_a_circuit_is_probed_goes_out_when_the_probe_closed_it() {
        let mut schedule = schedule(Scope::Host);
        for id in 0..3 {
            push(&mut schedule, id, "ada", "mail");
            assert_eq!(begun(&mut schedule), [id]);
            schedule.end(id, Some(false), NOW);
        }
        let later = NOW + Duration::from_secs(60);
        push(&mut schedule, 3, "ada", "mail");
        push(&mut schedule, 4, "bob", "mail");
        assert_eq!(schedule.take_next(later), Some(Next::Begin(3)));
        assert_eq!(schedule.take_next(later), None, "it is probed");
        schedule.end(3, Some(true), later);
        assert_eq!(schedule.take_next(later), Some(Next::Begin(4)));
    }
}
