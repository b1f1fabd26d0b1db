//! Presence, in memory only and part of no log. A person is present for a minute after their device reported it.

use imajin_dfos::order::Order as _;
use parking_lot::{Mutex, MutexGuard};
use std::collections::HashMap;

use imajin_dfos::Timestamp;
use imajin_protocol::Did;

/// Time for which a report of presence is valid, in milliseconds.
const PRESENT_MS: i64 = 60_000;
/// Maximum number of people in memory: many times a household and its friends. Beyond that, the half seen longest ago
/// is dropped.
const PEOPLE_MAX: usize = 4_096;

/// The time of each person's last report.
#[derive(Debug, Default)]
pub(crate) struct Presence(Mutex<HashMap<Did, Timestamp>>);

impl Presence {
    /// Records that a person is present.
    pub(crate) fn seen(&self, did: Did, now: Timestamp) {
        let mut people = self.people();
        if people.len() >= PEOPLE_MAX && !people.contains_key(&did) {
            let mut times: Vec<_> = people.values().copied().collect();
            times.order();
            let middle = times.get(times.len() / 2);
            people.retain(|_, at| middle.is_some_and(|middle| *at > *middle));
        }
        people.insert(did, now);
    }

    /// Returns the time of a person's last report, and whether they are still present.
    pub(crate) fn find(&self, did: &Did, now: Timestamp) -> (Option<Timestamp>, bool) {
        let at = self.people().get(did).copied();
        let is_fresh = |at: Timestamp| now.as_millis() - at.as_millis() < PRESENT_MS;
        (at, at.is_some_and(is_fresh))
    }

    fn people(&self) -> MutexGuard<'_, HashMap<Did, Timestamp>> {
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn a_minute_of_presence() {
        let presence = Presence::default();
        let ada = Did::from_key(&[1; 32]);
        assert_eq!(presence.find(&ada, at(0)), (None, false));
        presence.seen(ada.clone(), at(1_000));
        assert_eq!(presence.find(&ada, at(60_999)), (Some(at(1_000)), true));
        assert_eq!(presence.find(&ada, at(61_000)), (Some(at(1_000)), false));
    }

    #[test]
    fn bounded() {
        let presence = Presence::default();
        for i in 0..=u16::try_from(PEOPLE_MAX).unwrap() {
            let mut key = [0; 32];
            key[..2].copy_from_slice(&i.to_be_bytes());
            presence.seen(Did::from_key(&key), at(i64::from(i)));
        }
        assert!(presence.0.lock().len() <= PEOPLE_MAX);
    }
}
