//! Answers that many people ask for, kept in memory until their sources change.
//!
//! Always: an answer that is given out was made from the tables as they are now, and its time has not come; all kept
//! answers together stay within a number of bytes.

use std::sync::Arc;

use hashlink::LruCache;
use imajin_dfos::Timestamp;
use parking_lot::Mutex;

use crate::node::Node;
use crate::problem::Problem;

/// Bytes that an entry takes besides its key and its value, about.
const ENTRY_BYTES: usize = 128;
/// The largest part of the room that one answer may take: an eighth.
const SHARE: usize = 8;

/// The tables that answers are made from.
#[derive(Debug, Clone, Copy)]
pub enum Tables {
    /// The tables of all services: for an answer that needs more than its own service.
    All,
    /// The tables of the service with this name.
    Of(&'static str),
}

/// An answer that was made just now.
#[derive(Debug)]
pub struct FreshAnswer<V> {
    /// The answer.
    pub value: V,
    /// The approximate size in bytes.
    pub bytes: usize,
    /// When it is over, even though nothing changes; [`Timestamp::MIN`] for one that is not kept at all.
    pub until: Timestamp,
}

/// The answers, by question.
#[derive(Debug)]
pub struct Recent<V> {
    tables: Tables,
    bytes_max: usize,
    kept: Mutex<Answers<V>>,
}

#[derive(Debug)]
struct Answers<V> {
    by_key: LruCache<String, CacheEntry<V>>,
    bytes: usize,
}

/// The moment of a question.
#[derive(Debug, Clone, Copy)]
struct ReadMoment {
    /// The generation of the tables.
    generation: u64,
    now: Timestamp,
}

#[derive(Debug)]
struct CacheEntry<V> {
    /// When it was made.
    asked: ReadMoment,
    until: Timestamp,
    bytes: usize,
    value: Arc<V>,
}

impl<V> Recent<V> {
    /// Room for answers made from these tables.
    pub fn new(tables: Tables, bytes_max: usize) -> Self {
        let by_key = LruCache::new_unbounded();
        Self { tables, bytes_max, kept: Mutex::new(Answers { by_key, bytes: 0 }) }
    }

    /// The answer for a key: a kept one, or else a new one, which is kept if there is room.
    ///
    /// # Errors
    /// As `make`, whose errors are not kept.
    pub fn get(
        &self,
        node: &Node,
        key: &str,
        make: impl FnOnce() -> Result<FreshAnswer<V>, Problem>,
    ) -> Result<Arc<V>, Problem> {
        let moment = self.ask(node)?;
        match self.find(key, moment) {
            Some(answer) => Ok(answer),
            None => Ok(self.take(key, moment, make()?)),
        }
    }

    /// Returns an answer like [`Recent::get`], for an answer whose making waits for the disk.
    ///
    /// # Errors
    /// As `make`, whose errors are not kept.
    pub async fn get_later(
        &self,
        node: &Node,
        key: &str,
        make: impl Future<Output = Result<FreshAnswer<V>, Problem>>,
    ) -> Result<Arc<V>, Problem> {
        let moment = self.ask(node)?;
        match self.find(key, moment) {
            Some(answer) => Ok(answer),
            None => Ok(self.take(key, moment, make.await?)),
        }
    }

    /// The moment of a question. Read before the tables: a change in between makes an answer old, never wrong.
    fn ask(&self, node: &Node) -> Result<ReadMoment, Problem> {
        Ok(ReadMoment { generation: self.generation(node)?, now: node.now() })
    }

    /// Keeps an answer, if there is room.
    fn take(&self, key: &str, asked: ReadMoment, made: FreshAnswer<V>) -> Arc<V> {
        let (bytes, until) = (key.len() + made.bytes + ENTRY_BYTES, made.until);
        let value = Arc::new(made.value);
        if asked.now < until && bytes <= self.bytes_max / SHARE {
            let kept = CacheEntry { asked, until, bytes, value: Arc::clone(&value) };
            self.keep(key, kept);
        }
        value
    }

    fn generation(&self, node: &Node) -> Result<u64, Problem> {
        match self.tables {
            Tables::All => Ok(node.ledger().generations()),
            Tables::Of(service) => Ok(node.ledger().generation(service)?),
        }
    }

    fn find(&self, key: &str, asked: ReadMoment) -> Option<Arc<V>> {
        let mut answers = self.kept.lock();
        let kept = answers.by_key.get(key)?;
        let ReadMoment { generation, now } = asked;
        // If the clock was set back, an answer can be from the future.
        let is_current =
            kept.asked.generation == generation && kept.asked.now <= now && now < kept.until;
        is_current.then(|| Arc::clone(&kept.value))
    }

    fn keep(&self, key: &str, kept: CacheEntry<V>) {
        let mut answers = self.kept.lock();
        answers.bytes += kept.bytes;
        if let Some(old) = answers.by_key.insert(key.to_owned(), kept) {
            answers.bytes -= old.bytes;
        }
        while answers.bytes > self.bytes_max
            && let Some((_, oldest)) = answers.by_key.remove_lru()
        {
            answers.bytes -= oldest.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(generation: u64, now: Timestamp) -> ReadMoment {
        ReadMoment { generation, now }
    }

    fn cache_entry(generation: u64, bytes: usize) -> CacheEntry<u8> {
        CacheEntry {
            asked: moment(generation, Timestamp::MIN),
            until: Timestamp::MAX,
            bytes,
            value: Arc::new(0),
        }
    }

    #[test]
    fn what_changed_since_is_not_given_out() {
        let recent = Recent::new(Tables::All, 1_000);
        recent.keep("ada", cache_entry(7, 100));
        assert!(recent.find("ada", moment(7, Timestamp::MIN)).is_some());
        assert!(recent.find("ada", moment(8, Timestamp::MIN)).is_none());
        assert!(recent.find("ben", moment(7, Timestamp::MIN)).is_none());
        assert!(recent.find("ada", moment(7, Timestamp::MAX)).is_none(), "it is over");
    }

    #[test]
    fn all_of_them_together_take_a_bounded_number_of_bytes() {
        let recent = Recent::new(Tables::All, 1_000);
        for n in 0..20 {
            recent.keep(&n.to_string(), cache_entry(1, 100));
            recent.find("0", moment(1, Timestamp::MIN));
        }
        let has = |key: &str| recent.find(key, moment(1, Timestamp::MIN)).is_some();
        assert!(has("0") && has("19") && !has("1"), "the one asked for least recently goes");
        recent.keep("0", cache_entry(1, 50));
        let answers = recent.kept.lock();
        assert_eq!(answers.bytes, answers.by_key.iter().map(|(_, kept)| kept.bytes).sum::<usize>());
        assert_eq!(answers.by_key.len(), 10);
    }
}
