//! How many files come and go at once: by whom, and all together.
//!
//! Always: a transfer gives its place back when it is dropped, however it ended. How long a client may be silent is the
//! edge's matter, which ends its body or its answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imajin_service::jobs::JobOwner;
use imajin_service::{Node, Problem};

/// Transfers of one person, or of all strangers at one address: what a browser sends and shows side by side.
const EACH_MAX: usize = 8;
/// All of them: each has two pieces of 64 KiB in memory and a descriptor.
const ALL_MAX: usize = 64;
/// Seconds after which one may try again.
const RETRY_S: u32 = 5;

/// The transfers that are under way.
#[derive(Default)]
struct Transfers(Mutex<HashMap<JobOwner, usize>>);

impl Transfers {
    fn all(&self) -> MutexGuard<'_, HashMap<JobOwner, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the transfers.
pub(crate) struct Transfer {
    transfers: Arc<Transfers>,
    who: JobOwner,
}

impl Transfer {
    /// Takes a place.
    ///
    /// # Errors
    /// 503 if there is none.
    pub(crate) fn begin(node: &Node, who: JobOwner) -> Result<Self, Problem> {
        let transfers = node.state::<Transfers>();
        {
            let mut all = transfers.all();
            if all.values().sum::<usize>() >= ALL_MAX {
                return Err(Problem::busy(
                    RETRY_S,
                    "As many files are on their way as this box can handle: try again in a moment.",
                ));
            }
            let own = all.entry(who.clone()).or_default();
            if *own >= EACH_MAX {
                return Err(Problem::busy(
                    RETRY_S,
                    format!(
                        "{EACH_MAX} of your files are on their way: try again as soon as another has arrived."
                    ),
                ));
            }
            *own += 1;
        }
        Ok(Self { transfers, who })
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        let mut all = self.transfers.all();
        if let Some(own) = all.get_mut(&self.who) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                all.remove(&self.who);
            }
        }
    }
}
