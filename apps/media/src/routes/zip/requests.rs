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

#[derive(Debug, Clone)]
pub(super) struct ArchiveRequest {
    pub(super) ids: Vec<AssetId>,
    pub(super) asker: Asker,
}

struct ArchiveTicket {
    secret: String,
    who: JobOwner,
    until: Duration,
    wanted: ArchiveRequest,
}

/// In the order in which they came.
#[derive(Default)]
struct All(Mutex<Vec<ArchiveTicket>>);

impl All {
    /// Returns the archives that have not expired.
    fn open(&self, now: Duration) -> MutexGuard<'_, Vec<ArchiveTicket>> {
        let mut all = self.0.lock();
        all.retain(|held| now < held.until);
        all
    }
}

/// Stores an archive, and returns its secret.
pub(super) fn keep(node: &Node, who: JobOwner, request: ArchiveRequest) -> Answer<String> {
    let secret = random::hex::<SECRET_BYTES>()?;
    let now = node.monotonic();
    let tickets = node.state::<All>();
    let mut all = tickets.open(now);
    let own = all.iter().filter(|held| held.who == who).count();
    if own >= EACH_MAX
        && let Some(oldest) = all.iter().position(|held| held.who == who)
    {
        all.remove(oldest);
    }
    if all.len() >= ALL_MAX {
        all.remove(0);
    }
    all.push(ArchiveTicket { secret: secret.clone(), who, until: now + KEPT, wanted: request });
    Ok(secret)
}

/// Returns the archive behind a secret, if this caller may use it: a person's secret works for no other person.
pub(super) fn find(node: &Node, secret: &str, asker: &Asker) -> Option<ArchiveRequest> {
    let tickets = node.state::<All>();
    let all = tickets.open(node.monotonic());
    let ticket = all.iter().find(|held| held.secret == secret)?;
    let request = &ticket.wanted;
    let is_theirs = request.asker.did().is_none_or(|did| asker.did() == Some(did));
    is_theirs.then(|| request.clone())
}
