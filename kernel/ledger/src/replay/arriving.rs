//! Offsets of logs that are being imported.
//!
//! Always: they are reserved before anything of the log is visible, and come after those of entries that are written
//! meanwhile. A reader by offset therefore stops before them until all rows of the log are there.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// The imports in progress.
#[derive(Debug, Default)]
pub(crate) struct ToCome(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    begun: u64,
    /// The first offset of each import, by its number.
    firsts: BTreeMap<u64, u64>,
}

/// Reserved offsets, as readers see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// Imports begun since the start.
    pub begun: u64,
    /// Imports that finished or were given up since the start.
    pub ended: u64,
    /// The first offset of those in progress.
    pub first: Option<u64>,
}

/// An import is in progress until this is dropped.
#[derive(Debug)]
pub(crate) struct Arriving {
    all: Arc<ToCome>,
    number: u64,
}

impl ToCome {
    /// Registers a log whose offsets begin with this one.
    pub(crate) fn begin(self: &Arc<Self>, first: u64) -> Arriving {
        let mut inner = self.0.lock();
        inner.begun += 1;
        let number = inner.begun;
        inner.firsts.insert(number, first);
        Arriving { all: self.clone(), number }
    }

    pub(crate) fn now(&self) -> Coming {
        let inner = self.0.lock();
        Coming {
            begun: inner.begun,
            ended: inner.begun - inner.firsts.len() as u64,
            first: inner.firsts.values().min().copied(),
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.all.0.lock().firsts.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_missing_counts_until_its_log_is_there() {
        let all = Arc::new(ToCome::default());
        let (one, two) = (all.begin(10), all.begin(30));
        let coming = |begun, ended, first| Coming { begun, ended, first };
        assert_eq!(all.now(), coming(2, 0, Some(10)));
        drop(one);
        assert_eq!(all.now(), coming(2, 1, Some(30)));
        drop(two);
        assert_eq!(all.now(), coming(2, 2, None));
    }
}
