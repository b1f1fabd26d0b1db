//! The visitors of one node, limited in all and by address.
//!
//! Always: a visitor who finds no place gets that of the connection that is silent the longest, since browsers keep connections
//! that they no longer use. Connections at work keep theirs.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use imajin_host::prefix::Prefix;
use imajin_host::stop::{Stop, Stopper};
use parking_lot::Mutex;
use tokio::time::{Instant, sleep};

use super::places::{Full, Places, VisitorPlace};

/// How long a connection is silent before it loses its place to another visitor.
const SILENT: Duration = Duration::from_millis(if cfg!(test) { 200 } else { 5_000 });
/// How long a visitor waits for a place.
const PATIENCE: Duration = SILENT;
/// Pause between two attempts to take a place.
const AGAIN: Duration = Duration::from_millis(if cfg!(test) { 5 } else { 50 });

/// The places of a node's visitors, and their activities.
pub(super) struct Visitors {
    places: Arc<Places>,
    activities: Mutex<Vec<Arc<Activity>>>,
    begun: Instant,
}

/// The activity of a visitor's connection.
struct Activity {
    prefix: Prefix,
    /// When bytes last moved, in milliseconds since the visitors' beginning.
    moved_ms: AtomicU64,
    stopper: Stopper,
}

/// A visitor who has a place, as long as this is kept.
pub(super) struct Visitor {
    visitors: Arc<Visitors>,
    activity: Arc<Activity>,
    _place: VisitorPlace,
}

impl Visitors {
    pub(super) fn new(most: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self {
            places: Places::new(most, per_address),
            activities: Mutex::default(),
            begun: Instant::now(),
        })
    }

    /// Waits for a place, at the cost of a silent connection if there is one.
    pub(super) async fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Visitor, Full> {
        let deadline = Instant::now() + PATIENCE;
        let prefix = Prefix::from_address(address);
        loop {
            let full = match self.places.take(address) {
                Ok(place) => return Ok(self.enter(prefix, place)),
                Err(full) => full,
            };
            if Instant::now() >= deadline {
                return Err(full);
            }
            self.end_silent(full, prefix);
            sleep(AGAIN).await;
        }
    }

    fn enter(self: &Arc<Self>, prefix: Prefix, place: VisitorPlace) -> Visitor {
        let activity = Arc::new(Activity {
            prefix,
            moved_ms: AtomicU64::new(self.now_ms()),
            stopper: Stopper::default(),
        });
        self.activities.lock().push(Arc::clone(&activity));
        Visitor { visitors: Arc::clone(self), activity, _place: place }
    }

    /// Ends the connection that is silent the longest, among those whose end gives the address a place.
    fn end_silent(&self, full: Full, prefix: Prefix) {
        let latest_ms = self.now_ms().checked_sub(millis(SILENT));
        let activities = self.activities.lock();
        let silent = activities
            .iter()
            .filter(|activity| full == Full::Everywhere || activity.prefix == prefix)
            .min_by_key(|activity| activity.moved_ms());
        if let Some(activity) = silent.filter(|activity| Some(activity.moved_ms()) <= latest_ms) {
            activity.stopper.stop();
        }
    }

    fn now_ms(&self) -> u64 {
        millis(self.begun.elapsed())
    }
}

impl Activity {
    fn moved_ms(&self) -> u64 {
        self.moved_ms.load(Ordering::Relaxed)
    }
}

impl Visitor {
    /// Notes that bytes moved.
    pub(super) fn note_bytes(&self) {
        let now_ms = self.visitors.now_ms();
        self.activity.moved_ms.store(now_ms, Ordering::Relaxed);
    }

    /// The signal that the visitor loses the place.
    pub(super) fn lost(&self) -> Stop {
        self.activity.stopper.signal()
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let mut activities = self.visitors.activities.lock();
        activities.retain(|activity| !Arc::ptr_eq(activity, &self.activity));
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    async fn admitted(visitors: &Arc<Visitors>, last: u8) -> Option<Visitor> {
        visitors.admit(address(last)).await.ok()
    }

    #[tokio::test]
    async fn the_longest_silent_connection_of_the_same_address_gives_way() {
        let visitors = Visitors::new(3, 2);
        let first = admitted(&visitors, 1).await.unwrap();
        let second = admitted(&visitors, 1).await.unwrap();
        let other = admitted(&visitors, 2).await.unwrap();
        sleep(SILENT).await;
        first.note_bytes();
        let losing = tokio::spawn(async move {
            second.lost().given().await;
            drop(second);
        });
        let third = admitted(&visitors, 1).await;
        losing.await.unwrap();
        assert!(third.is_some());
        assert!(!first.lost().is_given() && !other.lost().is_given());
    }

    #[tokio::test]
    async fn connections_at_work_keep_their_places() {
        let visitors = Visitors::new(1, 1);
        let first = Arc::new(admitted(&visitors, 1).await.unwrap());
        let working = Arc::clone(&first);
        let work = tokio::spawn(async move {
            loop {
                working.note_bytes();
                sleep(SILENT / 100).await;
            }
        });
        assert_eq!(visitors.admit(address(2)).await.err(), Some(Full::Everywhere));
        assert!(!first.lost().is_given());
        work.abort();
    }
}
