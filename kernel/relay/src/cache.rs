//! A cache of a bounded number of things, without links or clocks: two generations.
//!
//! Always: at most `capacity` entries; frequently used ones stay.

use std::collections::HashMap;
use std::hash::Hash;

#[derive(Debug)]
pub(super) struct Cache<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    /// Entries of one generation.
    half: usize,
}

impl<K: Hash + Eq + Clone, V: Clone> Cache<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: (capacity / 2).max(1) }
    }

    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(found) = self.young.get(key) {
            return Some(found.clone());
        }
        let value = self.old.remove(key)?;
        self.put(key.clone(), value.clone());
        Some(value)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        self.young.insert(key, value);
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_no_more_than_it_may_and_keeps_what_is_used() {
        let mut cache = Cache::new(10);
        for n in 0..1000 {
            cache.put(n, n);
            assert_eq!(cache.get(&0).unwrap_or(0), 0);
            assert!(cache.young.len() + cache.old.len() <= 10);
        }
        assert_eq!(cache.get(&0), Some(0));
        assert_eq!(cache.get(&1), None);
        // The newest always wins over what an older generation holds.
        cache.put(0, 7);
        assert_eq!(cache.get(&0), Some(7));
        cache.clear();
        assert_eq!(cache.get(&0), None);
    }
}
