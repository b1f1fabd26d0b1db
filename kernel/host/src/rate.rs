//! Token buckets, one for each address or account, in a bounded table.
//!
//! Always: memory is bounded by the number of entries, and a bucket that was forgotten is a full one, so that
//! forgetting never refuses a request. Time is monotonic and is given by the caller.

use std::hash::Hash;
use std::time::Duration;

use parking_lot::Mutex;

use imajin_app::bounded::Bounded;

/// Buckets that fill with `rate` tokens a second up to `burst`.
pub struct Buckets<K> {
    rate: f64,
    burst: f64,
    table: Mutex<Bounded<K, Bucket>>,
}

struct Bucket {
    tokens: f64,
    /// When `tokens` was right, on the monotonic clock.
    at: Duration,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Buckets for at most `entries` keys. A rate of 0 or less means no limit.
    pub fn new(rate: f64, burst: f64, entries: usize) -> Self {
        Self { rate, burst: burst.max(1.0), table: Mutex::new(Bounded::new(entries)) }
    }

    /// Whether there is a token, without taking it; otherwise the seconds until there is one.
    pub fn look(&self, key: &K, now: Duration) -> Result<(), u32> {
        if self.rate <= 0.0 {
            return Ok(());
        }
        let table = self.table.lock();
        let Some(bucket) = table.get(key) else {
            return Ok(());
        };
        let tokens = bucket.tokens + now.saturating_sub(bucket.at).as_secs_f64() * self.rate;
        if tokens < 1.0 { Err(self.wait(tokens)) } else { Ok(()) }
    }

    /// Seconds until there is a token. Saturates; a rate so low that it matters is the owner's wish.
    fn wait(&self, tokens: f64) -> u32 {
        ((1.0 - tokens) / self.rate).ceil().max(1.0) as u32
    }

    /// Every bucket that is not full, with its tokens.
    pub(crate) fn left(&self, now: Duration) -> Vec<(K, f64)> {
        let table = self.table.lock();
        let tokens = |bucket: &Bucket| {
            bucket.tokens + now.saturating_sub(bucket.at).as_secs_f64() * self.rate
        };
        let all = table.iter().map(|(key, bucket)| (key.clone(), tokens(bucket)));
        all.filter(|(_, tokens)| *tokens < self.burst).collect()
    }

    /// Restores a bucket of an earlier run, which had this many tokens `ago_s` seconds ago.
    pub(crate) fn restore(&self, key: K, tokens: f64, ago_s: f64, now: Duration) {
        let tokens = tokens + ago_s * self.rate;
        if tokens.is_nan() || tokens >= self.burst {
            return;
        }
        let mut table = self.table.lock();
        table.insert(key, Bucket { tokens: tokens.max(0.0), at: now });
    }

    /// Takes one token, or returns the seconds until there is one.
    pub fn take(&self, key: &K, now: Duration) -> Result<(), u32> {
        if self.rate <= 0.0 {
            return Ok(());
        }
        let mut table = self.table.lock();
        let Some(bucket) = table.get_mut(key) else {
            table.insert(key.clone(), Bucket { tokens: self.burst - 1.0, at: now });
            return Ok(());
        };
        let elapsed = now.saturating_sub(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + elapsed * self.rate).min(self.burst);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(self.wait(bucket.tokens));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empties_and_fills() {
        let buckets = Buckets::new(2.0, 3.0, 10);
        let at = |ms| Duration::from_millis(ms);
        for _ in 0..3 {
            assert_eq!(buckets.take(&"a", at(0)), Ok(()));
        }
        assert_eq!(buckets.take(&"a", at(0)), Err(1));
        assert_eq!(buckets.take(&"b", at(0)), Ok(()), "others are not touched");
        assert_eq!(buckets.take(&"a", at(500)), Ok(()));
        assert_eq!(buckets.take(&"a", at(500)), Err(1));
        assert_eq!(buckets.take(&"a", at(100)), Err(1), "time that goes back gives nothing");
        let slow = Buckets::new(0.01, 1.0, 10);
        assert_eq!(slow.take(&1, at(0)), Ok(()));
        assert_eq!(slow.take(&1, at(0)), Err(100));
        assert_eq!(Buckets::new(0.0, 1.0, 1).take(&1, at(0)), Ok(()));
    }
}
