//! A map with a maximum size: when it is full, the oldest entry is removed first.
//!
//! Always: at most `limit` entries. The map must not know what it holds or what time it is.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A map with a limit. Replacing an entry does not make it younger.
pub struct Bounded<K, V> {
    map: HashMap<K, V>,
    /// Keys in the order of their insertion; may hold keys that were taken out since, which are skipped.
    order: VecDeque<K>,
    limit: usize,
}

impl<K: Hash + Eq + Clone, V> Bounded<K, V> {
    /// Makes an empty map for this many entries.
    pub fn new(limit: usize) -> Self {
        Self { map: HashMap::new(), order: VecDeque::new(), limit: limit.max(1) }
    }

    /// Puts in an entry, in place of the oldest one where the map is full.
    pub fn insert(&mut self, key: K, value: V) {
        if self.map.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        while self.map.len() > self.limit {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.map.remove(&oldest);
        }
        // Keys that were taken out leave their place in the order; sweep when they are as many as the living.
        if self.order.len() > 2 * self.map.len().max(16) {
            let map = &self.map;
            let mut seen = std::collections::HashSet::new();
            self.order.retain(|key| map.contains_key(key) && seen.insert(key.clone()));
        }
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.map.get(key)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.map.get_mut(key)
    }

    /// Takes out the entry of a key.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.map.remove(key)
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.map.iter()
    }

    /// Takes out the entries that `keep` refuses.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.map.retain(|key, value| keep(key, value));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_and_the_order_stays_small() {
        let mut map = Bounded::new(3);
        for key in 0..1000 {
            map.insert(key, key);
            if key % 2 == 0 {
                map.remove(&key);
            }
            assert!(map.len() <= 3 && map.order.len() <= 33);
        }
        let expected = (Some(&999), Some(&997), Some(&995), None);
        assert_eq!((map.get(&999), map.get(&997), map.get(&995), map.get(&993)), expected);
    }
}
