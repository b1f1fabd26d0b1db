//! All connections of a node, whichever listener they came by.
//!
//! Always: the number of connections is limited, in all and by address; at the limit, the longest idle
//! connection of the address with the most is closed. Loopback and trusted proxies speak for many people and have no
//! limit by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use imajin_host::Limits;
use imajin_host::prefix::Prefix;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::link::{Deadlines, Link};

/// The connections of a node.
pub struct Table {
    most: usize,
    per_address: usize,
    proxies: Vec<IpAddr>,
    pub(super) deadlines: Deadlines,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    links: HashMap<u64, Link>,
    by: HashMap<Prefix, usize>,
}

/// A place in the table, as long as it is kept.
pub(super) struct Slot {
    table: Arc<Table>,
    id: u64,
    pub(super) link: Link,
}

impl Table {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            most: limits.connections.max(1),
            per_address: limits.connections_per_address.max(1),
            proxies: limits.trusted_proxies.clone(),
            deadlines: Deadlines::new(limits),
            open: Mutex::default(),
        })
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.open.lock().links.is_empty()
    }

    /// A place for a connection from this address. None where every connection that could go is being worked for.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let prefix = Prefix::from_address(address);
        let is_many = address.is_loopback() || self.proxies.contains(&address);
        let mut open = self.open.lock();
        let own = open.by.get(&prefix).copied().unwrap_or(0);
        if !is_many && own >= self.per_address && !open.evict(Some(prefix)) {
            return None;
        }
        if open.links.len() >= self.most {
            let most = open.by.iter().max_by_key(|(_, count)| **count);
            let most = most.map(|(prefix, _)| *prefix);
            if !open.evict(most) && !open.evict(None) {
                return None;
            }
        }
        let id = open.next;
        open.next += 1;
        let link = Link::new(prefix, self.deadlines);
        open.links.insert(id, link.clone());
        *open.by.entry(prefix).or_default() += 1;
        Some(Slot { table: Arc::clone(self), id, link })
    }
}

impl Open {
    /// Cuts the longest idle connection, of this prefix or of all.
    fn evict(&mut self, of: Option<Prefix>) -> bool {
        let now = Instant::now();
        let ours = |link: &Link| of.is_none_or(|prefix| link.prefix() == prefix);
        let candidates = self.links.iter().filter(|(_, link)| ours(link));
        let longest = candidates
            .filter_map(|(id, link)| Some((*id, link.idle_for(now)?)))
            .max_by_key(|(_, idle)| *idle);
        let Some(link) = longest.and_then(|(id, _)| self.remove(id)) else {
            return false;
        };
        link.cut();
        true
    }

    fn remove(&mut self, id: u64) -> Option<Link> {
        let link = self.links.remove(&id)?;
        if let Some(count) = self.by.get_mut(&link.prefix()) {
            *count -= 1;
            if *count == 0 {
                self.by.remove(&link.prefix());
            }
        }
        Some(link)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.table.open.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn table(most: usize, per_address: usize) -> Arc<Table> {
        Table::new(&Limits {
            connections: most,
            connections_per_address: per_address,
            trusted_proxies: vec![IpAddr::from([192, 0, 2, 99])],
            ..Limits::default()
        })
    }

    fn from(table: &Arc<Table>, last: u8) -> Option<Slot> {
        table.admit(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test]
    async fn one_address_with_all_its_sockets_leaves_room_for_the_next() {
        let table = table(4, 100);
        let many: Vec<Slot> = (0..4).filter_map(|_| from(&table, 1)).collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        many[0].link.read();
        let member = from(&table, 2).unwrap();
        assert!(many[1..].iter().any(|place| place.link.is_cut()));
        assert!(!many[0].link.is_cut(), "it is the one that was not idle");
        tokio::time::sleep(Duration::from_millis(20)).await;
        let _more: Vec<Slot> = (0..10).filter_map(|_| from(&table, 1)).collect();
        assert!(!member.link.is_cut(), "others have fewer");
    }

    #[tokio::test]
    async fn an_address_beyond_its_limit_makes_room_for_itself() {
        let table = table(100, 2);
        let other = from(&table, 2).unwrap();
        let first = from(&table, 1).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let second = from(&table, 1).unwrap();
        let third = from(&table, 1).unwrap();
        let cut = |place: &Slot| place.link.is_cut();
        assert!(cut(&first) && !cut(&second) && !cut(&third) && !cut(&other));
        second.link.request_began(false);
        third.link.request_began(false);
        assert!(from(&table, 1).is_none(), "the node works for both");
        second.link.talks();
        let fourth = from(&table, 1).unwrap();
        assert!(cut(&second) && !cut(&third) && !cut(&fourth), "a silent socket goes");
        let proxied: Vec<Slot> = (0..10).filter_map(|_| from(&table, 99)).collect();
        assert!(proxied.len() == 10 && !proxied.iter().any(cut));
    }

    #[test]
    fn a_place_is_free_when_its_connection_ends() {
        let table = table(10, 10);
        let (a, b) = (from(&table, 1), from(&table, 1));
        drop(a);
        assert_eq!(table.open.lock().links.len(), 1);
        drop(b);
        assert!(table.open.lock().by.is_empty());
    }
}
