//! Locks of the protocol, which keep two programs of one person from writing the same file at once.
//!
//! Always: in memory, bounded, and for at most ten minutes; a client that needs one longer refreshes it. A lock of one
//! person is invisible to others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use dav_server::davpath::DavPath;
use dav_server::ls::{DavLock, DavLockSystem, LsFuture};
use imajin_app::Node;
use imajin_host::random;
use imajin_protocol::Did;
use parking_lot::{Mutex, MutexGuard};
use xmltree::Element;

/// The longest lock.
const LONGEST: Duration = Duration::from_secs(600);
/// Locks of one person.
const LOCKS_MAX: usize = 200;

#[derive(Default)]
struct Locks(Mutex<HashMap<Did, Vec<LockLease>>>);

#[derive(Clone)]
struct LockLease {
    lock: DavLock,
    /// When the lock expires, by the monotonic clock.
    until: Duration,
    names: Vec<Vec<u8>>,
}

impl LockLease {
    /// Whether it protects a path, itself or from above.
    fn covers(&self, names: &[Vec<u8>]) -> bool {
        self.names == names || (self.lock.deep && names.starts_with(&self.names))
    }
}

fn names(path: &DavPath) -> Vec<Vec<u8>> {
    let names = path.as_bytes().split(|byte| *byte == b'/');
    names.filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect()
}

/// A token of random bits, as a UUID of version 4.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = imajin_dfos::hex::encode(&bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &hex[part]);
    format!("urn:uuid:{}", parts.join("-"))
}

/// One person's locks.
#[derive(Clone)]
pub struct PersonLocks {
    node: Node,
    owner: Did,
    locks: Arc<Locks>,
}

impl std::fmt::Debug for PersonLocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "locks of {}", self.owner)
    }
}

impl PersonLocks {
    /// Returns the locks that a person has on a node.
    pub fn new(node: &Node, owner: &Did) -> Box<Self> {
        Box::new(Self { node: node.clone(), owner: owner.clone(), locks: node.state() })
    }

    fn with_leases<T>(&self, work: impl FnOnce(&mut Vec<LockLease>) -> T) -> T {
        let now = self.node.monotonic();
        let mut all: MutexGuard<'_, _> = self.locks.0.lock();
        all.retain(|_, held| {
            held.retain(|one| now < one.until);
            !held.is_empty()
        });
        let mut leases = all.remove(&self.owner).unwrap_or_default();
        let done = work(&mut leases);
        if !leases.is_empty() {
            all.insert(self.owner.clone(), leases);
        }
        done
    }

    /// When a lock of this length ends.
    fn end(&self, timeout: Option<Duration>) -> (Duration, DavTimes) {
        let timeout = timeout.unwrap_or(LONGEST).min(LONGEST);
        let now = Duration::from_millis(self.node.now().as_millis().unsigned_abs());
        let times = (Some(UNIX_EPOCH + now + timeout), Some(timeout));
        (self.node.monotonic() + timeout, times)
    }
}

type DavTimes = (Option<std::time::SystemTime>, Option<Duration>);

impl DavLockSystem for PersonLocks {
    fn lock(
        &self,
        path: &DavPath,
        principal: Option<&str>,
        owner: Option<&Element>,
        timeout: Option<Duration>,
        shared: bool,
        deep: bool,
    ) -> LsFuture<'_, Result<DavLock, DavLock>> {
        let (until, (timeout_at, timeout)) = self.end(timeout);
        let own = names(path);
        // Without random bytes, the lock is refused.
        let token = random::bytes::<16>().map(uuid);
        let lock = DavLock {
            token: token.as_ref().cloned().unwrap_or_default(),
            path: Box::new(path.clone()),
            principal: principal.map(str::to_owned),
            owner: owner.map(|owner| Box::new(owner.clone())),
            timeout_at,
            timeout,
            shared,
            deep,
        };
        let made = self.with_leases(|leases| {
            let hinders = |one: &&LockLease| {
                let meets = one.covers(&own) || (deep && one.names.starts_with(&own));
                meets && !(shared && one.lock.shared)
            };
            if let Some(other) = leases.iter().find(hinders) {
                return Err(other.lock.clone());
            }
            if token.is_err() || leases.len() >= LOCKS_MAX {
                return Err(lock.clone());
            }
            leases.push(LockLease { lock: lock.clone(), until, names: own.clone() });
            Ok(lock.clone())
        });
        Box::pin(std::future::ready(made))
    }

    fn unlock(&self, path: &DavPath, token: &str) -> LsFuture<'_, Result<(), ()>> {
        let own = names(path);
        let ended = self.with_leases(|leases| {
            let before = leases.len();
            leases.retain(|one| one.lock.token != token || !one.covers(&own));
            (leases.len() < before).then_some(()).ok_or(())
        });
        Box::pin(std::future::ready(ended))
    }

    fn refresh(
        &self,
        path: &DavPath,
        token: &str,
        timeout: Option<Duration>,
    ) -> LsFuture<'_, Result<DavLock, ()>> {
        let (until, (timeout_at, timeout)) = self.end(timeout);
        let own = names(path);
        let refreshed = self.with_leases(|leases| {
            let lease = leases
                .iter_mut()
                .find(|one| one.lock.token == token && one.covers(&own))
                .ok_or(())?;
            lease.until = until;
            lease.lock.timeout_at = timeout_at;
            lease.lock.timeout = timeout;
            Ok(lease.lock.clone())
        });
        Box::pin(std::future::ready(refreshed))
    }

    fn check(
        &self,
        path: &DavPath,
        principal: Option<&str>,
        ignore_principal: bool,
        deep: bool,
        submitted_tokens: &[String],
    ) -> LsFuture<'_, Result<(), DavLock>> {
        let own = names(path);
        let is_held = |one: &LockLease| {
            submitted_tokens.contains(&one.lock.token)
                && (ignore_principal || principal == one.lock.principal.as_deref())
        };
        let checked = self.with_leases(|leases| {
            let above: Vec<&LockLease> = leases.iter().filter(|one| one.covers(&own)).collect();
            let holds_one = above.iter().any(|one| is_held(one));
            let hinders = |one: &&&LockLease| !is_held(one) && (!one.lock.shared || !holds_one);
            if let Some(one) = above.iter().find(hinders) {
                return Err(one.lock.clone());
            }
            let below = |one: &&LockLease| deep && one.names.starts_with(&own) && one.names != own;
            match leases.iter().filter(below).find(|one| !is_held(one)) {
                Some(one) => Err(one.lock.clone()),
                None => Ok(()),
            }
        });
        Box::pin(std::future::ready(checked))
    }

    fn discover(&self, path: &DavPath) -> LsFuture<'_, Vec<DavLock>> {
        let own = names(path);
        let locks = self.with_leases(|leases| {
            let on = leases.iter().filter(|one| one.covers(&own));
            on.map(|one| one.lock.clone()).collect()
        });
        Box::pin(std::future::ready(locks))
    }

    fn delete(&self, path: &DavPath) -> LsFuture<'_, Result<(), ()>> {
        let own = names(path);
        self.with_leases(|held| held.retain(|one| !one.names.starts_with(&own)));
        Box::pin(std::future::ready(Ok(())))
    }
}
