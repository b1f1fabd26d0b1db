//! The reasons for a new epoch, and the keys that it must be for.
//!
//! Always: decides as pages do (docs/conversations.md, rules 8 and 11).

use std::collections::BTreeMap;

use imajin_app::operation::Choice;
use imajin_dfos::order;
use imajin_dfos::{Timestamp, hex};
use imajin_ledger::Reader;
use imajin_ledger::rows::{Column, pair};
use imajin_protocol::Did;
use rusqlite::Row;

/// Messages under one epoch before another is called for.
const MESSAGES_MAX: u64 = 1_000;
/// The time after which another epoch is called for.
const AGE_MS: i64 = 30 * 24 * 3600 * 1000;
/// Between two epochs of one maker that nothing called for.
pub(crate) const UNCALLED_MS: i64 = 3600 * 1000;

/// Each member's keys, as [`keys_text`] writes them.
pub(crate) type Keys = BTreeMap<String, String>;

/// Keys in their order, none twice, as one text that can be compared.
pub(crate) fn keys_text(keys: impl IntoIterator<Item = [u8; 32]>) -> String {
    let mut keys: Vec<[u8; 32]> = keys.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    let hex: Vec<String> = keys.iter().map(|key| hex::encode(key)).collect();
    hex.join(" ")
}

/// Why messages need another epoch first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Because {
    /// The conversation has no epoch yet.
    First,
    /// A turn came since.
    Turn,
    /// A member's keys changed.
    Keys,
    /// The epoch has the maximum number of messages.
    Full,
    /// The epoch is too old.
    Old,
    /// A newer epoch exists.
    Newer,
}

/// The newest epoch of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Before {
    at: i64,
    messages: u64,
    /// The turns since, it among them.
    since: u64,
    keys: Keys,
}

impl Before {
    /// Reads it; none if there is none yet.
    pub(crate) fn read(db: Reader<'_>, log: &Did) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT epoch_at, epoch_messages, (SELECT count(*) FROM turns t WHERE t.owner_did = r.owner_did AND t.seq >= r.epoch_seq)
            FROM rooms r WHERE owner_did = ?1 AND epoch > 0";
        let read = |row: &Row<'_>| Ok((pair(row)?, u64::read(row, 2)?));
        let Some(((at, messages), since)) = db.row(sql, [log.as_str()], read)? else {
            return Ok(None);
        };
        let sql = "SELECT did, keys FROM epoch_keys WHERE owner_did = ?1";
        let keys = order::map(db.rows(sql, [log.as_str()], pair)?);
        Ok(Some(Self { at, messages, since, keys }))
    }

    /// Whether an epoch for these keys is called for at a time.
    pub(crate) fn calls_for(&self, now: Timestamp, keys: &Keys) -> bool {
        let is_over = is_used_up((self.at, self.messages), now).is_some();
        self.since > 1 || is_over || self.keys != *keys
    }
}

/// Why an epoch of this time, with so many messages, is used up, if so.
fn is_used_up((at, messages): (i64, u64), now: Timestamp) -> Option<Because> {
    if messages >= MESSAGES_MAX {
        return Some(Because::Full);
    }
    (now.as_millis().saturating_sub(at) >= AGE_MS).then_some(Because::Old)
}

/// Why no message may come under the newest epoch, if so.
pub(crate) fn why_over(
    db: Reader<'_>,
    log: &Did,
    now: Timestamp,
) -> rusqlite::Result<Option<Because>> {
    let sql = "SELECT epoch_at, epoch_messages, EXISTS (SELECT 1 FROM turns t WHERE t.owner_did = r.owner_did AND t.seq > r.epoch_seq)
        FROM rooms r WHERE owner_did = ?1 AND epoch > 0";
    let read = |row: &Row<'_>| Ok((pair(row)?, bool::read(row, 2)?));
    let Some(((at, messages), has_turn)) = db.row(sql, [log.as_str()], read)? else {
        return Ok(Some(Because::First));
    };
    if has_turn {
        return Ok(Some(Because::Turn));
    }
    let sql = "SELECT 1 FROM epoch_keys e LEFT JOIN people p ON p.owner_did = e.did
        WHERE e.owner_did = ?1 AND e.keys IS NOT iif(p.is_deleted, '', p.keys)";
    if db.exists(sql, [log.as_str()])? {
        return Ok(Some(Because::Keys));
    }
    Ok(is_used_up((at, messages), now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_in_their_order_and_none_twice() {
        assert_eq!(keys_text([[2; 32], [1; 32], [2; 32]]), keys_text([[1; 32], [2; 32]]));
        assert_eq!(keys_text([]), "");
        assert_ne!(keys_text([[1; 32]]), keys_text([[2; 32]]));
    }

    #[test]
    fn an_epoch_is_called_for_by_turns_messages_age_and_keys() {
        let keys = Keys::from([("a".to_owned(), "1".to_owned())]);
        let before = Before { at: 0, messages: 0, since: 1, keys: keys.clone() };
        let at = |ms| Timestamp::from_millis(ms).unwrap();
        assert!(!before.calls_for(at(AGE_MS - 1), &keys));
        assert!(before.calls_for(at(AGE_MS), &keys));
        assert!(before.calls_for(at(1), &Keys::new()));
        let turned = Before { since: 2, ..before.clone() };
        assert!(turned.calls_for(at(1), &keys));
        let full = Before { messages: MESSAGES_MAX, ..before };
        assert!(full.calls_for(at(1), &keys));
    }
}
