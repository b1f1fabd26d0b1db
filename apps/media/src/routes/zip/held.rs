//! Archives that can be fetched for some minutes: the ids of their files, by a secret.
//!
//! Always: in memory alone, and bounded per person and in all. Access to each file is checked again when the secret is used.

use std::time::Duration;

use imajin_app::{Answer, Node};
use imajin_host::jobs::JobOwner;
use imajin_host::random;
use parking_lot::{Mutex, MutexGuard};

use crate::ids::AssetId;
use crate::routes::asker::Asker;

/// The time for which an archive can be fetched.
const KEPT: Duration = Duration::from_secs(600);
/// Archives of one person, or of all strangers at one address: the oldest gives its place.
const EACH_MAX: usize = 4;
/// All of them: each has at most a thousand ids.
const ALL_MAX: usize = 64;
const SECRET_BYTES: usize = 16;

/// A requested archive.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) ids: Vec<AssetId>,
    /// The asker's identity.
    pub(super) asker: Asker,
}

struct Held {
    secret: String,
    who: JobOwner,
    until: Duration,
    wanted: Wanted,
}

/// In the order in which they came.
#[derive(Default)]
struct All(Mutex<Vec<Held>>);

impl All {
    /// Returns the archives that have not expired.
    fn open(&self, now: Duration) -> MutexGuard<'_, Vec<Held>> {
        let mut all = self.0.lock();
        all.retain(|held| now < held.until);
        all
    }
}

/// Stores an archive, and returns its secret.
///
/// # Errors
/// The system has no random bytes.
pub(super) fn keep(node: &Node, who: JobOwner, wanted: Wanted) -> Answer<String> {
    let secret = random::hex::<SECRET_BYTES>()?;
    let now = node.monotonic();
    let held = node.state::<All>();
    let mut all = held.open(now);
    let own = all.iter().filter(|held| held.who == who).count();
    if own >= EACH_MAX
        && let Some(oldest) = all.iter().position(|held| held.who == who)
    {
        all.remove(oldest);
    }
    if all.len() >= ALL_MAX {
        all.remove(0);
    }
    all.push(Held {
        secret: secret.clone(),
        who,
        until: now + KEPT,
        wanted,
    });
    Ok(secret)
}

/// Returns the archive behind a secret, if this caller may use it: a person's secret works for no other person.
pub(super) fn find(node: &Node, secret: &str, asker: &Asker) -> Option<Wanted> {
    let held = node.state::<All>();
    let all = held.open(node.monotonic());
    let found = all.iter().find(|held| held.secret == secret)?;
    let wanted = &found.wanted;
    let is_theirs = wanted
        .asker
        .did()
        .is_none_or(|did| asker.did() == Some(did));
    is_theirs.then(|| wanted.clone())
}
